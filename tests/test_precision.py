"""Points are monotone in the error: a smaller one never gets fewer points than a larger one.

Submissions of one kind differ in one number alone: a factor 1 + ε, a step h, a count of iterations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
import torch

from grader.course.reference import load_reference
from grader.judging.judge import Judge
from grader.judging.plan import make_plan
from grader.model import CheckVerdict
from grader.proof.rehearsal import rehearse
from tests.in_process import judge_of
from tests.made_course import make_exercise

CONTRACT = """
title = "Precision"
[dimensions]
n = {}
[[check]]
call = "slope"
points = 4
inputs = { x = "normal(n)" }
gradient = { of = "waves", wrt = ["x"] }
[[check]]
call = "curvature"
points = 4
inputs = { X = "normal(n, n)" }
[[check]]
call = "lowest"
points = 4
inputs = { a = "positive(n)" }
"""
REFERENCE = """
import torch

def waves(x):
    return (torch.sin(3 * x) + x**3 / 3).sum()

def curvature(X):
    return torch.linalg.eigvalsh(X.T @ X / len(X) + torch.eye(len(X), dtype=X.dtype))[-1]

def lowest(a):
    return 1 / a
"""
Function = Callable[..., Any]


@pytest.fixture(scope="module", params=[3, 4])
def judge(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Judge:
    exercise = make_exercise(tmp_path_factory.mktemp("course"), CONTRACT, REFERENCE)
    return Judge(make_plan(exercise, load_reference(exercise), request.param))


def right(x: Any) -> Any:
    return 3 * torch.cos(3 * x) + x**2


def waves(x: Any) -> Any:
    return torch.sin(3 * x) + x**3 / 3


def scaled(epsilon: float) -> Function:
    return lambda x: right(x) * (1 + epsilon)


def scaled_in_double(epsilon: float) -> Function:
    return lambda x: right(x.double()) * (1 + epsilon)


def scaled_in_single(epsilon: float) -> Function:
    return lambda x: right(x.float()) * (1 + epsilon)


def shifted(epsilon: float) -> Function:
    return lambda x: right(x + epsilon)


def central(h: float) -> Function:
    return lambda x: (waves(x + h) - waves(x - h)) / (2 * h)


def central_in_double(h: float) -> Function:
    return lambda x: central(h)(x.double())


def forward(h: float) -> Function:
    return lambda x: (waves(x + h) - waves(x)) / h


def forward_in_double(h: float) -> Function:
    return lambda x: forward(h)(x.double())


def power_iteration(steps: int) -> Function:
    def curvature(X: Any) -> Any:
        A = X.T @ X / len(X) + torch.eye(len(X), dtype=X.dtype)
        v = torch.ones(len(X), dtype=X.dtype)
        for _ in range(steps):
            v = A @ v
            v = v / v.norm()
        return v @ A @ v

    return curvature


def descent(steps: int) -> Function:
    def lowest(a: Any) -> Any:
        x = torch.zeros_like(a)
        for _ in range(steps):
            x = x - 0.3 / a.max() * (a * x - 1)
        return x

    return lowest


EPSILONS = (0.0, 1e-16, 1e-15, 1e-14, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-2)
STEPS = tuple(10.0**-k for k in range(1, 13))
COUNTS = (1, 3, 10, 30, 100, 300, 1_000, 3_000)
LADDERS: Mapping[str, tuple[str, Callable[[Any], Function], Sequence[Any]]] = {
    "1 + ε": ("slope", scaled, EPSILONS),
    "1 + ε, in float64 throughout": ("slope", scaled_in_double, EPSILONS),
    "1 + ε, in float32 throughout": ("slope", scaled_in_single, EPSILONS),
    "x + ε": ("slope", shifted, EPSILONS),
    "central differences": ("slope", central, STEPS),
    "central differences, in float64 throughout": ("slope", central_in_double, STEPS),
    "forward differences": ("slope", forward, STEPS),
    "forward differences, in float64 throughout": ("slope", forward_in_double, STEPS),
    "power iteration": ("curvature", power_iteration, COUNTS),
    "descent": ("lowest", descent, COUNTS),
}


def verdict(judge: Judge, check: str, function: Function) -> CheckVerdict:
    score = rehearse(judge, {**judge.plan.reference.namespace, check: function})
    return next(found for found in score.checks if found.id == check)


def errors(judge: Judge, check: str, function: Function) -> tuple[float, float]:
    """Return the largest error in units of its tolerance, in float64 and in float32."""
    part = next(part for part in judge.plan.checks if part.check.id == check)
    found = {"float64": 0.0, "float32": 0.0}
    for case, expected in zip(part.probe.cases, part.expected, strict=True):
        (item,) = expected.items
        dtype = getattr(torch, case.dtype)
        arguments = [value.to(dtype) for value in case.arguments.values()]
        got = function(*arguments).double().numpy()
        size = abs(item.value) + item.spread  # type: ignore[arg-type, operator]
        found[case.dtype] = max(found[case.dtype], float((abs(got - item.value) / size).max()))
    return found["float64"], found["float32"]


@pytest.mark.slow
@pytest.mark.parametrize("name", LADDERS)
def test_a_smaller_error_never_gets_fewer_points(judge: Judge, name: str) -> None:
    check, make, numbers = LADDERS[name]
    functions = [make(number) for number in numbers]
    seen = [
        (*errors(judge, check, function), verdict(judge, check, function).earned)
        for function in functions
    ]
    for double, single, earned in seen:
        for other_double, other_single, other_earned in seen:
            if double <= other_double and single <= other_single:
                assert earned >= other_earned, (name, seen)


@pytest.mark.parametrize("name", [name for name in LADDERS if "differences" in name])
def test_finite_differences_get_nothing_whatever_their_step(judge: Judge, name: str) -> None:
    check, make, numbers = LADDERS[name]
    assert {verdict(judge, check, make(number)).earned for number in numbers} == {0.0}


def test_an_approximation_is_told_by_its_digits(judge: Judge) -> None:
    found = verdict(judge, "slope", central_in_double(1e-5))
    assert found.mistake == "approximation"
    assert "right to about 9 digits" in found.feedback or "about 10 digits" in found.feedback


@pytest.mark.parametrize("epsilon", [1e-12, 1e-9, 1e-7])
def test_what_float32_does_not_see_is_right_and_remarked_on(judge: Judge, epsilon: float) -> None:
    found = verdict(judge, "slope", scaled(epsilon))
    assert (found.outcome, found.earned) == ("pass", 4)
    assert "float64 arguments your result is right to about" in found.remarks[0]
    assert "float32 precision" in found.remarks[0]


def wrong_in(dtype: Any) -> Function:
    return lambda x: right(x) * (1.01 if x.dtype == dtype else 1.0)


def stops_in(dtype: Any) -> Function:
    def slope(x: Any) -> Any:
        return right(x) @ torch.eye(len(x), dtype=dtype)

    return slope


@pytest.mark.parametrize(
    ("function", "outcome", "said"),
    [
        (wrong_in(torch.float32), "fail", "with float64 arguments, which count half, it is right"),
        (wrong_in(torch.float64), "fail", "with float32 arguments, which count half, it is right"),
        (stops_in(torch.float64), "error", "With float64 arguments, which count half, it is right"),
        (stops_in(torch.float32), "error", "With float32 arguments, which count half, it is right"),
    ],
)
def test_one_dtype_costs_its_share(
    judge: Judge, function: Function, outcome: str, said: str
) -> None:
    found = verdict(judge, "slope", function)
    assert (found.outcome, found.earned) == (outcome, 2.0), found.feedback
    assert said in found.feedback


def test_a_wrong_formula_is_named_once_for_both_dtypes(judge: Judge) -> None:
    found = verdict(judge, "slope", lambda x: 2 * right(x))
    assert found.earned == 0
    assert found.feedback.count("exactly twice") == 1
    assert "dtype" not in found.feedback
    assert "float" not in found.feedback


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("epsilon", "earned"), [(1e-12, 4), (1e-9, 4), (1e-4, 0)])
def test_an_epsilon_in_a_logarithm(seed: int, epsilon: float, earned: float) -> None:
    def softmax_loss(W: Any, X: Any, y: Any, reg: Any) -> Any:
        scores = X @ W
        scores = scores - scores.max(1, keepdim=True).values
        p = scores.exp() / scores.exp().sum(1, keepdim=True)
        of_right = p[torch.arange(len(y)), y]
        return -torch.log(of_right + epsilon).mean() + reg * (W * W).sum()

    judge = judge_of("softmax-classifier", seed)
    found = verdict(judge, "softmax_loss", softmax_loss)
    assert found.earned == earned, found.feedback
