"""Manual points and comments for a whole class as one CSV table, out and in.

A row is a question of one student: what they answered, the rubric, and columns to fill in:
`points` or `criteria` (numbers of rubric lines, `1;3`), and `comment`. Nothing is kept when any
row is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from grader.errors import UsageError
from grader.grading.environment import now
from grader.grading.rubric import given_points, with_rubric
from grader.model import CheckVerdict, Outcome, Score
from grader.outdir import write_named
from grader.scores.decisions import Decision, Decisions, Kind
from grader.spreadsheets import Sheet, plain_cell, read_sheet, value_of_cell, write_rows
from grader.suggestions import no_such

__all__ = ["Read", "read_points", "write_points"]

COLUMNS = (
    *("student", "exercise", "check", "title", "outcome", "possible"),
    *("points", "criteria", "comment", "answer", "rubric", "attempt"),
)
_NEEDED = ("student", "exercise", "check")
_MOST_FAULTS = 20
_ATTEMPT = "sha256:"
"""Before the digits of an attempt, which a spreadsheet may else take for a number."""


@dataclass(frozen=True)
class Read:
    """What a table asks for."""

    decisions: tuple[Decision, ...]
    unchanged: int
    """Rows that say nothing new."""


# ---------------------------------------------------------------- out


def write_points(
    path: Path,
    scores: Sequence[Score],
    decisions: Decisions,
    exercise: str | None = None,
    check: str | None = None,
) -> int:
    """Write a row for each question that a person grades; all checks of `check`, if given.

    Returns how many rows there are. `check` is CHECK or EXERCISE/CHECK; raises UsageError where
    nobody has it.
    """
    if check:
        of, _, check = check.rpartition("/")
        scores = [score for score in scores if of in ("", score.exercise)]
        known = {verdict.id for score in scores for verdict in score.checks}
        if check not in known:
            raise UsageError(no_such("check", check, known, " in the gradebook"))
    rows = [
        _row(score, verdict, decisions)
        for score in sorted(scores, key=lambda score: (score.exercise, score.student))
        if exercise in (None, score.exercise)
        for verdict in score.checks
        if (verdict.id == check if check else _is_for_people(verdict))
    ]
    write_named(path, write_rows([COLUMNS, *rows]))
    return len(rows)


def _is_for_people(verdict: CheckVerdict) -> bool:
    return bool(verdict.answer or verdict.criteria) or verdict.outcome is Outcome.AWAITING


def _row(score: Score, verdict: CheckVerdict, decisions: Decisions) -> list[str]:
    given = _given(score, verdict.id, decisions)
    cells = [
        *(score.student, score.exercise, verdict.id, verdict.title, verdict.outcome.value),
        f"{verdict.possible:g}",
        "" if given is None or given.points is None else f"{given.points:g}",
        "",
        "" if given is None else given.text,
        verdict.answer,
        "\n".join(f"{n}. {c.title} ({c.points:g})" for n, c in enumerate(verdict.criteria, 1)),
        _ATTEMPT + (score.sha256 or "")[:12],
    ]
    return [plain_cell(cell) for cell in cells]


def _given(score: Score, check: str, decisions: Decisions) -> Decision | None:
    """Return the manual points that hold for this attempt, the newest."""
    made = [
        each
        for each in decisions.about(score)
        if each.kind == "points" and each.check == check and each.sha256 in (None, score.sha256)
    ]
    return made[-1] if made else None


# ---------------------------------------------------------------- in


def read_points(path: Path, scores: Sequence[Score], decisions: Decisions, who: str) -> Read:
    """Read a table back; raises UsageError that lists every row that is wrong."""
    sheet = read_sheet(path)
    heading = [cell.strip().casefold() for cell in sheet.rows[0]]
    for name in _NEEDED:
        if name not in heading:
            raise UsageError(f"{path}: has no column {name!r}; `grader points --write` makes one")
    known = {(score.student, score.exercise): score for score in scores}
    made: list[Decision] = []
    faults: dict[int, str] = {}
    unchanged = 0
    rows: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(sheet.rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        written = zip(heading, map(value_of_cell, row), strict=False)
        cells = dict.fromkeys(heading, "") | dict(written)  # a row may end early
        try:
            asked = list(_asked(cells, known, decisions, who))
            for each in asked:
                first = rows.setdefault((each.student, each.exercise, each.check), number)
                if first != number:
                    raise UsageError(f"is about the same check of the same student as row {first}")
        except UsageError as fault:
            faults[number] = str(fault)
            continue
        made += asked
        unchanged += not asked
    if faults:
        raise UsageError(f"{path}: nothing was kept:\n  {_told(faults, sheet)}")
    return Read(tuple(made), unchanged)


def _told(faults: Mapping[int, str], sheet: Sheet) -> str:
    """Say what is wrong in which rows: the first ones in full, then the others' numbers."""
    lines = [
        f"row {number}{_line(number, sheet)}: {fault}"
        for number, fault in islice(faults.items(), _MOST_FAULTS)
    ]
    if others := list(faults)[_MOST_FAULTS:]:
        lines.append(f"and {len(others)} more, in the rows {', '.join(map(str, others))}")
    return "\n  ".join(lines)


def _line(number: int, sheet: Sheet) -> str:
    """Say at which line of the file a row begins, where cells of several lines stand above."""
    (start, _), *_ = sheet.places[number - 1]
    line = sheet.source.count("\n", 0, start) + 1
    return "" if line == number else f" (line {line})"


def _asked(
    cells: dict[str, str],
    known: dict[tuple[str, str], Score],
    decisions: Decisions,
    who: str,
) -> Iterator[Decision]:
    student, exercise, check = (cells[name].strip() for name in _NEEDED)
    score = known.get((student, exercise))
    if score is None:
        raise UsageError(f"nothing graded of {student!r} for {exercise!r}")
    verdict = next((each for each in score.checks if each.id == check), None)
    if verdict is None:
        raise UsageError(f"{student}, {exercise}: no check {check!r}")
    criteria, comment = cells.get("criteria", ""), cells.get("comment", "").strip()
    points = given_points(cells.get("points", ""), criteria, verdict)
    text = with_rubric(comment, criteria, verdict) or "Graded by hand."
    if (points is None and not comment) or _is_known(score, check, points, text, decisions):
        return
    attempt = cells.get("attempt", "").strip().removeprefix(_ATTEMPT)
    if attempt and not (score.sha256 or "").startswith(attempt):
        raise UsageError(f"{student}, {exercise}: has handed in another file since; look again")
    kind: Kind = "comment" if points is None else "points"
    yield Decision(student, exercise, kind, text, who, now(), check, points, score.sha256)


def _is_known(
    score: Score, check: str, points: float | None, text: str, decisions: Decisions
) -> bool:
    """Tell whether these points, or this comment, were given already."""
    before = _given(score, check, decisions)
    if before is not None and (before.points, before.text) in ((points, text), (None, text)):
        return True
    return points is None and any(
        (each.kind, each.check, each.text) == ("comment", check, text)
        and each.sha256 in (None, score.sha256)
        for each in decisions.about(score)
    )
