"""Recognise a constant factor: always -1, always 2, always the number of samples, ...

The ratio of the student's numbers to a basis is taken case by case; sizes and numbers differ from
case to case, so a ratio that is `n` everywhere is no coincidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy

from grader.judging.diagnosis.evidence import Item, Numbers, coincides, near
from grader.judging.numbers import Floats
from grader.model import Case

__all__ = ["Quantity", "Scale", "quantities_of", "scale_between", "scaled"]

NEAR = 1e-3
"""How far a ratio may be off to be tried as an expression; the numbers themselves decide."""
_NICE = [Fraction(k, d) for d in (1, 2, 3, 4, 6, 8) for k in (1, 2, 3, 4, 5, 6, 8, 10, 12)]
NICE = sorted({k for k in _NICE if k.numerator == 1 or k.denominator <= 3}, key=lambda k: (
    max(k.numerator, k.denominator), k))  # fmt: skip
TRIFLE = 5e-3
"""A factor so near a plain one is not named: 0.999996 is no factor that anybody wrote."""
POWERS = (1, -1, 2, -2)


@dataclass(frozen=True)
class Quantity:
    """Something with a value in each case: a size, or a number among the arguments."""

    name: str
    values: tuple[float, ...]
    is_size: bool


@dataclass(frozen=True)
class Scale:
    """A factor k · q^p · ..., with its value in every case."""

    factor: float
    powers: tuple[tuple[Quantity, int], ...]
    values: tuple[float, ...]

    @property
    def is_one(self) -> bool:
        """True for the factor 1."""
        return self.factor == 1 and not self.powers


def quantities_of(cases: Sequence[Case]) -> tuple[Quantity, ...]:
    """Return the sizes of tensors and the numbers among the arguments, each value once."""
    found: dict[tuple[float, ...], Quantity] = {}
    tables = [dict(_sizes(case.arguments)) for case in cases]
    for name, (_, is_size) in (tables[0] if tables else {}).items():
        if not all(name in table for table in tables):
            continue
        values = tuple(table[name][0] for table in tables)
        if len(set(values)) > 1 and 0.0 not in values:
            found.setdefault(values, Quantity(name, values, is_size))
    return tuple(found.values())


def _sizes(arguments: Mapping[str, Any]) -> Iterator[tuple[str, tuple[float, bool]]]:
    for name, value in arguments.items():
        shape = tuple(getattr(value, "shape", ()))
        if len(shape) == 1 or isinstance(value, list | tuple):
            yield f"the length of `{name}`", (float(len(value)), True)
        if len(shape) == 2:
            yield f"the number of rows of `{name}`", (float(shape[0]), True)
            yield f"the number of columns of `{name}`", (float(shape[1]), True)
            yield f"the number of entries of `{name}`", (float(shape[0] * shape[1]), True)
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield f"`{name}`", (float(value), False)


def scale_between(
    item: Item, basis: Sequence[Numbers | None], quantities: Sequence[Quantity]
) -> Scale | None:
    """Return the factor by which the student's numbers differ from a basis in every case."""
    ratios = [_ratio(got, wrong) for got, wrong in zip(item.got, basis, strict=True)]
    undefined = [
        (got, wrong)
        for ratio, got, wrong in zip(ratios, item.got, basis, strict=True)
        if ratio is None
    ]
    if len(ratios) - len(undefined) < 2 or not all(_zeros(*pair) for pair in undefined):
        return None
    if not all(map(_proportional, item.got, basis, ratios)):
        return None
    for scale in _expressions(ratios, quantities):
        if coincides(item, scaled(basis, scale)):
            return scale
    return None


def scaled(basis: Sequence[Numbers | None], scale: Scale) -> list[Numbers | None]:
    """Return a basis times the factor of each case."""
    return [
        None if wrong is None else Numbers(wrong.value * value, wrong.size * abs(value))
        for wrong, value in zip(basis, scale.values, strict=True)
    ]


def _ratio(got: Any, wrong: Numbers | None) -> float | None:
    """Return the student's number over the basis at its largest entry; None where that is 0."""
    if got is None or wrong is None or got.shape != wrong.value.shape or got.size == 0:
        return None
    place = numpy.unravel_index(int(numpy.argmax(numpy.abs(wrong.value))), got.shape)
    if wrong.value[place] == 0 or not numpy.isfinite(got[place] / wrong.value[place]):
        return None
    return float(got[place] / wrong.value[place])


def _proportional(got: Any, wrong: Numbers | None, ratio: float | None) -> bool:
    """Return whether all numbers of a case differ by the same ratio, rounding aside."""
    if ratio is None or wrong is None or got.size == 1:
        return True
    with numpy.errstate(invalid="ignore", over="ignore"):
        return near(ratio * wrong.value, got)


def _zeros(got: Any, wrong: Numbers | None) -> bool:
    return (
        got is not None
        and wrong is not None
        and got.shape == wrong.value.shape
        and not numpy.any(got)
        and not numpy.any(wrong.value)
    )


def _expressions(ratios: Sequence[float | None], quantities: Sequence[Quantity]) -> Iterator[Scale]:
    """Yield the factors that fit the ratios, plainest first."""
    powers, values = _products(tuple(quantities), len(ratios))
    known = [k for k, ratio in enumerate(ratios) if ratio is not None]
    found = numpy.array([ratios[k] for k in known]) / values[:, known]
    middle = numpy.median(found, axis=1)
    off = numpy.max(numpy.abs(found - middle[:, None]), axis=1)
    for row in numpy.flatnonzero((middle != 0) & (off <= NEAR * numpy.abs(middle))):
        own = tuple(map(float, values[row]))
        yield from _constants(float(middle[row]), own, powers[row])


@lru_cache(maxsize=256)
def _products(
    quantities: tuple[Quantity, ...], cases: int
) -> tuple[list[tuple[tuple[Quantity, int], ...]], Floats]:
    """Return 1, every power of a quantity and every product of two, with their values by case."""
    single = [(quantity, power) for quantity in quantities for power in POWERS]
    pairs = [pair for pair in combinations(single, 2) if pair[0][0] is not pair[1][0]]
    powers = [(), *((each,) for each in single), *pairs]
    values = numpy.ones((len(powers), cases))
    for row, factors in enumerate(powers):
        for quantity, power in factors:
            values[row] *= numpy.array(quantity.values) ** power
    return powers, values


def _nearly_nice(factor: float) -> bool:
    """Return whether a factor is a plain one but for a trifle, which is then what is wrong."""
    return any(abs(abs(factor) - float(k)) <= TRIFLE * float(k) for k in NICE)


def _short(factor: float) -> float:
    """Return a factor of at most four digits where float32 rounding alone parts it from one."""
    short = float(f"{factor:.4g}")
    return short if abs(factor - short) <= 1e-6 * abs(factor) else factor


def _constants(
    middle: float, values: tuple[float, ...], powers: tuple[tuple[Quantity, int], ...]
) -> Iterator[Scale]:
    """Yield the plain constants k near the middle of the ratios over the values."""
    for nice in NICE:
        k = float(nice) * (1 if middle > 0 else -1)
        if abs(k - middle) <= NEAR * abs(middle):
            yield Scale(k, powers, tuple(k * value for value in values))
    plain = _short(middle)
    if not powers and (plain != middle or not _nearly_nice(middle)):
        yield Scale(plain, (), tuple(plain * value for value in values))
