"""Plan what the hidden cases of a check hold, so that nothing is left to luck.

A trait is a way in which arguments may be odd and yet belong to the task. Each is planned into one
case or more and tried until the reference is decisive there; where it never is, that case goes
without, and `holds` tells what a plan has come to hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy

from grader.course.inputs import Distribution, Name
from grader.model import Case

__all__ = [
    "ABSENT",
    "DIGITS",
    "EQUAL",
    "HIGH",
    "LOW",
    "STRIDED",
    "WORDS",
    "ZERO",
    "applied",
    "fewer",
    "holds",
    "layout_of",
    "planned",
    "rank_of",
    "without_last_class",
]

Rng = numpy.random.Generator
Layout = Literal["", "strided", "expanded"]
LOW, HIGH = "lowest sizes", "highest sizes"
DIGITS = "all digits of float32"
ABSENT = "the last class without a label"
ZERO = "a zero"
LARGE = "large values"
EQUAL = "equal rows"
"""Expanded from one, where the tensors go to the student's function as they are."""
STRIDED = "tensors with gaps in memory"
WORDS = frozenset({ABSENT, ZERO, LARGE, EQUAL, STRIDED})
"""Traits that a sentence may name, when nothing but such cases goes wrong."""
LEAST = 2.0
"""The largest of large values is a number from here to twice that.

More would be a question of its own: in float32 a softmax loses its small probabilities, and right
work with them. A task that asks for it draws such values itself.
"""


def planned(flavours: Sequence[str], sampled: bool, as_they_are: bool) -> list[frozenset[str]]:
    """Return the traits of every case: few in each, so that what goes wrong can be named.

    A sampler (`sampled`) draws what it wants. Only tensors that go to the student's function
    `as_they_are` have a layout; a probe makes its own.
    """
    found: list[set[str]] = [set() for _ in flavours]
    distinct = [k for k, flavour in enumerate(flavours) if flavour == "distinct"] or [0]
    wanted: list[str] = [] if sampled else [LOW, HIGH, ABSENT, EQUAL, ZERO, LARGE]
    wanted += [STRIDED] if as_they_are else []
    for number, trait in enumerate(wanted):
        # The first distinct cases have the sizes, the others share the rest from the end on.
        place = number if trait in (LOW, HIGH) else -1 - (number % len(distinct))
        found[distinct[place % len(distinct)]].add(trait)
    if not sampled:
        for k in range(0, len(flavours), 2):
            found[k].add(DIGITS)
    return [frozenset(traits) for traits in found]


def applied(
    arguments: Mapping[str, Any], declared: Mapping[str, Any], traits: frozenset[str], rng: Rng
) -> tuple[dict[str, Any], frozenset[str]]:
    """Return the arguments with the traits that they can have, and which those are."""
    changed, kept = dict(arguments), traits - {ABSENT, ZERO, LARGE, EQUAL, STRIDED}
    if any(isinstance(v, Distribution) and v.name == "labels" for v in declared.values()):
        kept |= traits & {ABSENT}
    expanded = _one_of(_rows(changed, list(declared)), rng) if EQUAL in traits else ""
    if expanded:
        changed[expanded] = changed[expanded][:1].expand(changed[expanded].shape).clone()
    if LARGE in traits:
        normal = [name for name, value in declared.items() if _is(value, "normal")]
        if normal:  # the data, most often
            name = max(normal, key=lambda each: changed[each].numel())
            changed[name] = _large(changed[name])
            kept |= {LARGE}
    free = [name for name, value in declared.items() if _may_be_zero(value)]
    several = [name for name in free if changed[name].numel() > 1]
    if ZERO in traits and (name := _one_of(several or free, rng)):
        value = changed[name].clone()
        value.view(-1)[int(rng.integers(value.numel()))] = 0.0
        changed[name] = value
        kept |= {ZERO}
    # A large number or a zero in the same argument may have made its rows differ.
    if expanded and bool((changed[expanded] == changed[expanded][:1]).all()):
        kept |= {EQUAL}
    if STRIDED in traits and any(_has_rows(value) for value in changed.values()):
        kept |= {STRIDED}
    return changed, frozenset(kept)


def without_last_class(
    declared: Distribution, sizes: Mapping[str, int]
) -> tuple[Distribution, Mapping[str, int]]:
    """Return labels with one class less, from two classes on."""
    count, classes = declared.arguments
    if isinstance(classes, Name):
        return declared, {**sizes, classes.id: max(sizes[classes.id] - 1, 1)}
    return replace(declared, arguments=(count, max(classes - 1, 1))), sizes


def fewer(traits: frozenset[str]) -> Iterator[frozenset[str]]:
    """Yield the traits, then less and less of them, those first that hinder a clear answer."""
    yield traits
    for each in (LARGE, EQUAL, ZERO, DIGITS, ABSENT):
        if each in traits:
            traits = traits - {each}
            yield traits


def layout_of(traits: frozenset[str]) -> Layout:
    """Return how the tensors of a case lie in memory."""
    if EQUAL in traits:
        return "expanded"
    return "strided" if STRIDED in traits else ""


def holds(cases: Sequence[Case]) -> tuple[str, ...]:
    """Return what the hidden cases of a plan hold, each once, in the order of the cases."""
    return tuple(dict.fromkeys(_held(cases)))


def _held(cases: Sequence[Case]) -> Iterator[str]:
    for case in cases:
        if not case.public:
            yield case.dtype
            yield from sorted(case.traits)
            if case.requires_grad:
                yield "inputs that require grad"


def _large(value: Any) -> Any:
    """Return a tensor times a power of two: a large number of each sign is the largest of it."""
    found = value * 2.0 ** numpy.ceil(numpy.log2(LEAST / value.abs().max().item()))
    flat = found.flatten()
    places = flat.abs().argsort(descending=True)
    for place, sign in zip(places.tolist()[:2], (1.0, -1.0), strict=False):
        flat[place] = sign * max(flat[place].abs().item(), LEAST)
    return flat.reshape(value.shape)


def _is(declared: Any, name: str) -> bool:
    return isinstance(declared, Distribution) and declared.name == name


def _may_be_zero(declared: Any) -> bool:
    if _is(declared, "uniform"):
        low, high = declared.arguments[:2]
        return bool(low < 0 < high)
    return _is(declared, "normal")


def rank_of(declared: Any) -> int:
    """Return how many dimensions the tensors of an input have."""
    if not isinstance(declared, Distribution):
        return 0
    count = len(declared.arguments)
    return {"normal": count, "positive": count, "uniform": count - 2}.get(declared.name, 0)


def _rows(arguments: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    return [name for name in names if _has_rows(arguments[name])]


def _has_rows(value: Any) -> bool:
    import torch

    floating = isinstance(value, torch.Tensor) and value.is_floating_point()
    return floating and value.ndim > 0 and value.shape[0] > 1


def _one_of(names: Sequence[str], rng: Rng) -> str:
    return names[int(rng.integers(len(names)))] if names else ""
