"""Turn scores, evidence and submissions into rows of the gradebook, and back."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from grader.model import Aside, Cell, Evidence, File, Lost, Prose, Reply, Score, Submission
from grader.scores.record import from_own, to_json
from grader.scores.tables import AttemptRow, ReplyRow

__all__ = [
    "evidence_from_row",
    "fill",
    "score_from_row",
    "submission_from_json",
    "submission_to_json",
]

_LARGEST_NOTEBOOK = 64 * 2**20
"""Bytes of JSON; a larger executed notebook is not kept."""


def fill(row: AttemptRow, score: Score, evidence: Evidence, fingerprint: str) -> None:
    """Write a score and its evidence into a row."""
    record = to_json(score)
    record["run"].pop("notebook", None)
    row.record = record
    row.notebook = _packed(score.run.notebook)
    row.fingerprint = fingerprint
    row.version = score.environment.get("grader", "")
    row.status = score.status
    row.earned, row.possible = score.earned, score.possible
    row.seed, row.graded_at = score.seed or 0, score.graded_at
    row.replies = [
        ReplyRow(position=position, **asdict(reply))
        for position, reply in enumerate(evidence.replies)
    ]


def score_from_row(row: AttemptRow) -> Score:
    """Read the score as last judged, with its executed notebook."""
    score = from_own(row.record)
    return replace(score, run=replace(score.run, notebook=_unpacked(row.notebook)))


def evidence_from_row(row: AttemptRow) -> Evidence:
    """Read the replies in the order in which they were kept."""
    return Evidence(
        tuple(
            Reply(
                check=reply.check,
                status=reply.status,  # type: ignore[arg-type]  # written by `fill` only
                frame=reply.frame,
                message=reply.message,
                seconds=reply.seconds,
            )
            for reply in row.replies
        )
    )


def submission_to_json(submission: Submission) -> dict[str, Any]:
    """Turn a submission and its cells into JSON."""
    files = [[file.name, b64encode(file.content).decode()] for file in submission.files]
    plain = asdict(replace(submission, files=()))
    return {**plain, "path": str(submission.path), "files": files}


def submission_from_json(kept: Mapping[str, Any]) -> Submission:
    """Read a submission back from the JSON that the gradebook kept."""
    cells = tuple(Cell(**_with_tuples(cell)) for cell in kept["cells"])
    return Submission(
        **{
            **kept,
            "path": Path(kept["path"]),
            "cells": cells,
            "remarks": tuple(kept["remarks"]),
            "asides": tuple(Aside(**_with_tuples(aside)) for aside in kept.get("asides", ())),
            "lost": tuple(Lost(**lost) for lost in kept.get("lost", ())),
            "files": tuple(File(name, b64decode(text)) for name, text in kept.get("files", ())),
            "prose": tuple(
                Prose(tuple(prose["tags"]), prose["text"]) for prose in kept.get("prose", ())
            ),
            "left_out": tuple((name, why) for name, why in kept.get("left_out", ())),
        }
    )


def _with_tuples(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {**kept, "tags": tuple(kept["tags"]), "marks": tuple(kept.get("marks", ()))}


def _packed(notebook: Mapping[str, Any] | None) -> bytes | None:
    if notebook is None:
        return None
    text = json.dumps(notebook)
    return zlib.compress(text.encode()) if len(text) <= _LARGEST_NOTEBOOK else None


def _unpacked(kept: bytes | None) -> dict[str, Any] | None:
    if kept is None:
        return None
    notebook: dict[str, Any] = json.loads(zlib.decompress(kept))
    return notebook
