"""Find the line of a student's file that a check is about, for systems that mark lines."""

from __future__ import annotations

import re
from pathlib import Path

from grader.model import CheckVerdict, Score

__all__ = ["line_of_check"]

_LONGEST = 2_000_000
"""Bytes of a file beyond which nothing is looked for."""


def line_of_check(score: Score, check: CheckVerdict) -> int | None:
    """Return where a call raised, else where the function is defined last; None if not known.

    In a notebook it is the line of its JSON, which is what a pull request shows.
    """
    path = Path(score.path)
    if check.raised_at is not None and check.raised_at[0] == path.name:
        return check.raised_at[1]
    if not check.call:
        return None
    try:
        if path.stat().st_size > _LONGEST:
            return None
        text = path.read_text("utf-8", "replace")
    except (OSError, ValueError):
        return None
    begins = (
        r'^\s*"?(?:async\s+)?(?:def|class)\s+'
        if path.suffix == ".ipynb"
        else (r"^(?:async\s+)?(?:def|class)\s+")
    )
    found = list(re.finditer(rf"{begins}{re.escape(check.call)}\b", text, re.MULTILINE))
    return text.count("\n", 0, found[-1].end()) + 1 if found else None
