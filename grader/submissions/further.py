"""Further files of a student: which of those beside the work come along, and why others do not.

An exercise says by patterns which it takes. Names and files are the student's to choose: only
regular files of the same folder are read, never through a link, within bounds of number and size.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path

from grader.errors import SubmissionError
from grader.model import Accepts, File, HandedFile, Submission
from grader.submissions.cells import MAX_SOURCE
from grader.submissions.reading import MAX_BYTES, bounded_bytes, is_plain_name, shown

__all__ = [
    "NOTHING",
    "digest_with",
    "files_beside",
    "handed_files",
    "is_accepted",
    "with_further_files",
]

NOTHING = Accepts()
_MOST_LEFT_OUT = 50
_LONGEST = 100
_MOST_TEXT = 20_000
"""Characters of a further file that a page shows."""


@dataclass
class _Taken:
    """What came along so far, and what did not."""

    files: list[File] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        return sum(len(file.content) for file in self.files)

    @property
    def code(self) -> int:
        return sum(len(file.content) for file in self.files if file.name.endswith(".py"))


def is_accepted(name: str, accepts: Accepts) -> bool:
    """Tell whether an exercise's patterns take a file of this name along."""
    return any(fnmatchcase(name.lower(), pattern.lower()) for pattern in accepts.patterns)


def with_further_files(
    submission: Submission, beside: Mapping[str, Path], accepts: Accepts
) -> Submission:
    """Return the submission with the files of `beside` that come along, by the names they get.

    They are part of its digest: another helper file makes another attempt.
    """
    taken = _Taken()
    for name, path in sorted(beside.items()):
        if path != submission.path:
            _take(name, path, accepts, taken)
    return replace(
        submission,
        sha256=digest_with(submission.sha256, taken.files),
        files=tuple(taken.files),
        left_out=tuple(taken.left_out[:_MOST_LEFT_OUT]),
        remarks=(*submission.remarks, *taken.remarks),
    )


def digest_with(sha256: str, files: Sequence[File]) -> str:
    """Return what tells attempts apart: the digest of a work's own file and the further ones."""
    if not files:
        return sha256
    lines = [sha256, *(f"{file.sha256} {file.name}" for file in files)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def handed_files(submission: Submission) -> tuple[HandedFile, ...]:
    """Return what a record says of the further files that came along."""
    return tuple(
        HandedFile(file.name, len(file.content), file.sha256, _text(file.content))
        for file in submission.files
    )


def _text(content: bytes) -> str | None:
    whole = len(content) <= 4 * _MOST_TEXT
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:  # the cut may part a character, whose beginning is then left out
        text = decoder.decode(content[: 4 * _MOST_TEXT], final=whole)
    except UnicodeDecodeError:
        return None
    if "\0" in text:
        return None
    return text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]}\n…"


def files_beside(submission: Submission, given: Sequence[File]) -> Iterator[File]:
    """Yield what lies beside a work when it runs; the exercise's files go before a student's."""
    taken = {submission.path.name} if submission.kind == "module" else set()
    for file in (*given, *submission.files):
        if file.name not in taken:
            taken.add(file.name)
            yield file


def _take(name: str, path: Path, accepts: Accepts, taken: _Taken) -> None:
    if name in accepts.given:
        taken.remarks += _changed(name, path, accepts)
        return
    if not is_accepted(name, accepts):
        if path.is_file() and len(name) <= _LONGEST:
            taken.left_out.append((name, _takes(accepts)))
        return
    try:
        content = _content(name, path, accepts, taken)
    except SubmissionError as error:
        taken.left_out.append((name[:_LONGEST], f"it {error}"))
        taken.remarks.append(f"{shown(name)} did not come along: it {error}.")
    else:
        taken.files.append(File(name, content))


def _content(name: str, path: Path, accepts: Accepts, taken: _Taken) -> bytes:
    """Read one file; raises SubmissionError that says why it stays behind."""
    if not is_plain_name(name):
        raise SubmissionError("has a name that is too long or not printable")
    if path.is_dir() and not path.is_symlink():
        raise SubmissionError("is a folder")
    if len(taken.files) == accepts.most:
        raise SubmissionError(f"is one too many: at most {accepts.most} files come along")
    most = int(accepts.most_mb * 2**20)
    content = bounded_bytes(path, max(most, MAX_BYTES))
    if taken.size + len(content) > most:
        raise SubmissionError(f"is too large: at most {accepts.most_mb:g} MiB come along")
    # Rules parse it, which takes several hundred times as many bytes.
    if name.endswith(".py") and taken.code + len(content) > MAX_SOURCE:
        raise SubmissionError(f"is too large: at most {MAX_SOURCE:,} bytes of code come along")
    return content


def _changed(name: str, path: Path, accepts: Accepts) -> Iterator[str]:
    """Remark on a student's file in the place of the exercise's, where it is another one."""
    try:
        content = bounded_bytes(path)
    except SubmissionError:
        return
    if hashlib.sha256(content).hexdigest() != accepts.given[name]:
        yield f"Your {shown(name)} differs from the one of the exercise, which was used."


def _takes(accepts: Accepts) -> str:
    if not accepts.patterns:
        return "this exercise takes the notebook or module alone"
    return f"this exercise takes along only {', '.join(accepts.patterns)}"
