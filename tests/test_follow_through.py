"""Marks of a gradient follow through from the student's own, different function."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from grader.course.reference import load_reference
from grader.judging.judge import Judge
from grader.judging.plan import make_plan
from grader.judging.sentences.feedback import NOT_OWN
from grader.model import CheckVerdict, Outcome
from grader.proof.rehearsal import rehearse
from tests.in_process import judge_of
from tests.made_course import CONTRACT, REFERENCE, make_exercise

Function = Callable[..., Any]


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    exercise = make_exercise(tmp_path_factory.mktemp("course"))
    return Judge(make_plan(exercise, load_reference(exercise), 4))


def verdicts(judge: Judge, energy: Function, slope: Function) -> dict[str, CheckVerdict]:
    score = rehearse(judge, {"energy": energy, "slope": slope})
    return {verdict.id: verdict for verdict in score.checks}


def right(x: Any) -> Any:
    return (x**2).sum()


def of_right(x: Any) -> Any:
    return 2 * x


def other(x: Any) -> Any:
    return (x**3).sum()


def of_other(x: Any) -> Any:
    return 3 * x**2


@pytest.mark.parametrize(
    ("energy", "slope", "outcomes", "said"),
    [
        (right, of_right, ("pass", "pass"), "is right"),
        (right, of_other, ("pass", "fail"), "The function is right, its gradient is not."),
        (other, of_other, ("fail", "pass"), "derivative of your own function"),
        (other, of_right, ("fail", "pass"), "is right"),
        (other, lambda x: 5 * x**4 + 1, ("fail", "fail"), "fix it first"),
        (other, lambda x: 6 * x**2, ("fail", "fail"), "2 times the derivative of your own"),
        (other, lambda x: -3 * x**2, ("fail", "fail"), "-1 times the derivative of your own"),
    ],
)
def test_when_the_two_oracles_disagree(
    judge: Judge, energy: Function, slope: Function, outcomes: tuple[str, str], said: str
) -> None:
    found = verdicts(judge, energy, slope)
    assert (found["energy"].outcome, found["slope"].outcome) == outcomes
    assert said in found["slope"].feedback
    assert found["slope"].earned == (3 if outcomes[1] == "pass" else 0)


def test_a_right_gradient_of_something_else_than_is_returned_is_remarked_on(judge: Judge) -> None:
    assert verdicts(judge, other, of_right)["slope"].remarks == (NOT_OWN,)
    assert verdicts(judge, right, of_right)["slope"].remarks == ()


@pytest.mark.parametrize(
    ("energy", "slope"),
    [
        (lambda x: x.sum() * 0, lambda x: x * 0),  # idle
        (lambda x: x.sum(), torch.ones_like),  # a constant gradient where the right one is none
        (lambda x: None, of_other),
        (lambda x: x**3, of_other),  # no single number
        (lambda x: torch.rand(()).double(), of_other),
    ],
)
def test_marks_do_not_follow_from_nothing(judge: Judge, energy: Function, slope: Function) -> None:
    assert verdicts(judge, energy, slope)["slope"].outcome == Outcome.FAIL


def test_where_the_reference_is_right_differences_have_no_say(judge: Judge) -> None:
    def detached(x: Any) -> Any:
        return right(x) + (x.detach() - x).sum() * 0 + (x - x.round()).sum() * 0

    def stepped(x: Any) -> Any:
        return right(torch.round(x * 64) / 64)

    for energy in (detached, stepped):
        found = verdicts(judge, energy, of_right)
        assert found["slope"].outcome == Outcome.PASS
        assert found["slope"].remarks == ()


def test_an_exercise_can_forbid_differences(tmp_path: Path) -> None:
    contract = CONTRACT.replace("points = 3", "points = 3\nfinite_differences = false")
    exercise = make_exercise(tmp_path, contract)
    plan = make_plan(exercise, load_reference(exercise), 4)
    assert all(part.forward is None for part in plan.checks)
    assert len(plan.probes) == 2
    found = verdicts(Judge(plan), other, of_other)
    assert found["slope"].outcome == Outcome.FAIL


@pytest.mark.slow
def test_a_forward_probe_puts_several_functions_together() -> None:
    judge = judge_of("linear-regression")
    reference = judge.plan.reference.namespace

    def halved(y_pred: Any, y: Any) -> Any:
        return ((y_pred - y) ** 2).mean() / 2

    def gradients(x: Any, y: Any, w: Any, b: Any) -> Any:
        error = w * x + b - y
        return (error * x).mean(), error.mean()

    namespace = {**reference, "mse": halved, "gradients_by_hand": gradients}
    found = {verdict.id: verdict for verdict in rehearse(judge, namespace).checks}
    assert found["mse"].mistake == "mse_halved"
    assert found["gradients_by_hand"].earned == 4

    # One of two gradients follows, the other is that of neither function.
    def partly(x: Any, y: Any, w: Any, b: Any) -> Any:
        first, second = gradients(x, y, w, b)
        return first, -second

    found = {
        verdict.id: verdict
        for verdict in rehearse(judge, {**namespace, "gradients_by_hand": partly}).checks
    }
    assert found["gradients_by_hand"].earned == 2


def test_a_forward_must_be_a_probe(tmp_path: Path) -> None:
    from grader.errors import CourseError

    contract = CONTRACT.replace('wrt = ["x"]', 'wrt = ["x"], forward = "energy"')
    exercise = make_exercise(tmp_path, contract, REFERENCE)
    with pytest.raises(CourseError, match="mark it with @probe"):
        load_reference(exercise)
