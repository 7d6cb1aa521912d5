"""Say a score in a GitHub job: summary, annotations, all within the limits that GitHub sets.

Nothing that a student can choose is ever printed where the runner would read it as a command:
annotations are escaped, everything else stands between `stop-commands` and its token.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from grader.exports.lines import line_of_check
from grader.exports.selection import points_text
from grader.model import CheckVerdict, Outcome, Score
from grader.report.markdown import student_as_markdown
from grader.report.phrases import capital

__all__ = ["annotate", "fenced", "summary"]

SUMMARY_BYTES = 1 << 20
MOST_EACH = 10
"""Annotations of one severity that GitHub keeps of one step."""
_CUT = "\n\n… the rest is in the report.\n"


def summary(scores: Sequence[Score], environment: Mapping[str, str] | None = None) -> str:
    """Return the job summary as GitHub Markdown, at most 1 MiB; it says whose result it is.

    In a student's own repository the folder's name says nothing; there the repository does.
    """
    repository = (environment or {}).get("GITHUB_REPOSITORY", "").rpartition("/")[2]
    single = len({score.student for score in scores}) == 1
    whose = repository if single else ""
    text = "\n".join(student_as_markdown(score, whose=whose) for score in scores)
    encoded = text.encode("utf-8", "replace")
    room = SUMMARY_BYTES - len(_CUT.encode()) - 1
    if len(encoded) <= room:
        return text
    kept = encoded[:room].decode("utf-8", "ignore")
    return kept[: kept.rfind("\n")] + _CUT


def annotate(scores: Iterable[Score], root: Path | None = None) -> list[str]:
    """Return workflow commands: at most ten errors and one notice with the points.

    `root` is the student's checkout: a pull request names files from there.
    """
    scores = list(scores)
    wrong = [
        (score, check)
        for score in scores
        for check in score.checks
        if check.outcome not in (Outcome.PASS, Outcome.SKIPPED, Outcome.AWAITING)
    ]
    wrong.sort(key=lambda pair: pair[1].possible - pair[1].earned, reverse=True)
    found = [_annotation(*pair, root) for pair in wrong[:MOST_EACH]]
    earned = sum(score.earned for score in scores)
    possible = sum(score.possible for score in scores)
    total = f"Points {points_text(earned)}/{points_text(possible)}"
    return [*found, f"::notice title=Grading complete::{_message(total)}"]


def _annotation(score: Score, check: CheckVerdict, root: Path | None) -> str:
    title = f"{check.title} ({points_text(check.earned)}/{points_text(check.possible)})"
    severity = "warning" if check.outcome is Outcome.BROKEN else "error"
    line = line_of_check(score, check)
    place = f"file={_property(_from(root, score.path))}"
    place += f",line={line}" if line else ""
    said = " ".join((*_mistake(check), check.feedback, *check.remarks))
    return f"::{severity} {place},title={_property(title)}::{_message(said)}"


def _mistake(check: CheckVerdict) -> tuple[str, ...]:
    """Say the mistake's name where the feedback does not, as the student's page does."""
    title = check.mistake_title or ""
    return (f"{capital(title)}.",) if title and title.lower() not in check.feedback.lower() else ()


def _from(root: Path | None, path: str) -> str:
    if root is None:
        return path
    try:
        return Path(path).resolve().relative_to(root.resolve()).as_posix()
    except (OSError, ValueError):
        return path


def _message(text: str) -> str:
    clean = "".join(c for c in text[:2_000] if c >= " " or c in "\r\n")
    return clean.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text[:300]).replace(":", "%3A").replace(",", "%2C")


def fenced(lines: Iterable[str], token: str | None = None) -> list[str]:
    """Return lines between stop-commands and its token, where the runner reads no commands."""
    token = token or f"grader-{secrets.token_hex(16)}"
    return [f"::stop-commands::{token}", *lines, f"::{token}::"]
