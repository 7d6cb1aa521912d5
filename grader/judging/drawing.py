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

from grader.course.inputs import (
    Distribution,
    Name,
    declared_values,
    draw,
    extreme,
    options,
)
from grader.course.reference import Reference
from grader.errors import CourseError
from grader.judging import coverage
from grader.judging.decisiveness import doubt_about, hides, jumps, off_zero
from grader.judging.expecting import expected_of
from grader.judging.oracle import Expectation
from grader.model import Case, Check, Dimension, Exercise, Probe

__all__ = ["Drawing", "as_declared"]

Rng = numpy.random.Generator
DRAWS, FURTHER = 40, 16
"""Draws looked at for one case, and for telling declared mistakes apart."""
TRIES = 5
"""Draws looked at with all traits of a case, and again each time that one is given up."""
HARDLY = 0.5
"""So much doubt is left at most where a case keeps its traits: some numbers may be small."""
AT_KINKS = {coverage.ZERO, coverage.EQUAL}
"""With these a case may lie at a kink, where every one-sided derivative is right."""


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
            known = self._in_contract(0)
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
        traits = coverage.planned(flavours, self._sampled, self._as_they_are)
        self._give_alternatives(axes, flavours, traits)
        wanted = _Wanted()
        for index, each in enumerate(zip(flavours, axes, traits, strict=True)):
            case, expected = self._decisive(index, *each, wanted)
            wanted.note(expected)
            yield case, expected

    def further(self, begin: int) -> Iterator[Case]:
        """Yield cases of distinct sizes beyond those planned, where the reference is decisive."""
        for number, axis in enumerate(self._axes(FURTHER)):
            case = self._draw(number, "distinct", axis, frozenset())
            case = replace(case, id=f"hidden-{begin}")
            if doubt_about(self.expect(case), self.check) == 0:
                yield case

    @property
    def _as_they_are(self) -> bool:
        """Whether tensors go to the student's function as they are, and not through a probe."""
        return self.check.probe is None and self.exercise.arrays == "torch"

    @property
    def _sampled(self) -> bool:
        return self.check.id in self.reference.samplers

    def _decisive(
        self,
        index: int,
        flavour: str,
        axis: Mapping[str, Any],
        traits: frozenset[str],
        wanted: _Wanted,
    ) -> tuple[Case, Expectation]:
        """Draw until the reference is decisive, with fewer and fewer traits; else the best draw."""
        tiers = list(coverage.fewer(traits))
        for kept in tiers:
            last = kept == tiers[-1]
            doubt, case, expected = self._best(
                index, flavour, axis, kept, wanted, DRAWS if last else TRIES
            )
            if last or doubt <= HARDLY:
                break
        return case, expected

    def _best(
        self,
        index: int,
        flavour: str,
        axis: Mapping[str, Any],
        traits: frozenset[str],
        wanted: _Wanted,
        draws: int,
    ) -> tuple[float, Case, Expectation]:
        """Return the first draw without a doubt, or the best of all, with the doubt about it."""
        best: tuple[float, Case, Expectation] | None = None
        for _ in range(draws):
            case = self._draw(index, flavour, axis, traits)
            expected = self.expect(case)
            doubt = doubt_about(expected, self.check, kinks=bool(case.traits & AT_KINKS))
            if doubt <= HARDLY and self._misleads(case, expected):
                doubt = float("inf")
            if not self._sampled:  # a sampler visits what it wants
                doubt += wanted.doubt(expected)
            if best is None or doubt < best[0]:
                best = doubt, case, expected
            if doubt == 0:
                break
        assert best is not None
        return best

    def _misleads(self, case: Case, expected: Expectation) -> bool:
        """Return whether a zero makes a case unclear: the answer jumps there, or half is lost."""
        if coverage.ZERO not in case.traits:
            return False
        beside = [self._beside_zero(case, side) for side in (2.0**-20, -(2.0**-20))]
        near = [found for found in beside if found is not None]
        if len(near) < len(beside):
            return True
        if self.check.gradient is None and any(jumps(expected, found) for found in near):
            return True
        several = any(getattr(value, "ndim", 0) > 0 for value in case.arguments.values())
        return several and hides(expected, near[0])

    def _beside_zero(self, case: Case, side: float) -> Expectation | None:
        """Return what is right with every zero moved to one side; None for no answer there."""
        moved = replace(case, arguments=off_zero(case.arguments, side))
        try:
            return expected_of(self.check, self.probe, moved, self.reference.namespace, 0)
        except CourseError:
            return None

    @cached_property
    def twinned(self) -> bool:
        """Whether every hidden case is asked in both dtypes: where numbers are asked for."""
        if set(self.check.dtypes) != {"float64", "float32"} or self.check.expect is not None:
            return False
        apart = replace(self, rng=numpy.random.default_rng(0))
        apart.__dict__["twinned"] = False  # what is drawn to find out
        (axis,) = apart._axes(1)
        case = apart._draw(0, "distinct", axis, frozenset())
        found = expected_of(self.check, self.probe, case, self.reference.namespace, patterns=0)
        return any(isinstance(item.value, numpy.ndarray) for item in found.items)

    def expect(self, case: Case) -> Expectation:
        """Return what the reference answers."""
        return expected_of(self.check, self.probe, case, self.reference.namespace)

    def _draw(
        self, index: int, flavour: str, axis: Mapping[str, Any], traits: frozenset[str]
    ) -> Case:
        sizes = _sizes(self.exercise.dimensions, flavour, self.rng, traits)
        if self._sampled:
            arguments = dict(self.reference.samplers[self.check.id](self.rng, index))
            traits &= {coverage.STRIDED}
        else:
            declared = self._declared(axis["alternative"])
            arguments = {
                name: self._argument(name, each, sizes, axis, traits)
                for name, each in declared.items()
            }
            arguments, traits = coverage.applied(arguments, declared, traits, self.rng)
        if self.twinned:
            arguments = {name: _exact_in_both(value) for name, value in arguments.items()}
        tracked = axis["tracked"] and self._as_they_are and _has_floats(arguments)
        words = [_flavour_words(flavour), axis["dtype"], "inputs that require grad" * tracked]
        words += sorted(traits & coverage.WORDS)
        return Case(
            f"hidden-{index + 1}",
            False,
            arguments,
            axis["dtype"],
            tracked,
            ", ".join(word for word in words if word),
            layout=coverage.layout_of(traits) if self._as_they_are else "",
            traits=traits | {_flavour_words(flavour)} - {""},
        )

    def _argument(
        self,
        name: str,
        declared: Any,
        sizes: Mapping[str, int],
        axis: Mapping[str, Any],
        traits: frozenset[str],
    ) -> Any:
        if not isinstance(declared, Distribution):
            return declared
        if name in axis:
            return axis[name]
        try:
            return self._drawn(declared, sizes, traits)
        except (TypeError, ValueError, ArithmeticError) as error:
            raise CourseError(
                f"{name}: {declared.name}(…) cannot be drawn from: {error}; "
                "docs/writing-exercises.md lists what each takes"
            ) from error

    def _drawn(
        self, declared: Distribution, sizes: Mapping[str, int], traits: frozenset[str]
    ) -> Any:
        if declared.name in ("number", "integer") and traits & {coverage.LOW, coverage.HIGH}:
            return extreme(declared, sizes, coverage.HIGH in traits)
        if declared.name == "labels" and coverage.ABSENT in traits:
            declared, sizes = coverage.without_last_class(declared, sizes)
            return draw(declared, sizes, self.rng)
        return draw(declared, sizes, self.rng, coverage.DIGITS in traits)

    def _declared(self, alternative: int) -> dict[str, Any]:
        """Return each argument's distribution or constant, in the reference's order."""
        return {} if self._sampled else self._in_contract(alternative)

    def _give_alternatives(
        self,
        axes: list[dict[str, Any]],
        flavours: Sequence[str],
        traits: Sequence[frozenset[str]],
    ) -> None:
        """Exchange alternatives, so that a size of 1 is that of an argument, and rows are there."""

        def fits(k: int, flavour: str) -> tuple[bool, int]:
            declared = self._declared(axes[k]["alternative"]).values()
            used = flavour.removeprefix("one ") in set(_dimensions(declared))
            return used, max((coverage.rank_of(each) for each in declared), default=0)

        about = coverage.STRIDED, coverage.EQUAL
        ones = [k for k, flavour in enumerate(flavours) if flavour.startswith("one ")]
        rows = [k for k, own in enumerate(traits) if own & set(about) and k not in ones]
        free = list(range(len(axes)))
        for k in (*ones, *rows):
            best = max(free, key=lambda j: (*fits(j, flavours[k]), j == k))
            axes[k], axes[best] = axes[best], axes[k]
            free.remove(k)

    def _in_contract(self, alternative: int) -> dict[str, Any]:
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


def _balanced(values: Sequence[Any], count: int, rng: Rng) -> list[Any]:
    """Return `count` values, each as often as possible, in random order."""
    repeated = [values[k % len(values)] for k in range(count)]
    return [repeated[k] for k in rng.permutation(count)]


def _sizes(
    dimensions: Mapping[str, Dimension], flavour: str, rng: Rng, traits: frozenset[str]
) -> dict[str, int]:
    """Draw the size of every dimension: pairwise distinct, all equal, or one of them 1.

    Distinct sizes may be wanted as low or as high as they go.
    """
    if flavour == "equal":
        low = max(dimension.low for dimension in dimensions.values())
        high = min(dimension.high for dimension in dimensions.values())
        if low <= high:
            size = int(rng.integers(low, high + 1))
            return dict.fromkeys(dimensions, size)
    sizes: dict[str, int] = {}
    for name, dimension in dimensions.items():
        free = [n for n in range(dimension.low, dimension.high + 1) if n not in sizes.values()]
        free = free or [dimension.low]
        free = free[:1] if coverage.LOW in traits else free
        free = free[-1:] if coverage.HIGH in traits else free
        sizes[name] = int(rng.choice(free))
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
