"""Say what nearly right numbers are: rounded, cut off at a bound, or merely close."""

from __future__ import annotations

from collections.abc import Iterator

import numpy

from grader.judging.diagnosis.evidence import Item, Numbers, coincides
from grader.judging.diagnosis.statement import Statement
from grader.judging.numbers import Floats

__all__ = ["APPROXIMATE", "nearly"]

CLOSE = 5e-3
MOST_DECIMALS = 7
APPROXIMATE = Statement(
    "approximation", "close, but not exact",
    "close to what it should be, but further off than rounding explains",
    "A finite difference, a rounded constant or a small term too many, such as an ε, may do that.",
)  # fmt: skip


def nearly(item: Item) -> Iterator[Statement]:
    """Yield what holds of an item in every case; all numbers of `item` can be compared."""
    pairs = [(got, right.value) for got, right in zip(item.got, item.want, strict=True)]
    if not all(got is not None and got.shape == right.shape for got, right in pairs):
        return
    known = [(got, right) for got, right in pairs if got is not None]
    yield from _rounded(item)
    yield from _cut_off(item, known)
    if all(_close(got, right) for got, right in known):
        yield APPROXIMATE


def _rounded(item: Item) -> Iterator[Statement]:
    for decimals in range(MOST_DECIMALS):
        if coincides(item, [_round(right, decimals) for right in item.want]):
            fact = f"rounded to {decimals} decimals" if decimals else "rounded to whole numbers"
            yield Statement("rounded", fact, f"what it should be, {fact}",
                            "Numbers are rounded when they are shown, not before.")  # fmt: skip
            return


def _round(numbers: Numbers, decimals: int) -> Numbers:
    value = numpy.round(numbers.value, decimals)
    return Numbers(value, numpy.abs(value))


def _cut_off(item: Item, known: list[tuple[Floats, Floats]]) -> Iterator[Statement]:
    """Yield the statement that numbers beyond a bound have become the bound."""
    got = numpy.concatenate([numpy.ravel(each) for each, _ in known])
    right = numpy.concatenate([numpy.ravel(each) for _, each in known])
    if not numpy.all(numpy.isfinite(got)):
        return
    low, high = float(got.min()), float(got.max())
    inside = (right > low) & (right < high)
    beyond = [(low, right < low), (high, right > high)]
    if inside.sum() < 2 or not any(bool(numpy.any(past)) for _, past in beyond):
        return
    if any(numpy.any(past) and len(numpy.unique(right[past])) < 2 for _, past in beyond):
        return  # one number beyond a bound, told twice, says nothing of a bound
    cut = [Numbers(numpy.clip(n.value, low, high), n.size) for n in item.want]
    if coincides(item, cut):
        bounds = [f"{bound:.6g}" for bound, past in beyond if numpy.any(past)]
        fact = f"right, but cut off at {' and '.join(bounds)}"
        yield Statement("cut-off", "cut off at a bound", fact, "Nothing was said of a bound.")


def _close(got: Floats, right: Floats) -> bool:
    """Return whether every number is nearly right, for its item's largest."""
    if not numpy.all(numpy.isfinite(got)):
        return False
    size = float(numpy.max(numpy.abs(right), initial=0.0))
    return bool(numpy.all(numpy.abs(got - right) <= CLOSE * size))
