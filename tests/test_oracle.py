"""The tolerance follows from rounding and conditioning; comparing leaves no way around it."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
import torch

from grader.authoring import gradient
from grader.errors import CourseError
from grader.judging.conditioning import FEW, STEP, coordinates, moves_of
from grader.judging.evidence import Array
from grader.judging.kinks import with_intervals
from grader.judging.numbers import BFLOAT16, FLOAT16, FLOAT32, FLOAT64
from grader.judging.oracle import (
    HALF_SAFETY,
    SAFETY,
    Expected,
    compare,
    expect,
    split,
    stated,
    tolerance,
)
from grader.judging.properties import within
from grader.model import Case, Probe


def tensor(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


def expected_at(function: Any, /, **arguments: Any) -> Any:
    case = Case("hidden-1", False, arguments)
    return expect(Probe("f", "f", (case,)), case, {"f": function}, ())


# ---------------------------------------------------------------- spread and tolerance


@pytest.mark.parametrize(
    ("function", "at", "spread"),
    [
        (lambda x: 2 * x, {"x": tensor(3.0)}, 6.0),
        (lambda x: x**3, {"x": tensor(2.0)}, 24.0),
        (lambda x, y: x + y, {"x": tensor(3.0), "y": tensor(-2.984375)}, 5.984375),
        (lambda x, y: x - y, {"x": 3.0, "y": 2.984375}, 5.984375),
        (lambda x: x * 0 + 1, {"x": tensor(3.0)}, 0.0),
        (lambda x, k: x * k, {"x": tensor(3.0), "k": 4}, 12.0),
    ],
)
def test_spread_is_the_worst_over_all_signs(
    function: Any, at: dict[str, Any], spread: float
) -> None:
    (item,) = expected_at(function, **at).items
    assert item.spread == pytest.approx(spread, rel=1e-5)


def test_many_coordinates_are_moved_in_patterns_that_differ_by_case() -> None:
    arguments = {"x": torch.ones(FEW + 1, dtype=torch.float64), "n": 3, "w": 1.0}
    assert coordinates(arguments) == FEW + 2
    first, other = (moves_of(Case(name, False, arguments)) for name in ("hidden-1", "hidden-2"))
    assert not first.add_up
    assert all(abs(abs(case.arguments["x"] - 1).numpy() / STEP - 1).max() < 1e-6
               for case in first.cases)  # fmt: skip
    assert not torch.equal(first.cases[0].arguments["x"], other.cases[0].arguments["x"])
    again = moves_of(Case("hidden-1", False, arguments))
    assert torch.equal(first.cases[0].arguments["x"], again.cases[0].arguments["x"])


def test_cancellation_among_many_coordinates_is_seen() -> None:
    x = torch.linspace(1.0, 2.0, 20, dtype=torch.float64)
    y = torch.linspace(1.0, 2.0, 20, dtype=torch.float64) + 1e-3
    (item,) = expected_at(lambda x, y: (x - y).sum(), x=x, y=y).items
    assert item.spread > 5  # the terms are about 60 in all, their sum 0.02


def test_a_descent_that_corrects_itself_keeps_the_spread_of_its_own_rounding() -> None:
    def settle(x: torch.Tensor) -> torch.Tensor:
        w = torch.zeros_like(x)
        for _ in range(400):
            w = w - 0.1 * 2 * (w - 3) * x**2
        return w

    (item,) = expected_at(settle, x=tensor(1.3)).items
    rough = settle(torch.tensor([1.3], dtype=torch.float32)).double().numpy()
    assert abs(rough - item.value) <= tolerance(item, FLOAT32)


@pytest.mark.parametrize(
    ("epsilon", "half", "relative", "limit"),
    [
        (FLOAT64, 0.0, None, SAFETY * FLOAT64 * 5),
        (FLOAT32, 0.0, None, SAFETY * FLOAT32 * 5),
        (FLOAT64, 0.0, 1e-4, 1e-4 * 5),
        (FLOAT32, 0.0, 1e-9, SAFETY * FLOAT32 * 5),
        (FLOAT32, BFLOAT16, None, SAFETY * FLOAT32 * 5 + HALF_SAFETY * BFLOAT16 * 5),
        (FLOAT32, FLOAT16, None, SAFETY * FLOAT32 * 5 + HALF_SAFETY * FLOAT16 * 5 + 2.0**-24),
    ],
)
def test_tolerance(epsilon: float, half: float, relative: float | None, limit: float) -> None:
    item = Expected("x", numpy.array([-2.0]), numpy.array([3.0]))
    assert tolerance(item, epsilon, half, relative) == pytest.approx(limit, rel=1e-12)


def test_nothing_but_zero_is_right_where_zero_is_exact() -> None:
    item = Expected("x", numpy.array(0.0), numpy.array(0.0))
    assert compare(item, 0.0, FLOAT32).agrees
    assert not compare(item, 1e-300, FLOAT64).agrees


# ---------------------------------------------------------------- comparing

SIX = Expected("x", numpy.array(6.0), numpy.array(6.0))
PAIR = Expected("x", numpy.array([6.0, 1e-9]), numpy.array([6.0, 1e-9]))


@pytest.mark.parametrize(
    ("expected", "got", "agrees"),
    [
        (SIX, 6.0, True),
        (SIX, 6, True),
        (SIX, 6.0 * (1 + 1e-15), True),
        (SIX, 6.0 * (1 + 1e-13), False),
        (SIX, float(numpy.float32(6.0 * (1 + 1e-6))), True),
        (SIX, Array(numpy.array(6.0, "float32"), "float16"), True),
        (SIX, Array(numpy.array(6.03, "float32"), "float16"), True),
        (SIX, Array(numpy.array(6.3, "float32"), "float16"), False),
        (SIX, float("nan"), False),
        (SIX, float("inf"), False),
        (SIX, [6.0], False),
        (SIX, (6.0,), False),
        (SIX, None, False),
        (SIX, True, False),
        (SIX, "6", False),
        (PAIR, [6.0, 1e-9], True),
        (PAIR, (6.0, 1e-9), True),
        (PAIR, [6.0, 1.1e-9], False),
        (PAIR, [6.0, 0.0], False),
        (PAIR, [[6.0, 1e-9]], False),
        (Expected("x", True), True, True),
        (Expected("x", True), False, False),
        (Expected("x", True), 1, False),
        (Expected("x", True), Array(numpy.array(True), "bool"), True),
        (Expected("x", "monotone"), "monotone", True),
        (Expected("x", "monotone"), "Monotone", False),
        (Expected("x", None), None, True),
        (Expected("x", None), 0.0, False),
        (Expected("x", within(1, 2)), 1.5, True),
        (Expected("x", within(1, 2)), 2.5, False),
    ],
)
def test_compare(expected: Expected, got: Any, agrees: bool) -> None:
    assert compare(expected, got, FLOAT64).agrees is agrees


def test_an_infinite_expectation_lets_no_number_through() -> None:
    infinite = numpy.array([numpy.inf])
    assert not compare(Expected("value", infinite, infinite), [3.0], FLOAT64).agrees


@pytest.mark.parametrize(
    ("got", "note"),
    [
        ([6.0], "shape (1,) instead of ()"),
        (float("nan"), "NaN among the numbers"),
        (float("-inf"), "infinity among the numbers"),
        (None, "None instead of numbers"),
    ],
)
def test_what_is_no_matter_of_rounding_is_said(got: Any, note: str) -> None:
    assert compare(SIX, got, FLOAT64).note.startswith(note)


def test_the_worst_coordinate_for_its_own_tolerance_is_reported() -> None:
    item = compare(PAIR, [6.0 + 1e-12, 2e-9], FLOAT64)
    assert item.error == pytest.approx(1e-9)


# ---------------------------------------------------------------- the reference's own answers


def test_a_reference_that_raises_is_the_courses_fault() -> None:
    def broken(x: float) -> float:
        raise ValueError("no")

    with pytest.raises(CourseError, match="does not answer"):
        expected_at(broken, x=1.0)


def test_a_reference_must_return_numbers() -> None:
    with pytest.raises(CourseError, match="the reference returned"):
        expected_at(lambda x: object(), x=1.0)


@pytest.mark.parametrize(
    ("value", "names", "found"),
    [
        (1.0, (), ["value"]),
        (1.0, ("dy/dx",), ["dy/dx"]),
        ((1.0, 2.0), (), ["item 1", "item 2"]),
        ((1.0, 2.0), ("a", "b"), ["a", "b"]),
        ({"W": 1.0, "b": 2.0}, (), ["W", "b"]),
        ([1.0, 2.0], (), ["value"]),
    ],
)
def test_split(value: Any, names: tuple[str, ...], found: list[str]) -> None:
    assert [name for name, _ in split(value, names)] == found


def test_split_refuses_another_number_of_names() -> None:
    with pytest.raises(CourseError, match="items names 3"):
        split((1.0, 2.0), ("a", "b", "c"))


def test_stated_items_may_be_properties_and_plain_values() -> None:
    found = stated({"n": 2, "flag": True, "near": within(0, 1)})
    assert [compare(item, got, FLOAT64).agrees for item, got in zip(
        found.items, (2, True, 0.5), strict=True)] == [True, True, True]  # fmt: skip


# ---------------------------------------------------------------- kinks


@pytest.mark.parametrize(
    ("function", "at", "low", "high"),
    [
        (lambda x: torch.relu(x).sum(), [0.0, 1.5], [0.0, 1.0], [1.0, 1.0]),
        (lambda x: x.abs().sum(), [0.0, -1.5], [-1.0, -1.0], [1.0, -1.0]),
        (lambda x: x.max(), [1.5, 1.5], [0.0, 0.0], [1.0, 1.0]),
    ],
)
def test_at_a_kink_everything_between_both_sides_is_right(
    function: Any, at: list[float], low: list[float], high: list[float]
) -> None:
    case = Case("public-1", True, {"x": tensor(*at)})
    probe, namespace = Probe("g", "g", (case,)), {"g": lambda x: gradient(function, x)}
    found = with_intervals(expect(probe, case, namespace, ()), probe, case, namespace, ("x",), ())
    (item,) = found.items
    assert item.low is not None
    assert item.high is not None
    assert (item.low.tolist(), item.high.tolist()) == (low, high)
    assert compare(item, low, FLOAT64).agrees
    assert compare(item, high, FLOAT64).agrees
    assert not compare(item, [2.0, *high[1:]], FLOAT64).agrees


def test_a_smooth_point_leaves_no_interval() -> None:
    case = Case("hidden-1", False, {"x": tensor(0.0, 1.5)})
    probe, namespace = Probe("g", "g", (case,)), {"g": lambda x: 3 * x**2}
    found = with_intervals(expect(probe, case, namespace, ()), probe, case, namespace, ("x",), ())
    assert found.items[0].low is None
