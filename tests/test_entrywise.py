"""Pictures of a gradient show finite differences, entry by entry, of the right function."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest
import torch

from grader.course.reference import load_reference
from grader.judging.entrywise import MOST
from grader.judging.judge import Judge
from grader.judging.plan import make_plan
from grader.model import CheckVerdict, Entries
from grader.proof.rehearsal import rehearse
from tests.in_process import judge_of, score_namespace
from tests.made_course import CONTRACT, REFERENCE, STARTER, make_exercise

Function = Callable[..., Any]
EXAMPLE = "[[check.example]]\ninputs = { x = [1.5, -0.5, 2.0] }\n"


def made(folder: Path, contract: str = CONTRACT + EXAMPLE, reference: str = REFERENCE) -> Judge:
    exercise = make_exercise(folder, contract, reference, STARTER)
    return Judge(make_plan(exercise, load_reference(exercise), 4))


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    return made(tmp_path_factory.mktemp("course"))


def shown(verdict: CheckVerdict) -> Entries:
    (case,) = verdict.public
    assert case.items[0].entries is not None
    return case.items[0].entries


def slope_of(judge: Judge, energy: Function, slope: Function) -> Entries:
    score = rehearse(judge, {"energy": energy, "slope": slope})
    return shown(next(verdict for verdict in score.checks if verdict.id == "slope"))


@pytest.mark.parametrize(
    ("energy", "derivative"),
    [
        (lambda x: (x**2).sum(), [3.0, -1.0, 4.0]),
        (lambda x: (x**3).sum(), [6.75, 0.75, 12.0]),
        (lambda x: (x.float() ** 3).sum(), [6.75, 0.75, 12.0]),
        (lambda x: float(torch.exp(x).sum()), numpy.exp([1.5, -0.5, 2.0])),
    ],
)
def test_the_students_own_function_is_differentiated(
    judge: Judge, energy: Function, derivative: list[float]
) -> None:
    entries = slope_of(judge, energy, lambda x: x)
    assert entries.differences_of == "own"
    assert entries.differences == pytest.approx(derivative, rel=3e-3)


@pytest.mark.parametrize(
    "energy",
    [
        lambda x: x**2,  # no single number
        lambda x: [][0],
        lambda x: float("nan"),
    ],
)
def test_where_the_own_function_says_nothing_the_one_asked_about_does(
    judge: Judge, energy: Function
) -> None:
    entries = slope_of(judge, energy, lambda x: x)
    assert (entries.differences_of, entries.differences) == ("asked", (3.0, -1.0, 4.0))


def test_an_entry_at_a_kink_is_left_out(judge: Judge) -> None:
    entries = slope_of(judge, lambda x: (x - 1.5).abs().sum() + (x**2).sum(), lambda x: x)
    assert numpy.isnan(entries.differences[0])
    assert entries.differences[1:] == pytest.approx((-2.0, 5.0))


def test_a_right_gradient_needs_no_picture(judge: Judge) -> None:
    entries = slope_of(judge, lambda x: (x**2).sum(), lambda x: 2 * x)
    assert entries.differences == ()


def test_few_entries_are_asked_for(tmp_path: Path) -> None:
    long = EXAMPLE.replace("[1.5, -0.5, 2.0]", str([float(k + 1) for k in range(30)]))
    judge = made(tmp_path, CONTRACT + long)
    entries = slope_of(judge, lambda x: (x**2).sum(), lambda x: x)
    assert len(entries.differences) == 30
    assert sum(numpy.isfinite(entries.differences)) == MOST


def test_a_gradient_that_is_meant_not_to_follow_the_function_has_none(tmp_path: Path) -> None:
    detached = CONTRACT + "finite_differences = false\n" + EXAMPLE
    entries = slope_of(made(tmp_path, detached), lambda x: (x**2).sum(), lambda x: x)
    assert entries.differences == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("exercise", "function"),
    [("matrix-gradients", "linear_map_gradients"), ("scalar-gradients", "cubic_gradients")],
)
def test_the_course_shows_them(exercise: str, function: str) -> None:
    def wrong(*arguments: Any) -> Any:
        return tuple(torch.zeros_like(argument) for argument in arguments)

    score = score_namespace(judge_of(exercise), {function: wrong})
    (verdict,) = (found for found in score.checks if found.id == function)
    for item in verdict.public[0].items:
        assert item.entries is not None
        assert item.entries.differences == pytest.approx(item.entries.expected)
