"""What gives the starter's own answers is not written yet; whatever else is wrong, is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.reference import load_reference
from grader.judging.judge import Judge
from grader.judging.plan import make_plan
from grader.model import Cell, Score
from grader.proof.verify import verify_exercise
from tests.in_process import score_cells
from tests.made_course import make_course

BESIDE_THE_HOLE = '''# %%
import torch

# %%
def energy(x):
    """Return the sum of squares."""
    total = None
    # YOUR CODE HERE
    pass
    # END OF YOUR CODE
    return total

# %%
def slope(x):
    return torch.zeros_like(x)
'''
RAISES = """# %%
def energy(x):
    raise NotImplementedError("energy is yours to write")

# %%
def slope(x):
    # write `gradient`
    return gradient
"""
OF_CLASSES = """# %%
class Hole:
    def __call__(self, x):
        return 0.0

energy = Hole()

# %%
slope = lambda x: [0.0 for _ in x]
"""
STARTERS = [BESIDE_THE_HOLE, RAISES, OF_CLASSES]


def scored(folder: Path, starter: str, handed_in: str) -> Score:
    exercise = make_course(folder, starter=starter).load("squares")
    judge = Judge(make_plan(exercise, load_reference(exercise), 1))
    return score_cells(judge, (Cell(0, handed_in),))


def outcomes(score: Score) -> list[tuple[str, float]]:
    return [(verdict.outcome.value, verdict.earned) for verdict in score.checks]


@pytest.mark.parametrize("starter", STARTERS)
def test_what_the_starter_gives_is_not_written_yet(tmp_path: Path, starter: str) -> None:
    score = scored(tmp_path, starter, starter)
    assert outcomes(score) == [("missing", 0.0)] * 2
    assert all("is not written yet" in verdict.feedback for verdict in score.checks)


@pytest.mark.slow
@pytest.mark.parametrize("starter", STARTERS)
def test_such_a_starter_is_proved(tmp_path: Path, starter: str) -> None:
    exercise = make_course(tmp_path, starter=starter).load("squares")
    assert [found for found in verify_exercise(exercise, seeds=(1,)) if not found.holds] == []


def test_the_other_half_counts(tmp_path: Path) -> None:
    half = BESIDE_THE_HOLE.replace("total = None", "total = (x**2).sum()")
    assert outcomes(scored(tmp_path, BESIDE_THE_HOLE, half)) == [("pass", 2.0), ("missing", 0.0)]


def test_a_wrong_answer_is_wrong(tmp_path: Path) -> None:
    wrong = BESIDE_THE_HOLE.replace("zeros_like(x)", "ones_like(x)").replace("None", "x.sum()")
    assert outcomes(scored(tmp_path, BESIDE_THE_HOLE, wrong)) == [("fail", 0.0)] * 2


def test_another_line_that_raises_the_same_is_an_error(tmp_path: Path) -> None:
    begun = RAISES.replace("return gradient", "return 2 * gradient")
    assert outcomes(scored(tmp_path, RAISES, begun)) == [("missing", 0.0), ("error", 0.0)]


def test_a_right_answer_like_the_starters_is_right(tmp_path: Path) -> None:
    given = BESIDE_THE_HOLE.replace("total = None", "total = (x**2).sum()")
    assert outcomes(scored(tmp_path, given, given)) == [("pass", 2.0), ("missing", 0.0)]


def test_a_starter_that_is_right_already_is_no_starter(tmp_path: Path) -> None:
    given = BESIDE_THE_HOLE.replace("total = None", "total = (x**2).sum()")
    exercise = make_course(tmp_path, starter=given).load("squares")
    wrong = [found for found in verify_exercise(exercise, seeds=(1,)) if not found.holds]
    assert [found.subject for found in wrong] == ["starter"]
