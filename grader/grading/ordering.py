"""Turn options, as the command line and Python give them, into an order, and carry it out."""

from __future__ import annotations

from pathlib import Path

from grader.course.loading import find_course
from grader.course.ownership import Ground, check_output, remember
from grader.grading import pipeline
from grader.grading.crew import OpenCrew
from grader.grading.environment import cores
from grader.grading.pipeline import Graded, Order
from grader.grading.recording import Observer, Silent
from grader.model import Isolation

__all__ = ["grade_class"]


def grade_class(
    root: Path,
    *,
    out: Path,
    exercise: str | None = None,
    course: Path | None = None,
    gradebook: str | None = None,
    jobs: int | None = None,
    isolation: str | None = None,
    trust_submissions: bool = False,
    seed: int | None = None,
    reseed: bool = False,
    force: bool = False,
    executor: str | None = None,
    observer: Observer | None = None,
    crews: OpenCrew | None = None,
) -> Graded:
    """Carry out what the options of `grader grade` say; see `grader.grade` for each of them."""
    ground = Ground(root)
    found = find_course(course, ground)
    check_output(out, ground)
    order = Order(
        root=root,
        course=found,
        out=out,
        exercise=exercise,
        jobs=jobs or cores(),
        isolation=None if isolation is None else Isolation(isolation),
        trusted=trust_submissions,
        seed=seed,
        reseed=reseed,
        gradebook=gradebook,
        force=force,
        executor=executor,
    )
    graded = pipeline.grade(order, observer or Silent(), crews)
    remember(out)  # it may lie beside the files handed in, where the next run would not trust it
    return graded
