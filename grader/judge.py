"""From evidence to a score: a pure function of plan, evidence and run facts.

Outcomes are decided in the order of `grader.model.Outcome`, the first that applies. Nothing here
runs student code, reads a clock or touches a file, so a regrade gives the same score again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader import feedback
from grader.answers_of_cells import expected_of_cell, given_and_asked
from grader.checks import CaseMeasured, measure
from grader.diagnosis import MistakeBank, matching
from grader.evidence import Answer, Refused, decode_answers
from grader.model import (
    Case,
    Check,
    CheckVerdict,
    Evidence,
    Exercise,
    Integrity,
    Isolation,
    Outcome,
    Reply,
    Run,
    Score,
    Submission,
    Unreadable,
)
from grader.oracle import Expectation
from grader.plan import CheckPlan, Plan
from grader.summary import decisive, hidden_cases, over_cases, public_cases, remarks
from grader.unanswered import guilty_cell, no_points, place_of, unanswered

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
        verdict = unanswered(check, evidence.reply(check.id), run)
        if verdict is None:
            reply = evidence.reply(check.id)
            assert reply is not None
            verdict = self._answered(part, reply, submission, run)
        needed = [
            other.id for other in earlier if other.id in check.needs and other.outcome != "pass"
        ]
        if needed and verdict.outcome not in (Outcome.BROKEN, Outcome.MISSING, Outcome.PASS):
            verdict = no_points(check, Outcome.SKIPPED, feedback.skipped(needed))
        own = check.feedback.get(verdict.mistake or "") or check.feedback.get(verdict.outcome)
        return replace(verdict, feedback=own) if own else verdict

    def _answered(
        self, part: CheckPlan, reply: Reply, submission: Submission, run: Run
    ) -> CheckVerdict:
        check = part.check
        try:
            answers = decode_answers(reply, len(part.probe.cases))
        except Refused:
            return no_points(check, Outcome.FAIL, feedback.refused(check))
        if any(answer.status == "missing" for answer in answers):
            guilty = guilty_cell(check, submission, run)
            words = feedback.missing(check, guilty, place_of(submission, guilty))
            return no_points(check, Outcome.MISSING, words)
        for answer in answers:
            if answer.error is not None:
                return no_points(check, Outcome.ERROR, feedback.raised(check, answer.error))
        if check.cell is not None:
            return self._cell_check(part, answers)
        measured = measure(check, part.probe.cases, answers, part.expected)
        return self._measured(part, part.expected, answers, measured)

    def _cell_check(self, part: CheckPlan, answers: Sequence[Answer]) -> CheckVerdict:
        """Judge variables by what the reference makes of the student's own given ones."""
        check, answer = part.check, answers[0]
        given, asked = given_and_asked(answer.value)
        expected = expected_of_cell(self.plan.reference, check, given)
        if isinstance(expected, str):
            return no_points(check, Outcome.FAIL, expected)
        shown = Case("public-1", True, given, category="your own values")
        moved = replace(
            answer, value=tuple(asked.get(name) for name in check.asked), repeated=False
        )
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
        items = over_cases(measured)
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
            public=public_cases(expected, measured, check.tolerance),
            hidden=hidden_cases(measured),
            remarks=remarks(measured),
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
        if not decisive(expected, measured, check):
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
        checks=tuple(no_points(check, Outcome.MISSING, found.reason) for check in checks),
        run=Run("not-run", Isolation.NONE, 0.0, 0.0, 0.0, message=found.reason),
        seed=seed,
        graded_at=graded_at,
        environment=environment,
        message=found.reason,
    )


def _integrity(evidence: Evidence) -> tuple[Integrity, ...]:
    return tuple(
        Integrity("refused-reply", f"{reply.check}: {reply.message}")
        for reply in evidence.replies
        if reply.status == "refused"
    )


def _method_kept(check: Check, used: frozenset[str]) -> bool:
    if check.method == "by-autograd":
        return "autograd" in used
    if check.method == "from-scratch":
        return not used & {"layer", "loss", "optimizer"}
    return True
