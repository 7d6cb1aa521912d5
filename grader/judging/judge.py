"""From evidence to a score: a pure function of plan, evidence and run facts.

Outcomes are decided in the order of `grader.model.Outcome`, the first that applies. Nothing here
runs student code or touches a file, and no point hangs on a clock, so a regrade gives the same
points again. How long causes are searched for is bounded (`grader.judging.diagnosis.patience`).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from grader.judging.absent_cells import asks_of
from grader.judging.awaiting import await_person
from grader.judging.causes import remarks_on_run
from grader.judging.diagnosis import Diagnoser
from grader.judging.diagnosis.patience import STOPPED, within
from grader.judging.evidence import Refused, decode_answers
from grader.judging.method import contradiction
from grader.judging.plan import CheckPlan, Plan
from grader.judging.rules import judge_rule
from grader.judging.sentences import feedback
from grader.judging.starter import Starter
from grader.judging.structure import DEVICE
from grader.judging.unanswered import no_points
from grader.judging.verdict import verdict_on
from grader.model import (
    Check,
    CheckVerdict,
    Evidence,
    Integrity,
    Outcome,
    Run,
    Score,
    Submission,
)
from grader.submissions.further import handed_files

__all__ = ["Judge", "judge"]

_NAME = re.compile(r"\w+")


class Judge:
    """Judges the submissions of one plan; keeps what the declared mistakes answer.

    `clock` gives the seconds that the search for causes counts.
    """

    def __init__(self, plan: Plan, clock: Callable[[], float] = time.thread_time) -> None:
        self.plan = plan
        self._clock = clock
        self._diagnoser = Diagnoser(plan.reference, plan.exercise)
        self.starter = Starter(plan)

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
        asked: list[CheckVerdict] = []
        with within(clock=self._clock):
            for part in self.plan.checks:
                asked.append(self._check(part, submission, run, evidence, asked))
        found = {verdict.id: verdict for verdict in asked}
        for check in self.plan.exercise.checks:
            if check.rule is not None:
                found[check.id] = _finished(check, judge_rule(check, submission, asked), asked)
            elif check.manual is not None:
                verdict = await_person(check, self.plan.exercise, submission, run)
                found[check.id] = _finished(check, verdict, asked)
        verdicts = [found[check.id] for check in self.plan.exercise.checks]
        verdicts, remarks = _said_once(verdicts)
        undecided = {Outcome.BROKEN, Outcome.INCONCLUSIVE, Outcome.AWAITING}
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
            integrity=_integrity(self.plan, evidence),
            message=run.message if run.status == "broken" else "",
            remarks=(
                *submission.remarks,
                *remarks_on_run(submission, run, self.plan.exercise.files),
                *remarks,
            ),
            handed_in=submission.handed_in,
            asks=tuple(_asks(verdicts, self.plan.exercise.checks, submission)),
            files=handed_files(submission),
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
        reference = self.plan.reference
        near = partial(self._near, part, submission, run, evidence, earlier)
        verdict = verdict_on(
            part, reference, self._diagnoser, submission, run, evidence, near, earlier
        )
        if self._untouched(part, verdict, evidence):
            verdict = no_points(check, Outcome.MISSING, feedback.untouched(check))
        finished = _finished(check, verdict, earlier)
        return replace(finished, builds_on=_builds_on(part, self.plan.exercise.checks))

    def _untouched(self, part: CheckPlan, verdict: CheckVerdict, evidence: Evidence) -> bool:
        """Return whether what is wrong is what the starter gives."""
        reply = evidence.reply(part.check.id)
        if verdict.outcome not in (Outcome.FAIL, Outcome.ERROR) or reply is None:
            return False
        try:
            answers = decode_answers(reply, len(part.probe.cases))
        except Refused:
            return False
        return self.starter.unchanged(verdict, answers)

    def _near(
        self,
        part: CheckPlan,
        submission: Submission,
        run: Run,
        evidence: Evidence,
        earlier: Sequence[CheckVerdict],
    ) -> bool:
        """Return whether the student's own function is the one asked for but for one known slip.

        Marks follow from such a function only: the gradient of any function that a student
        chooses may be no work at all. Points hang on it, so the search for the slip takes as long
        as it needs.
        """
        if part.forward is None:
            return False
        known = {verdict.id: verdict for verdict in earlier if STOPPED not in verdict.remarks}
        with within(None):
            verdicts = [
                known.get(other.check.id)
                or verdict_on(
                    other, self.plan.reference, self._diagnoser, submission, run, evidence
                )
                for other in self.plan.checks
                if other.check.call in part.forward.functions and other.forward is None
            ]
        wrong = [verdict for verdict in verdicts if verdict.outcome != Outcome.PASS]
        return len(wrong) == 1 and wrong[0].mistake is not None


def _finished(check: Check, verdict: CheckVerdict, earlier: Sequence[CheckVerdict]) -> CheckVerdict:
    """Lay over a verdict what does not hang on its values: what it needs, the course's words."""
    needed = [other.id for other in earlier if other.id in check.needs and other.outcome != "pass"]
    # A rule is easily kept by work that is wrong; an answer that is right is right.
    waits = {*Outcome} - {Outcome.BROKEN, Outcome.MISSING, Outcome.PASS}
    waits |= {Outcome.PASS} if check.rule is not None else set()
    if needed and verdict.outcome in waits:
        verdict = no_points(check, Outcome.SKIPPED, feedback.skipped(needed))
    own = check.feedback.get(verdict.mistake or "") or check.feedback.get(verdict.outcome)
    return replace(verdict, feedback=own or verdict.feedback, bonus=check.bonus)


def _builds_on(part: CheckPlan, checks: Sequence[Check]) -> tuple[str, ...]:
    """Name the checks whose failing explains this one's: its needs, its gradient's function."""
    check, functions = part.check, set[str | None]()
    if check.gradient is not None:
        functions.add(check.gradient.of)
    if part.forward is not None:  # a probe may put the function together from several
        functions |= {part.forward.probe.call, *_NAME.findall(part.forward.probe.source or "")}
    return tuple(
        other.id
        for other in checks
        if other.id != check.id
        and (
            other.id in check.needs
            or (other.gradient is None and other.call is not None and other.call in functions)
        )
    )


def _said_once(verdicts: Sequence[CheckVerdict]) -> tuple[list[CheckVerdict], tuple[str, ...]]:
    """Take what is true of the whole submission out of the checks' remarks."""
    found = tuple(dict.fromkeys(r for v in verdicts for r in v.remarks if r == DEVICE))
    kept = [replace(v, remarks=tuple(r for r in v.remarks if r not in found)) for v in verdicts]
    return kept, found


def _asks(
    verdicts: Sequence[CheckVerdict], checks: Sequence[Check], submission: Submission
) -> Iterator[str]:
    """Yield what a person should look at: work that is there and could not be run."""
    missing = {verdict.id for verdict in verdicts if verdict.outcome is Outcome.MISSING}
    for check in checks:
        if check.cell is not None and check.id in missing and (said := asks_of(check, submission)):
            yield said


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


def _integrity(plan: Plan, evidence: Evidence) -> tuple[Integrity, ...]:
    refused = [
        Integrity("refused-reply", f"{reply.check}: {reply.message}")
        for reply in evidence.replies
        if reply.status == "refused"
    ]
    found = [(part.check.id, contradiction(part, evidence)) for part in plan.checks]
    return (*refused, *(Integrity("method", f"{name}: {said}") for name, said in found if said))
