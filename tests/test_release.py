"""Students get the starter as notebook and as module, and nothing else."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from grader.course.loading import Course
from grader.course.release import release_exercise
from grader.errors import CourseError
from grader.model import Submission
from grader.submissions.finding import find_submissions
from tests.made_course import make_exercise

ROOT = Path(__file__).resolve().parent.parent
EXERCISES = Course(ROOT).exercise_ids


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_both_forms_hold_the_same_cells(tmp_path: Path, exercise_id: str) -> None:
    exercise = Course(ROOT).load(exercise_id)
    paths = release_exercise(exercise, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in paths)
    read = []
    for path in paths:
        (found,) = find_submissions(path, [exercise_id], exercise_id)
        assert isinstance(found, Submission), found
        read.append([(cell.source.strip(), cell.tags) for cell in found.cells])
    assert read[0] == read[1]
    nbformat.validate(nbformat.read(paths[0], as_version=4))


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_nothing_of_the_reference_is_released(tmp_path: Path, exercise_id: str) -> None:
    exercise = Course(ROOT).load(exercise_id)
    for path in release_exercise(exercise, tmp_path):
        text = path.read_text("utf-8")
        assert "grader.authoring" not in text
        assert "@mistake" not in text


def test_it_is_the_same_every_time(tmp_path: Path) -> None:
    exercise = make_exercise(tmp_path / "course")
    first = [path.read_bytes() for path in release_exercise(exercise, tmp_path / "a")]
    assert [path.read_bytes() for path in release_exercise(exercise, tmp_path / "b")] == first


def test_a_starter_without_cells_points(tmp_path: Path) -> None:
    exercise = make_exercise(tmp_path, starter="# %% [markdown]\n# Nothing to do\n")
    with pytest.raises(CourseError, match=r"starter\.py: expected a percent-format script"):
        release_exercise(exercise, tmp_path / "out")
