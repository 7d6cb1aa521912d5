"""What else an item's numbers may be: a rearrangement, another item, an argument, a fixed number.

Every basis is a noun phrase with numbers for each case; `grader.judging.diagnosis.scales` then
looks for a factor between it and what the student returned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy

from grader.judging.diagnosis.evidence import Item, Numbers
from grader.judging.diagnosis.rearrangements import CHANGES, SUMMED, Change
from grader.judging.numbers import Floats

__all__ = ["Basis", "bases_of", "floats", "identity", "raised_to"]


@dataclass(frozen=True, eq=False)
class Basis:
    """Numbers that the student's may be, up to a factor."""

    slug: str
    title: str
    phrase: str
    """Completes "your dL/dw is …"."""
    hint: str
    numbers: tuple[Numbers | None, ...]
    scalable: bool = True
    """Whether a factor times it is worth saying; a factor times 1 is any constant."""
    factors: tuple[float, ...] = ()
    """The only factors worth saying, where not every plain one is more than numerology."""


def identity(item: Item) -> Basis:
    """Return the right numbers themselves."""
    return Basis("", "", "what it should be", "", tuple(item.want))


def bases_of(item: Item, values: Sequence[Numbers | None]) -> Iterator[Basis]:
    """Yield every basis that applies to an item, plainest first.

    `values` are those of the function whose gradient is asked for, where that is so.
    """
    yield from _fixed(item)
    if any(value is not None for value in values):
        spread = zip(values, item.want, strict=True)
        yield Basis(
            "value-instead-of-gradient",
            "the value instead of the derivative",
            "the value of the function itself",
            "The task asks how fast it changes.",
            tuple(None if value is None else _everywhere(value, want) for value, want in spread),
        )
    yield from _rearranged(item)
    yield from _siblings(item)
    yield from _of_arguments(item)


# ---------------------------------------------------------------- fixed numbers


def _fixed(item: Item) -> Iterator[Basis]:
    shapes = [numbers.value.shape for numbers in item.want]
    yield Basis(
        "zero",
        "zeros everywhere",
        "zero everywhere",
        "So is a gradient that never arrived or was cleared, and a part of 1 cut to an integer.",
        tuple(Numbers(numpy.zeros(shape), numpy.zeros(shape)) for shape in shapes),
        scalable=False,
    )
    yield Basis(
        "ones",
        "ones everywhere",
        "1 everywhere",
        "The gradient of a plain sum is 1 everywhere. Is the rest of the chain missing?",
        tuple(Numbers(numpy.ones(shape), numpy.ones(shape)) for shape in shapes),
        scalable=False,
    )
    first = item.want[0]
    if item.cases[0].public and any(shape != () for shape in shapes) is False:
        yield Basis(
            "published-answer",
            "the published answer whatever the input",
            "always the answer of the published example",
            "The numbers have to follow from the arguments.",
            tuple(first for _ in shapes),
            scalable=False,
        )


# ---------------------------------------------------------------- the item itself, rearranged


def _rearranged(item: Item) -> Iterator[Basis]:
    for slug, title, phrase, hint, dimensions, change in CHANGES:
        numbers = tuple(_changed(each, change, dimensions) for each in item.want)
        if slug in SUMMED and not _sums(item, SUMMED[slug]):
            continue
        if any(each is not None for each in numbers):
            yield Basis(slug, title, phrase, hint, numbers)


def _sums(item: Item, axis: int) -> bool:
    """Return whether a sum along an axis adds up different numbers, in two cases at least.

    Of one column nothing is summed up, and of two rows that are the same a column sum is a double.
    """
    tables = [want.value for want in item.want if want.value.ndim == 2 and want.value.size]
    across = [v for v in tables if v.shape[axis] > 1 and not (v == v.take([0], 1 - axis)).all()]
    return len(across) >= 2


def _changed(numbers: Numbers, change: Change, dimensions: tuple[int, ...]) -> Numbers | None:
    if numbers.value.ndim not in dimensions:
        return None
    if numbers.value.size == 0:
        return numbers
    return Numbers(change(numbers.value), numpy.abs(change(numbers.size)))


def _everywhere(value: Numbers, want: Numbers) -> Numbers | None:
    if value.value.shape not in ((), want.value.shape):
        return None
    ones = numpy.ones(want.value.shape)
    return Numbers(value.value * ones, value.size * ones)


# ---------------------------------------------------------------- other items and arguments


def _siblings(item: Item) -> Iterator[Basis]:
    for name in item.again[0]:
        if name != item.name:
            yield Basis(
                f"is-{_slug(name)}",
                f"{item.name} is {name}",
                f"what {name} should be",
                "Check the order of what you return, and what you differentiate with respect to.",
                tuple(case.get(name) for case in item.again),
                factors=(-1.0, 2.0, 0.5),
            )
            for slug, phrase, power in (("times", "times", 1), ("over", "divided by", -1)):
                yield Basis(
                    f"{slug}-{_slug(name)}",
                    f"one factor {name} too {'many' if power > 0 else 'few'}",
                    f"what it should be {phrase} what {name} should be",
                    f"Look at how {name} comes in.",
                    tuple(
                        _times(want, _power(case.get(name), power))
                        for want, case in zip(item.want, item.again, strict=True)
                    ),
                )


def _of_arguments(item: Item) -> Iterator[Basis]:
    names = [name for name, value in item.cases[0].arguments.items() if floats(value) is not None]
    for name in names:
        own = [floats(case.arguments.get(name)) for case in item.cases]
        yield _argument_basis(f"is-{name}", f"`{name}` itself", own)
        yield _argument_basis(f"is-{name}-squared", f"the square of `{name}`", raised_to(own, 2))
        yield _argument_basis(f"is-{name}-cubed", f"the cube of `{name}`", raised_to(own, 3))
        times = [_times(each, value) for each, value in zip(item.want, own, strict=True)]
        yield Basis(
            f"times-{name}".lower(),
            f"one factor `{name}` too many",
            f"what it should be times `{name}`",
            f"The factor `{name}` comes in once too often.",
            tuple(times),
        )
        under = [
            _times(each, _inverse(v)) for each, v in zip(item.want, raised_to(own, 2), strict=True)
        ]
        yield Basis(
            f"divided-by-{name}".lower(),
            f"divided by `{name}` instead of multiplied",
            f"what comes out if `{name}` divides where it should multiply",
            "",
            tuple(under),
            scalable=False,
        )
        over = [_times(each, _inverse(value)) for each, value in zip(item.want, own, strict=True)]
        yield Basis(
            f"without-{name}".lower(),
            f"the factor `{name}` is missing",
            f"what it should be without its factor `{name}`",
            f"What multiplies on the way forward, here `{name}`, comes back as a factor.",
            tuple(over),
        )


def _argument_basis(slug: str, phrase: str, values: Sequence[Floats | None]) -> Basis:
    numbers = tuple(None if v is None else Numbers(v, numpy.abs(v)) for v in values)
    return Basis(slug.lower(), phrase, phrase, "", numbers)


def floats(value: Any) -> Floats | None:
    """Return the numbers of a floating argument; None for any other."""
    import torch

    if isinstance(value, torch.Tensor) and value.is_floating_point():
        return numpy.asarray(value.detach().numpy(), dtype=numpy.float64)
    return numpy.asarray(value) if isinstance(value, float) else None


def raised_to(values: Sequence[Floats | None], power: int) -> list[Floats | None]:
    """Return an argument of every case to a power."""
    return [None if value is None else value**power for value in values]


def _inverse(values: Floats | None) -> Floats | None:
    if values is None or not numpy.all(values):
        return None
    found: Floats = 1 / values
    return found


def _power(numbers: Numbers | None, power: int) -> Floats | None:
    if numbers is None:
        return None
    return numbers.value if power == 1 else _inverse(numbers.value)


def _times(numbers: Numbers, values: Floats | None) -> Numbers | None:
    if values is None or not _spreads(values.shape, numbers.value.shape):
        return None
    return Numbers(numbers.value * values, numbers.size * numpy.abs(values))


def _spreads(shape: tuple[int, ...], over: tuple[int, ...]) -> bool:
    """Return whether an array of one shape is repeated along another."""
    return shape == over[len(over) - len(shape) :]


def _slug(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name).strip("-").lower()
