"""Make a small course in a folder, so that tests can break it in one place at a time."""

from __future__ import annotations

from pathlib import Path

from grader.course.loading import Course
from grader.model import Exercise

CONTRACT = """
title = "Squares"
[dimensions]
n = {}
[inputs]
x = "normal(n)"
[[check]]
call = "energy"
points = 2
[[check]]
call = "slope"
gradient = { of = "energy", wrt = ["x"] }
points = 3
"""
REFERENCE = '''
from grader.authoring import gradient, mistake, rewriting

def energy(x):
    return (x**2).sum()

@mistake("slope", "a missing factor 2")
def without_factor(x):
    """The power comes down as a factor."""
    return x

@rewriting("slope")
def doubled(x):
    return x + x
'''
STARTER = """# %%
def energy(x):
    raise NotImplementedError


# %%
def slope(x):
    raise NotImplementedError
"""


def make_course(
    folder: Path, contract: str = CONTRACT, reference: str = REFERENCE, starter: str = STARTER
) -> Course:
    """Write a course of one exercise, `squares`."""
    exercise = folder / "exercises" / "squares"
    exercise.mkdir(parents=True)
    (folder / "reference").mkdir()
    (exercise / "exercise.toml").write_text(contract, encoding="utf-8")
    (exercise / "starter.py").write_text(starter, encoding="utf-8")
    (folder / "reference" / "squares.py").write_text(reference, encoding="utf-8")
    return Course(folder)


def make_exercise(
    folder: Path, contract: str = CONTRACT, reference: str = REFERENCE, starter: str = STARTER
) -> Exercise:
    """Write the course and read its exercise."""
    return make_course(folder, contract, reference, starter).load("squares")
