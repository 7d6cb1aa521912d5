"""Draw the cases of a check so that the reference is decisive at every one.

Numbers lie well above the rounding that float32 code may show, every branch and every kind of
answer is visited, in both dtypes, with inputs that require grad and ones that do not, distinct
sizes, equal sizes, and size 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy

from grader.course.inputs import Distribution, Name, declared_values, draw, options
from grader.course.reference import Reference
from grader.judging.expecting import expected_of
from grader.judging.numbers import FLOAT32, FLOAT64
from grader.judging.oracle import RESOLUTION, Expectation, tolerance
from grader.model import Case, Check, Dimension, Exercise, Probe

__all__ = ["Drawing", "as_declared"]

Rng = numpy.random.Generator
DRAWS, FURTHER = 40, 16
"""Draws looked at for one case, and for telling declared mistakes apart."""
LIVE = 1e-3
"""A number smaller than this share of its item's largest is too small to show a mistake."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """The drawing of one check's cases."""

    exercise: Exercise
    reference: Reference
    check: Check
    probe: Probe
    rng: Rng

    def public(self) -> Iterator[tuple[Case, Expectation]]:
        """Yield the published examples, and what they should answer."""
        dtype = "float32" if "float32" in self.check.dtypes else "float64"
        for number, example in enumerate(self.check.examples, 1):
            known = self._declared(0)
            order = [parameter.name for parameter in self.reference.parameters(self.check)]
            arguments = {
                name: as_declared(example.inputs[name], known.get(name))
                for name in order  # the contract may give them in any order
                if name in example.inputs
            }
            case = Case(f"public-{number}", True, arguments, dtype, category="published example")
            yield case, self.expect(case)

    def hidden(self) -> Iterator[tuple[Case, Expectation]]:
        """Yield the planned cases of all flavours, and what they should answer."""
        flavours = self._flavours()
        axes = self._axes(len(flavours))
        wanted = _Wanted()
        for index, (flavour, axis) in enumerate(zip(flavours, axes, strict=True)):
            case, expected = self._decisive(index, flavour, axis, wanted)
            wanted.note(expected)
            yield case, expected

    def further(self, begin: int) -> Iterator[Case]:
        """Yield cases of distinct sizes beyond those planned, where the reference is decisive."""
        for number, axis in enumerate(self._axes(FURTHER)):
            case = replace(self._draw(number, "distinct", axis), id=f"hidden-{begin}")
            if _doubt(self.expect(case), self.check) == 0:
                yield case

    def _decisive(
        self, index: int, flavour: str, axis: Mapping[str, Any], wanted: _Wanted
    ) -> tuple[Case, Expectation]:
        """Draw until the reference is decisive; the best of all draws otherwise."""
        best: tuple[float, Case, Expectation] | None = None
        for _ in range(DRAWS):
            case = self._draw(index, flavour, axis)
            expected = self.expect(case)
            doubt = _doubt(expected, self.check)
            if self.check.id not in self.reference.samplers:  # a sampler visits what it wants
                doubt += wanted.doubt(expected)
            if best is None or doubt < best[0]:
                best = doubt, case, expected
            if doubt == 0:
                break
        assert best is not None
        return best[1], best[2]

    @cached_property
    def twinned(self) -> bool:
        """Whether every hidden case is asked in both dtypes: where numbers are asked for."""
        if set(self.check.dtypes) != {"float64", "float32"} or self.check.expect is not None:
            return False
        apart = replace(self, rng=numpy.random.default_rng(0))
        apart.__dict__["twinned"] = False  # what is drawn to find out
        (axis,) = apart._axes(1)
        case = apart._draw(0, "distinct", axis)
        found = expected_of(self.check, self.probe, case, self.reference.namespace, patterns=0)
        return any(isinstance(item.value, numpy.ndarray) for item in found.items)

    def expect(self, case: Case) -> Expectation:
        """Return what the reference answers."""
        return expected_of(self.check, self.probe, case, self.reference.namespace)

    def _draw(self, index: int, flavour: str, axis: Mapping[str, Any]) -> Case:
        sizes = _sizes(self.exercise.dimensions, flavour, self.rng)
        if self.check.id in self.reference.samplers:
            arguments = dict(self.reference.samplers[self.check.id](self.rng, index))
        else:
            arguments = {
                name: self._argument(name, declared, sizes, axis)
                for name, declared in self._declared(axis["alternative"]).items()
            }
        if self.twinned:
            arguments = {name: _exact_in_both(value) for name, value in arguments.items()}
        own = self.check.probe is None and self.exercise.arrays == "torch"
        tracked = axis["tracked"] and own and _has_floats(arguments)
        words = [_flavour_words(flavour), axis["dtype"], "inputs that require grad" * tracked]
        return Case(
            f"hidden-{index + 1}",
            False,
            arguments,
            axis["dtype"],
            tracked,
            ", ".join(word for word in words if word),
        )

    def _argument(
        self, name: str, declared: Any, sizes: Mapping[str, int], axis: Mapping[str, Any]
    ) -> Any:
        if not isinstance(declared, Distribution):
            return declared
        return axis[name] if name in axis else draw(declared, sizes, self.rng)

    def _declared(self, alternative: int) -> dict[str, Any]:
        """Return each argument's distribution or constant, in the reference's order."""
        if self.check.id in self.reference.samplers:
            return {}
        names = [parameter.name for parameter in self.reference.parameters(self.check)]
        return declared_values(self.check.inputs, names, alternative, self.exercise.dimensions)

    def _flavours(self) -> list[str]:
        """Return the sizes of the cases: distinct ones first, equal ones, and each 1 once."""
        declared = [self._declared(alternative) for alternative in range(4)]
        used = {name for inputs in declared for name in _dimensions(inputs.values())}
        sized = [name for name in self.exercise.dimensions if name in used]
        ones = [f"one {name}" for name in sized if self.exercise.dimensions[name].one]
        found = ["distinct", "distinct", *(["equal"] if len(sized) > 1 else []), *ones]
        return found + ["distinct"] * (self.check.cases - len(found))

    def _axes(self, count: int) -> list[dict[str, Any]]:
        """Return for every case its dtype and the like, each value as often as any other."""
        few = {
            name: options(declared)
            for name, declared in self._declared(0).items()
            if isinstance(declared, Distribution) and options(declared)
        }
        alternatives = [len(v) for v in self.check.inputs.values() if isinstance(v, list)]
        axes: dict[str, Sequence[Any]] = {
            "dtype": ("float64",) if self.twinned else self.check.dtypes,
            "tracked": (False, True),
            "alternative": range(max(alternatives, default=1)),
            **few,
        }
        columns = {name: _balanced(values, count, self.rng) for name, values in axes.items()}
        return [{name: column[k] for name, column in columns.items()} for k in range(count)]


class _Wanted:
    """Which answers that are words or truth values have been seen, so that all are visited."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str, object], int] = {}

    def note(self, expected: Expectation) -> None:
        for key in _plain(expected):
            self.seen[key] = self.seen.get(key, 0) + 1

    def doubt(self, expected: Expectation) -> float:
        """Return more doubt for an answer that was seen more often than others."""
        return float(sum(self.seen.get(key, 0) for key in _plain(expected)))


def _plain(expected: Expectation) -> list[tuple[str, object]]:
    if expected.returned != "alone":
        return []  # truth values beside other items state facts that no draw changes
    return [
        (item.name, item.value) for item in expected.items if isinstance(item.value, bool | str)
    ]


def _doubt(expected: Expectation, check: Check) -> float:
    """Return 0 for a decisive case, else how far it is from one.

    Decisive: the median tolerance is below RESOLUTION of its number, and every number that is not
    exactly 0 is above LIVE of its item's largest. A check's own tolerance has no say, so that
    another one is judged on the same cases.
    """
    # Code that is float32 inside may answer a float64 case: it too must be decided.
    epsilon = FLOAT32 if "float32" in check.dtypes else FLOAT64
    doubt = 0.0
    for item in expected.items:
        if item.low is not None:
            return float("inf")  # at a kink
        if not isinstance(item.value, numpy.ndarray) or not numpy.any(item.value):
            continue
        size = numpy.abs(item.value)
        if not numpy.all(numpy.isfinite(size)):
            return float("inf")
        live = size > 0
        share = float(numpy.median(tolerance(item, epsilon)[live] / size[live]))
        doubt += max(0.0, share / RESOLUTION - 1)
        doubt += float(numpy.mean(size[live] < LIVE * size.max()))
    return doubt


def _balanced(values: Sequence[Any], count: int, rng: Rng) -> list[Any]:
    """Return `count` values, each as often as possible, in random order."""
    repeated = [values[k % len(values)] for k in range(count)]
    return [repeated[k] for k in rng.permutation(count)]


def _sizes(dimensions: Mapping[str, Dimension], flavour: str, rng: Rng) -> dict[str, int]:
    """Draw the size of every dimension: pairwise distinct, all equal, or one of them 1."""
    if flavour == "equal":
        low = max(dimension.low for dimension in dimensions.values())
        high = min(dimension.high for dimension in dimensions.values())
        if low <= high:
            size = int(rng.integers(low, high + 1))
            return dict.fromkeys(dimensions, size)
    sizes: dict[str, int] = {}
    for name, dimension in dimensions.items():
        free = [n for n in range(dimension.low, dimension.high + 1) if n not in sizes.values()]
        sizes[name] = int(rng.choice(free or [dimension.low]))
    if flavour.startswith("one "):
        sizes[flavour.removeprefix("one ")] = 1
    return sizes


def _flavour_words(flavour: str) -> str:
    if flavour.startswith("one "):
        return f"{flavour.removeprefix('one ')} = 1"
    return "equal sizes" if flavour == "equal" else ""


def _dimensions(inputs: Any) -> Iterator[str]:
    for item in inputs:
        if isinstance(item, Name):
            yield item.id
        elif isinstance(item, Distribution):
            yield from _dimensions(item.arguments)


def _exact_in_both(value: Any) -> Any:
    """Return floating tensors with values that float32 holds, too."""
    import torch

    if isinstance(value, torch.Tensor) and value.is_floating_point():
        return value.to(torch.float32).to(value.dtype)
    if isinstance(value, list | tuple):
        return type(value)(_exact_in_both(item) for item in value)
    if isinstance(value, Mapping):
        return {key: _exact_in_both(item) for key, item in value.items()}
    return value


def _has_floats(arguments: Mapping[str, Any]) -> bool:
    import torch

    return any(
        _has_floats(value)
        if isinstance(value, dict)
        else isinstance(value, torch.Tensor) and value.is_floating_point()
        for value in arguments.values()
    )


_TENSORS = {"normal", "positive", "uniform"}


def as_declared(value: Any, declared: Any) -> Any:
    """Return a published input as the kind of thing that is drawn for it."""
    import torch

    if not isinstance(declared, Distribution):
        return value
    if declared.name in _TENSORS:
        return torch.tensor(value, dtype=torch.float64)
    if declared.name == "labels":
        return torch.tensor(value, dtype=torch.int64)
    if declared.name == "table":
        names, *inner = declared.arguments
        kinds = dict(zip(names, inner, strict=True))
        return {name: as_declared(item, kinds.get(name)) for name, item in value.items()}
    if declared.name == "several":
        return [as_declared(item, declared.arguments[1]) for item in value]
    return value
