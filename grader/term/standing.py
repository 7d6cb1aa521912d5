"""Lay the rules of the term over a score: how late it came, and what that costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from grader.errors import UsageError
from grader.model import Late, Score
from grader.submissions.roster import Person
from grader.term.lateness import penalty
from grader.term.rules import TermRules
from grader.term.times import moment

__all__ = ["with_lateness"]


def with_lateness(score: Score, rules: TermRules, people: Mapping[str, Person]) -> Score:
    """Return the score with what being late costs under the rules as they are now.

    What was earned stays as it is. A submission whose time nobody knows is on time: the doubt is
    not the student's to bear. So is one for an exercise without a due time.
    """
    person = people.get(score.student)
    deadline = rules.deadline(score.exercise, person.extension if person else "")
    if deadline is None or not score.handed_in or score.status == "ungraded":
        return replace(score, late=None)
    try:
        when = moment(score.handed_in, rules.timezone)
    except UsageError:
        return replace(score, late=None)
    found = penalty(score.earned, score.possible, when, deadline)
    if not found.is_late:
        return replace(score, late=None)
    due = deadline.until.astimezone(rules.timezone).isoformat(timespec="seconds")
    return replace(score, late=Late(due, found.late_by.total_seconds(), found.points))
