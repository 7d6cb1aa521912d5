"""The scores of a class as they count: the attempt that counts, and what being late costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from grader.course.loading import Course
from grader.course.settings import file_in
from grader.errors import UsageError
from grader.model import Score, Submission, Unreadable
from grader.scores.decisions import Decisions
from grader.scores.gradebook import Gradebook
from grader.scores.remembered import Remembered
from grader.submissions.groups import for_every_member
from grader.submissions.roster import Person, read_roster
from grader.submissions.times import with_times
from grader.suggestions import no_such
from grader.term.attempts import counting
from grader.term.rules import TermRules, exercises_named, term_rules
from grader.term.standing import with_lateness
from grader.term.times import moment

__all__ = ["Term", "checked_term", "counting_score", "handed_in", "standing", "term_of"]


@dataclass(frozen=True)
class Term:
    """The rules of the term and the people that they are for."""

    rules: TermRules = field(default_factory=TermRules)
    people: Mapping[str, Person] = field(default_factory=dict)
    """The roster by handle; empty where there is none."""


def term_of(course: Course) -> Term:
    """Read the term from the course's own course.toml, and the roster that it names.

    Raises UsageError that points at what is wrong in either.
    """
    found = file_in(course.directory)
    rules = term_rules(found.term, found.path)
    roster = found.places.get("roster")
    if roster and not Path(roster).is_file():
        told = "write one with a column `student`, or copy the one that an import wrote"
        raise UsageError(f"{found.path}: roster: no such file {roster}; {told}")
    people = read_roster(Path(roster)) if roster else {}
    for person in people.values():
        _check_extension(person, rules, roster or "")
    return Term(rules, people)


def checked_term(course: Course) -> Term:
    """Read the term, and refuse rules and extensions for exercises that the course has not.

    A typo there would cost students points. Scores that are kept are shown without this: an
    exercise may have left the course since.
    """
    term, known = term_of(course), course.exercise_ids
    found = file_in(course.directory)
    named = [(f"{found.path}: exercise.{name}", name) for name in term.rules.exercises]
    named += [
        (f"{found.places.get('roster')}: {person.student}: extension", name)
        for person in term.people.values()
        for name in exercises_named(person.extension)
    ]
    for place, name in named:
        if name not in known:
            raise UsageError(f"{place}: {no_such('exercise', name, known, ' in this course')}")
    return term


def _check_extension(person: Person, rules: TermRules, roster: str) -> None:
    for exercise in rules.exercises:
        try:
            rules.deadline(exercise, person.extension)
        except UsageError as error:
            raise UsageError(f"{roster}: {person.student}: extension: {error}") from None


def handed_in(
    found: Sequence[Submission | Unreadable], term: Term, alone: bool = False
) -> list[Submission | Unreadable]:
    """Return what was found with its times, and the work of a group for each of its members.

    `alone`: what others of a group have handed in is not looked at, so nobody else gets this.
    """

    def read(written: str) -> datetime | None:
        try:
            return moment(written, term.rules.timezone)
        except UsageError:
            return None

    timed = with_times(found, term.rules.times)
    if alone:
        return timed
    return for_every_member(timed, term.people, lambda name: term.rules.of(name).groups, read)


def standing(gradebook: Gradebook | Remembered, term: Term) -> Iterator[Score]:
    """Yield for each student and exercise the score that counts, in order, one by one."""
    decisions = gradebook.decisions()
    several = set(gradebook.with_attempts())
    for score in gradebook.each_score():
        student, exercise = score.student, score.exercise
        chosen = decisions.chosen(student, exercise)
        if (student, exercise) in several and (
            chosen is not None or term.rules.of(exercise).attempts != "newest"
        ):
            yield _counts(gradebook.scores_of(student, exercise), decisions, term)
        else:
            yield with_lateness(score, term.rules, term.people)


def counting_score(gradebook: Gradebook, term: Term, student: str, exercise: str) -> Score | None:
    """Return the score that counts for one student and exercise; None where there is none."""
    attempts = gradebook.scores_of(student, exercise)
    return _counts(attempts, gradebook.decisions(student), term) if attempts else None


def _counts(attempts: Sequence[Score], decisions: Decisions, term: Term) -> Score:
    late = [with_lateness(score, term.rules, term.people) for score in attempts]
    student, exercise = late[0].student, late[0].exercise
    chosen = decisions.chosen(student, exercise)
    return late[counting(late, term.rules.of(exercise).attempts, chosen)]
