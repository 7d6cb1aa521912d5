"""From evidence to a score: a pure function of plan, evidence and run facts.

Outcomes are decided in the order of `grader.model.Outcome`, the first that applies. Nothing here
runs student code, reads a clock or touches a file, so a regrade gives the same score again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy

from grader import feedback
from grader.checks import CaseMeasured, measure
from grader.diagnosis import MistakeBank, matching
from grader.evidence import Answer, Array, Refused, Value, decode_answers
from grader.model import (
    Case,
    CellRun,
    Check,
    CheckVerdict,
    Evidence,
    Exercise,
    HiddenSummary,
    Integrity,
    Isolation,
    Measured,
    MeasuredItem,
    Outcome,
    Probe,
    Reply,
    Run,
    Score,
    Submission,
    Unreadable,
)
from grader.oracle import RESOLUTION, Expectation, Expected, expect, stated
from grader.plan import CheckPlan, Plan
from grader.reference import Reference
from grader.wording import value_text

__all__ = ["Judge", "judge", "ungraded"]


class Judge:
    """Judges the submissions of one plan; keeps what the declared mistakes answer."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._bank = MistakeBank(plan.reference)

    def score(
        self,
        submission: Submission,
        run: Run,
        evidence: Evidence,
        *,
        graded_at: str,
        environment: Mapping[str, str],
    ) -> Score:
        """Judge every check of one submission."""
        verdicts: list[CheckVerdict] = []
        for part in self.plan.checks:
            verdicts.append(self._check(part, submission, run, evidence, verdicts))
        undecided = {Outcome.BROKEN, Outcome.INCONCLUSIVE}
        provisional = any(verdict.outcome in undecided for verdict in verdicts)
        return Score(
            student=submission.student,
            exercise=self.plan.exercise.id,
            title=self.plan.exercise.title,
            path=str(submission.path),
            sha256=submission.sha256,
            kind=submission.kind,
            status="provisional" if provisional else "graded",
            earned=sum(verdict.earned for verdict in verdicts),
            possible=self.plan.exercise.possible,
            checks=tuple(verdicts),
            run=run,
            seed=self.plan.seed,
            graded_at=graded_at,
            environment=environment,
            integrity=_integrity(evidence),
            message=run.message if run.status == "broken" else "",
            remarks=submission.remarks,
        )

    def _check(
        self,
        part: CheckPlan,
        submission: Submission,
        run: Run,
        evidence: Evidence,
        earlier: Sequence[CheckVerdict],
    ) -> CheckVerdict:
        check = part.check
        verdict = _unanswered(check, evidence.reply(check.id), run)
        if verdict is None:
            reply = evidence.reply(check.id)
            assert reply is not None
            verdict = self._answered(part, reply, submission, run)
        needed = [
            other.id for other in earlier if other.id in check.needs and other.outcome != "pass"
        ]
        if needed and verdict.outcome not in (Outcome.BROKEN, Outcome.MISSING, Outcome.PASS):
            verdict = _verdict(check, Outcome.SKIPPED, feedback.skipped(needed))
        own = check.feedback.get(verdict.mistake or "") or check.feedback.get(verdict.outcome)
        return replace(verdict, feedback=own) if own else verdict

    def _answered(
        self, part: CheckPlan, reply: Reply, submission: Submission, run: Run
    ) -> CheckVerdict:
        check = part.check
        try:
            answers = decode_answers(reply, len(part.probe.cases))
        except Refused:
            return _verdict(check, Outcome.FAIL, feedback.refused(check))
        if any(answer.status == "missing" for answer in answers):
            guilty = _guilty_cell(check, submission, run)
            words = feedback.missing(check, guilty, _place(submission, guilty))
            return _verdict(check, Outcome.MISSING, words)
        for answer in answers:
            if answer.error is not None:
                return _verdict(check, Outcome.ERROR, feedback.raised(check, answer.error))
        if check.cell is not None:
            return self._cell_check(part, answers)
        measured = measure(check, part.probe.cases, answers, part.expected)
        return self._measured(part, part.expected, answers, measured)

    def _cell_check(self, part: CheckPlan, answers: Sequence[Answer]) -> CheckVerdict:
        """Judge variables by what the reference makes of the student's own given ones."""
        check, answer = part.check, answers[0]
        given, asked = _given_and_asked(answer.value)
        expected = _expected_of_cell(self.plan.reference, check, given)
        if isinstance(expected, str):
            return _verdict(check, Outcome.FAIL, expected)
        shown = Case("public-1", True, given, category="your own values")
        moved = replace(answer, value=tuple(asked[name] for name in check.asked), repeated=False)
        measured = measure(check, [shown], [moved], [expected])
        return self._measured(part, (expected,), [moved], measured)

    def _measured(
        self,
        part: CheckPlan,
        expected: Sequence[Expectation],
        answers: Sequence[Answer],
        measured: Sequence[CaseMeasured],
    ) -> CheckVerdict:
        check = part.check
        items = _over_cases(measured)
        used = frozenset(label for answer in answers for label in answer.used)
        changed = sorted({name for case in measured for name in case.changed})
        verdict = CheckVerdict(
            id=check.id,
            title=check.title,
            call=check.call,
            outcome=Outcome.PASS,
            earned=check.points,
            possible=check.points,
            feedback=feedback.agreed(check, len(measured)),
            items=items,
            public=_public(expected, measured),
            hidden=_hidden(measured),
            remarks=_remarks(measured),
        )
        if check.method == "by-hand" and "autograd" in used:
            return replace(
                verdict, outcome=Outcome.FAIL, earned=0.0, feedback=feedback.method(check)
            )
        if changed:
            words = feedback.changed_arguments(changed)
            return replace(verdict, outcome=Outcome.FAIL, earned=0.0, feedback=words)
        share = sum(item.agrees for item in items) / len(items)
        method_kept = _method_kept(check, used)
        earned = (check.points - check.method_points * (not method_kept)) * share
        if share < 1:
            return self._wrong(part, replace(verdict, earned=earned), answers, measured)
        if not method_kept:
            words = feedback.method(check)
            return replace(verdict, outcome=Outcome.FAIL, earned=earned, feedback=words)
        if not _decisive(expected, measured, check):
            words = feedback.inconclusive(check)
            return replace(verdict, outcome=Outcome.INCONCLUSIVE, earned=0.0, feedback=words)
        return verdict

    def _wrong(
        self,
        part: CheckPlan,
        verdict: CheckVerdict,
        answers: Sequence[Answer],
        measured: Sequence[CaseMeasured],
    ) -> CheckVerdict:
        """Say what is wrong: a declared mistake where one fits everywhere, else the numbers."""
        words = feedback.disagreement(part.check, measured, verdict.items)
        found = matching(self._bank, part, answers, measured) if part.expected else ()
        if found:
            words = feedback.mistaken(
                [mistake.title for mistake in found], [mistake.explanation for mistake in found]
            )
        elif any(not case.repeats for case in measured):
            words = feedback.repeated()
        alone = found[0] if len(found) == 1 else None
        return replace(
            verdict,
            outcome=Outcome.FAIL,
            feedback=words,
            mistake=alone.slug if alone else None,
            mistake_title=alone.title if alone else None,
        )


def judge(
    plan: Plan,
    submission: Submission,
    run: Run,
    evidence: Evidence,
    *,
    graded_at: str,
    environment: Mapping[str, str],
) -> Score:
    """Judge one submission; for a whole class make one `Judge`, which keeps its work."""
    return Judge(plan).score(
        submission, run, evidence, graded_at=graded_at, environment=environment
    )


def ungraded(
    found: Unreadable,
    exercise: Exercise | None,
    *,
    seed: int,
    graded_at: str,
    environment: Mapping[str, str],
) -> Score:
    """Return the record of a file that cannot be graded: every check missing, and the reason."""
    checks = exercise.checks if exercise else ()
    return Score(
        student=found.student,
        exercise=found.exercise or "",
        title=exercise.title if exercise else "",
        path=str(found.path),
        sha256=found.sha256,
        kind=None,
        status="ungraded",
        earned=0.0,
        possible=exercise.possible if exercise else 0.0,
        checks=tuple(_verdict(check, Outcome.MISSING, found.reason) for check in checks),
        run=Run("not-run", Isolation.NONE, 0.0, 0.0, 0.0, message=found.reason),
        seed=seed,
        graded_at=graded_at,
        environment=environment,
        message=found.reason,
    )


# ---------------------------------------------------------------- without an answer


def _verdict(check: Check, outcome: Outcome, words: str) -> CheckVerdict:
    return CheckVerdict(
        check.id, check.title, check.call, outcome, 0.0, check.points, feedback=words
    )


_STOPPED = {"timeout": Outcome.TIMEOUT, "killed": Outcome.KILLED}


def _unanswered(check: Check, reply: Reply | None, run: Run) -> CheckVerdict | None:
    """Return the verdict on a check whose probe has no answer, None when it has one."""
    if reply is None or reply.status in ("broken", "not-asked"):
        why = (reply.message if reply else "") or run.message or "no answer came back"
        if reply is not None and run.status in _STOPPED:
            return _verdict(check, _STOPPED[run.status], feedback.stopped(check, why))
        return _verdict(check, Outcome.BROKEN, feedback.broken(check, why))
    if reply.status in _STOPPED:
        return _verdict(check, _STOPPED[reply.status], feedback.stopped(check, reply.message))
    if reply.status == "refused":
        return _verdict(check, Outcome.FAIL, feedback.refused(check))
    return None


def _guilty_cell(check: Check, submission: Submission, run: Run) -> CellRun | None:
    """Return the cell that should have defined what is missing and did not finish."""
    stopped = {cell.index: cell for cell in run.cells if cell.status != "ok"}
    if check.cell is not None:
        tagged = [cell.index for cell in submission.cells if check.cell in cell.tags]
        return next((stopped[index] for index in tagged if index in stopped), None)
    defines = re.compile(rf"^\s*(def|class)\s+{re.escape(str(check.call))}\b", re.MULTILINE)
    found = [cell.index for cell in submission.cells if defines.search(cell.source)]
    return next((stopped[index] for index in found if index in stopped), None)


def _place(submission: Submission, guilty: CellRun | None) -> str:
    if guilty is None:
        return ""
    if submission.kind == "notebook":
        return f"cell {guilty.index + 1}"
    cell = next(cell for cell in submission.cells if cell.index == guilty.index)
    return f"{submission.path.name} (line {guilty.line or cell.line or 1})"


def _integrity(evidence: Evidence) -> tuple[Integrity, ...]:
    return tuple(
        Integrity("refused-reply", f"{reply.check}: {reply.message}")
        for reply in evidence.replies
        if reply.status == "refused"
    )


# ---------------------------------------------------------------- cells


def _given_and_asked(value: Value) -> tuple[dict[str, object], dict[str, Value]]:
    assert isinstance(value, dict)
    given = {
        name.removeprefix("given "): _trusted(found)
        for name, found in value.items()
        if name.startswith("given ")
    }
    asked = {
        name.removeprefix("asked "): found
        for name, found in value.items()
        if name.startswith("asked ")
    }
    return given, asked


def _trusted(value: Value) -> object:
    """Return a decoded value as a tensor of the judge's own where it is an array."""
    import torch

    if isinstance(value, Array):
        return torch.as_tensor(numpy.array(value.values))
    return value


def _expected_of_cell(
    reference: Reference, check: Check, given: Mapping[str, object]
) -> Expectation | str:
    """Return what the reference expects for the student's values, or why they do not fit."""
    function = reference.namespace[str(check.expect)]
    probe = Probe(check=check.id, call=check.expect, cases=())
    try:
        found = function(**given)
        if isinstance(found, dict):
            return stated(found)
        return expect(probe, Case("public-1", True, given), reference.namespace, tuple(check.asked))
    except Exception:  # the student's own values may be anything at all
        names = ", ".join(f"`{name}`" for name in check.given)
        return f"The values of {names} are not of the kind that this cell asks for."


# ---------------------------------------------------------------- with an answer


def _over_cases(measured: Sequence[CaseMeasured]) -> tuple[MeasuredItem, ...]:
    """Return every item once: its first disagreement, else its worst agreement."""
    rows = zip(*(case.items for case in measured), strict=True)
    return tuple(_worst(row) for row in rows)


def _worst(items: Sequence[MeasuredItem]) -> MeasuredItem:
    wrong = [item for item in items if not item.agrees]
    chosen = max(wrong, key=lambda item: bool(item.note)) if wrong else max(items, key=_margin)
    return replace(chosen, expected=None, got=None)


def _margin(item: MeasuredItem) -> float:
    if item.error is None or item.tolerance is None:
        return 0.0 if item.agrees else float("inf")
    if item.tolerance == 0:
        return 0.0 if item.error == 0 else float("inf")
    return item.error / item.tolerance


def _public(
    expected: Sequence[Expectation], measured: Sequence[CaseMeasured]
) -> tuple[Measured, ...]:
    return tuple(
        Measured(
            case.case.id,
            True,
            tuple(
                replace(
                    item,
                    expected=value_text(wanted.value),
                    got=value_text(case.got[item.name]) if item.name in case.got else None,
                )
                for item, wanted in zip(case.items, expectation.items, strict=True)
            ),
            {name: value_text(value) for name, value in case.case.arguments.items()},
        )
        for case, expectation in zip(measured, expected, strict=True)
        if case.case.public
    )


def _hidden(measured: Sequence[CaseMeasured]) -> HiddenSummary:
    hidden = [case for case in measured if not case.case.public]
    margins = [_margin(item) for case in hidden for item in case.items]
    finite = [margin for margin in margins if numpy.isfinite(margin)]
    return HiddenSummary(
        cases=len(hidden),
        passed=sum(case.agrees for case in hidden),
        margin=max(finite, default=None),
        categories=tuple(dict.fromkeys(case.case.category for case in hidden if not case.agrees)),
    )


def _method_kept(check: Check, used: frozenset[str]) -> bool:
    if check.method == "by-autograd":
        return "autograd" in used
    if check.method == "from-scratch":
        return not used & {"layer", "loss", "optimizer"}
    return True


def _decisive(
    expected: Sequence[Expectation], measured: Sequence[CaseMeasured], check: Check
) -> bool:
    """Return whether at least half of the cases could tell right from wrong."""
    decided = [
        all(_resolved(item, got, check) for item, got in zip(wanted.items, case.items, strict=True))
        for wanted, case in zip(expected, measured, strict=True)
    ]
    return 2 * sum(decided) >= len(decided)


def _resolved(wanted: Expected, got: MeasuredItem, check: Check) -> bool:
    if not isinstance(wanted.value, numpy.ndarray) or not got.tolerance or not got.error:
        return True
    size = float(numpy.max(numpy.abs(wanted.value), initial=0.0))
    return size == 0 or check.tolerance is not None or got.tolerance / size <= RESOLUTION


def _remarks(measured: Sequence[CaseMeasured]) -> tuple[str, ...]:
    """Remark on results that are less precise than their inputs; this costs nothing."""
    coarse = any(
        case.case.dtype == "float64" and case.epsilon > 2.0**-52 and case.agrees
        for case in measured
    )
    said = "Your result is only as precise as float32, although the inputs are float64."
    return (said,) if coarse else ()
