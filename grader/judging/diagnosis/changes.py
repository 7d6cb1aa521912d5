"""The ways to misuse arguments: ignore one, scale it, swap two, leave samples out, and the like."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from grader.judging.diagnosis.scales import Quantity
from grader.model import Case

__all__ = ["Change", "changes_of"]

Arguments = Mapping[str, Any]
Sizes = Mapping[str, float]

_RATES = {"lr", "eta", "alpha", "rate", "learning_rate", "step_size"}
_RATE_HINTS = {
    "twice": "An extra factor 2 in the gradient, or a second backward pass, does the same.",
    "half": "A missing factor 2 in the gradient does the same.",
    "minus": "You climb: check the sign of the update and of the difference.",
    "times": "A sum in place of a mean does the same.",
    "divided by": "A mean that is divided by its number of samples once more does the same.",
}
_BROADCAST = (
    "a column beside a row",
    "where a column meets a row, so that every entry meets every other",
)


@dataclass(frozen=True, eq=False)
class Change:
    """One way to misuse arguments, and what the student is told."""

    slug: str
    title: str
    phrase: str
    """Completes "your numbers are those that come out …"."""
    apply: Callable[[Arguments, Sizes], Arguments | None]
    """Arguments and the case's sizes to changed arguments; None where that makes no sense."""
    hint: str = ""
    namespace: Callable[[], Mapping[str, Any] | None] | None = None
    """What answers instead of the reference: one of its mutants; None where it cannot be loaded."""
    drop_first: bool = False
    """Whether histories lose their first entry: recorded after instead of before."""


# ---------------------------------------------------------------- the changes


def changes_of(cases: Sequence[Case], quantities: Sequence[Quantity]) -> tuple[Change, ...]:
    """Return the changes that apply to the arguments of a check."""
    fullest = max((case.arguments for case in cases), key=len)
    found: list[Change] = []
    for name, value in fullest.items():
        found += list(_of_one(name, value, cases, quantities))
    found += list(_swaps(fullest))
    found += list(_of_samples())
    return tuple(found)


def _of_one(
    name: str, value: Any, cases: Sequence[Case], quantities: Sequence[Quantity]
) -> Iterator[Change]:
    if isinstance(value, bool):
        yield _change(name, "opposite", f"with `{name}` the other way round", lambda v: not v)
    elif isinstance(value, int):
        yield from _of_count(name)
    elif isinstance(value, float):
        yield from _of_number(name, cases, quantities)
    elif _is_floats(value):
        yield from _of_tensor(name)
    elif isinstance(value, list):
        yield _change(name, "short", f"without the last entry of `{name}`", lambda v: v[:-1])
        yield _change(name, "late", f"without the first entry of `{name}`", lambda v: v[1:])
        yield _change(name, "reversed", f"with `{name}` in the reverse order", lambda v: v[::-1])


def _of_count(name: str) -> Iterator[Change]:
    late = _change(name, "after", f"with histories recorded after each of the `{name}` updates, "
                   "not before", lambda v: v + 1)  # fmt: skip
    yield _change(name, "one-more", f"with one more of `{name}`", lambda v: v + 1)
    yield _change(name, "one-less", f"with one less of `{name}`", lambda v: max(v - 1, 0))
    yield replace(late, drop_first=True)
    yield _change(name, "ignored", f"with `{name}` = 1 throughout", lambda v: 1)
    yield _change(name, "nothing", f"with `{name}` = 0 throughout", lambda v: 0)


def _of_number(
    name: str, cases: Sequence[Case], quantities: Sequence[Quantity]
) -> Iterator[Change]:
    hints = _RATE_HINTS if name in _RATES else {}
    for text, factor in (("twice", 2.0), ("half", 0.5), ("minus", -1.0)):
        found = _change(name, text, f"with {text} `{name}`", partial(_product, factor))
        yield replace(found, hint=hints.get(text, ""))
    yield _change(name, "squared", f"with `{name}` squared, as if it came in twice",
                  lambda v: v * v)  # fmt: skip
    yield _change(name, "zero", f"with `{name}` = 0, as if it were not used", lambda v: 0.0)
    yield _change(name, "one", f"with `{name}` = 1, as if it were not used", lambda v: 1.0)
    published = {case.arguments[name] for case in cases if case.public and name in case.arguments}
    for known in sorted({0.1, 0.01, *published}):
        yield _change(name, "fixed", f"with `{name}` = {known:g} whatever is passed",
                      partial(_constant, known))  # fmt: skip
    for quantity in quantities:
        if quantity.is_size:
            yield _by_size(name, quantity, 1, "times")
            yield _by_size(name, quantity, -1, "divided by")


def _by_size(name: str, quantity: Quantity, power: int, word: str) -> Change:
    def apply(arguments: Arguments, sizes: Sizes) -> Arguments | None:
        if name not in arguments:
            return arguments
        return {**arguments, name: arguments[name] * sizes[quantity.name] ** power}

    slug = f"{name}-{'times' if power > 0 else 'over'}-size".lower()
    phrase = f"with `{name}` {word} {quantity.name}"
    hint = _RATE_HINTS[word] if name in _RATES else ""
    return Change(slug, phrase.removeprefix("with "), phrase, apply, hint)


def _of_tensor(name: str) -> Iterator[Change]:
    yield _change(name, "zero", f"with zeros for `{name}`, as if it were not used", lambda v: v * 0)
    yield _change(name, "one", f"with ones for `{name}`, as if it were not used",
                  lambda v: v * 0 + 1)  # fmt: skip
    yield _change(name, "minus", f"with the opposite sign of `{name}`", lambda v: -v)
    yield _change(name, "absolute", f"with `{name}` without its signs", lambda v: v.abs())
    yield _change(name, "squared", f"with the square of `{name}` in its place", lambda v: v * v)
    yield _change(name, "cubed", f"with the cube of `{name}` in its place", lambda v: v**3)
    yield _change(name, "whole", f"with `{name}` cut down to whole numbers", lambda v: v.trunc())
    yield _change(name, "signs", f"with the signs of `{name}` alone", lambda v: v.sign())
    yield _change(name, "normalised", f"with `{name}` divided by its norm", _normalised)
    yield _change(name, "twice", f"with twice `{name}`", lambda v: 2 * v)
    yield _change(name, "half", f"with half `{name}`", lambda v: v / 2)
    yield _change(name, "transposed", f"with the transpose of `{name}`", _transposed)
    turned = _change(name, "broadcast", "", _turned)
    yield replace(turned, slug="broadcast", title=_BROADCAST[0], phrase=_BROADCAST[1])
    yield _change(name, "mean", f"with the mean of `{name}` in every place", _mean)
    yield _change(name, "centred", f"with `{name}` centred to mean 0", _centred)
    for correction in (0, 1):
        yield _change(name, f"standardised-{correction}",
                      f"with `{name}` standardised to mean 0 and standard deviation 1",
                      partial(_standardised, correction))  # fmt: skip
    yield _change(name, "sum-one", f"with `{name}` divided by its sum", lambda v: v / v.sum())


def _change(name: str, kind: str, phrase: str, function: Callable[[Any], Any]) -> Change:
    def apply(arguments: Arguments, _: Sizes) -> Arguments | None:
        if name not in arguments:
            return arguments  # it keeps its default
        changed = function(arguments[name])
        return None if changed is None else {**arguments, name: changed}

    title = phrase.removeprefix("with ").split(",")[0]
    return Change(f"{name}-{kind}".lower(), title, phrase, apply)


def _swaps(arguments: Arguments) -> Iterator[Change]:
    names = [name for name, value in arguments.items() if _kind(value) is not None]
    for index, first in enumerate(names):
        for other in names[index + 1 :]:
            if _kind(arguments[first]) == _kind(arguments[other]):
                phrase = f"with `{first}` and `{other}` swapped"
                yield Change(f"{first}-{other}-swapped".lower(), phrase.removeprefix("with "),
                             phrase, partial(_swapped, first, other))  # fmt: skip


def _of_samples() -> Iterator[Change]:
    """Yield the changes that leave samples out, where several arguments share a length."""
    kept: tuple[tuple[str, str, slice], ...] = (
        ("first-sample", "from the first sample alone", slice(0, 1)),
        ("last-sample", "from the last sample alone", slice(-1, None)),
        ("all-but-last", "without the last sample", slice(0, -1)),
        ("all-but-first", "without the first sample", slice(1, None)),
    )
    for slug, phrase, part in kept:
        yield Change(slug, phrase, phrase, partial(_sliced, part))


def _product(factor: float, value: float) -> float:
    return factor * value


def _constant(known: float, _: float) -> float:
    return known


def _swapped(first: str, other: str, arguments: Arguments, _: Sizes) -> Arguments | None:
    if first not in arguments or other not in arguments:
        return arguments
    if getattr(arguments[first], "shape", None) != getattr(arguments[other], "shape", None):
        return None
    return {**arguments, first: arguments[other], other: arguments[first]}


def _sliced(part: slice, arguments: Arguments, _: Sizes) -> Arguments | None:
    lengths = [
        len(value) for value in arguments.values() if hasattr(value, "shape") and value.ndim > 0
    ]
    shared = max(set(lengths), key=lengths.count, default=0)
    if shared < 2:
        return dict(arguments) if part in (slice(0, 1), slice(-1, None)) else None
    return {
        name: value[part]
        if hasattr(value, "shape") and value.ndim > 0 and len(value) == shared
        else value
        for name, value in arguments.items()
    }


def _transposed(value: Any) -> Any:
    return value.T.reshape(value.shape) if value.ndim == 2 else None


def _turned(value: Any) -> Any:
    if value.ndim == 1:
        return value.reshape(-1, 1)
    return value.reshape(-1) if value.ndim == 2 and value.shape[1] == 1 else None


def _mean(value: Any) -> Any:
    return value * 0 + value.mean() if value.ndim else None


def _normalised(value: Any) -> Any:
    return value / value.norm() if value.ndim else None


def _centred(value: Any) -> Any:
    return value - value.mean() if value.ndim else None


def _standardised(correction: int, value: Any) -> Any:
    if value.ndim == 0 or value.numel() < 2:
        return None
    return (value - value.mean()) / value.std(correction=correction)


def _is_floats(value: Any) -> bool:
    return hasattr(value, "is_floating_point") and bool(value.is_floating_point())


def _kind(value: Any) -> object:
    if _is_floats(value):
        return ("tensor", value.ndim)
    return "number" if isinstance(value, float) else None
