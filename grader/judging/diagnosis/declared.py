"""Name the mistake that produced the numbers: the one that gives the same ones everywhere.

A declared mistake is named only when it coincides with the student's numbers on every item of
every case, within twice the tolerance of a right answer. Silence beats a guess.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.course.reference import Mistake, Reference
from grader.errors import CourseError
from grader.judging.checks import CaseMeasured, items_of
from grader.judging.evidence import Answer
from grader.judging.oracle import Expectation, compare
from grader.judging.plan import CheckPlan, expected_of

__all__ = ["MistakeBank", "matching"]

SLACK = 2.0
"""A mistake is matched at twice the tolerance of a right answer (64 u)."""


class MistakeBank:
    """What every declared mistake of an exercise answers; computed once, when first needed."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._known: dict[str, tuple[tuple[Mistake, tuple[Expectation | None, ...]], ...]] = {}

    def answers(
        self, plan: CheckPlan
    ) -> tuple[tuple[Mistake, tuple[Expectation | None, ...]], ...]:
        """Return each mistake of a check with its answers, None where it cannot answer."""
        if plan.check.id not in self._known:
            self._known[plan.check.id] = tuple(
                (mistake, self._of(plan, mistake))
                for mistake in self._reference.mistakes_of(plan.check)
            )
        return self._known[plan.check.id]

    def _of(self, plan: CheckPlan, mistake: Mistake) -> tuple[Expectation | None, ...]:
        namespace = self._reference.with_mistake(mistake)
        found: list[Expectation | None] = []
        for case in plan.probe.cases:
            try:
                found.append(expected_of(plan.check, plan.probe, case, namespace, patterns=2))
            except CourseError:
                found.append(None)
        return tuple(found)


def matching(
    bank: MistakeBank, plan: CheckPlan, answers: Sequence[Answer], measured: Sequence[CaseMeasured]
) -> tuple[Mistake, ...]:
    """Return the declared mistakes that give the student's numbers on all cases and items."""
    return tuple(
        mistake
        for mistake, expected in bank.answers(plan)
        if all(
            wrong is not None and _coincides(answer, wrong, case.epsilon, plan.check.tolerance)
            for answer, wrong, case in zip(answers, expected, measured, strict=True)
        )
    )


def _coincides(answer: Answer, wrong: Expectation, epsilon: float, relative: float | None) -> bool:
    got, structure = items_of(answer.value, wrong)
    if structure or len(got) != len(wrong.items):
        return False
    slack = None if relative is None else SLACK * relative
    return all(compare(item, got[item.name], SLACK * epsilon, slack).agrees for item in wrong.items)
