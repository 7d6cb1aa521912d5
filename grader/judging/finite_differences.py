"""Differentiate the student's own function from values that were asked for beforehand.

`scipy.differentiate.derivative` is the engine. It chooses its steps as it goes, but all of them
are START / 2^k, so every value it can ask for is asked for with the other probes and it reads a
table. Its error estimate knows nothing of rounding; the bar adds that:

    phi(t) = f(x + t d),  d_i = ± U(0.5, 1.5) max(|x_i|, rms(x) / 10)
    D, e   = derivative(phi, 0),  h the smallest step that it used
    bar    = 8 (e + 2 u (max |phi| + M) / h) + 32 u (M + sum_i R_i |d_i|),   M = sum_i |g_i d_i|

A gradient g is that of the student's own function where |g . d - D| <= bar on every line. A line
across a kink is left out: (phi(h) - 2 phi(0) + phi(-h)) / h shrinks with h unless there is one.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy

from grader.course.arguments import argument_at, with_argument
from grader.course.reference import Reference
from grader.judging.evidence import Answer, Value
from grader.judging.numbers import FLOAT32, Floats, Numeric, numeric
from grader.judging.oracle import SAFETY, Expectation, compare, expect
from grader.model import Case, Check, Exercise, Probe

__all__ = [
    "Entry",
    "Forward",
    "Line",
    "Slope",
    "forward_agrees",
    "make_forward",
    "scalars",
    "slope_along",
    "steps",
]

START = 2.0**-4
PAIRS = 12
"""Step sizes that scipy may ask for: START / 2^k for k below PAIRS."""
ITERATIONS = PAIRS - 4
"""scipy starts from four pairs (order 8) and adds one in each iteration."""
KINK_STEPS = (12, 14)
POINTS = 2
MARGIN = 8.0
"""On the error of the difference: smooth functions stay below 0.4 of it, 1,000 kinks below 7."""
BLUNT = 1e-2
"""A bar wider than this share of the derivative decides nothing."""


@dataclass(frozen=True, eq=False)
class Line:
    """One line through the arguments of a case, along one of the arguments differentiated."""

    case: int
    """Index of the gradient check's case that it goes through."""
    item: int
    direction: Floats
    first: int
    """Index of its first case in the forward probe."""


@dataclass(frozen=True)
class Entry:
    """One entry of an argument of a published example, asked for along its own axis."""

    case: int
    """Index of the gradient check's case."""
    item: int
    place: int
    """Index into the argument, row-major, of `size` entries."""
    size: int
    step: float
    first: int
    """Index of its first case in the probe."""


@dataclass(frozen=True, eq=False)
class Forward:
    """What is asked of the student's own function, for one gradient check."""

    probe: Probe
    lines: tuple[Line, ...]
    expected: tuple[Expectation, ...]
    """What the reference's function returns where each line starts."""
    entries: tuple[Entry, ...] = ()
    """For pictures only, see `grader.judging.entrywise`; their cases come after those of lines."""

    @property
    def functions(self) -> frozenset[str]:
        """The names that the probe calls: the student's own functions."""
        if self.probe.call is not None:
            return frozenset({self.probe.call})
        nodes = ast.walk(ast.parse(self.probe.source or ""))
        return frozenset(node.attr for node in nodes if isinstance(node, ast.Attribute))


@dataclass(frozen=True)
class Slope:
    """A derivative along a line and the bar around it, `g . d` of the student's gradient beside."""

    derivative: float
    bar: float
    claimed: float

    @property
    def agrees(self) -> bool:
        """True when the claimed slope lies within the bar."""
        return abs(self.claimed - self.derivative) <= self.bar


def steps() -> list[float]:
    """Return the places on a line, in the order in which they are asked for."""
    sizes = [START / 2**k for k in (*range(PAIRS), *(k for k in KINK_STEPS if k >= PAIRS))]
    return [0.0, *(sign * size for size in sizes for sign in (1.0, -1.0))]


# ---------------------------------------------------------------- asking


def make_forward(
    exercise: Exercise,
    reference: Reference,
    check: Check,
    probe: Probe,
    expected: Sequence[Expectation],
) -> Forward | None:
    """Return the questions about the student's own function; None where it is not asked for."""
    if check.gradient is None or not check.finite_differences or "float64" not in check.dtypes:
        return None
    own = _own_function(exercise, reference, check, probe)
    chosen = [
        index
        for index, case in enumerate(probe.cases)
        if case.dtype == "float64" and not case.public and expected[index].items[0].low is None
    ][:POINTS]
    if own is None or not chosen:
        return None
    rng = numpy.random.default_rng([probe.seed, len(probe.cases)])
    cases: list[Case] = []
    lines: list[Line] = []
    for index in chosen:
        for item in _directions(check):
            line = _line(probe.cases[index], index, item, check.gradient.wrt[item], len(cases), rng)
            if line is not None:
                lines.append(line)
                cases += _along(probe.cases[index], check.gradient.wrt[item], line)
    if not lines:
        return None
    own = replace(own, cases=tuple(cases))
    starts = [cases[line.first] for line in lines]
    return Forward(
        own,
        tuple(lines),
        tuple(expect(own, case, reference.namespace, ("value",)) for case in starts),
    )


def _own_function(
    exercise: Exercise, reference: Reference, check: Check, probe: Probe
) -> Probe | None:
    """Return the probe of the function that the student differentiates, without its cases."""
    assert check.gradient is not None
    own = replace(
        probe, check=f"{check.id} (own function)", grad=False, observe=False, repeat=False
    )
    if check.gradient.forward is not None:
        source = reference.probe_source(check.gradient.forward)
        return replace(own, call=None, function=check.gradient.forward, source=source)
    asked = {other.call for other in exercise.checks if other.probe is None}
    if check.gradient.of not in asked:
        return None
    return replace(own, call=check.gradient.of, function=None, source=None)


def _directions(check: Check) -> list[int]:
    """Return which argument each line of a point moves: each one, and a single one twice."""
    assert check.gradient is not None
    count = len(check.gradient.wrt)
    return [0, 0] if count == 1 else list(range(count))


def _line(
    case: Case, index: int, item: int, name: str, first: int, rng: numpy.random.Generator
) -> Line | None:
    import torch

    at = argument_at(case.arguments, name)
    if not (isinstance(at, torch.Tensor) and at.is_floating_point() and at.numel()):
        return None
    size = numpy.abs(at.numpy())
    typical = float(numpy.sqrt(numpy.mean(size * size)))
    scale = numpy.maximum(size, 0.1 * typical) if typical > 0 else numpy.ones_like(size)
    direction = rng.choice([-1.0, 1.0], size.shape) * rng.uniform(0.5, 1.5, size.shape) * scale
    return Line(index, item, numpy.asarray(direction), first)


def _along(case: Case, name: str, line: Line) -> list[Case]:
    import torch

    at, direction = argument_at(case.arguments, name), torch.as_tensor(line.direction)
    plain = replace(case, public=False, requires_grad=False)
    return [
        replace(
            plain,
            id=f"{case.id}-{line.first + number}",
            arguments=with_argument(case.arguments, name, at + t * direction),
        )
        for number, t in enumerate(steps())
    ]


# ---------------------------------------------------------------- reading the answers


def forward_agrees(forward: Forward, answers: Sequence[Answer]) -> bool | None:
    """Return whether the student's function has the reference's values; None when unanswered."""
    starts = [answers[line.first] for line in forward.lines]
    if any(answer.status != "returned" for answer in starts):
        return None
    return all(
        compare(wanted.items[0], answer.value, FLOAT32).agrees
        for answer, wanted in zip(starts, forward.expected, strict=True)
    )


def slope_along(
    line: Line, answers: Sequence[Answer], gradient: Floats, spread: Floats | None = None
) -> Slope | None:
    """Return the slope along a line beside the one that a gradient claims.

    None where the line decides nothing: a value is missing or not finite, a kink lies at its
    start, or the bar is wider than a hundredth of the derivative. `spread` is R of the gradient.
    """
    values = scalars(answers[line.first : line.first + len(steps())])
    if values is None or gradient.shape != line.direction.shape:
        return None
    claimed = float(numpy.sum(gradient * line.direction))
    size = float(numpy.sum(numpy.abs(gradient * line.direction)))
    table = dict(zip(steps(), values.values.tolist(), strict=True))
    if _kinked(table, size, values.epsilon):
        return None
    derivative, error, smallest = _differentiate(table, values.epsilon)
    if not numpy.isfinite(derivative) or not numpy.isfinite(error):
        return None
    largest = max(abs(value) for value in table.values())
    moved = 0.0 if spread is None else float(numpy.sum(spread * numpy.abs(line.direction)))
    bar = MARGIN * (error + 2 * values.epsilon * (largest + size) / smallest)
    bar += SAFETY * values.epsilon * (size + moved)
    if bar > BLUNT * max(abs(derivative), size):
        return None
    return Slope(derivative, bar, claimed)


def _differentiate(table: Mapping[float, float], epsilon: float) -> tuple[float, float, float]:
    """Return derivative at 0, scipy's error estimate, and the smallest step that it used."""
    from scipy.differentiate import derivative

    def phi(t: Any) -> Any:
        return numpy.vectorize(lambda at: table[float(at)], otypes=[float])(t)

    found = derivative(
        phi,
        0.0,
        initial_step=START,
        maxiter=ITERATIONS,
        tolerances={"atol": 0.0, "rtol": max(1e-10, 300 * epsilon)},
    )
    smallest = START / 2.0 ** (int(found.nit) - 1) / 8
    return float(found.df), float(found.error), smallest


def _kinked(table: Mapping[float, float], size: float, epsilon: float) -> bool:
    large, small = (START / 2**k for k in KINK_STEPS)
    bends = [abs(table[h] - 2 * table[0.0] + table[-h]) / h for h in (large, small)]
    noise = 80 * epsilon * (abs(table[0.0]) + size) / small
    return bool(bends[1] > bends[0] / 2 and bends[1] > noise)


def scalars(answers: Sequence[Answer]) -> Numeric | None:
    """Return the values of a function, None when one is no finite single number."""
    values: list[Value] = [answer.value for answer in answers]
    if any(answer.status != "returned" for answer in answers):
        return None
    found = numeric(values)
    if not isinstance(found, Numeric) or found.values.ndim != 1 or found.half:
        return None
    return found if bool(numpy.all(numpy.isfinite(found.values))) else None
