"""What the hidden cases hold is planned, in every plan, and a plan says what it holds."""

from __future__ import annotations

from functools import cache

import numpy
import pytest
import torch

from grader.course.inputs import parse
from grader.inside.probes import lay
from grader.judging import coverage
from grader.judging.plan import CheckPlan
from tests.in_process import judge_of

SEEDS = (1, 2, 3)
EVERYWHERE = {coverage.LOW, coverage.HIGH, coverage.DIGITS, coverage.ZERO, "float64", "float32"}
ROWS = {coverage.STRIDED, coverage.EQUAL, "inputs that require grad"}


@cache
def part_of(exercise: str, check: str, seed: int) -> CheckPlan:
    plan = judge_of(exercise, seed).plan
    return next(part for part in plan.checks if part.check.id == check)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("exercise", "check", "held"),
    [
        ("softmax-classifier", "softmax_gradient",
         EVERYWHERE | ROWS | {coverage.ABSENT, "N = 1", "D = 1", "equal sizes"}),
        ("two-layer-net", "two_layer_gradients",
         EVERYWHERE | ROWS | {coverage.ABSENT, "N = 1", "D = 1", "H = 1"}),
        ("matrix-gradients", "jacobian", EVERYWHERE | ROWS | {coverage.LARGE, "m = 1", "n = 1"}),
        ("linear-regression", "gradients_by_hand", EVERYWHERE | ROWS | {coverage.LARGE, "n = 1"}),
        ("partial-derivatives", "weighted_quadratic_by_hand",
         EVERYWHERE | {coverage.LARGE, "inputs that require grad"}),
    ],
)  # fmt: skip
def test_every_plan_holds_what_applies(
    exercise: str, check: str, held: set[str], seed: int
) -> None:
    assert held <= set(part_of(exercise, check, seed).holds)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "check", ["softmax_loss", "softmax_gradient", "softmax_loss-large", "softmax_gradient-large"]
)
def test_reg_is_zero_and_is_not_in_every_group_of_cases(check: str, seed: int) -> None:
    cases = part_of("softmax-classifier", check, seed).probe.cases
    assert {bool(case.arguments["reg"]) for case in cases} == {False, True}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("exercise", ["softmax-classifier", "two-layer-net"])
def test_the_last_class_is_absent_and_is_not(exercise: str, seed: int) -> None:
    for part in judge_of(exercise, seed).plan.checks:
        there = set()
        for case in part.probe.cases:
            classes = case.arguments["W2" if "W2" in case.arguments else "W"].shape[1]
            there.add(bool((case.arguments["y"] == classes - 1).any()))
        assert there == {False, True}, part.check.id


@pytest.mark.parametrize("seed", SEEDS)
def test_values_are_large_negative_zero_and_have_all_digits(seed: int) -> None:
    part = part_of("partial-derivatives", "weighted_quadratic_by_hand", seed)
    values = [float(v) for case in part.probe.cases for v in case.arguments.values()]
    assert 2 <= max(values) < 4
    assert min(values) < 0
    assert 0.0 in values
    assert any(value * 64 != int(value * 64) for value in values)
    assert all(torch.tensor(value, dtype=torch.float64).float().item() == value for value in values)


def test_tensors_lie_in_memory_as_planned() -> None:
    value = torch.arange(6.0).reshape(2, 3)
    strided = lay({"x": value, "n": 3, "y": [value[0]]}, "strided")
    assert torch.equal(strided["x"], value)
    assert not strided["x"].is_contiguous()
    assert strided["x"].clone().is_contiguous()
    with pytest.raises(RuntimeError, match="view"):
        strided["x"].view(-1)
    assert (strided["n"], strided["y"][0].stride()) == (3, (2,))
    equal = value[:1].expand(2, 3).clone()
    assert lay({"x": equal}, "expanded")["x"].stride() == (0, 1)


@pytest.mark.parametrize("other", [coverage.LARGE, coverage.ZERO])
def test_rows_that_another_trait_has_changed_are_not_called_equal(other: str) -> None:
    arguments = {"x": torch.full((3, 2), 0.5, dtype=torch.float64)}
    declared = {"x": parse("normal(3, 2)", {})}
    wanted = frozenset({coverage.EQUAL, other})
    found, kept = coverage.applied(arguments, declared, wanted, numpy.random.default_rng(0))
    assert kept == {other}
    assert not torch.equal(found["x"][0], found["x"][1]) or not torch.equal(
        found["x"][0], found["x"][2]
    )
    alone, kept = coverage.applied(
        arguments, declared, frozenset({coverage.EQUAL}), numpy.random.default_rng(0)
    )
    assert (kept, len(set(alone["x"][:, 0].tolist()))) == ({coverage.EQUAL}, 1)


def test_traits_are_given_up_one_by_one() -> None:
    wanted = frozenset({coverage.LARGE, coverage.ZERO, coverage.LOW})
    assert list(coverage.fewer(wanted)) == [
        wanted,
        frozenset({coverage.ZERO, coverage.LOW}),
        frozenset({coverage.LOW}),
    ]
