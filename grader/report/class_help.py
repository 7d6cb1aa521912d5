"""Find the students who need help: few points, falling, unfinished, or nothing handed in."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from grader.model import Outcome
from grader.report.class_lines import ScoreLine
from grader.report.phrases import percent, points
from grader.term.missing import Missing

__all__ = ["Help", "in_order_of_time", "who_needs_help"]

_LOW = 0.5
"""Share of the points below which a student is said to have few."""
_FALL = 0.25
"""Share of the points by which the last exercise lies below the earlier ones, class taken out."""


@dataclass(frozen=True)
class Help:
    """One student, why help is needed, and how many points of the class's exercises are lost."""

    student: str
    exercise: str
    """The exercise to open first: the one with most points lost; empty where nothing came in."""
    reasons: tuple[str, ...]
    lost: float


def who_needs_help(
    lines: Sequence[ScoreLine], missing: Iterable[Missing], words: Mapping[str, str]
) -> tuple[Help, ...]:
    """List who needs help, the one who lost most points first.

    What could not be graded counts for nobody: it is in the list of what needs attention.
    """
    worth = _worth(lines)
    mine: dict[str, list[ScoreLine]] = defaultdict(list)
    for line in lines:
        mine[line.student].append(line)
    absent = {person.student: person.exercises for person in missing}
    falls = _falls(lines)
    found = []
    for student in sorted({*mine, *absent}):
        not_in = absent.get(student, ())
        reasons = _reasons(mine.get(student, []), falls.get(student), not_in, words)
        if reasons:
            graded = [line for line in mine.get(student, []) if line.status == "graded"]
            worst = max(graded, key=lambda line: line.possible - line.final, default=None)
            lost = sum(line.possible - line.final for line in graded)
            lost += sum(worth.get(exercise, 0.0) for exercise in not_in)
            found.append(Help(student, worst.exercise if worst else "", reasons, lost))
    return tuple(sorted(found, key=lambda help_: (-help_.lost, help_.student)))


def in_order_of_time(lines: Iterable[ScoreLine]) -> tuple[str, ...]:
    """Order exercises by when half of the class had handed in; none where that is not known."""
    times: dict[str, list[float]] = defaultdict(list)
    exercises = set()
    for line in lines:
        exercises.add(line.exercise)
        if (moment := _moment(line.handed_in)) is not None:
            times[line.exercise].append(moment)
    if len(times) < len(exercises):
        return ()
    medians = {exercise: statistics.median(some) for exercise, some in times.items()}
    if len(set(medians.values())) < len(medians):
        return ()
    return tuple(sorted(medians, key=lambda exercise: medians[exercise]))


def _reasons(
    lines: Sequence[ScoreLine],
    fall: tuple[float, float] | None,
    not_in: Sequence[str],
    words: Mapping[str, str],
) -> tuple[str, ...]:
    graded = [line for line in lines if line.status == "graded" and line.possible > 0]
    earned, possible = sum(line.final for line in graded), sum(line.possible for line in graded)
    unfinished = sum(check.outcome is Outcome.MISSING for line in graded for check in line.checks)
    reasons = []
    if possible and earned < _LOW * possible:
        reasons.append(words["help_low"].format(earned=points(earned), possible=points(possible)))
    if fall is not None:
        reasons.append(words["help_falling"].format(before=percent(fall[0]), now=percent(fall[1])))
    if unfinished:
        reasons.append(_counted(words, "help_unfinished", unfinished))
    if not_in:
        reasons.append(_counted(words, "help_missing", len(not_in)))
    return tuple(reasons)


def _counted(words: Mapping[str, str], key: str, count: int) -> str:
    return words[f"{key}_one" if count == 1 else key].format(count=count)


def _worth(lines: Iterable[ScoreLine]) -> dict[str, float]:
    """Say what each exercise is worth, by what was handed in for it."""
    worth: dict[str, float] = {}
    for line in lines:
        worth[line.exercise] = max(worth.get(line.exercise, 0.0), line.possible)
    return worth


def _falls(lines: Sequence[ScoreLine]) -> dict[str, tuple[float, float]]:
    """Find whose last exercise lies far below the earlier ones, and from what to what.

    The class's mean is taken out of each exercise first: a hard exercise is nobody's fall.
    """
    order = {exercise: at for at, exercise in enumerate(in_order_of_time(lines))}
    if len(order) < 2:
        return {}
    won: dict[str, dict[int, float]] = defaultdict(dict)
    for line in lines:
        if line.status == "graded" and line.possible > 0:
            won[line.student][order[line.exercise]] = line.final / line.possible
    shares: dict[int, list[float]] = defaultdict(list)
    for mine in won.values():
        for at, share in mine.items():
            shares[at].append(share)
    mean = {at: statistics.fmean(some) for at, some in shares.items()}
    found = {}
    for student, mine in won.items():
        *before, last = sorted(mine)
        if before:
            usual = statistics.fmean(mine[at] - mean[at] for at in before)
            now = mine[last] - mean[last]
            was = statistics.fmean(mine[at] for at in before)
            if now <= usual - _FALL and mine[last] <= was - _FALL:
                found[student] = (was, mine[last])
    return found


def _moment(text: str) -> float | None:
    """Read a time; one without an offset is as good as UTC here, where only the order counts."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
