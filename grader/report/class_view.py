"""Work out what the class page shows: its five answers, and lines for its tables with links."""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from grader.model import Score
from grader.outdir import CLASS_PAGE, STUDENT_PAGE, component
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
from grader.report.class_help import Help, who_needs_help
from grader.report.class_ideas import Idea, ideas
from grader.report.class_lines import ScoreLine, lines_of
from grader.report.class_statistics import (
    CheckFigures,
    ExerciseFigures,
    check_figures,
    exercise_figures,
    graded,
    mistakes,
    shares,
)
from grader.report.class_suspects import Suspect, suspects
from grader.report.phrases import percent
from grader.term.missing import Missing

__all__ = ["Human", "Page", "Progress", "Row", "View", "class_view", "link", "paged"]

_MOST = 200
"""Lines of the list of what needs attention; the table holds everyone."""
_MOST_MISTAKES = 8
_MOST_LINKS = 25
_MOST_RARE = 100
_FIRST = 4
"""Lines of each answer on the first screen."""
_CELLS = 6_000
"""Cells of a table of scores that one page may hold: some 500 kB."""
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

    score: ScoreLine
    href: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One student over all exercises."""

    student: str
    scores: tuple[ScoreLine | None, ...]
    """In the order of the exercises; None where nothing was handed in."""
    earned: float
    possible: float
    mistakes: str
    """Names of all recognised mistakes, to be searched."""


@dataclass(frozen=True)
class Page:
    """One page of a table of scores that is too long for one."""

    number: int
    href: str
    rows: tuple[Row, ...]

    @property
    def first(self) -> str:
        """The student that it begins with."""
        return self.rows[0].student

    @property
    def last(self) -> str:
        """The student that it ends with."""
        return self.rows[-1].student


@dataclass(frozen=True)
class View:
    """Everything that the class page shows."""

    rows: tuple[Row, ...]
    pages: tuple[Page, ...]
    help: tuple[Help, ...]
    ideas: tuple[Idea, ...]
    suspects: tuple[Suspect, ...]
    missing: tuple[Missing, ...]
    exercises: tuple[ExerciseFigures, ...]
    ids: tuple[str, ...]
    checks: tuple[CheckFigures, ...]
    human: tuple[Human, ...]
    slowest: tuple[ScoreLine, ...]
    heaviest: tuple[ScoreLine, ...]
    submissions: int
    mean: float | None
    full: float | None
    distribution: Chart | None
    most_mistakes: int = _MOST_MISTAKES
    most_links: int = _MOST_LINKS
    most_human: int = _MOST
    most_rare: int = _MOST_RARE
    first: int = _FIRST

    def suspicious(self, check: CheckFigures) -> tuple[str, ...]:
        """Say why a check is worth a second look; nothing where it is not."""
        return next((each.reasons for each in self.suspects if each.check == check), ())

    @property
    def everyone(self) -> Markup:
        """Who is on which page, as JSON that cannot end its element, for a search over pages."""
        pages = [[page.href, [row.student for row in page.rows]] for page in self.pages]
        text = json.dumps(pages, ensure_ascii=True, separators=(",", ":"))
        return Markup(text.replace("<", "\\u003c"))  # noqa: S704  # nothing of it can be HTML


def class_view(
    scores: Iterable[Score | ScoreLine], words: Mapping[str, Any], missing: Sequence[Missing] = ()
) -> View:
    """Work out the class page from the scores, in any order."""
    scores = lines_of(scores, words["class"])
    final = graded(scores)
    won = shares(final)
    ids = tuple(sorted({score.exercise for score in scores}))
    ran = [score for score in scores if score.ran]
    rows, checks, found = _rows(scores, ids), check_figures(scores), mistakes(final)
    return View(
        rows=rows,
        pages=paged(rows, len(ids)),
        help=who_needs_help(scores, missing, words["class"]),
        ideas=ideas(found, words["ideas"]),
        suspects=suspects(checks, words["class"]),
        missing=tuple(missing),
        exercises=exercise_figures(final),
        ids=ids,
        checks=checks,
        human=_human(scores),
        slowest=_top(ran, lambda score: score.wall_s),
        heaviest=_top(ran, lambda score: score.memory_mb),
        submissions=len(scores),
        mean=statistics.fmean(won) if won else None,
        full=sum(share >= 1 for share in won) / len(won) if won else None,
        distribution=_distribution(won, words["picture"]) if won else None,
    )


def link(exercise: str, student: str, check: int | None = None) -> str:
    """Address a student's page from the class page."""
    path = quote(f"{component(exercise)}/{component(student)}/{STUDENT_PAGE}")
    return path if check is None else f"{path}#check-{check}"


def paged(rows: Sequence[Row], exercises: int) -> tuple[Page, ...]:
    """Cut the table of scores into pages; one where it fits into the class's own."""
    most = max(50, _CELLS // (exercises + 2))
    starts = range(0, len(rows), most)
    return tuple(
        Page(
            number,
            CLASS_PAGE if number == 1 else f"scores-{number}.html",
            tuple(rows[start : start + most]),
        )
        for number, start in enumerate(starts, start=1)
    )


def _rows(scores: Sequence[ScoreLine], ids: Sequence[str]) -> tuple[Row, ...]:
    by_student: dict[str, dict[str, ScoreLine]] = defaultdict(dict)
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


def _human(scores: Sequence[ScoreLine]) -> tuple[Human, ...]:
    asked = [score for score in scores if score.reasons]
    return tuple(
        Human(score, link(score.exercise, score.student), score.reasons)
        for score in sorted(asked, key=lambda score: (score.student, score.exercise))
    )


def _top(scores: Sequence[ScoreLine], key: Any) -> tuple[ScoreLine, ...]:
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
