"""Cases are drawn so that the reference is decisive and everything is visited."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy
import pytest
import torch

from grader.course.loading import Course
from grader.course.reference import load_reference
from grader.judging.plan import CheckPlan, make_plan
from grader.model import Check
from tests.made_course import CONTRACT, REFERENCE, make_exercise

ROOT = Path(__file__).resolve().parent.parent


def planned(exercise: str, check: str, seed: int) -> CheckPlan:
    loaded = Course(ROOT).load(exercise)
    plan = make_plan(loaded, load_reference(loaded), seed)
    return next(part for part in plan.checks if part.check.id == check)


@pytest.mark.parametrize("seed", range(5))
def test_sizes_dtypes_and_tracking_are_all_visited(tmp_path: Path, seed: int) -> None:
    exercise = make_exercise(tmp_path)
    (energy, _) = make_plan(exercise, load_reference(exercise), seed).checks
    hidden = [case for case in energy.probe.cases if not case.public and not case.twin_of]
    assert len(hidden) == Check("c", "c", 1).cases
    assert {case.dtype for case in hidden} == {"float64"}
    assert {case.requires_grad for case in hidden} == {True, False}
    sizes = [case.arguments["x"].numel() for case in hidden]
    assert 1 in sizes
    assert 2 not in sizes
    assert len(set(sizes)) > 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("exercise", "check"),
    [("matrix-gradients", "jacobian"), ("softmax-classifier", "softmax_loss"),
     ("higher-order", "hessian_vector_product-large")],
)  # fmt: skip
def test_every_numeric_case_has_a_twin_at_the_very_same_point(exercise: str, check: str) -> None:
    part = planned(exercise, check, 11)
    base = [case for case in part.probe.cases if not case.public and not case.twin_of]
    twins = [case for case in part.probe.cases if case.twin_of]
    assert [twin.twin_of for twin in twins] == [case.id for case in base]
    for case, twin in zip(base, twins, strict=True):
        assert (case.dtype, twin.dtype) == ("float64", "float32")
        assert case.requires_grad == twin.requires_grad
        for name, value in case.arguments.items():
            assert twin.arguments[name] is value
            if isinstance(value, torch.Tensor) and value.is_floating_point():
                assert torch.equal(value.float().double(), value)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("exercise", "check"),
    [("linear-regression", "plot_fit"), ("learning-rate", "behaviour"),
     ("finite-differences", "central_difference")],
)  # fmt: skip
def test_what_is_no_number_or_has_one_dtype_is_asked_once(exercise: str, check: str) -> None:
    assert not any(case.twin_of for case in planned(exercise, check, 11).probe.cases)


def test_a_dimension_may_refuse_to_be_one(tmp_path: Path) -> None:
    exercise = make_exercise(tmp_path, CONTRACT.replace("n = {}", "n = {one = false}"))
    for part in make_plan(exercise, load_reference(exercise), 1).checks:
        assert all(case.arguments["x"].numel() > 2 for case in part.probe.cases)


@pytest.mark.slow
def test_matrices_are_square_and_not_square() -> None:
    part = planned("linear-regression", "predict", 3)
    shapes = {tuple(case.arguments["x"].shape)[1:] for case in part.probe.cases}
    assert shapes == {(), (1,)}


@pytest.mark.slow
def test_few_values_are_all_visited() -> None:
    epochs = {
        case.arguments["epochs"]
        for case in planned("linear-regression", "fit", 4).probe.cases
        if not case.public
    }
    assert epochs == {0, 1, 2, 3, 5}


def test_the_same_seed_asks_the_same_and_another_seed_something_else(tmp_path: Path) -> None:
    exercise = make_exercise(tmp_path)
    reference = load_reference(exercise)
    first, again, other = (make_plan(exercise, reference, seed) for seed in (1, 1, 2))
    values = [
        [case.arguments["x"].tolist() for case in plan.probes[0].cases]
        for plan in (first, again, other)
    ]
    assert values[0] == values[1]
    assert values[0] != values[2]


def test_two_checks_are_asked_at_different_points(tmp_path: Path) -> None:
    exercise = make_exercise(tmp_path)
    energy, slope = (part.probe for part in make_plan(exercise, load_reference(exercise), 1).checks)
    for a, b in zip(energy.cases, slope.cases, strict=True):
        assert not torch.equal(a.arguments["x"], b.arguments["x"])


def test_the_derived_gradient_is_the_gradient(tmp_path: Path) -> None:
    exercise = make_exercise(tmp_path)
    (_, slope) = make_plan(exercise, load_reference(exercise), 1).checks
    for case, expected in zip(slope.probe.cases, slope.expected, strict=True):
        (item,) = expected.items
        assert isinstance(item.value, numpy.ndarray)
        assert numpy.array_equal(item.value, 2 * case.arguments["x"].numpy())


def test_published_examples_come_first_and_are_public() -> None:
    cases = planned("scalar-gradients", "cubic_gradients", 1).probe.cases
    assert [case.public for case in cases] == [True] + [False] * (len(cases) - 1)
    assert {name: float(value) for name, value in cases[0].arguments.items()} == {"a": 5, "b": 6}
    assert not any(torch.equal(a.arguments["a"], b.arguments["a"]) for a, b in pairwise(cases))


def test_a_published_example_may_name_its_inputs_in_any_order(tmp_path: Path) -> None:
    contract = CONTRACT.replace('x = "normal(n)"', 'x = "normal(n)"\nlr = "number(0.1, 0.5)"')
    contract += "[[check.example]]\ninputs = { lr = 0.5, x = [3.0] }\nexpect = [3.0]\n"
    reference = REFERENCE.replace(
        "def energy(x):\n    return", "def energy(x, lr):\n    return lr *"
    )
    reference = reference.split("@mistake", maxsplit=1)[0]
    exercise = make_exercise(tmp_path, contract, reference)
    (_, slope) = make_plan(exercise, load_reference(exercise), 1).checks
    assert list(slope.probe.cases[0].arguments) == ["x", "lr"]
