"""The search for causes is bounded, and no point hangs on the bound."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from grader.judging.diagnosis.patience import MOST_S, STOPPED, OutOfTime, go_on, searching, within
from grader.judging.judge import Judge
from tests.all_doors import CASES, exercise_of, graded, handed_in
from tests.in_process import judge_of, score_submission


def clock_of(*times: float) -> Callable[[], float]:
    return iter(times).__next__


def test_time_beside_the_search_does_not_count() -> None:
    with within(2.0, clock_of(0.0, 1.0, 1.5, 90.0, 90.4, 90.4)):
        with searching():
            go_on()
        with searching():
            go_on()


def test_all_searches_of_a_submission_count_together() -> None:
    with within(2.0, clock_of(0.0, 1.5, 50.0, 50.6, 50.6)):
        with searching():
            pass
        with pytest.raises(OutOfTime), searching():
            go_on()


def test_a_search_without_a_bound_goes_on() -> None:
    with within(2.0, clock_of(0.0, 9.0)), searching(), within(None):
        go_on()


def test_nothing_is_bounded_outside() -> None:
    with searching():
        go_on()


def _hurried(path: Path) -> Judge:
    """Return a judge for whom every look at the clock takes as long as the bound."""
    ticks = count(0.0, MOST_S)
    return Judge(judge_of(exercise_of(path)).plan, clock=lambda: next(ticks))


def _case(name: str) -> Path:
    return next(path for path in CASES if path.parent.name == name)


@pytest.mark.slow
def test_a_stopped_search_is_said_in_the_record() -> None:
    path = _case("never-reset")
    hurried = score_submission(_hurried(path), handed_in(path))
    stopped = [verdict for verdict in hurried.checks if STOPPED in verdict.remarks]
    assert stopped
    assert all(verdict.mistake is None and verdict.feedback for verdict in stopped)
    assert not any(STOPPED in verdict.remarks for verdict in graded(path).checks)


@pytest.mark.slow
@pytest.mark.parametrize(
    "exercise", ["accumulation", "finite-differences", "scalar-gradients", "softmax-classifier"]
)
def test_points_do_not_hang_on_the_bound(exercise: str) -> None:
    stopped = 0
    for path in (path for path in CASES if exercise_of(path) == exercise):
        hurried = score_submission(_hurried(path), handed_in(path))
        points = [(verdict.id, verdict.earned, verdict.outcome) for verdict in hurried.checks]
        assert points == [(v.id, v.earned, v.outcome) for v in graded(path).checks], path
        stopped += any(STOPPED in verdict.remarks for verdict in hurried.checks)
    assert stopped
