"""Count what a class did: pass rates, difficulty, discrimination, and the common mistakes.

For a check worth m points, with e_s earned by student s, T_s all points of s and M_s all that s
could have (over what s handed in), the usual indices of classical test theory (Ebel and Frisbie,
Essentials of Educational Measurement, 1991; Crocker and Algina, Introduction to Classical and
Modern Test Theory, 1986):

    right          = share of the students with full marks
    difficulty     = 1 - mean(e_s) / m          (1 minus their p-value: high is hard)
    discrimination = Pearson's r of e_s / m with (T_s - e_s) / (M_s - m)

The last is the corrected item-total correlation: the check itself is left out of the total, or a
check would correlate with itself. Only graded work counts. Every function is pure and takes the
scores in any order.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from grader.model import CheckVerdict, Outcome
from grader.report.class_lines import CheckLine, ScoreLike
from grader.report.phrases import named

__all__ = [
    "CheckFigures",
    "ExerciseFigures",
    "Mistake",
    "check_figures",
    "exercise_figures",
    "graded",
    "mistakes",
    "shares",
    "totals",
]

_FEWEST = 5
"""Submissions below which a correlation says nothing."""
_UNDECIDED = (Outcome.BROKEN, Outcome.INCONCLUSIVE, Outcome.AWAITING)
_STOPPED = (Outcome.TIMEOUT, Outcome.KILLED)

AnyCheck = CheckLine | CheckVerdict
AnyScore = TypeVar("AnyScore", bound=ScoreLike)


@dataclass(frozen=True)
class ExerciseFigures:
    """One exercise over the class; shares are between 0 and 1."""

    id: str
    title: str
    submissions: int
    mean: float
    full: float


@dataclass(frozen=True)
class CheckFigures:
    """One check over the class."""

    exercise: str
    name: str
    decided: int
    right: float
    """Share of submissions that passed."""
    difficulty: float
    """Share of its points that was missed."""
    discrimination: float | None
    """Correlation with the rest of the student's score; None when it cannot be said."""
    mistake: str | None
    """The most common mistake, in words."""
    undecided: int = 0
    """How many submissions got no verdict: neither right nor wrong, or our fault."""
    stopped: int = 0
    """How many of the decided ones hit a limit of time or memory."""


@dataclass(frozen=True)
class Mistake:
    """One misunderstanding in one check, and who has it."""

    exercise: str
    check: str
    slug: str
    title: str
    students: tuple[tuple[str, int], ...]
    """Each with the number of the check on the student's page."""
    of: int
    """How many submissions had this check decided."""


def graded(scores: Iterable[AnyScore]) -> list[AnyScore]:
    """Leave out what is provisional or ungraded: it counts as nothing, not as 0."""
    return [score for score in scores if score.status == "graded"]


def shares(scores: Iterable[ScoreLike]) -> list[float]:
    """Give the share of the points that each score earned."""
    return [score.earned / score.possible for score in scores if score.possible > 0]


def totals(scores: Iterable[ScoreLike]) -> dict[str, tuple[float, float]]:
    """Add up the points earned and possible for each student."""
    sums: dict[str, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
    for score in scores:
        earned, possible = sums[score.student]
        sums[score.student] = (earned + score.earned, possible + score.possible)
    return dict(sums)


def exercise_figures(scores: Sequence[ScoreLike]) -> tuple[ExerciseFigures, ...]:
    """Sum up every exercise, in the order of their ids."""
    by_exercise = defaultdict(list)
    for score in scores:
        by_exercise[score.exercise].append(score)
    figures = []
    for exercise, some in sorted(by_exercise.items()):
        won = shares(some)
        mean = statistics.fmean(won) if won else 0.0
        full = sum(share >= 1 for share in won) / len(won) if won else 0.0
        figures.append(ExerciseFigures(exercise, some[0].title, len(some), mean, full))
    return tuple(figures)


def check_figures(scores: Sequence[ScoreLike]) -> tuple[CheckFigures, ...]:
    """Sum up every check, in the order of the exercises and of the checks in them.

    Only graded work counts; of the rest it is counted for which checks nothing was decided.
    """
    sums = totals(graded(scores))
    decided: dict[tuple[str, str], list[tuple[str, AnyCheck]]] = defaultdict(list)
    undecided: Counter[tuple[str, str]] = Counter()
    for score in sorted(scores, key=lambda score: (score.exercise, score.student)):
        for check in score.checks:
            some = decided[score.exercise, check.id]
            if check.outcome in _UNDECIDED:
                undecided[score.exercise, check.id] += 1
            elif score.status == "graded":
                some.append((score.student, check))
    return tuple(
        _figures(exercise, name, some, sums, undecided[exercise, name])
        for (exercise, name), some in decided.items()
        if some or undecided[exercise, name]
    )


def mistakes(scores: Sequence[ScoreLike]) -> tuple[Mistake, ...]:
    """Rank the recognised mistakes, the most frequent first."""
    found: dict[tuple[str, str, str], list[tuple[str, int]]] = defaultdict(list)
    titles: dict[tuple[str, str, str], str] = {}
    decided: Counter[tuple[str, str]] = Counter()
    for score in sorted(scores, key=lambda score: score.student):
        for number, check in enumerate(score.checks, start=1):
            if check.outcome in _UNDECIDED:
                continue
            decided[score.exercise, named(check)] += 1
            if check.mistake:
                key = (score.exercise, named(check), check.mistake)
                found[key].append((score.student, number))
                titles.setdefault(key, check.mistake_title or check.mistake)
    ranking = [
        Mistake(*key, titles[key], tuple(who), decided[key[:2]]) for key, who in found.items()
    ]
    return tuple(sorted(ranking, key=lambda m: (-len(m.students), m.exercise, m.check, m.slug)))


def _figures(
    exercise: str,
    name: str,
    some: Sequence[tuple[str, AnyCheck]],
    sums: Mapping[str, tuple[float, float]],
    undecided: int,
) -> CheckFigures:
    checks = [check for _, check in some]
    possible = sum(check.possible for check in checks)
    common = Counter(c.mistake_title or c.mistake for c in checks if c.mistake).most_common(1)
    return CheckFigures(
        exercise=exercise,
        name=name,
        decided=len(checks),
        right=sum(check.outcome is Outcome.PASS for check in checks) / max(1, len(checks)),
        difficulty=1 - sum(check.earned for check in checks) / possible if possible else 0.0,
        discrimination=_discrimination(some, sums),
        mistake=common[0][0] if common else None,
        undecided=undecided,
        stopped=sum(check.outcome in _STOPPED for check in checks),
    )


def _discrimination(
    some: Sequence[tuple[str, AnyCheck]], sums: Mapping[str, tuple[float, float]]
) -> float | None:
    """Corrected item-total correlation: the check against the rest, itself left out."""
    own, rest = [], []
    for student, check in some:
        earned, possible = sums[student]
        if check.possible > 0 and possible > check.possible:
            own.append(check.earned / check.possible)
            rest.append((earned - check.earned) / (possible - check.possible))
    if len(own) < _FEWEST or len(set(own)) < 2 or len(set(rest)) < 2:
        return None
    try:
        return statistics.correlation(own, rest)
    except statistics.StatisticsError:
        return None
