"""Turn options, as the command line and Python give them, into an order, and carry it out."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from grader.course.loading import find_course
from grader.course.ownership import Ground, check_output, remember
from grader.grading.environment import cores
from grader.model import Isolation
from grader.outdir import GRADEBOOK

if TYPE_CHECKING:
    from grader.grading.ahead import Ahead
    from grader.grading.crew import OpenCrew
    from grader.grading.pipeline import Graded
    from grader.grading.recording import Observer

__all__ = ["begun", "grade_class"]


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
    level = None if isolation is None else Isolation(isolation)
    jobs = jobs or cores()
    # Where there is a gradebook it may be that nothing is to be graded.
    new = gradebook is None and not (out / GRADEBOOK).exists()
    early = new and executor is None and crews is None
    with begun(found.directory, level, jobs) if early else nullcontext() as ahead:
        from grader.grading import pipeline
        from grader.grading.crew import open_crew
        from grader.grading.recording import Silent

        order = pipeline.Order(
            root=root,
            course=found,
            out=out,
            exercise=exercise,
            jobs=jobs,
            isolation=level,
            trusted=trust_submissions,
            seed=seed,
            reseed=reseed,
            gradebook=gradebook,
            force=force,
            executor=executor,
        )
        opened = partial(open_crew, ahead=ahead) if ahead is not None else crews
        graded = pipeline.grade(order, observer or Silent(), opened)
    remember(out)  # it may lie beside the files handed in, where the next run would not trust it
    return graded


def begun(
    course: Path, isolation: Isolation | None, jobs: int
) -> AbstractContextManager[Ahead | None]:
    """Start sandbox and torch while the rest is imported; with one job that comes later."""
    if jobs == 1:
        return nullcontext()
    from grader.grading.ahead import Ahead

    return Ahead(isolation, (course / "reference",))
