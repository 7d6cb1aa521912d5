"""What else an item's numbers may be: a rearrangement, another item, an argument, a fixed number.

Every basis is a noun phrase with numbers for each case; `grader.judging.diagnosis.scales` then
looks for a factor between it and what the student returned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy

from grader.judging.diagnosis.evidence import Item, Numbers
from grader.judging.numbers import Floats

__all__ = ["Basis", "bases_of", "floats", "identity", "raised_to"]

Change = Callable[[Floats], Floats]


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
    for slug, title, phrase, hint, dimensions, change in _CHANGES:
        numbers = tuple(_changed(each, change, dimensions) for each in item.want)
        if any(each is not None for each in numbers):
            yield Basis(slug, title, phrase, hint, numbers)


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


def _only(place: int | tuple[Any, ...]) -> Change:
    def change(values: Floats) -> Floats:
        kept = numpy.zeros_like(values)
        kept[place] = values[place]
        return kept

    return change


def _inverted(values: Floats) -> Floats:
    found: Floats = numpy.divide(1.0, values, out=numpy.zeros_like(values), where=values != 0)
    return found


def _filled(values: Floats, number: Any) -> Floats:
    return numpy.full_like(values, number)


def _running_mean(values: Floats) -> Floats:
    found: Floats = numpy.cumsum(values, axis=-1) / numpy.arange(1, values.shape[-1] + 1)
    return found


_PLACES = "The shape fits, but the numbers sit in the wrong places: reshaping does not transpose."
_ALIAS = "A list that holds one tensor many times shows its last value everywhere: store numbers."
_SUMS = "Something is not cleared from one entry to the next."
_CHANGES: tuple[tuple[str, str, str, str, tuple[int, ...], Change], ...] = (
    ("transposed", "the transpose", "the transpose of what it should be",
     "The gradient has the shape of what it belongs to; a product is the other way round.",
     (2,), lambda v: v.T),
    ("reshaped", "reshaped instead of transposed", "the transpose, reshaped until it fitted",
     _PLACES, (2,), lambda v: v.T.reshape(v.shape)),
    ("absolute", "signs lost", "right in size, but every sign is lost",
     "Somewhere an absolute value or a square root of a square comes in.", (0, 1, 2), numpy.abs),
    ("running-sum", "running sums", "the running sum of the entries it should hold",
     _SUMS, (1, 2), lambda v: numpy.cumsum(v, axis=-1)),
    ("running-mean", "running means", "the running mean of the entries it should hold",
     "Each entry stands for itself.", (1, 2), _running_mean),
    ("last-entry", "the last entry everywhere", "its right last entry, repeated",
     _ALIAS, (1, 2), lambda v: _filled(v, v[..., -1:])),
    ("first-entry", "the first entry everywhere", "its right first entry, repeated",
     "The entries do not move on from the first one.", (1, 2), lambda v: _filled(v, v[..., :1])),
    ("reversed", "the reverse order", "right, but in the reverse order",
     "Check the order in which entries are added.", (1, 2), lambda v: v[..., ::-1]),
    ("one-late", "one entry late", "shifted by one entry: each comes one place late",
     "Record before the update, not after it.", (1, 2), lambda v: numpy.roll(v, 1, axis=-1)),
    ("one-missing-at-the-end", "one entry short", "right but without its last entry",
     "The loop stops one turn early.", (1, 2), lambda v: v[..., :-1]),
    ("one-missing-at-the-start", "the first entry missing", "right but without its first entry",
     "Record the first value before anything changes it.",
     (1, 2), lambda v: v[..., 1:]),
    ("only-the-last", "only the last entry", "only the last of the entries it should hold",
     "Every step adds one entry; yours keeps the last one.", (1, 2), lambda v: v[..., -1:]),
    ("only-the-last-alone", "only the last entry", "only the last of the entries it should hold",
     "Every step adds one entry; yours keeps the last one.", (1,), lambda v: v[-1]),
    ("only-first-kept", "only the first entry", "right in its first entry and zero in all others",
     "The work has to be done for every entry.", (1,), _only(0)),
    ("only-last-kept", "only the last entry", "right in its last entry and zero in all others",
     "What is added up is overwritten instead.", (1,), _only(-1)),
    ("only-first-row", "only the first row", "right in its first row and zero below",
     "The work has to be done for every row.", (2,), _only(0)),
    ("only-last-row", "only the last row", "right in its last row and zero above",
     "What is added up is overwritten instead.", (2,), _only(-1)),
    ("first-row-zero", "the first row is zero", "right but for its first row, which is zero",
     "The loop starts one turn late.", (2,), lambda v: v - _only(0)(v)),
    ("last-row-zero", "the last row is zero", "right but for its last row, which is zero",
     "The loop stops one turn early.", (2,), lambda v: v - _only(-1)(v)),
    ("first-column-zero", "the first column is zero",
     "right but for its first column, which is zero",
     "The loop starts one turn late.", (2,), lambda v: v - _only((slice(None), 0))(v)),
    ("last-column-zero", "the last column is zero", "right but for its last column, which is zero",
     "The loop stops one turn early.", (2,), lambda v: v - _only((slice(None), -1))(v)),
    ("first-zero", "the first entry is zero", "right but for its first entry, which is zero",
     "The loop starts one turn late.", (1,), lambda v: v - _only(0)(v)),
    ("last-zero", "the last entry is zero", "right but for its last entry, which is zero",
     "The loop stops one turn early.", (1,), lambda v: v - _only(-1)(v)),
    ("summed-up", "summed up to one number", "one number, the sum of the entries it should hold",
     "The answer has one entry for each entry of what it belongs to.",
     (1, 2), lambda v: numpy.asarray(v.sum())),
    ("sum-everywhere", "the sum of all entries everywhere", "in every entry the sum of all",
     "Entries have been added up and spread again.", (1, 2), lambda v: _filled(v, v.sum())),
    ("row-sums", "rows summed up", "summed up over its columns",
     "The answer has the shape of what it belongs to.", (2,), lambda v: v.sum(axis=1)),
    ("column-sums", "columns summed up", "summed up over its rows",
     "The answer has the shape of what it belongs to.", (2,), lambda v: v.sum(axis=0)),
    ("diagonal", "only the diagonal", "right on its diagonal and zero elsewhere",
     "Each output may depend on every input.", (2,),
     lambda v: v * numpy.eye(*v.shape)),
    ("diagonal-alone", "only the diagonal", "the diagonal of what it should be",
     "Each output may depend on every input.", (2,), lambda v: numpy.diagonal(v).copy()),
    ("flattened", "flattened", "flattened to one dimension",
     "The answer has the shape of what it belongs to.", (2,), lambda v: v.reshape(-1)),
    ("column", "a column", "a column instead of a vector",
     "Shapes (n,) and (n, 1) are different things.", (1,), lambda v: v.reshape(-1, 1)),
    ("row", "a row", "a row instead of a vector",
     "Shapes (n,) and (1, n) are different things.", (1,), lambda v: v.reshape(1, -1)),
    ("wrapped", "wrapped in a list", "right, but wrapped in one more dimension",
     "One number has the shape ().", (0,), lambda v: v.reshape(1)),
    ("truncated", "cut down to integers", "cut down to integers",
     "An integer dtype drops what comes after the point.", (0, 1, 2), numpy.trunc),
    ("square-root", "the square root", "the square root of what it should be", "",
     (0, 1, 2), lambda v: numpy.sqrt(numpy.abs(v))),
    ("inverse", "upside down", "1 divided by what it should be", "", (0, 1, 2), _inverted),
    ("squared", "squared", "the square of what it should be", "", (0, 1, 2), lambda v: v * v),
)  # fmt: skip


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
