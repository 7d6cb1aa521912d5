"""Answers are measured item by item: structure, precision, second calls, changed arguments."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
import torch

from grader.judging.checks import (
    _shape_of_probe,
    changed,
    in_words_of_probe,
    measure,
    measure_case,
)
from grader.judging.evidence import Answer, Array
from grader.judging.oracle import Expectation, Expected, compare
from grader.judging.properties import Property, curve, exactly, falling, texts, within
from grader.judging.structure import items_of
from grader.model import Case, Check

THIRD = 1 / 3
NEAR = THIRD * (1 + 3e-8)
"""A third within float32 rounding, but not representable in float32."""


def expectation(*values: Any, returned: Any = "tuple") -> Expectation:
    items = [
        Expected(f"d{k}", numpy.asarray(v, float), numpy.abs(numpy.asarray(v, float)))
        for k, v in enumerate(values)
    ]
    return Expectation(tuple(items), returned)


def answer(value: Any, **others: Any) -> Answer:
    return Answer("returned", value=value, **others)


def case(dtype: str = "float64", **arguments: Any) -> Case:
    return Case("hidden-1", False, arguments, dtype)


CHECK = Check("c", "c", 1.0, call="c")
TWO = expectation(2.5, 3.5)


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ((2.5, 3.5), [True, True]),
        ([2.5, 3.5], [True, True]),
        ((3.5, 2.5), [False, False]),
        ((2.5, None), [True, False]),
        ((2.5,), [True, False]),
        ([2.5], [True, False]),
        ((2.5, 3.5, 4.5), [False, False]),
        (2.5, [False, False]),
        (Array(numpy.array([2.5, 3.5]), "float64"), [True, True]),
        (Array(numpy.array([2.5, 3.5, 4.5]), "float64"), [False, False]),
        (Array(numpy.array([[2.5, 3.5]]), "float64"), [False, False]),
        ({"d0": 2.5, "d1": 3.5}, [False, False]),
        (None, [False, False]),
        ((2.5, float("nan")), [True, False]),
        ((2.5, "3.5"), [True, False]),
    ],
)
def test_a_tuple_is_credited_item_by_item(value: Any, right: list[bool]) -> None:
    measured = measure_case(case(), answer(value), TWO, None)
    assert [item.agrees for item in measured.items] == right


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ({"d0": 2.5, "d1": 3.5}, [True, True]),
        ({"d1": 3.5, "d0": 2.5}, [True, True]),
        ({"d0": 2.5}, [True, False]),
        ({"d0": 2.5, "d1": 3.5, "loss": 1.0}, [False, False]),
        ((2.5, 3.5), [False, False]),
    ],
)
def test_a_dict_has_exactly_the_keys_that_are_asked_for(value: Any, right: list[bool]) -> None:
    measured = measure_case(case(), answer(value), expectation(2.5, 3.5, returned="dict"), None)
    assert [item.agrees for item in measured.items] == right


@pytest.mark.parametrize(
    ("value", "right"), [(2.5, True), ((2.5,), False), ([2.5], False), ({"d0": 2.5}, False)]
)
def test_a_value_alone_is_not_wrapped(value: Any, right: bool) -> None:
    measured = measure_case(case(), answer(value), expectation(2.5, returned="alone"), None)
    assert measured.agrees is right


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("shape (2, 50) instead of (2, 2)", "a size of 50 instead of 2"),
        ("shape (2, 3, 1) instead of (2, 3)", "too many dimensions"),
        ("shape (2,) instead of (2, 4)", "too few dimensions"),
        ("NaN", "NaN"),
    ],
)
def test_shapes_of_a_probe_are_none_of_the_students(note: str, said: str) -> None:
    assert _shape_of_probe(note) == said


def test_what_is_wrong_with_a_structure_is_said() -> None:
    assert items_of((1, 2, 3), TWO)[1] == "a tuple of 3; a pair (d0, d1) was asked"
    assert items_of(1.0, TWO)[1] == "one number; a pair (d0, d1) was asked"
    assert (
        "with a key that was not asked for"
        in items_of({"loss": 1.0}, expectation(1, returned="dict"))[1]
    )


# ---------------------------------------------------------------- precision


def judged(double: Any, single: Any, *values: float) -> list[bool]:
    """Return which items agree in float64, then in float32."""
    cases = [case(), case("float32")]
    expected = [expectation(*values, returned="alone" if len(values) == 1 else "tuple")] * 2
    measured = measure(CHECK, cases, [answer(double), answer(single)], expected)
    return [item.agrees for each in measured for item in each.items]


def f32(value: float) -> Array:
    return Array(numpy.array(value, "float32"), "float32")


@pytest.mark.parametrize(
    ("double", "single", "agrees"),
    [
        (THIRD, f32(THIRD), [True, True]),
        (f32(THIRD), f32(THIRD), [True, True]),  # float32 inside
        (f32(THIRD * 1.0000005), f32(THIRD), [True, True]),
        (NEAR, f32(THIRD), [True, True]),  # widened after float32 arithmetic
        (THIRD, NEAR, [True, True]),  # float32 numbers go on as Python floats
        (THIRD * (1 + 1e-11), f32(THIRD), [True, True]),  # log(p + 1e-11): float32 sees nothing
        (THIRD * (1 + 1e-7), f32(THIRD * (1 + 1e-7)), [True, True]),
        (THIRD * (1 + 1e-5), f32(THIRD * (1 + 1e-5)), [False, False]),
        (THIRD * (1 + 1e-11), THIRD * (1 + 1e-11), [False, False]),  # an approximation in float64
        (THIRD * (1 + 1e-11), f32(THIRD * 1.01), [False, False]),  # differences fall apart
        (THIRD, f32(THIRD * 1.01), [True, False]),
        (THIRD, 0.0, [True, False]),
        (THIRD * 1.01, f32(THIRD), [False, True]),
        (0.5, f32(THIRD), [False, True]),
        ("a", f32(THIRD), [False, True]),
    ],
)
def test_the_rule_of_precision(double: Any, single: Any, agrees: list[bool]) -> None:
    assert judged(double, single, THIRD) == agrees


def test_precision_is_a_matter_of_each_item() -> None:
    found = judged((NEAR, THIRD * 1.001), (f32(THIRD), f32(THIRD)), THIRD, THIRD)
    assert found == [True, False, True, True]


def test_no_case_of_a_history_without_numbers_speaks_against_float32() -> None:
    cases = [case(), case(), case("float32"), case("float32")]
    expected = [expectation([], returned="alone"), expectation([THIRD], returned="alone")] * 2
    values: list[Any] = [[], [f32(THIRD)], [], [f32(THIRD)]]
    measured = measure(CHECK, cases, [answer(value) for value in values], expected)
    assert all(each.agrees for each in measured)


@pytest.mark.parametrize(
    ("value", "agrees"),
    [(THIRD, True), (NEAR, True), (THIRD * (1 + 1e-11), True), (THIRD * (1 + 1e-5), False)],
)
def test_one_question_alone_cannot_tell_an_approximation(value: float, agrees: bool) -> None:
    (measured,) = measure(CHECK, [case()], [answer(value)], [expectation(THIRD, returned="alone")])
    assert measured.agrees is agrees


@pytest.mark.parametrize(
    ("dtypes", "value", "agrees"),
    [
        (("float64",), 1 / 3 * (1 + 1e-9), True),
        (("float64",), float(numpy.float32(1 / 3)), False),
        (("float64", "float32"), float(numpy.float32(1 / 3)), True),
    ],
)
def test_a_check_with_its_own_tolerance_in_float64_wants_float64(
    dtypes: tuple[str, ...], value: float, agrees: bool
) -> None:
    check = Check("c", "c", 1.0, call="c", tolerance=1e-8, dtypes=dtypes)
    expected = [expectation(THIRD, returned="alone")]
    (measured,) = measure(check, [case()], [answer(value)], expected)
    assert measured.agrees is agrees


# ---------------------------------------------------------------- second calls and arguments


def test_a_second_call_that_differs_costs_the_item() -> None:
    leaky = answer((2.5, 3.5), again=(5.0, 3.5), repeated=True, arguments={})
    measured = measure_case(case(), leaky, TWO, None)
    assert not measured.repeats
    assert [item.agrees for item in measured.items] == [False, True]


def test_a_wrong_first_call_is_not_blamed_on_repetition() -> None:
    wrong = answer((9.0, 3.5), again=(18.0, 3.5), repeated=True, arguments={})
    assert measure_case(case(), wrong, TWO, None).repeats


@pytest.mark.parametrize(
    ("before", "after", "dtype", "differs"),
    [
        (torch.tensor([1.5]), Array(numpy.array([1.5]), "float64"), "float64", False),
        (torch.tensor([1.5]), Array(numpy.array([2.5]), "float64"), "float64", True),
        (torch.tensor([1.5]), Array(numpy.array([[1.5]]), "float64"), "float64", True),
        (torch.tensor([THIRD], dtype=torch.float64),
         Array(numpy.array([THIRD], "float32"), "float32"), "float32", False),
        (torch.tensor([3]), Array(numpy.array([3]), "int64"), "float64", False),
        (torch.tensor([1.5, THIRD], dtype=torch.float64),
         Array(numpy.array([1.5, THIRD * (1 + 2e-15)]), "float64"), "float64", False),
        ([torch.tensor(1.5)], [Array(numpy.array(1.5), "float64")], "float64", False),
        ([torch.tensor(1.5)], [], "float64", True),
        ([torch.tensor(1.5)], [None], "float64", True),
        (torch.tensor([float("nan")]), Array(numpy.array([numpy.nan]), "float64"), "float64",
         False),
        (0.5, 0.5, "float64", False),
        (0.5, 0.25, "float64", True),
        (3, 4, "float64", True),
        ("a", "a", "float64", False),
        (torch.tensor([1.5]), None, "float64", True),
    ],
)  # fmt: skip
def test_changed_arguments(before: Any, after: Any, dtype: str, differs: bool) -> None:
    assert changed(before, after, dtype) is differs


def test_arguments_count_where_the_call_was_repeated() -> None:
    moved = answer(
        2.5, again=2.5, repeated=True, arguments={"x": Array(numpy.array([9.0]), "float64")}
    )
    at = case(x=torch.tensor([1.5], dtype=torch.float64))
    measured = measure_case(at, moved, expectation(2.5, returned="alone"), None)
    assert measured.changed == ("x",)
    assert not measured.agrees


# ---------------------------------------------------------------- what a probe says in words


@pytest.mark.parametrize(
    ("value", "note", "structure"),
    [
        ({"d0": "x was changed", "d1": 3.5}, "x was changed", ""),
        ({"d0": "1.734375", "d1": 3.5}, "a text instead of numbers", ""),
        ({"d0": "x", "d1": 3.5}, "a text instead of numbers", ""),
        ("no Figure", "no Figure", "no Figure"),
    ],
)
def test_only_the_probes_own_words_are_shown(value: Any, note: str, structure: str) -> None:
    source = 'def asked(student, x):\n    return "no Figure" if x else {"d0": "x was changed"}\n'
    answers = [answer(value)]
    measured = measure(CHECK, [case()], answers, [expectation(2.5, 3.5, returned="dict")])
    (found,) = in_words_of_probe(measured, answers, source)
    if structure:
        assert found.structure == structure
    else:
        assert found.items[0].note == note


# ---------------------------------------------------------------- what a property lacks


@pytest.mark.parametrize(
    ("wanted", "value", "said"),
    [
        (exactly(2, "axes"), 1, "not 2 axes, but 1"),
        (exactly(2, "axes"), 2, ""),
        (within(2.5, 3.5), 2.0, "not a number from 2.5 to 3.5, too small by 0.5"),
        (within(2.5, 3.5), float("nan"), "not a number from 2.5 to 3.5, but NaN or infinite"),
        (within(2.5, 3.5), "three", "not a number from 2.5 to 3.5"),
        (falling(), [1.0, 2.0], "not numbers that fall, for the last is 2 times the first"),
        (falling(), [1.0], "not numbers that fall, but fewer than two numbers"),
        (
            falling(),
            [1.0, 9.0, 1e300, float("inf"), float("nan")],
            (
                "not numbers that fall, for number 4 of 5 is the first that is NaN or infinite, "
                "after growing: the steps are too large for this loss, or go uphill"
            ),
        ),
        (
            falling(),
            [3.0, 2.0, float("nan")],
            "not numbers that fall, for number 3 of 3 is the first that is NaN or infinite",
        ),
        (texts(2), ["a", " "], "not 2 texts, but 1"),
        (curve([1.0, 2.0]), [], "not a curve of these values, for nothing is drawn"),
        (
            curve([1.0, 2.0]),
            [[[0.0, 1.0], [1.0, 2.5]]],
            "not a curve of these values, off by up to 0.5",
        ),
        (
            curve([1.0, 2.0]),
            [[[0.0, 1.0], [1.0, 2.0], [2.0, 3.0]]],
            "not a curve of these values, for it has 3 points, not 2",
        ),
    ],
)
def test_what_a_value_lacks(wanted: Property, value: Any, said: str) -> None:
    assert compare(Expected("it", wanted), value, 0.0).note == said
