"""Take numbers apart into what an argument adds and the rest, and find a factor for each part.

Many formulas are a sum: a mean over samples plus `reg` times squares, w·x plus b. What is left
with an argument at 0 is one part, what the argument adds is the other. A sum that is forgotten to
be averaged and a regularisation left out are then two factors, N and 0, whatever the formula.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy

from grader.judging.diagnosis.bases import floats
from grader.judging.diagnosis.evidence import Item, Numbers, coincides
from grader.judging.diagnosis.scales import Quantity
from grader.judging.diagnosis.statement import Statement, times_of
from grader.judging.diagnosis.witnesses import LEAST, distinct
from grader.judging.numbers import Floats
from grader.model import Case

__all__ = ["in_parts", "one_less", "single_numbers"]

CONSTANTS = (1.0, 0.5, 2.0, -1.0, 1 / numpy.log(2))
COARSE = 1e-3
"""How far one number may be off for a pair of factors to be tried on all of them."""


@dataclass(frozen=True)
class _Factor:
    """A factor in every case; the plainest ones come first."""

    words: str
    """Completes "the part with `reg` is …"."""
    values: tuple[float, ...]
    rank: int


def one_less(item: Item, quantities: Sequence[Quantity]) -> Statement | None:
    """Return that a size less 1 divides where the size should, if that is so in every case."""
    for each in _one_less(quantities, len(item.got)):
        told = [Numbers(_times(v, n.value), _times(abs(v), n.size))
                for v, n in zip(each.values, item.want, strict=True)]  # fmt: skip
        if coincides(item, told):
            return Statement(
                "one-less", "divided by one less", each.words,
                "A mean divides by the number of its terms.",
            )  # fmt: skip
    return None


def single_numbers(cases: Sequence[Case]) -> list[Quantity]:
    """Return the arguments that are one number in every case, be they floats or 0-d tensors."""
    found = []
    for name in cases[0].arguments:
        values = [floats(case.arguments.get(name)) for case in cases]
        known = tuple(float(each) for each in values if each is not None and each.ndim == 0)
        if len(known) == len(cases) and 0.0 not in known and len(set(known)) > 1:
            found.append(Quantity(f"`{name}`", known, is_size=False))
    return found


def in_parts(
    item: Item,
    name: str,
    without: Sequence[Numbers | None],
    doubled: Sequence[Numbers | None],
    quantities: Sequence[Quantity],
) -> Statement | None:
    """Return the factors of the part without an argument and of the part with it, or None.

    `without` and `doubled` are what would be right with 0 and with twice the argument: they show
    whether the right numbers are such a sum at all.
    """
    rest = [None if each is None else each.value for each in without]
    if not _is_sum(item, rest, doubled):
        return None
    added = [want.value - r for want, r in zip(item.want, rest, strict=True) if r is not None]
    base = [r for r in rest if r is not None]
    shows = [[c for c, part in zip(item.cases, parts, strict=True) if numpy.any(part)]
             for parts in (base, added)]  # fmt: skip
    if min(map(distinct, shows)) < LEAST:
        return None
    factors = _factors(quantities, len(base))
    for first, second in _fitting(item, base, added, factors):
        told = [
            Numbers(
                _times(a, r) + _times(b, t),
                _times(abs(a), n.size + abs(r)) + _times(abs(b), n.size),
            )
            for a, b, r, t, n in zip(first.values, second.values, base, added, item.want,
                                     strict=True)
        ]  # fmt: skip
        if coincides(item, told):
            fact = (f"a sum of two parts: the part without `{name}` is {first.words}, "
                    f"and what `{name}` adds is {second.words}")  # fmt: skip
            return Statement("in-parts", f"two parts, of which `{name}` adds one", fact)
    return None


def _is_sum(item: Item, rest: Sequence[Floats | None], doubled: Sequence[Numbers | None]) -> bool:
    """Return whether the right numbers are a part without an argument and one along it."""
    for want, r, two in zip(item.want, rest, doubled, strict=True):
        if r is None or two is None or not r.shape == want.value.shape == two.value.shape:
            return False
        twice = 2 * want.value - r
        largest = float(abs(twice).max(initial=0.0))
        if not numpy.isfinite(largest):
            return False
        if not numpy.allclose(two.value, twice, rtol=1e-9, atol=1e-9 * largest):
            return False
    return True


def _fitting(
    item: Item, base: Sequence[Floats], added: Sequence[Floats], factors: Sequence[_Factor]
) -> Iterator[tuple[_Factor, _Factor]]:
    """Yield the pairs of factors that fit one number of every case, plainest first."""
    values = numpy.array([factor.values for factor in factors])
    found = numpy.ones((len(factors), len(factors)), dtype=bool)
    for k, got in enumerate(item.got):
        if got is None or got.shape != base[k].shape or not got.size:
            return
        place = numpy.unravel_index(int(numpy.argmax(abs(added[k]))), got.shape)
        if not numpy.isfinite(got[place]):
            return
        with numpy.errstate(invalid="ignore"):  # infinite times nothing
            one, other = values[:, k] * base[k][place], values[:, k] * added[k][place]
            told = one[:, None] + other[None, :]
            size = numpy.maximum(abs(one)[:, None] + abs(other)[None, :], abs(got[place]))
            found &= abs(told - got[place]) <= COARSE * size
    pairs = [(factors[i], factors[j]) for i, j in numpy.argwhere(found) if i != j]
    yield from sorted(pairs, key=lambda pair: pair[0].rank + pair[1].rank)


def _factors(quantities: Sequence[Quantity], cases: int) -> list[_Factor]:
    """Return nothing, plain constants, and these times or over sizes or quotients of two."""
    found = [_Factor("left out", (0.0,) * cases, 1)]
    sizes = [quantity for quantity in quantities if quantity.is_size]
    powers: list[tuple[tuple[Quantity, int], ...]] = [()]
    powers += [((size, power),) for size in sizes for power in (1, -1)]
    powers += [((number, power),) for number in _numbers_of(quantities) for power in (1, -1)]
    powers += [((size, 1), (other, -1)) for size, other in permutations(sizes, 2)]
    for factors in powers:
        values = numpy.ones(cases)
        for size, power in factors:
            values *= numpy.array(size.values) ** power
        for rank, constant in enumerate(CONSTANTS):
            words = times_of(constant, tuple((size.name, True, p) for size, p in factors))
            own = tuple(float(constant * value) for value in values)
            found.append(_Factor(words, own, rank + 3 * len(factors)))
    return [*found, *_one_less(sizes, cases)]


def _numbers_of(quantities: Sequence[Quantity]) -> list[Quantity]:
    return [quantity for quantity in quantities if not quantity.is_size]


def _one_less(quantities: Sequence[Quantity], cases: int) -> Iterator[_Factor]:
    for size in quantities:
        if size.is_size and not size.name.startswith("the number of entries"):
            words = f"divided by one less than {size.name}, not by {size.name}"
            for alone in (numpy.inf, 1.0):
                own = tuple(n / (n - 1) if n > 1 else alone for n in size.values[:cases])
                yield _Factor(words, own, 6)


def _times(factor: float, values: Floats) -> Floats:
    with numpy.errstate(invalid="ignore"):
        found: Floats = factor * values
    return found
