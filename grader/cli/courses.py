"""Commands on a course: prove it, hand it out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import AsJson, CourseFolder, ExerciseId, Trust, WantedIsolation, print_json

__all__ = ["release", "verify"]


def verify(
    exercise: ExerciseId = None, course: CourseFolder = None, as_json: AsJson = False
) -> int:
    """Prove the course before students see it."""
    raise NotImplementedError


def release(
    exercise: ExerciseId = None, course: CourseFolder = None, as_json: AsJson = False
) -> int:
    """Write the starters for students (.ipynb and .py), nothing else."""
    raise NotImplementedError
