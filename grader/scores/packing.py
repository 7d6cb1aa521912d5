"""Make of a score and a submission what a row of the gradebook holds, in whichever process.

It takes most of the time that keeping a score takes, so workers do it and the coordinator only
inserts. Imports no database.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from grader.model import Evidence, Reply, Score, Submission
from grader.scores.record import to_json

__all__ = ["JsonText", "Packed", "as_json", "pack", "submission_to_json"]

_LARGEST_NOTEBOOK = 64 * 2**20
"""Bytes of JSON; a larger executed notebook is not kept."""


@dataclass(frozen=True)
class JsonText:
    """JSON that is written already."""

    text: str


@dataclass(frozen=True)
class Packed:
    """Three columns of a row, and the rows of its evidence."""

    record: JsonText
    notebook: bytes | None
    """The executed notebook as JSON, compressed with zlib."""
    submission: JsonText | None
    replies: tuple[tuple[Reply, bool], ...] = ()
    """Each with whether its frame is compressed with zlib."""


def pack(score: Score, evidence: Evidence, submission: Submission | None) -> Packed:
    """Write out a score as judged, its evidence, and the cells it is about."""
    record = to_json(score)
    record["run"].pop("notebook", None)
    return Packed(
        JsonText(json.dumps(record)),
        _packed(score.run.notebook),
        None if submission is None else JsonText(json.dumps(submission_to_json(submission))),
        tuple(_deflated(reply) for reply in evidence.replies),
    )


def as_json(value: Any) -> str:
    """Write any value of a JSON column."""
    return value.text if isinstance(value, JsonText) else json.dumps(value)


def submission_to_json(submission: Submission) -> dict[str, Any]:
    """Turn a submission and its cells into JSON."""
    files = [[file.name, b64encode(file.content).decode()] for file in submission.files]
    plain = asdict(replace(submission, files=()))
    return {**plain, "path": str(submission.path), "files": files}


def _deflated(reply: Reply) -> tuple[Reply, bool]:
    """Compress what came back, quickly: numbers become a tenth, and they are most of it."""
    small = zlib.compress(reply.frame, 1)
    shorter = len(small) < len(reply.frame)
    return (replace(reply, frame=small), True) if shorter else (reply, False)


def _packed(notebook: Mapping[str, Any] | None) -> bytes | None:
    if notebook is None:
        return None
    text = json.dumps(notebook)
    return zlib.compress(text.encode()) if len(text) <= _LARGEST_NOTEBOOK else None
