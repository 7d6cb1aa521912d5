"""Say a score in a GitHub job: summary, annotations, all within the limits that GitHub sets.

Nothing that a student can choose is ever printed where the runner would read it as a command:
annotations are escaped, everything else stands between `stop-commands` and its token.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence

from grader.exports.selection import points_text
from grader.model import CheckVerdict, Outcome, Score
from grader.report.markdown import student_as_markdown

__all__ = ["annotate", "fenced", "summary"]

SUMMARY_BYTES = 1 << 20
MOST_EACH = 10
"""Annotations of one severity that GitHub keeps of one step."""
_CUT = "\n\n… the rest is in the report.\n"


def summary(scores: Sequence[Score]) -> str:
    """Return the job summary as GitHub Markdown, at most 1 MiB."""
    text = "\n".join(student_as_markdown(score) for score in scores)
    encoded = text.encode("utf-8", "replace")
    room = SUMMARY_BYTES - len(_CUT.encode()) - 1
    if len(encoded) <= room:
        return text
    kept = encoded[:room].decode("utf-8", "ignore")
    return kept[: kept.rfind("\n")] + _CUT


def annotate(scores: Iterable[Score]) -> list[str]:
    """Return workflow commands: at most ten errors and one notice with the points."""
    scores = list(scores)
    wrong = [
        (score, check)
        for score in scores
        for check in score.checks
        if check.outcome not in (Outcome.PASS, Outcome.SKIPPED, Outcome.AWAITING)
    ]
    wrong.sort(key=lambda pair: pair[1].possible - pair[1].earned, reverse=True)
    found = [_annotation(*pair) for pair in wrong[:MOST_EACH]]
    earned = sum(score.earned for score in scores)
    possible = sum(score.possible for score in scores)
    total = f"Points {points_text(earned)}/{points_text(possible)}"
    return [*found, f"::notice title=Grading complete::{_message(total)}"]


def _annotation(score: Score, check: CheckVerdict) -> str:
    title = f"{check.title} ({points_text(check.earned)}/{points_text(check.possible)})"
    severity = "warning" if check.outcome is Outcome.BROKEN else "error"
    place = f"file={_property(score.path)},title={_property(title)}"
    return f"::{severity} {place}::{_message(check.feedback)}"


def _message(text: str) -> str:
    clean = "".join(c for c in text[:2_000] if c >= " " or c in "\r\n")
    return clean.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text[:300]).replace(":", "%3A").replace(",", "%2C")


def fenced(lines: Iterable[str], token: str | None = None) -> list[str]:
    """Return lines between stop-commands and its token, where the runner reads no commands."""
    token = token or f"grader-{secrets.token_hex(16)}"
    return [f"::stop-commands::{token}", *lines, f"::{token}::"]
