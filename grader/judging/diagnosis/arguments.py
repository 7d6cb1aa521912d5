"""Find arguments for which the student's numbers would be right: twice `lr`, one epoch more.

The reference answers again with one argument changed (ignored, scaled, swapped, standardised).
A function that is right for other arguments than it was given uses them wrongly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy

from grader.errors import CourseError
from grader.judging.conditioning import PATTERNS
from grader.judging.diagnosis.changes import Change, changes_of
from grader.judging.diagnosis.evidence import Item, Numbers, coincides, numbers_of
from grader.judging.diagnosis.items import statement_about
from grader.judging.diagnosis.scales import Quantity
from grader.judging.diagnosis.statement import Statement
from grader.judging.numbers import Floats, Numeric, numeric
from grader.judging.oracle import evaluate, split
from grader.judging.plan import CheckPlan, expected_of, item_names
from grader.model import Case

__all__ = ["ArgumentBank"]

COARSE = 1e-2


class ArgumentBank:
    """What the reference answers to changed arguments, computed when first needed."""

    def __init__(
        self,
        plan: CheckPlan,
        namespace: Mapping[str, Any],
        quantities: Sequence[Quantity],
        slips: Sequence[Change] = (),
    ) -> None:
        self._plan = plan
        self._namespace = namespace
        self._sizes = [
            {quantity.name: quantity.values[index] for quantity in quantities if quantity.is_size}
            for index in range(len(plan.probe.cases))
        ]
        # Published cases come last: they may run for many steps.
        self._order = sorted(range(len(plan.probe.cases)), key=lambda k: plan.probe.cases[k].public)
        self._rough: dict[tuple[int, int], dict[str, Any] | None] = {}
        self._exact: dict[tuple[int, int], dict[str, Numbers]] = {}
        self.changes = (*changes_of(plan.probe.cases, quantities), *slips)

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

    def besides(self, item: Item, number: int, quantities: Sequence[Quantity]) -> Statement | None:
        """Return what an item is beside one change that explains other items."""
        numbers = self._numbers(number, item.name)
        if any(each is None for each in numbers):
            return None
        change = self.changes[number]
        late = [other for other in self.changes if other.drop_first]
        for other in late:
            self.changes = (*self.changes, _both(change, other))
            if self._roughly(item, len(self.changes) - 1) and self.gives(
                item, len(self.changes) - 1
            ):
                return Statement(other.slug, other.title, f"what comes out {change.phrase} and "
                                 f"{other.phrase}", other.hint)  # fmt: skip
        as_if = replace(item, want=tuple(each for each in numbers if each is not None))
        found = statement_about(as_if, quantities, [None] * len(numbers))
        if found is None:
            return None
        fact = f"{found.fact}, if it should be what comes out {change.phrase}"
        return Statement(found.slug, found.title, fact, found.hint)

    def _roughly(self, item: Item, number: int) -> bool:
        """Return whether a change may fit, stopping at the first case where it does not."""
        differs = False
        for index in self._order:
            got, right = item.got[index], item.want[index].value
            values = (self._answer(number, index) or {}).get(item.name)
            if got is None or not _near(values, got):
                return False
            differs = differs or values is None or _differs(values, right)
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
            (found,) = evaluate(self._plan.probe, [case], self._answering(change))
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
            if case is None:
                return {}
            change = self.changes[number]
            plan = self._plan
            try:
                answering = self._answering(change)
                found = expected_of(plan.check, plan.probe, case, answering, PATTERNS)
            except CourseError:
                self._exact[key] = {}
                return {}
            self._exact[key] = {
                item.name: _all_dropped(numbers_of(item), change)
                for item in found.items
                if isinstance(item.value, numpy.ndarray)
            }
        return self._exact[key]

    def _answering(self, change: Change) -> Mapping[str, Any]:
        """Return the namespace that answers; raises CourseError for a mutant without one."""
        found = self._namespace if change.namespace is None else change.namespace()
        if found is None:
            raise CourseError("the mutant cannot be loaded")
        return found

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


def _near(values: Floats | None, got: Floats) -> bool:
    """Return whether an answer may be the student's; nothing stands for what is not finite."""
    lost = ~numpy.isfinite(got)
    if values is None:
        return bool(numpy.all(lost)) and got.size > 0
    if values.shape != got.shape:
        return False
    with numpy.errstate(invalid="ignore", over="ignore"):
        limit = COARSE * float(numpy.max(numpy.abs(values), initial=0.0))
        return bool(numpy.all((numpy.abs(values - got) <= limit) | lost))


def _differs(values: Floats, right: Floats) -> bool:
    return values.shape != right.shape or not numpy.allclose(values, right, equal_nan=True)


def _both(first: Change, then: Change) -> Change:
    def apply(arguments: Mapping[str, Any], sizes: Mapping[str, float]) -> Any:
        changed = first.apply(arguments, sizes)
        return None if changed is None else then.apply(changed, sizes)

    return replace(then, apply=apply)
