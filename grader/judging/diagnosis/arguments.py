"""Find arguments for which the student's numbers would be right: twice `lr`, one epoch more.

The reference answers again with one argument changed (ignored, scaled, swapped, standardised).
A function that is right for other arguments than it was given uses them wrongly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy

from grader.judging.diagnosis.answering import Answering
from grader.judging.diagnosis.changes import Change, changes_of
from grader.judging.diagnosis.evidence import Item, Numbers, coincides, near, numbers_of
from grader.judging.diagnosis.items import statement_about
from grader.judging.diagnosis.parts import in_parts, one_less, single_numbers
from grader.judging.diagnosis.scales import Quantity
from grader.judging.diagnosis.statement import Statement
from grader.judging.diagnosis.witnesses import LEAST, distinct
from grader.judging.numbers import Floats
from grader.judging.oracle import Expectation
from grader.judging.plan import CheckPlan
from grader.model import Case

__all__ = ["ArgumentBank"]


class ArgumentBank:
    """What the reference answers to changed arguments, computed when first needed."""

    def __init__(
        self,
        plan: CheckPlan,
        namespace: Mapping[str, Any],
        quantities: Sequence[Quantity],
        slips: Sequence[Change] = (),
    ) -> None:
        self._cases = plan.probe.cases
        self._plan = plan
        self._namespace = namespace
        self._sizes = [
            {quantity.name: quantity.values[index] for quantity in quantities if quantity.is_size}
            for index in range(len(self._cases))
        ]
        self.changes = (*changes_of(self._cases, quantities), *slips)
        self._answering = [self._of(change) for change in self.changes]
        self._late = [change for change in self.changes if change.drop_first]
        self._both: dict[tuple[int, int], tuple[Change, Answering]] = {}

    def fitting(self, item: Item, order: Sequence[int]) -> tuple[int, ...]:
        """Return the numbers of the changes that give this item's numbers in every case.

        `order` is that in which cases are looked at, the first that differs being the last.
        """
        return tuple(
            number
            for number, change in enumerate(self.changes)
            if _fits(item, change, self._answering[number], order)
        )

    def gives(self, item: Item, number: int) -> bool:
        """Return whether a change gives this item's numbers, be they right or wrong."""
        return _gives(item, self.changes[number], self._answering[number])

    def with_second_change(
        self, item: Item, number: int, quantities: Sequence[Quantity], order: Sequence[int]
    ) -> Statement | None:
        """Return what an item is beside one change that explains other items."""
        change = self.changes[number]
        for place, late in enumerate(self._late):
            if (number, place) not in self._both:
                changed = _both(change, late)
                self._both[number, place] = changed, self._of(changed)
            both = self._both[number, place]
            if _fits(item, *both, order) and self._each_shows(item, both, (change, late)):
                fact = f"what comes out {change.phrase} and {late.phrase}"
                return Statement(late.slug, late.title, fact, late.hint)
        numbers = _numbers(item, change, self._answering[number].roughly)
        known = tuple(each for each in numbers if each is not None)
        apart = [
            case
            for case, changed, right in zip(item.cases, known, item.want, strict=False)
            if _differs(changed.value, right.value)
        ]
        if len(known) < len(numbers) or distinct(apart) < LEAST:
            return None
        found = statement_about(replace(item, want=known), quantities, [None] * len(numbers))
        if found is None:
            return None
        fact = f"{found.fact}, if it should be what comes out {change.phrase}"
        return Statement(found.slug, found.title, fact, found.hint)

    def parts(self, item: Item, quantities: Sequence[Quantity]) -> Statement | None:
        """Return the factors of what one argument adds to an item and of the rest."""
        found = one_less(item, quantities)
        sizes = [quantity for quantity in quantities if quantity.is_size]
        factors = [*sizes, *single_numbers(self._cases)]
        known = {change.slug: number for number, change in enumerate(self.changes)}
        names = {name: None for case in self._cases for name in case.arguments}
        for name in names:
            slugs = [known.get(f"{name}-{kind}".lower()) for kind in ("zero", "twice")]
            if found is not None or None in slugs:
                continue
            zero, twice = (
                _numbers(item, self.changes[n], self._answering[n].roughly)
                for n in slugs if n is not None
            )  # fmt: skip
            found = in_parts(item, name, zero, twice, factors)
        return found

    def _each_shows(
        self, item: Item, both: tuple[Change, Answering], parts: Sequence[Change]
    ) -> bool:
        """Return whether every one of two changes shows by itself, in two cases at least.

        Where everything has converged, a second change explains nothing that one does not.
        """
        for part in parts:
            alone = self._answering[self.changes.index(part)]
            apart = [
                case
                for index, case in enumerate(item.cases)
                if _apart(
                    _values(item, both[0], both[1].roughly(index)),
                    _values(item, part, alone.roughly(index)),
                )
            ]
            if distinct(apart) < LEAST:
                return False
        return True

    def _of(self, change: Change) -> Answering:
        namespace = change.namespace or (lambda: self._namespace)
        return Answering(self._plan, namespace, partial(self._changed, change))

    def _changed(self, change: Change, index: int) -> Case | None:
        case = self._cases[index]
        try:
            arguments = change.apply(case.arguments, self._sizes[index])
        except (TypeError, ValueError, RuntimeError, IndexError, KeyError):
            return None
        return None if arguments is None else replace(case, arguments=arguments)


def _fits(item: Item, change: Change, answering: Answering, order: Sequence[int]) -> bool:
    """Return whether a change gives an item's numbers, and others than the right ones somewhere."""
    differs = False
    for index in order:
        got, right = item.got[index], item.want[index].value
        values = _values(item, change, answering.roughly(index))
        if got is None or not near(None if values is None else values.value, got):
            return False
        differs = differs or values is None or _differs(values.value, right)
    return differs and _gives(item, change, answering)


def _gives(item: Item, change: Change, answering: Answering) -> bool:
    return any(
        coincides(item, _numbers(item, change, answers))
        for answers in (answering.roughly, answering.precisely)
    )


def _numbers(
    item: Item, change: Change, answers: Callable[[int], Expectation | None]
) -> list[Numbers | None]:
    return [_values(item, change, answers(index)) for index in range(len(item.got))]


def _values(item: Item, change: Change, answer: Expectation | None) -> Numbers | None:
    """Return the numbers that an answer holds for an item."""
    for found in answer.items if answer else ():
        if found.name == item.name and isinstance(found.value, numpy.ndarray):
            return _dropped(numbers_of(found), change)
    return None


def _dropped(numbers: Numbers, change: Change) -> Numbers:
    if not change.drop_first or numbers.value.ndim != 1:
        return numbers
    return Numbers(numbers.value[1:], numbers.size[1:])


def _differs(values: Floats, right: Floats) -> bool:
    return values.shape != right.shape or not numpy.allclose(values, right, equal_nan=True)


def _apart(values: Numbers | None, other: Numbers | None) -> bool:
    if values is None or other is None:
        return values is not other
    return _differs(values.value, other.value)


def _both(first: Change, then: Change) -> Change:
    def apply(arguments: Mapping[str, Any], sizes: Mapping[str, float]) -> Any:
        changed = first.apply(arguments, sizes)
        return None if changed is None else then.apply(changed, sizes)

    return replace(then, apply=apply)
