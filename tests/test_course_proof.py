"""The built-in course proves itself, as `grader verify` would before students see it."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.loading import Course
from grader.course.reference import load_reference
from grader.proof.verify import verify_exercise

COURSE = Course(Path(__file__).resolve().parent.parent)
UNDECLARED = Course(Path(__file__).resolve().parent / "undeclared")
PROMISED = {
    "accumulation", "autodiff-notebook", "autograd-notebook", "chain-rule", "computational-graph",
    "custom-function", "detach-and-no-grad", "finite-differences", "gradient-descent",
    "higher-order", "learning-rate", "linear-model", "linear-regression",
    "linear-regression-script", "matrix-gradients", "partial-derivatives", "scalar-gradients",
    "softmax-classifier", "two-layer-net",
}  # fmt: skip


def test_the_course_is_whole() -> None:
    assert set(COURSE.exercise_ids) == PROMISED


@pytest.mark.slow
@pytest.mark.parametrize("exercise_id", COURSE.exercise_ids)
def test_an_exercise_holds(exercise_id: str) -> None:
    """Reference full marks, starter all missing, mistakes named, published numbers right."""
    found = verify_exercise(COURSE.load(exercise_id), seeds=(1,))
    assert {finding.subject for finding in found} >= {"reference", "starter"}
    assert [finding for finding in found if not finding.holds] == []


@pytest.mark.slow
@pytest.mark.parametrize("exercise_id", UNDECLARED.exercise_ids)
def test_an_exercise_without_mistakes_holds(exercise_id: str) -> None:
    """It shows what is told when an instructor declares nothing."""
    exercise = UNDECLARED.load(exercise_id)
    reference = load_reference(exercise)
    assert (reference.mistakes, reference.rewritings) == ((), ())
    assert [found for found in verify_exercise(exercise, seeds=(1,)) if not found.holds] == []
