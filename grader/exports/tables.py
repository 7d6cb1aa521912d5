"""Write all scores as one CSV table: our own columns, or those of nbgrader's gradebook export."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from grader.exports.selection import points_text
from grader.model import Score
from grader.spreadsheets import plain_cell, write_rows
from grader.submissions.roster import Person

__all__ = ["NBGRADER", "gradebook_csv", "nbgrader_csv"]

_COLUMNS = (
    *("student", "exercise", "status", "earned", "possible", "percent", "late", "final"),
    *("attempt", "handed_in", "checks", "message"),
)
NBGRADER = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)


def gradebook_csv(scores: Iterable[Score]) -> str:
    """Return one row a score; a provisional one has no points yet."""
    return write_rows([_COLUMNS, *map(_row, scores)])


def _row(score: Score) -> list[str]:
    known = score.status != "provisional"
    outcomes = "; ".join(f"{check.id}={check.outcome}" for check in score.checks)
    share = f"{100 * score.final / score.possible:.1f}" if known and score.possible else ""
    return [
        plain_cell(score.student),
        plain_cell(score.exercise),
        score.status,
        points_text(score.earned) if known else "",
        points_text(score.possible),
        share,
        points_text(score.late.points) if score.late else "",
        points_text(score.final) if known else "",
        str(score.attempt),
        plain_cell(score.handed_in),
        plain_cell(outcomes),
        plain_cell(score.message),
    ]


def nbgrader_csv(scores: Iterable[Score], people: Mapping[str, Person]) -> str:
    """Return the table that `nbgrader export` writes, with due times and late penalties."""
    rows = []
    for score in scores:
        person = people.get(score.student, Person(score.student))
        known = score.status != "provisional"
        earned = f"{score.earned:g}" if known else ""
        final_ = f"{score.final:g}" if known else ""
        lost = f"{score.late.points:g}" if score.late else "0.0"
        last, first = person.last_first
        rows.append(
            [
                plain_cell(score.exercise),
                score.late.due if score.late else "",
                score.handed_in or score.graded_at,
                plain_cell(score.student),
                plain_cell(last),
                plain_cell(first),
                plain_cell(person.email),
                earned,
                lost,
                final_,
                f"{score.possible:g}",
            ]
        )
    return write_rows([NBGRADER, *rows])
