"""The verdict on a call that an exception stopped: which one, where, and what it means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from grader.judging.causes import (
    called_value,
    cause_of_name,
    grad_left_off,
    name_not_defined,
)
from grader.judging.diagnosis.exceptions import Failure, explain
from grader.judging.diagnosis.reach import reached_source
from grader.judging.evidence import Answer, Raised
from grader.judging.plan import CheckPlan
from grader.judging.sentences import feedback
from grader.judging.sentences.disagreement import only_after, only_in
from grader.judging.sentences.left_behind import left_behind
from grader.judging.sentences.raised import in_words, line_of, words_of
from grader.judging.unanswered import no_points
from grader.model import Case, CellRun, CheckVerdict, Outcome, Run, Submission

__all__ = ["meaning_of_stop", "stopped"]

_SWITCHED_OFF = re.compile(r"does not require grad|Inference tensors")
_NEEDS_AUTOGRAD = re.compile(r"does not require grad|requires_grad|retain_grad|leaf Variable")
"""What torch says when code that was called with autograd switched off wants to differentiate."""


def stopped(
    plan: CheckPlan, answers: Sequence[Answer], submission: Submission, run: Run
) -> CheckVerdict:
    """Return the verdict on a check of which at least one call raised."""
    check = plan.check
    pairs = list(zip(plan.probe.cases, answers, strict=True))
    error = next(answer.error for answer in answers if answer.error is not None)
    first = _first_cause(error, check.call, submission, run)
    said = in_words(error, submission, plan.probe.source or "")
    words = f"{first} {feedback.raised(check, said)}".strip()
    place = (error.file, error.line) if line_of(error, submission) else None
    if check.method == "by-hand" and _NEEDS_AUTOGRAD.search(error.message):
        words = f"{feedback.method(check)} {words}"
        return replace(no_points(check, Outcome.ERROR, words), raised_at=place)
    words += only_in(
        [case.category for case, answer in pairs if answer.error],
        [case.category for case, answer in pairs if not answer.error],
        "stops",  # nobody has looked whether the other answers are right
    ) or only_after(
        [case for case, answer in pairs if answer.error],
        [case for case, answer in pairs if not answer.error],
        "stops",
    )
    behind = left_behind(f"{error.type}: {error.message}", submission)
    if behind:
        words = f"{words} {behind}"
    verdict = replace(no_points(check, Outcome.ERROR, words), raised_at=place)
    found = explain(_failure(plan, answers, error, submission))
    if found is None:
        return verdict
    return replace(
        verdict,
        feedback=f"{words} {found.fact} {found.hint}".strip(),
        mistake=found.slug,
        mistake_title=found.title,
    )


def meaning_of_stop(cell: CellRun, submission: Submission) -> str:
    """Return what the exception means that stopped a cell, empty where that is not sure."""
    if behind := left_behind(cell.message, submission):
        return behind
    type_, _, message = cell.message.partition(": ")
    found = next(other for other in submission.cells if other.index == cell.index)
    lines = found.source.split("\n")
    number = (cell.line or 0) - (found.line or 1)
    text = lines[number].strip() if 0 <= number < len(lines) else ""
    if _SWITCHED_OFF.search(cell.message) and (off := grad_left_off(submission, cell.index)):
        return off
    if "object is not callable" in cell.message:
        return called_value(None, text, submission)
    raised = Raised(type_, message, "", 0, text)
    explained = explain(Failure(raised, reached_source([found.source], None)))
    return f"{explained.fact} {explained.hint}".strip() if explained else ""


def _first_cause(error: Raised, asked: str | None, submission: Submission, run: Run) -> str:
    """Return what stands behind an exception: a cell that stopped, or a name used twice."""
    if error.type == "NameError" and (name := name_not_defined(error.message)):
        # A name that nobody wrote was put together, from a hidden value perhaps.
        return cause_of_name(name, submission, run) if name in words_of(submission) else ""
    if error.type == "TypeError" and error.message.endswith("object is not callable"):
        return called_value(asked, line_of(error, submission), submission)
    return ""


def _failure(
    plan: CheckPlan, answers: Sequence[Answer], error: Raised, submission: Submission
) -> Failure:
    return Failure(
        replace(error, text=line_of(error, submission)),
        reached_source([cell.source for cell in submission.cells], plan.check.call),
        works_at_first=_works_at_first(plan.probe.cases, answers),
        sometimes=any(answer.error is None for answer in answers),
    )


def _works_at_first(cases: Sequence[Case], answers: Sequence[Answer]) -> bool:
    """Return whether calls of at most one step work, and those of several do not."""
    counts = [
        max((v for v in case.arguments.values() if type(v) is int), default=None) for case in cases
    ]
    pairs = [(n, a.error is None) for n, a in zip(counts, answers, strict=True) if n is not None]
    few = [works for count, works in pairs if count <= 1]
    many = [works for count, works in pairs if count > 1]
    return bool(few) and bool(many) and all(few) and not any(many)
