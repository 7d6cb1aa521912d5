"""Find arguments for which the student's numbers would be right: twice `lr`, one epoch more.

The reference answers again with one argument changed (ignored, scaled, swapped, standardised).
A function that is right for other arguments than it was given uses them wrongly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy

from grader.conditioning import PATTERNS
from grader.diagnosis.changes import Change, changes_of
from grader.diagnosis.evidence import Item, Numbers, coincides, numbers_of
from grader.diagnosis.scales import Quantity
from grader.errors import CourseError
from grader.model import Case
from grader.numbers import Numeric, numeric
from grader.oracle import evaluate, split
from grader.plan import CheckPlan, expected_of, item_names

__all__ = ["ArgumentBank"]

COARSE = 1e-2


class ArgumentBank:
    """What the reference answers to changed arguments, computed when first needed."""

    def __init__(
        self, plan: CheckPlan, namespace: Mapping[str, Any], quantities: Sequence[Quantity]
    ) -> None:
        self._plan = plan
        self._namespace = namespace
        self._sizes = [
            {quantity.name: quantity.values[index] for quantity in quantities if quantity.is_size}
            for index in range(len(plan.probe.cases))
        ]
        self._rough: dict[tuple[int, int], dict[str, Any] | None] = {}
        self._exact: dict[tuple[int, int], dict[str, Numbers]] = {}
        self.changes = changes_of(plan.probe.cases, quantities)

    def fitting(self, item: Item) -> tuple[int, ...]:
        """Return the numbers of the changes that give this item's numbers in every case."""
        return tuple(
            number
            for number in range(len(self.changes))
            if self._roughly(item, number) and coincides(item, self._numbers(number, item.name))
        )

    def gives(self, item: Item, number: int) -> bool:
        """Return whether a change gives this item's numbers, be they right or wrong."""
        return coincides(item, self._numbers(number, item.name))

    def _roughly(self, item: Item, number: int) -> bool:
        """Return whether a change may fit, stopping at the first case where it does not."""
        differs = False
        for index, got in enumerate(item.got):
            values = (self._answer(number, index) or {}).get(item.name)
            if values is None or got is None or values.shape != got.shape:
                return False
            limit = COARSE * float(numpy.max(numpy.abs(values), initial=0.0))
            if not bool(numpy.all(numpy.abs(values - got) <= limit)):
                return False
            right = item.want[index].value
            differs = differs or values.shape != right.shape or not numpy.allclose(values, right)
        return differs

    def _answer(self, number: int, index: int) -> dict[str, Any] | None:
        """Return the plain answer to one case with changed arguments, without its spread."""
        key = (number, index)
        if key not in self._rough:
            case = self._changed(number, index)
            self._rough[key] = None if case is None else self._plain(case, self.changes[number])
        return self._rough[key]

    def _plain(self, case: Case, change: Change) -> dict[str, Any] | None:
        try:
            (found,) = evaluate(self._plan.probe, [case], self._namespace)
            items = split(found.value, item_names(self._plan.check))
        except CourseError:
            return None
        if found.status != "returned":
            return None
        numbers = {name: numeric(value) for name, value in items}
        return {
            name: _dropped(number.values, change)
            for name, number in numbers.items()
            if isinstance(number, Numeric)
        }

    def _numbers(self, number: int, name: str) -> list[Numbers | None]:
        return [
            self._precise(number, index).get(name) for index in range(len(self._plan.probe.cases))
        ]

    def _precise(self, number: int, index: int) -> dict[str, Numbers]:
        key = (number, index)
        if key not in self._exact:
            case = self._changed(number, index)
            assert case is not None
            change = self.changes[number]
            plan = self._plan
            try:
                found = expected_of(plan.check, plan.probe, case, self._namespace, PATTERNS)
            except CourseError:
                self._exact[key] = {}
                return {}
            self._exact[key] = {
                item.name: _all_dropped(numbers_of(item), change)
                for item in found.items
                if isinstance(item.value, numpy.ndarray)
            }
        return self._exact[key]

    def _changed(self, number: int, index: int) -> Case | None:
        case = self._plan.probe.cases[index]
        try:
            arguments = self.changes[number].apply(case.arguments, self._sizes[index])
        except (TypeError, ValueError, RuntimeError, IndexError, KeyError):
            return None
        if arguments is None:
            return None
        return replace(case, arguments=arguments)


def _dropped(values: Any, change: Change) -> Any:
    return values[1:] if change.drop_first and values.ndim == 1 else values


def _all_dropped(numbers: Numbers, change: Change) -> Numbers:
    return Numbers(_dropped(numbers.value, change), _dropped(numbers.size, change))
