"""Keep of a score what the class's page needs, so that a class of any size fits into memory.

A line takes some hundred bytes where its score takes a hundred times that: what was measured,
inputs, feedback and notebook are left out, and equal checks are one value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from sys import intern
from typing import Literal, Protocol

from grader.model import CheckVerdict, Outcome, Score
from grader.report.phrases import named

__all__ = ["CheckLine", "ScoreLike", "ScoreLine", "line_of", "lines_of"]


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check of one submission, without what was measured."""

    id: str
    outcome: Outcome
    earned: float
    possible: float
    mistake: str | None = None
    mistake_title: str | None = None


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One submission as the class's page shows it."""

    student: str
    exercise: str
    title: str
    status: Literal["graded", "provisional", "ungraded"]
    earned: float
    final: float
    possible: float
    checks: tuple[CheckLine, ...]
    handed_in: str = ""
    ran: bool = True
    wall_s: float = 0.0
    memory_mb: float = 0.0
    reasons: tuple[str, ...] = field(default=())
    """Why a person has to look at it."""
    awaits: bool = False
    """Whether it is provisional only because a person has not read all of it yet."""
    isolation: str = ""
    """How its code was isolated; empty where it did not run."""
    message: str = ""
    """Why it is ungraded or provisional."""


class ScoreLike(Protocol):
    """What a score and its line have in common."""

    @property
    def student(self) -> str:
        """Whose it is."""

    @property
    def exercise(self) -> str:
        """Its exercise."""

    @property
    def title(self) -> str:
        """The title of the exercise."""

    @property
    def status(self) -> Literal["graded", "provisional", "ungraded"]:
        """Whether it counts."""

    @property
    def earned(self) -> float:
        """Points before a penalty."""

    @property
    def possible(self) -> float:
        """Points to be had."""

    @property
    def checks(self) -> Sequence[CheckLine | CheckVerdict]:
        """In the order of the exercise."""


def lines_of(
    scores: Iterable[Score | ScoreLine], words: Mapping[str, str]
) -> tuple[ScoreLine, ...]:
    """Reduce scores one by one; `words` is the section `class` of the report's words."""
    return tuple(
        score if isinstance(score, ScoreLine) else line_of(score, words) for score in scores
    )


def line_of(score: Score, words: Mapping[str, str]) -> ScoreLine:
    """Reduce one score to its line."""
    ran = score.run.status != "not-run"
    return ScoreLine(
        student=score.student,
        exercise=intern(score.exercise),
        title=intern(score.title),
        status=score.status,
        earned=score.earned,
        final=score.final,
        possible=score.possible,
        checks=tuple(_shared(_check(check)) for check in score.checks),
        handed_in=score.handed_in,
        ran=ran,
        wall_s=score.run.wall_s,
        memory_mb=score.run.max_rss_mb,
        reasons=_reasons(score, words),
        awaits=score.awaits,
        isolation=str(score.run.isolation) if ran else "",
        message=score.message,
    )


def _check(check: CheckVerdict) -> CheckLine:
    return CheckLine(
        check.id,
        check.outcome,
        check.earned,
        check.possible,
        check.mistake,
        check.mistake_title,
    )


@lru_cache(maxsize=20_000)
def _shared(check: CheckLine) -> CheckLine:
    """Give equal checks as one and the same value."""
    return check


def _reasons(score: Score, words: Mapping[str, str]) -> tuple[str, ...]:
    reasons = []
    if score.status != "graded" and not score.awaits:
        said = words[f"why_{score.status}"]
        reasons.append(f"{said}: {score.message}" if score.message else said)
    for outcome in (Outcome.INCONCLUSIVE, Outcome.BROKEN, Outcome.AWAITING):
        checks = [named(check) for check in score.checks if check.outcome is outcome]
        if checks:
            reasons.append(words[f"why_{outcome}"].format(checks=", ".join(checks)))
    reasons.extend(score.asks)
    if score.integrity:
        kinds = ", ".join(sorted({seen.kind for seen in score.integrity}))
        reasons.append(words["why_integrity"].format(kinds=kinds))
    return tuple(reasons)
