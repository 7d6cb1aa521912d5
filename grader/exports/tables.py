"""Write all scores as one CSV table: our own columns, or those of nbgrader's gradebook export."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from grader.exports.selection import points_text
from grader.model import Score
from grader.spreadsheets import plain_cell, write_rows
from grader.submissions.roster import Person

__all__ = ["NBGRADER", "gradebook_csv", "nbgrader_csv"]

_COLUMNS = ("student", "exercise", "status", "earned", "possible", "percent", "checks", "message")
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
    share = f"{100 * score.earned / score.possible:.1f}" if known and score.possible else ""
    return [
        plain_cell(score.student),
        plain_cell(score.exercise),
        score.status,
        points_text(score.earned) if known else "",
        points_text(score.possible),
        share,
        plain_cell(outcomes),
        plain_cell(score.message),
    ]


def nbgrader_csv(scores: Iterable[Score], people: Mapping[str, Person]) -> str:
    """Return the table that `nbgrader export` writes; late penalties are left to others."""
    rows = []
    for score in scores:
        person = people.get(score.student, Person(score.student))
        known = score.status != "provisional"
        earned = f"{score.earned:g}" if known else ""
        last, first = person.last_first
        rows.append(
            [
                plain_cell(score.exercise),
                "",
                score.graded_at,
                plain_cell(score.student),
                plain_cell(last),
                plain_cell(first),
                plain_cell(person.email),
                earned,
                "0.0",
                earned,
                f"{score.possible:g}",
            ]
        )
    return write_rows([NBGRADER, *rows])
