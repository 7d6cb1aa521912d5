"""Work out what a student's page says beyond the record: changes and score bar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from grader.model import Score
from grader.report.charts import Box, Chart, Mark
from grader.report.phrases import named, points, shown

__all__ = [
    "Change",
    "changes_since",
    "file_name",
    "public_only",
    "score_bar",
]


@dataclass(frozen=True)
class Change:
    """What became of one check since the attempt before."""

    name: str
    before: str | None
    after: str
    points_before: float
    points_after: float


def public_only(score: Score) -> Score:
    """Leave out every case that students may not see, whatever the record holds."""
    checks = tuple(
        replace(check, public=tuple(case for case in check.public if case.public))
        for check in score.checks
    )
    return replace(score, checks=checks)


def file_name(score: Score) -> str:
    """Name what was handed in, without the folders of the machine that graded it."""
    name = PurePosixPath(score.path).name
    return f"./{name}" if name.startswith("-") else name


def changes_since(previous: Score, score: Score) -> tuple[Change, ...]:
    """Compare two attempts check by check; only what changed."""
    before = {check.id: check for check in previous.checks}
    changes = []
    for check in score.checks:
        old = before.get(check.id)
        outcome, earned = (old.outcome, old.earned) if old else (None, 0.0)
        if (outcome, earned) != (check.outcome, check.earned):
            before_that = shown(old) if old else None
            changes.append(Change(named(check), before_that, shown(check), earned, check.earned))
    return tuple(changes)


def score_bar(score: Score) -> Chart:
    """Draw one segment a check, as wide as its points, filled as far as they were earned."""
    total = sum(check.possible for check in score.checks) or 1.0
    marks: list[Mark] = []
    x = 0.0
    for check in score.checks:
        width = 360 * check.possible / total
        share = check.earned / check.possible if check.possible else 0.0
        inner = max(0.0, width - 3)
        marks.append(Box("rest", x, 0, inner, 12))
        if share > 0:
            marks.append(Box("full", x, 0, inner * min(1.0, share), 12))
        x += width
    if not marks:
        marks.append(Box("rest", 0, 0, 360, 12))
    said = f"{points(score.earned)} / {points(score.possible)}"
    return Chart(said, said, tuple(marks), height=12)
