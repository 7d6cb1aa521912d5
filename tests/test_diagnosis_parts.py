"""A sum of two parts is told part by part, without any declared mistake; nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from grader.course.reference import load_reference
from grader.judging.judge import Judge
from grader.judging.plan import make_plan
from grader.model import CheckVerdict
from grader.proof.rehearsal import rehearse
from tests.made_course import make_exercise

Function = Callable[..., Any]

CONTRACT = """
title = "Parts"
[dimensions]
N = { low = 4, high = 9 }
D = { low = 2, high = 7 }
[inputs]
X = "normal(N, D)"
w = "normal(D)"
reg = "number(0.1, 0.9)"
[[check]]
call = "slope"
points = 2
[[check]]
call = "rate"
points = 2
[[check]]
call = "descend"
points = 2
cases = 8
[check.inputs]
x = "normal()"
lr = "number(0.05, 0.2)"
steps = "choice(0, 1, 2, 4)"
[[check]]
call = "table"
points = 2
"""
REFERENCE = """
def slope(X, w, reg):
    return X.T @ torch.tanh(X @ w) / len(X) + 2 * reg * w

def rate(X, w):
    return X.T @ torch.tanh(X @ w) * w

def descend(x, lr, steps):
    found = []
    for _ in range(steps):
        found.append(x)
        x = x - lr * (x - 3)
    return x

def table(w):
    return torch.stack([w * w + 2, w * w + 2])
"""
STARTER = "# %%\n" + "".join(
    f"def {head}:\n    raise NotImplementedError\n\n"
    for head in ("slope(X, w, reg)", "rate(X, w)", "descend(x, lr, steps)", "table(w)")
)


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    folder = tmp_path_factory.mktemp("parts")
    exercise = make_exercise(folder, CONTRACT, f"import torch\n{REFERENCE}", STARTER)
    return Judge(make_plan(exercise, load_reference(exercise), 7))


def verdict(judge: Judge, call: str, function: Function) -> CheckVerdict:
    namespace = {**judge.plan.reference.namespace, call: function}
    return next(found for found in rehearse(judge, namespace).checks if found.id == call)


def data(X: Any, w: Any) -> Any:
    return X.T @ torch.tanh(X @ w)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda X, w, reg: data(X, w),
         ("the part without `reg` is exactly what it should be, times the number of rows of `X`, "
         "and what `reg` adds is left out")),
        (lambda X, w, reg: data(X, w) + reg * w,
         "times the number of rows of `X`, and what `reg` adds is exactly half"),
        (lambda X, w, reg: data(X, w) / w.shape[0] / 2 + 2 * reg * w,
         "divided by the number of columns of `X`, and what `reg` adds is right"),
        (lambda X, w, reg: data(X, w) / max(len(X) - 1, 1) + 2 * reg * w,
         "divided by one less than the number of rows of `X`"),
        (lambda X, w, reg: -data(X, w) / len(X) + reg * w,
         "exactly minus what it should be, and what `reg` adds is exactly half"),
    ],
)  # fmt: skip
def test_two_parts_of_a_sum(judge: Judge, function: Function, said: str) -> None:
    found = verdict(judge, "slope", function)
    assert found.mistake == "in-parts"
    assert said in found.feedback


@pytest.mark.parametrize(
    "function",
    [
        lambda X, w, reg: data(X, w) / len(X) * 1.37 + 2 * reg * w.abs(),
        lambda X, w, reg: data(X, w) / len(X) + reg**3 * w,
    ],
)
def test_parts_that_fit_no_factor_are_not_told(judge: Judge, function: Function) -> None:
    assert "two parts" not in verdict(judge, "slope", function).feedback


def test_division_instead_of_a_product(judge: Judge) -> None:
    found = verdict(judge, "rate", lambda X, w: data(X, w) / w)
    assert "what comes out if `w` divides where it should multiply" in found.feedback


@pytest.mark.parametrize(
    ("decay", "said"),
    [(0.87, "It goes wrong only with `steps` above 1. The first step is right"), (1.0, "")],
)
def test_from_which_step_on_it_goes_wrong(judge: Judge, decay: float, said: str) -> None:
    def descend(x: Any, lr: float, steps: int) -> Any:
        for _ in range(steps):
            x = x - lr * (x - 3)
            lr *= decay
        return x

    found = verdict(judge, "descend", descend)
    assert said in found.feedback
    assert (found.outcome == "pass") == (decay == 1.0)


def test_what_stops_only_without_a_step(judge: Judge) -> None:
    def descend(x: Any, lr: float, steps: int) -> Any:
        found = []
        for _ in range(steps):
            x = x - lr * (x - 3)
            found.append(x)
        return found[-1]

    assert "It stops only with `steps` = 0." in verdict(judge, "descend", descend).feedback


def test_rows_that_are_the_same_are_not_summed_over_columns(judge: Judge) -> None:
    """As rows are where a probe calls twice: one number for each is no sum over columns."""
    found = verdict(judge, "table", lambda w: torch.stack([(w * w + 2).sum()] * 2))
    assert "columns" not in found.feedback


def test_a_small_term_too_many_is_not_called_a_finite_difference(judge: Judge) -> None:
    found = verdict(judge, "descend", lambda x, lr, steps: judge.plan.reference.namespace[
        "descend"](x, lr, steps) * 1.0007 + 1e-5)  # fmt: skip
    assert "a small term too many" in found.feedback
