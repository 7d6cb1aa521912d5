"""Grade everything that was handed in: find, run, judge, keep, publish.

Student code runs `jobs` at a time in the sandbox. Judging and keeping have one thread of their
own, the desk, so that the event loop stays free to watch the time limits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.course.loading import Course
from grader.errors import UsageError
from grader.grading.desk import Desk, Observer
from grader.grading.publishing import publish_class
from grader.model import Exercise, Isolation, Score, Submission, Unreadable
from grader.scores.gradebook import Gradebook, gradebook_url
from grader.submissions.finding import find_submissions

if TYPE_CHECKING:
    from grader.sandbox import Sandbox

__all__ = ["Graded", "Order", "grade"]


@dataclass(frozen=True)
class Order:
    """What is to be graded, and how."""

    root: Path
    course: Course
    out: Path
    exercise: str | None = None
    jobs: int = 1
    isolation: Isolation | None = None
    trusted: bool = False
    """Whether student code may run where nothing can wall it off."""
    seed: int | None = None
    """Draws the hidden cases; None takes the one that follows from the gradebook's secret."""
    reseed: bool = False
    """Whether the gradebook draws a new secret first, and everybody gets other hidden cases."""
    gradebook: str | None = None
    """A SQLAlchemy URL; None keeps an SQLite file in `out`."""
    force: bool = False
    """Whether unchanged submissions are graded again."""


@dataclass(frozen=True)
class Graded:
    """What came of an order."""

    scores: tuple[Score, ...]
    """Of everything that was handed in, kept ones included, in the order of students."""
    unchanged: int
    interrupted: bool
    page: Path
    """The class's page."""


def grade(order: Order, observer: Observer) -> Graded:
    """Grade what `order` names; an interruption keeps and publishes what was graded until then.

    Raises UsageError or CourseError before anything runs. A fault of ours in one submission
    becomes a provisional score and everyone else is graded.
    """
    found = find_submissions(order.root, order.course.exercise_ids, order.exercise)
    if not found:
        expected = "expected <student>/<exercise>.ipynb or .py"
        raise UsageError(f"{order.root}: nothing was handed in; {expected}")
    exercises = _exercises(order.course, found)
    with Gradebook.open(order.gradebook or gradebook_url(order.out)) as gradebook:
        desk = Desk(
            order.course, exercises, gradebook, order.out, observer, order.seed, order.reseed
        )
        kept = [] if order.force else list(_kept(desk, found))
        interrupted = _grade_rest(order, found, kept, desk, observer)
        submissions = [item for item in found if isinstance(item, Submission)]
        strays = [score for score in desk.scores if not score.exercise]
        page = publish_class(order.out, gradebook, submissions, order.course, strays)
    scores = sorted((*kept, *desk.scores), key=lambda score: (score.student, score.exercise))
    return Graded(tuple(scores), len(kept), interrupted, page)


def _exercises(course: Course, found: Sequence[Submission | Unreadable]) -> dict[str, Exercise]:
    wanted = {item.exercise for item in found if item.exercise is not None}
    return {name: course.load(name) for name in sorted(wanted)}


def _kept(desk: Desk, found: Sequence[Submission | Unreadable]) -> Iterator[Score]:
    for item in found:
        if isinstance(item, Submission) and (score := desk.unchanged(item)) is not None:
            yield score


def _grade_rest(
    order: Order,
    found: Sequence[Submission | Unreadable],
    kept: Sequence[Score],
    desk: Desk,
    observer: Observer,
) -> bool:
    """Grade what is not kept from before; returns whether somebody interrupted it."""
    done = {(score.student, score.exercise) for score in kept}
    rest = [item for item in found if (item.student, item.exercise) not in done]
    desk.begin(len(found), kept)
    try:
        asyncio.run(_run(order, rest, desk, observer))
    except KeyboardInterrupt:
        return True
    return False


async def _run(
    order: Order, rest: Sequence[Submission | Unreadable], desk: Desk, observer: Observer
) -> None:
    pending = [item for item in rest if isinstance(item, Submission)]
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk") as thread:
        call = _caller(thread)
        for item in rest:
            if isinstance(item, Unreadable):
                await call(desk.refuse, item)
        if pending:
            await _run_pending(order, pending, desk, observer, call)


Call = Callable[..., asyncio.Future[None]]


def _caller(thread: ThreadPoolExecutor) -> Call:
    loop = asyncio.get_running_loop()

    def call(function: Callable[..., None], *arguments: object) -> asyncio.Future[None]:
        return loop.run_in_executor(thread, function, *arguments)

    return call


async def _run_pending(
    order: Order, pending: Sequence[Submission], desk: Desk, observer: Observer, call: Call
) -> None:
    from grader.sandbox import open_sandbox

    planned = call(desk.prepare, pending)
    hidden = (order.course.directory / "reference",)
    try:
        async with open_sandbox(order.isolation, order.jobs, hidden) as sandbox:
            _agree(order, sandbox)
            observer.isolated(sandbox.isolation, sandbox.reason)
            await planned
            queue = iter(pending)
            await _together(_work(queue, sandbox, desk, call) for _ in range(order.jobs))
    finally:
        await asyncio.wait([planned])


async def _together(workers: Iterable[Coroutine[None, None, None]]) -> None:
    """Run all workers until they are done; what stops one of them stops the others too."""
    tasks = [asyncio.create_task(worker) for worker in workers]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _agree(order: Order, sandbox: Sandbox) -> None:
    """Refuse to run strangers' code in the open unless the order says to trust it."""
    if sandbox.isolation is Isolation.NONE and not order.trusted:
        raise UsageError(
            f"nothing here can wall off student code: {sandbox.reason}. Install bubblewrap (see "
            "`grader doctor`), or add --trust-submissions if you trust every submission"
        )


async def _work(queue: Iterator[Submission], sandbox: Sandbox, desk: Desk, call: Call) -> None:
    """Take submissions from the queue, one after another, until there are none."""
    from grader.sandbox.execution import execute

    for submission in queue:
        try:
            probes, limits = desk.probes(submission), desk.limits(submission.exercise)
            run, evidence = await execute(submission, probes, limits, sandbox)
        except Exception as fault:
            await call(desk.fault, submission, fault)
        else:
            await call(desk.judge, submission, run, evidence)
