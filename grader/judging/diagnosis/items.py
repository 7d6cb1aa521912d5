"""Find what one returned item is, where it is not what it should be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy

from grader.judging.diagnosis.bases import Basis, bases_of, identity
from grader.judging.diagnosis.differences import differences_of
from grader.judging.diagnosis.evidence import (
    Item,
    Numbers,
    alike_by_case,
    coincides,
    of_cases,
)
from grader.judging.diagnosis.nearly import APPROXIMATE, nearly
from grader.judging.diagnosis.scales import Quantity, Scale, scale_between
from grader.judging.diagnosis.statement import Statement, of_scale

__all__ = ["informative", "statement_about"]


def statement_about(
    item: Item, quantities: Sequence[Quantity], values: Sequence[Numbers | None]
) -> Statement | None:
    """Return the plainest statement that holds of an item in every case, or None.

    `values` are those of the function whose gradient is asked for.
    """
    if not item.readable or not informative(item):
        return None
    if coincides(item, item.want):
        # Only last digits are wrong: whatever holds of these numbers holds of right ones.
        return APPROXIMATE
    found = next(_statements(item, quantities, values), None)
    return found if found is not None else _where_wrong(item, quantities, values)


def _where_wrong(
    item: Item, quantities: Sequence[Quantity], values: Sequence[Numbers | None]
) -> Statement | None:
    """Return what holds of an item in all those cases in which it is not right."""
    wrong = [k for k, right in enumerate(alike_by_case(item)) if not right]
    if len(wrong) == len(item.got):
        return None
    part = of_cases(item, wrong)
    if not informative(part):
        return None
    own = [replace(q, values=tuple(q.values[k] for k in wrong)) for q in quantities]
    found = next(_statements(part, own, [values[k] for k in wrong]), None)
    if found is None or found is APPROXIMATE:
        return None
    words = f"in {len(wrong)} of {len(item.got)} cases"
    return replace(
        found, title=f"{found.title}, in some cases", fact=f"{found.fact} {words}, else right"
    )


def informative(item: Item) -> bool:
    """Return whether there are numbers enough for a coincidence to mean something."""
    finite = [int(numpy.isfinite(got).sum()) for got in item.got if got is not None]
    return sum(count > 0 for count in finite) > 1 and sum(finite) > 2


def _statements(
    item: Item, quantities: Sequence[Quantity], values: Sequence[Numbers | None]
) -> Iterator[Statement]:
    right = identity(item)
    bases = list(bases_of(item, values))
    scale = scale_between(item, right.numbers, quantities)
    if scale is not None and not scale.is_one:
        yield _scaled(right, scale)
    for basis in bases:
        if _tells(item, basis) and coincides(item, basis.numbers):
            yield Statement(basis.slug, basis.title, basis.phrase, basis.hint)
    for basis in bases:
        if basis.scalable and _tells(item, basis):
            scale = scale_between(item, basis.numbers, quantities)
            if scale is not None and not scale.is_one and _worth(basis, scale):
                yield _scaled(basis, scale)
    yield from _constant(item)
    yield from _off_by(item)
    yield from _not_reduced(item)
    yield from nearly(item)


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


def _worth(basis: Basis, scale: Scale) -> bool:
    if basis.factors:
        return not scale.powers and scale.factor in basis.factors
    return _simple(scale)


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


def _off_by(item: Item) -> Iterator[Statement]:
    """Yield the statement that one plain term is too much or missing."""
    pairs = list(zip(item.got, item.want, strict=True))
    if not all(got is not None and got.shape == right.value.shape for got, right in pairs):
        return
    off = tuple(got - right.value for got, right in pairs if got is not None)
    for basis in differences_of(item):
        scale = scale_between(replace(item, got=off), basis.numbers, ())
        if scale is not None and _simple(scale):
            words = f"off by exactly {abs(scale.factor):g} times {basis.phrase}"
            if basis.phrase == "1":
                words = f"off by exactly {abs(scale.factor):g}"
            sign = "too large" if scale.factor > 0 else "too small"
            yield Statement(basis.slug, basis.title, f"{words} ({sign} by it)",
                            "Look at that term once more.")  # fmt: skip


def _not_reduced(item: Item) -> Iterator[Statement]:
    """Yield the statement that entries stand where their mean or their sum should."""
    if all(got is None or got.size == 1 for got in item.got):
        return  # one number in brackets, of which nothing is to be summed
    for word, reduce in (("mean", numpy.mean), ("sum", numpy.sum)):
        reduced = tuple(
            got if got is None or got.size == 0 or right.value.ndim or not got.ndim
            else numpy.asarray(reduce(got))
            for got, right in zip(item.got, item.want, strict=True)
        )  # fmt: skip
        if any(a is not b for a, b in zip(reduced, item.got, strict=True)) and coincides(
            replace(item, got=reduced), item.want
        ):
            yield Statement(
                "not-reduced", f"the {word} is not taken",
                f"a tensor of several numbers whose {word} is right",
                "One number is asked for.",
            )  # fmt: skip
