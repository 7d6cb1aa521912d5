"""Find what one returned item is, where it is not what it should be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy

from grader.diagnosis.bases import Basis, bases_of, identity
from grader.diagnosis.evidence import Item, Numbers, coincides
from grader.diagnosis.scales import Quantity, Scale, scale_between
from grader.diagnosis.statement import Statement, of_scale

__all__ = ["informative", "statement_about"]


def statement_about(item: Item, quantities: Sequence[Quantity]) -> Statement | None:
    """Return the plainest statement that holds of an item in every case, or None."""
    if not item.readable or not informative(item):
        return None
    return next(_statements(item, quantities), None)


def informative(item: Item) -> bool:
    """Return whether there are numbers enough for a coincidence to mean something."""
    live = [got for got in item.got if got is not None and got.size]
    return len(live) > 1 and sum(got.size for got in live) > 2


def _statements(item: Item, quantities: Sequence[Quantity]) -> Iterator[Statement]:
    right = identity(item)
    bases = list(bases_of(item))
    scale = scale_between(item, right.numbers, quantities)
    if scale is not None and not scale.is_one:
        yield _scaled(right, scale)
    for basis in bases:
        if _tells(item, basis) and coincides(item, basis.numbers):
            yield Statement(basis.slug, basis.title, basis.phrase, basis.hint)
    for basis in bases:
        if basis.scalable and _tells(item, basis):
            scale = scale_between(item, basis.numbers, quantities)
            if scale is not None and not scale.is_one and _simple(scale):
                yield _scaled(basis, scale)
    yield from _constant(item)


def _scaled(basis: Basis, scale: Scale) -> Statement:
    powers = tuple((quantity.name, quantity.is_size, power) for quantity, power in scale.powers)
    found = of_scale(scale.factor, powers, basis.phrase)
    if not basis.slug:
        return found
    return Statement(
        f"{basis.slug}-{found.slug}", f"{found.title}: {basis.title}", found.fact, basis.hint
    )


def _simple(scale: Scale) -> bool:
    """Return whether a factor is plain enough to be more than numerology beside another basis."""
    return len(scale.powers) <= 1 and float(scale.factor * 24).is_integer()


def _tells(item: Item, basis: Basis) -> bool:
    """Return whether a basis differs from what is right, and can be compared at all."""
    return any(
        wrong is not None and not _same(right, wrong)
        for right, wrong in zip(item.want, basis.numbers, strict=True)
    )


def _same(right: Numbers, wrong: Numbers) -> bool:
    return right.value.shape == wrong.value.shape and bool(
        numpy.array_equal(right.value, wrong.value)
    )


def _constant(item: Item) -> Iterator[Statement]:
    """Yield the statement that the numbers never change although the right ones do."""
    first = item.got[0]
    if first is None or not all(got is not None and got.shape == first.shape for got in item.got):
        return
    if all(numpy.array_equal(first, got) for got in item.got if got is not None) and any(
        right.value.shape != first.shape or not numpy.array_equal(right.value, item.want[0].value)
        for right in item.want
    ):
        yield Statement(
            "constant", "the same whatever the input", "the same whatever is passed in",
            "The numbers have to follow from the arguments.",
        )  # fmt: skip
