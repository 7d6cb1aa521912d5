"""Work out what the class page shows: lines ready for its tables, with links to students."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from grader.model import Outcome, Score
from grader.outdir import STUDENT_PAGE, component
from grader.report.charts import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Axis,
    Box,
    Chart,
    Mark,
    Words,
    axis,
    frame,
)
from grader.report.class_statistics import (
    CheckFigures,
    ExerciseFigures,
    Mistake,
    check_figures,
    exercise_figures,
    graded,
    mistakes,
    shares,
)
from grader.report.phrases import named, percent

__all__ = ["Human", "Progress", "Row", "View", "class_view", "link"]

_MOST = 200
"""Lines of the list of what needs attention; the table holds everyone."""
_MOST_MISTAKES = 8
_MOST_LINKS = 25
_EXTREMES = 8


@dataclass(frozen=True)
class Progress:
    """How far a class is graded, for a page that is written again and again."""

    done: int
    total: int
    failed: int = 0

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.done / self.total if self.total else 1.0


@dataclass(frozen=True)
class Human:
    """One score that somebody has to look at."""

    score: Score
    href: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One student over all exercises."""

    student: str
    scores: tuple[Score | None, ...]
    """In the order of the exercises; None where nothing was handed in."""
    earned: float
    possible: float
    mistakes: str
    """Names of all recognised mistakes, to be searched."""


@dataclass(frozen=True)
class View:
    """Everything that the class page shows."""

    rows: tuple[Row, ...]
    exercises: tuple[ExerciseFigures, ...]
    ids: tuple[str, ...]
    checks: tuple[CheckFigures, ...]
    mistakes: tuple[Mistake, ...]
    human: tuple[Human, ...]
    slowest: tuple[Score, ...]
    heaviest: tuple[Score, ...]
    submissions: int
    mean: float | None
    full: float | None
    distribution: Chart | None
    most_mistakes: int = _MOST_MISTAKES
    most_links: int = _MOST_LINKS
    most_human: int = _MOST


def class_view(scores: Sequence[Score], words: Mapping[str, Any]) -> View:
    """Work out the class page from the scores, in any order."""
    final = graded(scores)
    won = shares(final)
    ids = tuple(sorted({score.exercise for score in scores}))
    ran = [score for score in scores if score.run.status != "not-run"]
    return View(
        rows=_rows(scores, ids),
        exercises=exercise_figures(final),
        ids=ids,
        checks=check_figures(final),
        mistakes=mistakes(final),
        human=_human(scores, words["class"]),
        slowest=_top(ran, lambda score: score.run.wall_s),
        heaviest=_top(ran, lambda score: score.run.max_rss_mb),
        submissions=len(scores),
        mean=statistics.fmean(won) if won else None,
        full=sum(share >= 1 for share in won) / len(won) if won else None,
        distribution=_distribution(won, words["picture"]) if won else None,
    )


def link(exercise: str, student: str, check: int | None = None) -> str:
    """Address a student's page from the class page."""
    path = quote(f"{component(exercise)}/{component(student)}/{STUDENT_PAGE}")
    return path if check is None else f"{path}#check-{check}"


def _rows(scores: Sequence[Score], ids: Sequence[str]) -> tuple[Row, ...]:
    by_student: dict[str, dict[str, Score]] = defaultdict(dict)
    for score in scores:
        by_student[score.student][score.exercise] = score
    rows = []
    for student, mine in sorted(by_student.items()):
        final = graded(mine.values())
        seen = {c.mistake_title or c.mistake for s in final for c in s.checks if c.mistake}
        rows.append(
            Row(
                student=student,
                scores=tuple(mine.get(exercise) for exercise in ids),
                earned=sum(score.final for score in final),
                possible=sum(score.possible for score in final),
                mistakes=", ".join(sorted(seen)),
            )
        )
    return tuple(rows)


def _human(scores: Sequence[Score], words: Mapping[str, str]) -> tuple[Human, ...]:
    lines = []
    for score in sorted(scores, key=lambda score: (score.student, score.exercise)):
        reasons = _reasons(score, words)
        if reasons:
            lines.append(Human(score, link(score.exercise, score.student), reasons))
    return tuple(lines)


def _reasons(score: Score, words: Mapping[str, str]) -> tuple[str, ...]:
    reasons = []
    if score.status != "graded":
        said = words[f"why_{score.status}"]
        reasons.append(f"{said}: {score.message}" if score.message else said)
    for outcome in (Outcome.INCONCLUSIVE, Outcome.BROKEN):
        checks = [named(check) for check in score.checks if check.outcome is outcome]
        if checks:
            reasons.append(words[f"why_{outcome}"].format(checks=", ".join(checks)))
    reasons.extend(score.asks)
    if score.integrity:
        kinds = ", ".join(sorted({seen.kind for seen in score.integrity}))
        reasons.append(words["why_integrity"].format(kinds=kinds))
    return tuple(reasons)


def _top(scores: Sequence[Score], key: Any) -> tuple[Score, ...]:
    return tuple(sorted(scores, key=lambda s: (-key(s), s.student, s.exercise))[:_EXTREMES])


def _distribution(won: Sequence[float], words: Mapping[str, str]) -> Chart:
    """Count submissions by tenths of the points; full marks have a column of their own."""
    counts = [0] * 11
    for share in won:
        counts[min(10, max(0, int(share * 10 + 1e-9)))] += 1
    y = Axis(0.0, float(max(counts)), HEIGHT - BOTTOM, TOP)
    ticks = axis([0, max(counts)], HEIGHT - BOTTOM, TOP).ticks
    whole = tuple(tick for tick in ticks if tick == int(tick) and 0 <= tick <= max(counts))
    x = Axis(0, 11, LEFT, WIDTH - RIGHT)
    y = Axis(y.low, y.high, y.start, y.end, ticks=whole)
    marks: list[Mark] = [*frame(x, y, words["share"], words["submissions"], x_ticks=False)]
    for tenth, count in enumerate(counts):
        marks.append(Box("column", x(tenth) + 2, y(count), x(1) - x(0) - 4, y.start - y(count)))
        marks.append(Words("tick", x(tenth + 0.5), y.start + 15, str(10 * tenth)))
    bins = "; ".join(
        words["distribution_bin"].format(low=10 * tenth, high=min(100, 10 * tenth + 9), count=n)
        for tenth, n in enumerate(counts)
        if n
    )
    median = percent(statistics.median(won)).removesuffix(" %")
    said = words["distribution_alt"].format(count=len(won), median=median, bins=bins)
    return Chart(words["distribution"], said, tuple(marks))
