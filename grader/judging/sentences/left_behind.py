"""Say that a file which could not be opened or imported lay beside the work, and why it stayed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from grader.model import Submission

__all__ = ["at_hand", "left_behind"]

_ABSENT = re.compile(r"(FileNotFoundError|ModuleNotFoundError|ImportError|OSError)\b")
_MODULE = re.compile(r"No module named '([\w.]+)'")
_WORD = re.compile(r"[^\s'\"<>|:*?]+")


def left_behind(message: str, submission: Submission) -> str:
    """Return a sentence for an exception, `FileNotFoundError: …`, empty where it is another."""
    if not _ABSENT.match(message):
        return ""
    reasons = dict(submission.left_out)
    for name in _names(message):
        if name in reasons:
            return f"`{name}` lies beside your work, but it did not come along: {reasons[name]}."
    return ""


def at_hand(message: str, names: Sequence[str]) -> str:
    """Say that a file which could not be opened lies in the working directory; empty for others.

    `names` are those of the files that lie there.
    """
    if not message.startswith("FileNotFoundError"):
        return ""
    for word in _WORD.findall(message):
        name = PurePosixPath(word.replace("\\", "/")).name
        if name in names and name != word:
            return (
                f"`{name}` lies in the working directory: open it by that name, without a folder."
            )
    return ""


def _names(message: str) -> Iterator[str]:
    """Yield the names of files that a message may be about."""
    if found := _MODULE.search(message):
        yield f"{found[1].split('.')[0]}.py"
    for word in _WORD.findall(message):
        name = PurePosixPath(word.replace("\\", "/")).name
        yield name
        yield name.rstrip(".")
