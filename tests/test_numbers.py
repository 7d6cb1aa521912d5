"""Whatever stands for numbers is read as such, with the precision that it shows."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from grader.judging.evidence import Array, Foreign
from grader.judging.numbers import (
    BFLOAT16,
    FLOAT16,
    FLOAT32,
    FLOAT64,
    NotNumeric,
    Numeric,
    numeric,
    precision,
)

THIRD = 1 / 3
THIRD32 = float(numpy.float32(THIRD))


def array(values: Any, dtype: str = "float64", kind: Any = "tensor") -> Array:
    stored = "float32" if dtype in ("float16", "bfloat16") else dtype
    return Array(numpy.asarray(values, dtype=stored), dtype, kind)


@pytest.mark.parametrize(
    ("value", "shape", "epsilon", "half"),
    [
        (THIRD, (), FLOAT64, 0.0),
        (THIRD32, (), FLOAT32, 0.0),
        (7, (), FLOAT64, 0.0),
        (array(THIRD), (), FLOAT64, 0.0),
        (array(THIRD, kind="numpy"), (), FLOAT64, 0.0),
        (array(THIRD, "float32"), (), FLOAT32, 0.0),
        (array([THIRD, THIRD32]), (2,), FLOAT64, 0.0),
        (array([THIRD32, 0.5]), (2,), FLOAT32, 0.0),
        (array([1.5], "float16"), (1,), FLOAT32, FLOAT16),
        (array([1.5], "bfloat16"), (1,), FLOAT32, BFLOAT16),
        (array([1, 2], "int64"), (2,), FLOAT64, 0.0),
        ([THIRD, 0.5], (2,), FLOAT64, 0.0),
        ([THIRD32, 0.5], (2,), FLOAT32, 0.0),
        ((THIRD, array(0.25)), (2,), FLOAT64, 0.0),
        ([THIRD, array(0.25, "float32")], (2,), FLOAT32, 0.0),
        ([[THIRD, 2.0], [3.0, 4.0]], (2, 2), FLOAT64, 0.0),
        ([array([1.0, THIRD]), array([2.0, 3.0])], (2, 2), FLOAT64, 0.0),
        ([array(1.0, "float16"), THIRD], (2,), FLOAT32, FLOAT16),
        ([], (0,), FLOAT64, 0.0),
        (array(numpy.zeros((0, 3))), (0, 3), FLOAT32, 0.0),
    ],
)
def test_numbers(value: Any, shape: tuple[int, ...], epsilon: float, half: float) -> None:
    found = numeric(value)
    assert isinstance(found, Numeric), found
    assert (found.values.shape, found.epsilon, found.half) == (shape, epsilon, half)
    assert found.values.dtype == numpy.float64


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "a truth value"),
        (None, "None"),
        ("6", "text"),
        ({"x": 1.0}, "a dict"),
        (Foreign("pandas.Series"), "an object of another class"),
        (array([True, False], "bool"), "a tensor of truth values"),
        ([1.0, None], "a list with None at position 1"),
        ([1.0, [2.0]], "parts of different lengths or shapes"),
        ([1.0, False], "position 1"),
    ],
)
def test_no_numbers(value: Any, said: str) -> None:
    found = numeric(value)
    assert isinstance(found, NotNumeric)
    assert said in found.reason


@pytest.mark.parametrize(
    ("values", "epsilon"),
    [
        ([0.5, numpy.nan], FLOAT32),
        ([THIRD, numpy.nan], FLOAT64),
        ([numpy.inf, 0.5], FLOAT32),
        ([1e300], FLOAT64),
        ([1e-300], FLOAT64),
        ([float(numpy.float32(1e-30))], FLOAT32),
    ],
)
def test_precision_shown(values: list[float], epsilon: float) -> None:
    assert precision(numpy.array(values)) == epsilon


def test_a_float64_computation_is_not_taken_for_float32() -> None:
    rng = numpy.random.default_rng(5)
    shown = [precision(rng.standard_normal(1)) for _ in range(2_000)]
    assert set(shown) == {FLOAT64}
