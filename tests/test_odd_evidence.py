"""Whatever a student's process answers: a verdict, and no full marks for nonsense."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.inside.values import Encoder
from grader.judging.judge import Judge
from grader.model import Cell, Evidence, Isolation, Outcome, Probe, Reply, Run, Score, Submission
from tests.in_process import ROOT, judge_of

EXERCISES = sorted(path.name for path in (ROOT / "exercises").iterdir())
ODD_NUMBERS = (0.0, -0.0, 1e-320, 1e-30, 1.0, 1e30, 1e300, float("inf"), float("nan"), -1e16)
DTYPES = (torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.bool)

numbers = st.sampled_from(ODD_NUMBERS)
shapes = st.lists(st.integers(0, 3), max_size=3)


def tensor(shape: list[int], number: float, dtype: torch.dtype) -> torch.Tensor:
    found = torch.full(shape, number, dtype=torch.float64)
    return (found if dtype.is_floating_point else found.nan_to_num(1, 2, 3)).to(dtype)


tensors = st.builds(tensor, shapes, numbers, st.sampled_from(DTYPES))
plain = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**40), 10**40), numbers, st.text(max_size=5),
    tensors, tensors, st.builds(object),
)  # fmt: skip
odd = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.tuples(inner, inner),
        st.dictionaries(st.sampled_from(("value", "grad", "w", "b", "x")), inner, max_size=3),
    ),
    max_leaves=6,
)


def framed(probe: Probe, value: Any, again: Any) -> Reply:
    """Return the reply of a kernel whose function answers `value`, then `again`."""
    encoder = Encoder()
    if probe.expressions:
        value = again = {
            name: value if name.startswith("given ") else again for name in probe.expressions
        }
    nodes = []
    for case in probe.cases:
        arguments = dict(case.arguments)
        entries = [["status", {"s": "returned"}], ["value", encoder.node(value)]]
        entries += [["again", encoder.node(again)], ["arguments", encoder.node(arguments)]]
        nodes.append({"d": [*entries, ["used", encoder.node(["autograd"])]]})
    return Reply(probe.check, "answered", encoder.frame({"l": nodes}))


def check(judge: Judge, replies: tuple[Reply, ...]) -> Score:
    name = judge.plan.exercise.id
    cells = (Cell(0, "x = 1", line=1),)
    submission = Submission("ada-l", name, ROOT / f"{name}.py", "module", "0" * 64, cells)
    run = Run("completed", Isolation.FULL, 0.1, 0.1, 1.0)
    score = judge.score(submission, run, Evidence(replies), graded_at="now", environment={})
    assert score.status == "graded", [(v.id, v.outcome, v.feedback) for v in score.checks]
    assert score.earned < score.possible
    assert not {v.outcome for v in score.checks} & {Outcome.BROKEN, Outcome.INCONCLUSIVE}
    assert all(0 <= v.earned <= v.possible for v in score.checks)
    return score


@pytest.mark.slow
@pytest.mark.parametrize("exercise", EXERCISES)
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(values=st.lists(st.tuples(odd, odd), min_size=3, max_size=3))
def test_odd_values_get_a_verdict(exercise: str, values: list[tuple[Any, Any]]) -> None:
    judge = judge_of(exercise)
    asked = enumerate(judge.plan.probes)
    check(judge, tuple(framed(p, *values[number % len(values)]) for number, p in asked))


@pytest.mark.slow
@pytest.mark.parametrize("exercise", EXERCISES[:3])
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(frame=st.binary(max_size=60), value=odd, at=st.integers(0, 400), byte=st.integers(0, 255))
def test_damaged_frames_get_a_verdict(
    exercise: str, frame: bytes, value: Any, at: int, byte: int
) -> None:
    judge = judge_of(exercise)
    replies = []
    for number, probe in enumerate(judge.plan.probes):
        whole = bytearray(framed(probe, value, value).frame)
        whole[at % len(whole)] = byte
        damaged = frame if number % 2 else bytes(whole)
        replies.append(Reply(probe.check, "answered", damaged))
    check(judge, tuple(replies))


@pytest.mark.parametrize("size", [1e-320, 1e-30, 1e30, 1e300, float("inf"), float("nan"), 0.0])
def test_values_of_ones_own_never_wait_for_a_person(size: float) -> None:
    """A cell's own given values decide nothing; then the cell fails, and the page says why."""
    judge = judge_of("autograd-notebook")
    matrix, vector = tensor([3, 2], size, torch.float64), tensor([2], size, torch.float64)
    replies = []
    for probe in judge.plan.probes:
        values = {"given W": matrix, "given x": vector, "asked dL_dW": matrix * 0}
        values |= {"asked dL_dx": vector * 0}
        encoder = Encoder()
        entries = [["status", {"s": "returned"}], ["value", encoder.node(values)]]
        node = {"d": [*entries, ["used", encoder.node([])]]}
        replies.append(Reply(probe.check, "answered", encoder.frame({"l": [node]})))
    score = check(judge, tuple(replies))
    (verdict,) = (found for found in score.checks if found.id == "matrix-gradients")
    assert (str(verdict.outcome), verdict.earned) == ("fail", 0), verdict.feedback
