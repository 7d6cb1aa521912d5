"""Checks of the student's own run for which nothing is run: rules, and questions for a person."""

from __future__ import annotations

from collections.abc import Mapping

from grader.judging.awaiting import await_person
from grader.judging.rules import broken_at, judge_rule
from grader.judging.unanswered import no_points
from grader.model import Check, Exercise, Isolation, Outcome, Run, Submission
from grader.selfcheck.findings import Finding

__all__ = ["found_in_source"]

_NOT_RUN = Run("not-run", Isolation.NONE, 0.0, 0.0, 0.0)
_BY_A_PERSON = "Read by a person when you have handed in."


def found_in_source(
    check: Check, exercise: Exercise, handed: Submission, found: Mapping[str, Finding]
) -> Finding | None:
    """Return what can be said of a check without a run; None for one that needs it.

    `found` are the findings of the others: a rule is kept by no work that is not written yet.
    """
    if check.rule is not None:
        return _of_rule(check, exercise, handed, found)
    if check.manual is None:
        return None
    if check.manual.kind != "figure":
        verdict = await_person(check, exercise, handed, _NOT_RUN)
        if verdict.outcome is Outcome.MISSING:
            return Finding(check.id, check.id, check.title, Outcome.MISSING, (verdict.feedback,))
    return Finding(check.id, check.id, check.title, None, (_BY_A_PERSON,))


def _of_rule(
    check: Check, exercise: Exercise, handed: Submission, found: Mapping[str, Finding]
) -> Finding:
    others = [
        no_points(other, found[other.id].outcome or Outcome.PASS, "")
        for other in exercise.checks
        if other.id in found
    ]
    verdict = judge_rule(check, handed, others)
    place, line = broken_at(check, handed) if verdict.outcome is Outcome.FAIL else ("", 0)
    said = (verdict.feedback,)
    outcome: Outcome | None = verdict.outcome
    if outcome is Outcome.PASS:
        outcome = None  # what needs it may still be wrong
    return Finding(check.id, check.id, check.title, outcome, said, place=place, line=line)
