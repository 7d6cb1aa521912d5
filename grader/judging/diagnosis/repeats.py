"""Recognise what a second call with the very same arguments adds to the first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy

from grader.judging.diagnosis.evidence import Asked, Item, Numbers, coincides
from grader.judging.diagnosis.statement import Statement
from grader.judging.diagnosis.witnesses import LEAST, distinct
from grader.judging.evidence import Answer
from grader.judging.numbers import Floats, Numeric, numeric
from grader.judging.structure import items_of

__all__ = ["left_over"]


def left_over(answers: Sequence[Answer], asked: Asked, items: Sequence[Item]) -> Statement | None:
    """Return what second calls give where the first ones are right; None where they are wrong."""
    if all(case.repeats for case in asked.measured):
        return None
    drifting = distinct([case.case for case in asked.measured if not case.repeats])
    for item in items if drifting >= LEAST else ():
        twice = [Numbers(2 * right.value, 2 * right.size) for right in item.want]
        seconds = tuple(_again(answer, asked, k, item.name) for k, answer in enumerate(answers))
        if coincides(_seen(item, seconds), twice):
            return Statement(
                "adds-up-over-calls",
                "gradients add up from call to call",
                "A second call with the very same tensors gives exactly twice the first result: "
                "the gradient of the first call is still there.",
                "Gradients add up in `.grad` until they are cleared.",
            )
    return Statement(
        "left-over",
        "something is left over from the first call",
        "A second call with the very same tensors gives another result: something of the first "
        "call is left over.",
        "Gradients add up in `.grad` until they are cleared; variables outside the function stay.",
        seen=True,
    )


def _again(answer: Answer, asked: Asked, index: int, name: str) -> Floats | None:
    got, _ = items_of(answer.again, asked.expected[index])
    numbers = numeric(got.get(name))
    if not isinstance(numbers, Numeric) or not bool(numpy.all(numpy.isfinite(numbers.values))):
        return None
    return numbers.values


def _seen(item: Item, got: tuple[Floats | None, ...]) -> Item:
    return Item(
        item.name, item.right, got, item.want, item.again, item.cases, item.epsilon, item.relative
    )
