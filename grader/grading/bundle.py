"""Pack what reproduces one score somewhere else, and judge such a bundle again.

A bundle holds a student's work, the seed, the environment, the evidence, the record and the
history. It holds no reference and nothing of the course: whoever reproduces the score has those.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from grader.course.loading import Course
from grader.errors import SubmissionError, UsageError
from grader.grading.deciding import history
from grader.grading.regrade import Change, differences
from grader.grading.worker import Kept, Setup, Worker
from grader.model import Evidence, Reply, Score, Submission
from grader.outdir import component
from grader.scores.gradebook import Attempt, Gradebook
from grader.scores.packing import submission_to_json
from grader.scores.record import from_json, to_json
from grader.scores.rows import submission_from_json
from grader.submissions.further import digest_with
from grader.submissions.reading import bounded_bytes
from grader.submissions.rebuilding import rebuilt

__all__ = ["Reproduced", "bundle_of", "read_bundle", "reproduce"]

SCHEMA = "grader/bundle/v1"
_LARGEST = 256 * 2**20
"""Bytes of one file in a bundle that are read."""
_FAULTS = (
    OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, KeyError,
    TypeError,
)  # fmt: skip
"""What a damaged or locked zip and what is in it raise; RecursionError is a RuntimeError."""
_WHEN = (1980, 1, 1, 0, 0, 0)
_README = """\
This bundle reproduces the score of {student} for {exercise}, attempt {attempt}.

Judge its evidence again, without running anything of the student's:

    grader reproduce BUNDLE --course DIR

Run the work again with the same hidden cases:

    grader grade work --exercise {exercise} --seed {seed} --course DIR

DIR is the course: it is not in here. The exercise's fingerprint was {fingerprint}.
{origin}
The points of {earned:g} of {possible:g} are as judged; what people decided is in history.txt.
The environment was: {environment}.
"""
_ORIGINAL = "work/ holds the file as it was handed in."
_REBUILT = (
    "The file that was handed in is not where it was, or was changed since. work/ holds the\n"
    "cells, tags and answers as the gradebook kept them, so its SHA-256 is another one."
)


def bundle_of(gradebook: Gradebook, student: str, exercise: str) -> bytes:
    """Return the bundle of the newest attempt as a zip; raises UsageError where there is none."""
    attempt = gradebook.attempt(student, exercise)
    if attempt is None:
        raise gradebook.nothing_of(student, exercise)
    if attempt.submission is None:
        why = attempt.score.message or "the file could not be read"
        raise UsageError(f"{student}, {exercise}: there is nothing to reproduce: {why}")
    submission = attempt.submission
    files, original = _work(submission)
    score = attempt.score
    told = {
        "schema": SCHEMA,
        "fingerprint": attempt.fingerprint,
        "submission": submission_to_json(submission),
        "evidence": [_reply(reply) for reply in attempt.evidence.replies],
    }
    readme = _README.format(
        student=student,
        exercise=exercise,
        attempt=attempt.number,
        seed=score.seed,
        fingerprint=attempt.fingerprint,
        origin=_ORIGINAL if original else _REBUILT,
        earned=score.earned,
        possible=score.possible,
        environment=", ".join(f"{name} {value}" for name, value in score.environment.items()),
    )
    return _zipped(
        {
            "README.txt": readme.encode("utf-8", "backslashreplace"),
            "score.json": _json(to_json(score)),
            "evidence.json": _json(told),
            "history.txt": "\n".join(history(gradebook, student, exercise)).encode(
                "utf-8", "backslashreplace"
            ),
            **files,
        }
    )


def _work(submission: Submission) -> tuple[dict[str, bytes], bool]:
    """Return the files of the work, and whether its own file is the original one."""
    folder = PurePosixPath("work")
    further = {str(folder / file.name): file.content for file in submission.files}
    name = str(folder / component(submission.path.name))
    original = _original(submission)
    if original is not None:
        return {name: original, **further}, True
    return {name: rebuilt(submission), **further}, False


def _original(submission: Submission) -> bytes | None:
    """Return the file that was handed in, if it is still there as it was."""
    try:
        content = bounded_bytes(submission.path)
    except SubmissionError:
        return None
    own = hashlib.sha256(content).hexdigest()
    return content if digest_with(own, submission.files) == submission.sha256 else None


def _reply(reply: Reply) -> dict[str, Any]:
    return {**asdict(reply), "frame": b64encode(reply.frame).decode("ascii")}


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, indent=1).encode("ascii")


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """Pack files so that the same ones give the same zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _WHEN), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


# ---------------------------------------------------------------- judging it again


@dataclass(frozen=True)
class Reproduced:
    """What came of judging a bundle again."""

    score: Score
    """As it is in the bundle."""
    again: Score | None
    """As it is judged here; None where that is not possible."""
    why_not: str = ""
    changes: tuple[Change, ...] = ()

    @property
    def same(self) -> bool:
        """Whether it is the same score."""
        return self.again is not None and not self.changes


def read_bundle(path: Path) -> Attempt:
    """Read a bundle; raises UsageError for a file that is none. Nothing is unpacked to disk."""
    if not path.is_file():
        raise UsageError(f"{path}: is no file")
    try:
        with zipfile.ZipFile(path) as archive:
            record, told = (
                json.loads(_member(archive, name)) for name in ("score.json", "evidence.json")
            )
        if told["schema"] != SCHEMA:
            raise ValueError(f"expected {SCHEMA}, not {told['schema']!r}")
        replies = tuple(map(_read_reply, told["evidence"]))
        score = from_json(record)
        submission = submission_from_json(told["submission"])
        fingerprint = str(told["fingerprint"])
    except (*_FAULTS, UsageError) as fault:
        raise UsageError(f"{path}: is no bundle of `grader bundle`: {fault}") from None
    return Attempt(score.attempt, score, Evidence(replies), submission, fingerprint)


def _read_reply(kept: Mapping[str, Any]) -> Reply:
    reply = Reply(**{**kept, "frame": b64decode(kept["frame"], validate=True)})
    texts = (reply.check, reply.status, reply.message)
    if not all(isinstance(text, str) for text in texts) or not isinstance(reply.seconds, float):
        raise ValueError("a reply is none")
    return reply


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ValueError(f"{name}: more than {_LARGEST:,} bytes")
    return content


def reproduce(path: Path, course: Course) -> Reproduced:
    """Judge a bundle's evidence again by a course; runs no student code.

    Raises UsageError for what is no bundle, CourseError where the exercise is missing or wrong.
    """
    found = read_bundle(path)
    score = found.score
    exercise = course.load(score.exercise)
    worker = Worker(Setup(course.directory))
    try:
        assert found.submission is not None
        kept = Kept(score, found.evidence, found.submission, found.fingerprint)
        again = worker.judge_again(kept)
    finally:
        worker.close()
    if isinstance(again, str):
        what = (
            "this grader is another version than the one that asked"
            if found.fingerprint == exercise.fingerprint
            else "this course's exercise is another version than the bundle's"
        )
        again = f"{again}; {what}"
        return Reproduced(score, None, again)
    return Reproduced(score, again, "", tuple(differences(score, again)))
