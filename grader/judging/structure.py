"""Take an answer apart into the items that were asked for, or say why it is not built like them.

One rule: what `a, b = answer` takes apart in a fixed order stands for the pair. A list, a named
tuple, and a tensor or array whose rows are the items are such; a set and a dict are not. A dict
is asked for by its keys.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy

from grader.judging.evidence import Answer, Array, Value
from grader.judging.kinds import kind_of
from grader.judging.oracle import Built, Expectation

__all__ = ["DEVICE", "items_of", "taken_as"]

DEVICE = (
    "Your code names a device other than the CPU. There is none where work is graded, so "
    "everything ran on the CPU."
)
"""Said once for the whole submission."""

_NOTICED = {
    "device": DEVICE,
    "lazy": (
        "Your answer gives its values one after the other, as a generator or `zip` does; they "
        "were taken as a tuple. Return a tuple."
    ),
    "exact": "A `Fraction` or `Decimal` in your answer was taken as a float.",
    "sparse": "A sparse tensor in your answer was taken as a dense one.",
    "view": (
        "Some tensors are passed with gaps in memory, where `view` raises. Those "
        "calls were made again without gaps. `reshape` takes both."
    ),
    "row": (
        "Some tensors are passed as one row that stands for all, where a change in place raises. "
        "Those calls were made again with rows of their own. `clone` makes such a copy."
    ),
    "complex": "A complex number without an imaginary part was taken as a real one.",
}


def items_of(value: Value, expected: Expectation) -> tuple[dict[str, Value], str]:
    """Return the items that an answer holds by name, and what is wrong with its structure."""
    if expected.built is not None:
        return _within(value, expected.built, "")
    names = [item.name for item in expected.items]
    if expected.returned == "alone":
        return _alone(value, names[0])
    if expected.returned == "dict":
        return _by_key(value, names)
    parts = _unpacked(value, len(names))
    if parts is None or len(parts) > len(names):
        return {}, f"{kind_of(value)}; {_asked(names)}"
    return dict(zip(names, parts, strict=False)), ""


def _within(value: Value, built: Built, path: str) -> tuple[dict[str, Value], str]:
    """Take apart an answer with containers in it; a wrong one costs only what it should hold."""
    names = [name for name, _ in built.parts]
    if built.kind == "dict":
        parts, wrong = _by_key(value, names)
    else:
        found = _unpacked(value, len(names))
        fits = found is not None and len(found) <= len(names)
        parts = dict(zip(names, found or (), strict=False)) if fits else {}
        wrong = "" if fits else f"{kind_of(value)}; {_asked(names)}"
    items: dict[str, Value] = {}
    for name, inner in built.parts:
        if name not in parts:
            continue
        if inner is None:
            items[f"{path}{name}"] = parts[name]
        else:
            further, odd = _within(parts[name], inner, f"{path}{name}.")
            items |= further
            wrong = wrong or (f"{path}{name}: {odd}" if odd else "")
    return items, wrong


def taken_as(answers: Sequence[Answer], expected: Sequence[Expectation]) -> tuple[str, ...]:
    """Return remarks on what was taken although it is not quite what was asked."""
    noticed = {word for answer in answers for word in answer.noticed}
    said = [sentence for word, sentence in _NOTICED.items() if word in noticed]
    stacked = [
        answer.value
        for answer, wanted in zip(answers, expected, strict=True)
        if wanted.returned == "tuple" and _rows(answer.value, len(wanted.items)) is not None
    ]
    if stacked:
        one = kind_of(stacked[0]).split(" of ")[0]
        said.append(f"You return {one}; its rows were taken as the values that were asked for.")
    return tuple(said)


def _alone(value: Value, name: str) -> tuple[dict[str, Value], str]:
    if isinstance(value, tuple) and len(value) == 1:
        return {}, "a tuple of one instead of the value itself"
    if isinstance(value, dict):
        return {}, "a dict instead of the value itself"
    return {name: value}, ""


def _by_key(value: Value, names: Sequence[str]) -> tuple[dict[str, Value], str]:
    wanted = f"a dict with the keys {', '.join(names)} was asked"
    if not isinstance(value, dict):
        return {}, f"{kind_of(value)}; {wanted}"
    if set(value) - set(names):
        lacking = [name for name in names if name not in value]
        but = f"a dict without the key {lacking[0]}, and" if lacking else "a dict"
        return {}, f"{but} with a key that was not asked for; {wanted}"
    return {name: value[name] for name in names if name in value}, ""


def _unpacked(value: Value, count: int) -> Sequence[Value] | None:
    if isinstance(value, list | tuple):
        return value
    return _rows(value, count)


def _rows(value: Value, count: int) -> list[Value] | None:
    """Return the rows of a tensor or array that has as many as there are items."""
    if not isinstance(value, Array) or value.values.ndim == 0 or len(value.values) != count:
        return None
    return [Array(numpy.asarray(row), value.dtype, value.kind) for row in value.values]


def _asked(names: Sequence[str]) -> str:
    what = {2: "a pair"}.get(len(names), f"a tuple of {len(names)}")
    return f"{what} ({', '.join(names)}) was asked"
