"""The verdict on one check: outcome, points and the sentence that the student reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from grader.course.reference import Reference
from grader.judging.absent_cells import of_lost_cell, without_answer
from grader.judging.answers_of_cells import (
    diagnosis_of_cell,
    dtype_of,
    expected_of_cell,
    given_and_asked,
    underflows,
)
from grader.judging.causes import absent_name, cause_of_name, name_not_defined, unwritten
from grader.judging.checks import CaseMeasured, in_words_of_probe, measure
from grader.judging.diagnosis import Diagnoser, Diagnosis
from grader.judging.diagnosis.evidence import Asked
from grader.judging.diagnosis.nearly import APPROXIMATE
from grader.judging.diagnosis.patience import STOPPED
from grader.judging.diagnosis.precision import (
    statement_about_digits,
    statement_about_precision,
)
from grader.judging.diagnosis.reach import reached_names
from grader.judging.diagnosis.statement import Statement
from grader.judging.diagnosis.truths import confused_truths
from grader.judging.diagnosis.witnesses import witnessed
from grader.judging.entrywise import NO_DIFFERENCES, Differences, differences_of_own
from grader.judging.evidence import Answer, Refused, decode_answers
from grader.judging.follow_through import Own, compare_with_own
from grader.judging.halves import Half, half_without_error, shares, spoken
from grader.judging.method import NO_METHOD, Method, judge_method
from grader.judging.oracle import NOT_FINITE, Expectation
from grader.judging.plan import CheckPlan
from grader.judging.sentences import feedback
from grader.judging.sentences.disagreement import diagnosed, disagreement
from grader.judging.sentences.places import place_of
from grader.judging.sentences.summary import (
    decisive,
    decisive_as_asked,
    hidden_cases,
    over_cases,
    public_cases,
    remarks,
)
from grader.judging.stopped import meaning_of_stop, stopped
from grader.judging.structure import taken_as
from grader.judging.unanswered import guilty_cell, no_points, unanswered
from grader.model import (
    Case,
    Check,
    CheckVerdict,
    Evidence,
    MeasuredItem,
    Outcome,
    Reply,
    Run,
    Submission,
)

__all__ = ["verdict_on"]


@dataclass(frozen=True, eq=False)
class _Answered:
    """One check with its answers, measured."""

    plan: CheckPlan
    answers: Sequence[Answer]
    expected: Sequence[Expectation]
    measured: Sequence[CaseMeasured]
    own: Own | None = None
    differences: Differences = NO_DIFFERENCES
    diagnosis: Diagnosis | None = None
    """What is known already of what is wrong."""
    earlier: Sequence[CheckVerdict] = ()
    """The verdicts on the checks before this one."""
    submission: Submission | None = None
    method: Method = NO_METHOD

    @property
    def check(self) -> Check:
        return self.plan.check


def verdict_on(
    plan: CheckPlan,
    reference: Reference,
    diagnoser: Diagnoser,
    submission: Submission,
    run: Run,
    evidence: Evidence,
    near: Callable[[], bool] = bool,
    earlier: Sequence[CheckVerdict] = (),
) -> CheckVerdict:
    """Judge one check by itself; what other checks have to do with it comes later.

    `near`: whether the student's own function, of which a gradient is asked, has one known mistake.
    `earlier` verdicts may explain what is wrong.
    """
    check, reply = plan.check, evidence.reply(plan.check.id)
    asked = reply is not None and reply.status != "not-asked"
    if check.cell is not None and not asked and run.status == "completed":
        return of_lost_cell(check, submission)
    verdict = unanswered(check, reply, run)
    if verdict is not None or reply is None:
        return verdict or no_points(check, Outcome.BROKEN, feedback.broken(check, ""))
    try:
        answers = decode_answers(reply, len(plan.probe.cases))
    except Refused:
        return no_points(check, Outcome.FAIL, feedback.refused(check))
    if any(answer.status == "missing" for answer in answers):
        return _missing(plan, answers, submission, run, evidence)
    apart = evidence.reply(plan.apart.check) if plan.apart is not None else None
    if apart is not None and apart.status == "broken":
        return no_points(check, Outcome.BROKEN, feedback.broken(check, apart.message))
    if any(answer.error is not None for answer in answers):
        verdict = stopped(plan, answers, submission, run)
        return _with_other_half(verdict, plan, answers, judge_method(plan, answers, evidence))
    method = judge_method(plan, answers, evidence)
    if check.cell is not None:
        verdict = _of_cell(plan, reference, diagnoser, answers[0], method)
        guilty = guilty_cell(check, submission, run)
        if guilty is None or verdict.outcome == Outcome.PASS:
            return verdict
        words = feedback.cut_short(check, guilty, place_of(submission, guilty))
        means = meaning_of_stop(guilty, submission)
        further = name_not_defined(guilty.message)
        first = cause_of_name(further, submission, run) if further else ""
        said = (first, verdict.feedback, words, means)
        return replace(verdict, feedback=" ".join(filter(None, said)))
    measured = measure(check, plan.probe.cases, answers, plan.expected)
    if plan.probe.source is not None:
        measured = in_words_of_probe(measured, answers, plan.probe.source)
    own = _own(plan, evidence, measured, near)
    shown = _differences(plan, evidence, measured)
    found = _Answered(
        plan, answers, plan.expected, measured, own, shown, None, earlier, submission, method
    )
    return _measured(found, diagnoser)


def _with_other_half(
    verdict: CheckVerdict, plan: CheckPlan, answers: Sequence[Answer], method: Method
) -> CheckVerdict:
    """Give an exception that one dtype alone raises the points of the other dtype."""
    half = half_without_error(plan.probe.cases, answers)
    if half is None or (plan.check.method == "by-hand" and not method.kept):
        return verdict
    cases, expected = half.of(plan.probe.cases), half.of(plan.expected)
    measured = measure(plan.check, cases, half.of(answers), expected)
    right = [all(case.items[k].agrees for case in measured) for k in range(len(expected[0].items))]
    if any(case.changed for case in measured) or not any(right):
        return verdict
    at_stake = plan.check.points - plan.check.method_points * (not method.kept)
    words = feedback.other_half(half.dtype) if all(right) else ""
    earned = at_stake * sum(right) / len(right) / 2
    return replace(verdict, earned=earned, feedback=f"{verdict.feedback} {words}".strip())


def _called_inside(found: _Answered) -> tuple[CheckVerdict, ...]:
    """Return the verdicts on functions that the one asked for uses: only these can explain it."""
    probe, submission = found.plan.probe, found.submission
    if submission is None or not found.earlier:
        return ()
    asked = {probe.call or "", *re.findall(r"\w+", probe.source or "")}
    reached = reached_names([cell.source for cell in submission.cells], asked)
    return tuple(verdict for verdict in found.earlier if verdict.call in reached)


def _missing(
    plan: CheckPlan,
    answers: Sequence[Answer],
    submission: Submission,
    run: Run,
    evidence: Evidence,
) -> CheckVerdict:
    check = plan.check
    said = next(answer.message for answer in answers if answer.status == "missing")
    name = absent_name(said, check.call, plan.probe.source)
    guilty = guilty_cell(check, submission, run, name)
    lacking = next((name for name in check.given if said.startswith(f"{name} ")), "")
    words = feedback.missing(check, guilty, place_of(submission, guilty), lacking, name)
    if guilty is not None:
        further = name_not_defined(guilty.message)
        first = cause_of_name(further, submission, run) if further else ""
        means = meaning_of_stop(guilty, submission)
        return no_points(check, Outcome.MISSING, " ".join(filter(None, (first, words, means))))
    if check.cell is not None and not lacking:
        words = without_answer(check, submission)
    if name is not None and check.cell is None and not said.endswith("written yet"):
        asked = [reply.check for reply in evidence.replies]
        words = unwritten(name, submission, asked) or words
    return no_points(check, Outcome.MISSING, words)


def _own(
    plan: CheckPlan, evidence: Evidence, measured: Sequence[CaseMeasured], near: Callable[[], bool]
) -> Own | None:
    """Compare with the student's own function; None where there is none, or all is right."""
    if plan.forward is None:
        return None
    reply: Reply | None = evidence.reply(plan.forward.probe.check)
    own = compare_with_own(plan.forward, reply, measured, plan.expected)
    if own is None or own.function_agrees:
        return own
    worth = replace(own, near=True)
    credited = any(worth.follows(item) for item in own.items)
    return worth if credited and near() else own


def _differences(
    plan: CheckPlan, evidence: Evidence, measured: Sequence[CaseMeasured]
) -> Differences:
    """Return what a picture of the published examples shows beside them, where one is drawn."""
    if all(case.agrees for case in measured if case.case.public):
        return NO_DIFFERENCES
    own = differences_of_own(plan.forward, evidence)
    return own if own.items else plan.differences


# ---------------------------------------------------------------- values


def _of_cell(
    plan: CheckPlan, reference: Reference, diagnoser: Diagnoser, answer: Answer, method: Method
) -> CheckVerdict:
    """Judge variables by what the reference makes of the student's own given ones."""
    check = plan.check
    given, asked = given_and_asked(answer.value)
    expected = expected_of_cell(reference, check, given)
    if isinstance(expected, str):
        return no_points(check, Outcome.FAIL, expected)
    if underflows(given):
        return no_points(check, Outcome.FAIL, feedback.undecidable_values(check))
    shown = Case("public-1", True, given, dtype_of(given), category="your own values")
    moved = replace(answer, value=asked, repeated=False)
    measured = measure(check, [shown], [moved], [expected])
    right = all(case.agrees for case in measured)
    diagnosis = None if right else diagnosis_of_cell(reference, check, given, asked)
    found = _Answered(plan, [moved], [expected], measured, diagnosis=diagnosis, method=method)
    return _measured(found, diagnoser)


def _measured(found: _Answered, diagnoser: Diagnoser) -> CheckVerdict:
    check = found.check
    items, followed = _followed(over_cases(found.measured), found.own)
    changed = sorted({name for case in found.measured for name in case.changed})
    verdict = CheckVerdict(
        id=check.id,
        title=check.title,
        call=check.call,
        outcome=Outcome.PASS,
        earned=check.points,
        possible=check.points,
        feedback=feedback.agreed(check, sum(not c.case.twin_of for c in found.measured)),
        items=items,
        public=public_cases(found.expected, found.measured, check.tolerance, found.differences),
        hidden=hidden_cases(found.measured),
        remarks=(*remarks(found.measured), *taken_as(found.answers, found.expected)),
        method=found.method.how,
    )
    if changed:
        return _fails(verdict, 0.0, feedback.changed_arguments(changed))
    parts = [1.0 if i.agrees else c for i, c in zip(items, shares(found.measured), strict=True)]
    share = sum(parts) / len(parts)
    kept = found.method.kept
    at_stake = check.points if check.method == "by-hand" else check.method_points
    earned = (check.points - at_stake * (not kept)) * share
    if not kept and check.method == "by-hand" and share > 0:
        return _fails(verdict, earned, feedback.method(check, found.method))
    if share < 1:
        return _wrong(found, replace(verdict, earned=earned), diagnoser)
    if not kept:
        return _fails(verdict, earned, feedback.method(check, found.method))
    if followed:
        return replace(verdict, feedback=feedback.followed(check))
    if found.own is not None and any(map(found.own.contradicts, range(len(items)))):
        verdict = replace(verdict, remarks=(*verdict.remarks, feedback.NOT_OWN))
    if not decisive(found.expected, found.measured, check):
        cases = found.plan.probe.cases
        if check.cell is not None:
            return _fails(verdict, 0.0, feedback.undecidable_values(check))
        if decisive_as_asked(found.expected, cases):
            return _fails(verdict, 0.0, feedback.imprecise(check))
        words = feedback.inconclusive(check)
        return replace(verdict, outcome=Outcome.INCONCLUSIVE, earned=0.0, feedback=words)
    return verdict


def _fails(verdict: CheckVerdict, earned: float, words: str) -> CheckVerdict:
    return replace(verdict, outcome=Outcome.FAIL, earned=earned, feedback=words)


def _followed(
    items: tuple[MeasuredItem, ...], own: Own | None
) -> tuple[tuple[MeasuredItem, ...], bool]:
    """Credit wrong items that are the derivative of the student's own, different function."""
    if own is None or own.function_agrees:
        return items, False
    credited = [
        replace(item, agrees=True, note=feedback.FOLLOWED)
        if not item.agrees and own.follows(index)
        else item
        for index, item in enumerate(items)
    ]
    return tuple(credited), any(a is not b for a, b in zip(items, credited, strict=True))


def _wrong(found: _Answered, verdict: CheckVerdict, diagnoser: Diagnoser) -> CheckVerdict:
    """Say what is wrong: the mistake that gives these numbers where one does, else the numbers."""
    check = found.check
    agreed = [item.name for item in verdict.items if item.agrees]
    half, of_other = spoken(found.measured, agreed)
    found, items = _half_of(found, half), verdict.items
    asked = Asked(check, found.plan.probe.cases, found.expected, found.measured)
    known = found.diagnosis or _approximation(found)
    inside = _called_inside(found)
    diagnosis = known or diagnoser.diagnose(found.plan, found.answers, asked, inside)
    if diagnosis.stopped:
        verdict = replace(verdict, remarks=(*verdict.remarks, STOPPED))
    if not diagnosis.whole and all(said in (None, APPROXIMATE) for _, said in diagnosis.items):
        diagnosis = _of_digits_and_truths(found) or diagnosis
    diagnosis = witnessed(diagnosis, found.measured)
    own = found.own
    sure = diagnosis.declared or not all(case.repeats for case in found.measured)
    if own is not None and not own.function_agrees and not sure:
        diagnosis = Diagnosis()  # what to compare with is the own function, and that comes first
    words = disagreement(check, found.measured, items)
    words = diagnosed(diagnosis, items, words) + of_other
    if own is not None:
        words = feedback.beside_own(items, own, sure) + words
    if not found.method.kept:
        words += " " + feedback.method_too(check)
    single = diagnosis.single or _lost(found.measured, diagnosis)
    return replace(
        verdict,
        outcome=Outcome.FAIL,
        feedback=words,
        mistake=single.slug if single else None,
        mistake_title=single.title if single else None,
    )


def _half_of(found: _Answered, half: Half) -> _Answered:
    """Return the half of everything that is spoken about, as answers to the cases asked once.

    A twin asks what its case asks, so what other code answers is the same.
    """
    if not half.dtype:
        return found
    plan = found.plan
    count = len(half.indices)
    plan = replace(plan, probe=replace(plan.probe, cases=plan.probe.cases[:count]),
                   expected=plan.expected[:count])  # fmt: skip
    return replace(
        found,
        plan=plan,
        answers=half.of(found.answers),
        expected=half.of(found.expected),
        measured=half.of(found.measured),
    )


def _approximation(found: _Answered) -> Diagnosis | None:
    if found.check.tolerance is not None:
        return None  # it asks for an approximation
    statement = statement_about_digits(found.expected, found.measured)
    return Diagnosis((statement,)) if statement else None


def _of_digits_and_truths(found: _Answered) -> Diagnosis | None:
    """Say what the digits of numbers show, or which truth value stands for the other."""
    single_is_right = "float32" in found.check.dtypes
    coarse = statement_about_precision(found.expected, found.measured, single_is_right)
    statement = coarse or confused_truths(found.expected, found.measured)
    return Diagnosis((statement,)) if statement else None


def _lost(measured: Sequence[CaseMeasured], diagnosis: Diagnosis) -> Statement | None:
    """Name what is wrong where every case that fails has NaN or infinity among its numbers."""
    notes = [[item.note for item in case.items] for case in measured if not case.agrees]
    if diagnosis.whole or not all(set(found) & set(NOT_FINITE) for found in notes):
        return None
    return Statement("not-finite", "infinity or NaN", "")
