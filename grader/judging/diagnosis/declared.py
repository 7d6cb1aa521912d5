"""Name the mistake that produced the numbers: the one that gives the same ones everywhere.

A declared mistake is named only when it coincides with the student's numbers on every item of
every case, within twice the tolerance of a right answer. Silence beats a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

import numpy

from grader.course.reference import Mistake, Reference
from grader.judging.checks import CaseMeasured
from grader.judging.diagnosis.answering import Answering, telling_first
from grader.judging.diagnosis.evidence import HUGE, SLACK, near
from grader.judging.evidence import Answer, Array, Value
from grader.judging.numbers import FLOAT32, Numeric, numeric
from grader.judging.oracle import Expectation, Expected, compare
from grader.judging.plan import CheckPlan
from grader.judging.structure import items_of

__all__ = ["MistakeBank", "matching"]

CERTAIN = 3
"""So many of the most telling cases must be near before rounding is thought of."""


class MistakeBank:
    """What every declared mistake of an exercise answers; computed once, when first needed."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._known: dict[str, tuple[tuple[Mistake, Answering], ...]] = {}

    def answers(self, plan: CheckPlan) -> tuple[tuple[Mistake, Answering], ...]:
        """Return each mistake of a check with its answers."""
        if plan.check.id not in self._known:
            self._known[plan.check.id] = tuple(
                (mistake, Answering(plan, partial(self._reference.with_mistake, mistake), None, 2))
                for mistake in self._reference.mistakes_of(plan.check)
            )
        return self._known[plan.check.id]


def matching(
    candidates: Iterable[tuple[Mistake, Answering]],
    plan: CheckPlan,
    answers: Sequence[Answer],
    measured: Sequence[CaseMeasured],
) -> tuple[Mistake, ...]:
    """Return the mistakes that give the student's numbers on all cases and items."""
    order = telling_first(measured)
    told = [k for k in order if _finite(answers[k].value)]
    if len(told) < min(len(order), 2):
        return ()  # NaN everywhere tells nothing
    if _right_but_for_rounding(plan, answers, measured):
        return ()
    return tuple(
        mistake
        for mistake, wrong in candidates
        if _may_coincide(answers, wrong, order)
        and _coincides(plan, answers, wrong, measured, order)
    )


def _right_but_for_rounding(
    plan: CheckPlan, answers: Sequence[Answer], measured: Sequence[CaseMeasured]
) -> bool:
    """Return whether nothing but last digits is wrong.

    A mistake that happens to give right numbers gives those of low precision too.
    """
    relative = None if plan.check.tolerance is None else SLACK * plan.check.tolerance

    def right(index: int) -> bool:
        epsilon = SLACK * max(measured[index].epsilon, FLOAT32)
        return _gives(answers[index].value, plan.expected[index], epsilon, relative)

    wrong = [k for k, case in enumerate(measured) if not case.agrees]
    return all(measured[k].repeats and right(k) for k in wrong)


def _may_coincide(answers: Sequence[Answer], wrong: Answering, order: Sequence[int]) -> bool:
    """Return whether an answer comes near, rounding aside, where it tells most.

    Far down the order are cases of many steps: rounding may have grown there, and each costs time.
    """
    return all(_comes_near(answers[k].value, wrong.roughly(k)) for k in order[:CERTAIN])


def _coincides(
    plan: CheckPlan,
    answers: Sequence[Answer],
    wrong: Answering,
    measured: Sequence[CaseMeasured],
    order: Sequence[int],
) -> bool:
    """Return whether a mistake gives the numbers, be they those of single precision.

    How far rounding carries its answers costs several calls, so they are looked at without first.
    The first case that differs ends it, before those that are dear.
    """
    relative = None if plan.check.tolerance is None else SLACK * plan.check.tolerance

    def gives(index: int) -> bool:
        value, epsilon = answers[index].value, SLACK * max(measured[index].epsilon, FLOAT32)
        return _gives(value, wrong.roughly(index), epsilon, relative) or _gives(
            value, wrong.precisely(index), epsilon, relative
        )

    return all(map(gives, order))


def _comes_near(value: Value, wrong: Expectation | None) -> bool:
    """Return whether an answer may be that of a mistake, rounding aside."""
    if wrong is None:
        return False
    got, structure = items_of(value, wrong)
    if structure or len(got) != len(wrong.items):
        return False
    return all(_item_near(item, got[item.name]) for item in wrong.items)


def _item_near(item: Expected, got: Value) -> bool:
    if not isinstance(item.value, numpy.ndarray):
        return compare(item, got, 0.0).agrees
    numbers = numeric(got)
    return isinstance(numbers, Numeric) and near(item.value, numbers.values)


def _gives(value: Value, wrong: Expectation | None, epsilon: float, relative: float | None) -> bool:
    if wrong is None:
        return False
    got, structure = items_of(value, wrong)
    if structure or len(got) != len(wrong.items):
        return False
    return all(_alike(item, got[item.name], epsilon, relative) for item in wrong.items)


def _alike(item: Expected, got: Value, epsilon: float, relative: float | None) -> bool:
    """Compare one item; where a mistake gives NaN or infinity, so must the student's numbers."""
    numbers = numeric(got)
    if not isinstance(item.value, numpy.ndarray) or not isinstance(numbers, Numeric):
        return compare(item, got, epsilon, relative).agrees
    lost = ~numpy.isfinite(numbers.values)
    if not numpy.any(lost) or item.value.shape != lost.shape:
        return compare(item, got, epsilon, relative).agrees
    if numpy.any(numpy.abs(item.value[lost]) < HUGE):
        return False
    assert item.spread is not None
    value, spread = item.value[~lost], item.spread[~lost]
    kept = replace(item, value=value, spread=spread, low=None, high=None)
    return compare(kept, Array(numbers.values[~lost], "float64"), epsilon, relative).agrees


def _finite(value: Value) -> bool:
    """Return whether an answer holds no number that is not finite."""
    if isinstance(value, dict):
        return all(map(_finite, value.values()))
    numbers = numeric(value)
    if isinstance(numbers, Numeric):
        return bool(numpy.all(numpy.isfinite(numbers.values)))
    return all(map(_finite, value)) if isinstance(value, list | tuple) else True
