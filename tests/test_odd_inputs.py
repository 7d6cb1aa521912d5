"""A distribution that cannot be drawn from is the course's fault, and is told with its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.reference import load_reference
from grader.errors import CourseError
from grader.judging.plan import make_plan
from tests.made_course import make_exercise

CONTRACT = """title = "Squares"
[dimensions]
n = {{}}
[[check]]
call = "energy"
points = 2
inputs = {{ x = "{declared}" }}
"""
REFERENCE = "def energy(x):\n    return x\n"


@pytest.mark.parametrize("declared", ["labels(n)", "choice()", "several(3)", "integer(3, 1)"])
def test_what_the_contract_shows_is_told_before_anything_is_drawn(
    declared: str, tmp_path: Path
) -> None:
    with pytest.raises(CourseError, match=r"exercise\.toml: check 'energy': x: .*expected|is not"):
        make_exercise(tmp_path, CONTRACT.format(declared=declared), REFERENCE)


@pytest.mark.parametrize("declared", ["labels(n, 0)", "several(2, default())"])
def test_it_is_told(declared: str, tmp_path: Path) -> None:
    exercise = make_exercise(tmp_path, CONTRACT.format(declared=declared), REFERENCE)
    reference = load_reference(exercise)
    with pytest.raises(CourseError, match=r"squares\.py: check 'energy': x: .*cannot be drawn"):
        make_plan(exercise, reference, 1)
