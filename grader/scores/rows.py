"""Turn scores, evidence and submissions into rows of the gradebook, and back."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.model import Aside, Cell, Evidence, File, Lost, Prose, Reply, Score, Submission
from grader.scores.packing import Packed
from grader.scores.record import from_own
from grader.scores.tables import AttemptRow

__all__ = [
    "evidence_from_row",
    "fill",
    "reply_rows",
    "score_from_row",
    "submission_from_json",
]


def fill(row: AttemptRow, score: Score, fingerprint: str, packed: Packed) -> None:
    """Write a score into a row."""
    row.record = packed.record  # type: ignore[assignment]  # written as it is
    row.notebook = packed.notebook
    if packed.submission is not None:
        row.submission = packed.submission  # type: ignore[assignment]  # written as it is
    row.fingerprint = fingerprint
    row.version = score.environment.get("grader", "")
    row.status = score.status
    row.earned, row.possible = score.earned, score.possible
    row.seed, row.graded_at = score.seed or 0, score.graded_at


def reply_rows(attempt: int, packed: Packed) -> list[dict[str, Any]]:
    """Return the rows of the evidence of an attempt, by its id."""
    return [
        {
            "attempt_id": attempt,
            "position": position,
            "check_id": reply.check,
            "status": reply.status,
            "frame": reply.frame,
            "deflated": deflated,
            "message": reply.message,
            "seconds": reply.seconds,
        }
        for position, (reply, deflated) in enumerate(packed.replies)
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
                frame=zlib.decompress(reply.frame) if reply.deflated else reply.frame,
                message=reply.message,
                seconds=reply.seconds,
            )
            for reply in row.replies
        )
    )


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


def _unpacked(kept: bytes | None) -> dict[str, Any] | None:
    if kept is None:
        return None
    notebook: dict[str, Any] = json.loads(zlib.decompress(kept))
    return notebook
