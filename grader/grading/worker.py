"""A worker grades whole submissions: code cells and a seed in, score and evidence out.

It owns its judges and its sandbox and knows neither gradebook, output folder nor class, so it runs
anywhere: in a thread of this process, in a process of a pool, on a machine of a cluster. What it
fails at is a provisional score, never an exception.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import threading
from collections import OrderedDict
from concurrent.futures import CancelledError
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.course.files import exercise_files
from grader.course.loading import Course
from grader.errors import CourseError, UsageError
from grader.grading.environment import describe_environment, now
from grader.grading.questions import asked, changed_questions
from grader.model import (
    CheckVerdict,
    Evidence,
    Exercise,
    File,
    Isolation,
    Outcome,
    Run,
    Score,
    Submission,
)
from grader.scores.packing import Packed, pack
from grader.submissions.further import handed_files
from grader.submissions.needs import Needs
from grader.submissions.placing import placed

if TYPE_CHECKING:
    from grader.judging.judge import Judge
    from grader.sandbox import Sandbox
    from grader.sandbox.machine import Site

__all__ = [
    "Kept",
    "Result",
    "Setup",
    "Task",
    "Worker",
    "agree",
    "become_worker",
    "grade_here",
    "judge_again_here",
    "packed",
    "prepare_here",
    "provisional",
]

_log = logging.getLogger(__name__)
_NOT_RUN = Run("not-run", Isolation.NONE, 0.0, 0.0, 0.0)
_MOST_JUDGES = 64


@dataclass(frozen=True)
class Setup:
    """What a worker is told once."""

    course: Path
    isolation: Isolation | None = None
    trusted: bool = False
    """Whether student code may run without a sandbox."""
    kernels: int = 1
    """How many run at a time."""
    needs: Needs = field(default_factory=Needs)
    """What the submissions at hand name."""


@dataclass(frozen=True)
class Task:
    """One submission to grade."""

    submission: Submission
    seed: int
    fingerprint: str
    """Of the exercise as the coordinator read it: both must mean the same one."""


@dataclass(frozen=True)
class Kept:
    """What was kept of a graded submission: enough to judge it again."""

    score: Score
    evidence: Evidence
    submission: Submission
    fingerprint: str


@dataclass(frozen=True)
class Result:
    """What came of one submission."""

    score: Score
    evidence: Evidence
    course_fault: str = ""
    """What is wrong with the exercise's own files; not for students."""
    packed: Packed | None = None
    """All that as the gradebook holds it, made where there are processors."""


def packed(result: Result, submission: Submission) -> Result:
    """Put what the coordinator would have to make of a result in the place of its evidence."""
    made = pack(result.score, result.evidence, submission)
    return replace(result, evidence=Evidence(()), packed=made)


class Worker:
    """Grades submissions one after another; a few threads may call it at a time.

    Student code runs in a loop with a thread of its own, so that time limits hold while another
    submission is judged.
    """

    def __init__(
        self, setup: Setup, site: Site | None = None, shared: socket.socket | None = None
    ) -> None:
        """`site` and `shared` are a sandbox that this machine has already, where it has one."""
        self._setup = setup
        self._site = site
        self._shared = shared
        self._course = Course(setup.course)
        self._exercises: dict[str, Exercise] = {}
        self._given: dict[str, tuple[File, ...]] = {}
        self._judges: OrderedDict[tuple[str, int], Judge] = OrderedDict()
        self._faults: dict[tuple[str, int], CourseError] = {}
        self._judging = threading.Lock()
        self._opening = threading.Lock()
        self._sandbox: Sandbox | None = None
        self._stack = AsyncExitStack()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    # ------------------------------------------------------------ the two units of work

    def grade(self, task: Task) -> Result:
        """Run and judge one submission."""
        run, evidence = _NOT_RUN, Evidence(())
        submission, name = task.submission, task.submission.exercise
        exercise = self.exercise(name)
        try:
            if exercise.fingerprint != task.fingerprint:
                raise CourseError(f"{exercise.directory}: was changed while the class was graded")
            judge = self._judge(name, task.seed)
            submission = placed(submission, exercise)
            run, evidence = self._execute(submission, judge)
            with self._judging:
                score = judge.score(
                    submission, run, evidence, graded_at=now(), environment=describe_environment()
                )
            return Result(score, Evidence((*evidence.replies, asked(judge.plan.probes))))
        except (UsageError, CancelledError):
            raise
        except CourseError as fault:  # its words are not for students
            message = "This exercise's own files are at fault, not you. It will be graded again."
            score = provisional(submission, exercise, run, message, task.seed)
            return Result(score, evidence, course_fault=str(fault))
        except Exception as fault:
            _log.error("%s, %s could not be graded", submission.student, name, exc_info=fault)
            message = f"The grader failed, not you: {type(fault).__name__}: {fault}"[:500]
            return Result(provisional(submission, exercise, run, message, task.seed), evidence)

    def prepare(self, task: Task) -> None:
        """Plan what a task asks; a fault in the course is told by its first submission."""
        with contextlib.suppress(CourseError):
            self._judge(task.submission.exercise, task.seed)

    def judge_again(self, kept: Kept) -> Score | str:
        """Judge what was kept; returns why it cannot be judged without running it again."""
        old = kept.score
        judge = self._judge(old.exercise, old.seed or 0)
        odd = changed_questions(judge.plan, kept.evidence)
        if odd:
            return f"other questions than before ({', '.join(odd)}); `grader grade` asks them"
        with self._judging:
            return judge.score(
                placed(kept.submission, judge.plan.exercise),
                old.run,
                kept.evidence,
                graded_at=now(),
                environment={**old.environment, "grader": describe_environment()["grader"]},
            )

    def exercise(self, name: str) -> Exercise:
        """Read an exercise once; raises CourseError."""
        if name not in self._exercises:
            self._exercises[name] = self._course.load(name)
        return self._exercises[name]

    def _judge(self, name: str, seed: int) -> Judge:
        """Plan an exercise once a seed; raises CourseError, the second time at once."""
        key = name, seed
        with self._judging:
            if key in self._faults:
                raise self._faults[key]
            if key not in self._judges:
                try:
                    self._judges[key] = self._planned(name, seed)
                except CourseError as fault:
                    self._faults[key] = fault
                    raise
            self._judges.move_to_end(key)
            if len(self._judges) > _MOST_JUDGES:
                self._judges.popitem(last=False)
            return self._judges[key]

    def _planned(self, name: str, seed: int) -> Judge:
        from grader.course.reference import load_reference
        from grader.judging.judge import Judge
        from grader.judging.plan import make_plan

        exercise = self.exercise(name)
        return Judge(make_plan(exercise, load_reference(exercise), seed))

    # ------------------------------------------------------------ the sandbox

    def open(self) -> tuple[Isolation, str]:
        """Open the sandbox; returns its level and why it is no better one.

        Raises InternalError when the wanted level cannot be had, UsageError where strangers' code
        would run in the open.
        """
        with self._opening:
            if self._sandbox is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._loop.run_forever, name="sandbox", daemon=True
                )
                self._thread.start()
                opened = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
                agree(opened.isolation, opened.reason, trusted=self._setup.trusted)
                self._sandbox = opened
            return self._sandbox.isolation, self._sandbox.reason

    async def _open(self) -> Sandbox:
        from grader.sandbox import open_sandbox
        from grader.sandbox.opening import Sandbox

        kernels = self._setup.kernels
        if self._site is not None:
            sandbox = Sandbox(
                self._site.setting, self._site.reason, kernels, self._shared, self._setup.needs
            )
            self._stack.callback(sandbox.close)
            return sandbox
        hidden = (self._setup.course / "reference",)
        opened = open_sandbox(self._setup.isolation, kernels, hidden, self._setup.needs)
        return await self._stack.enter_async_context(opened)

    def _files(self, exercise: Exercise) -> tuple[File, ...]:
        """Read the files of an exercise once; raises CourseError."""
        if exercise.id not in self._given:
            self._given[exercise.id] = exercise_files(exercise)
        return self._given[exercise.id]

    def _execute(self, submission: Submission, judge: Judge) -> tuple[Run, Evidence]:
        from grader.sandbox.execution import execute

        self.open()
        assert self._loop is not None
        assert self._sandbox is not None
        exercise = judge.plan.exercise
        given = self._files(exercise)
        running = execute(submission, judge.plan.probes, exercise.limits, self._sandbox, given)
        return asyncio.run_coroutine_threadsafe(running, self._loop).result()

    def close(self) -> None:
        """End what runs, and the sandbox."""
        if self._loop is None or self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = self._thread = self._sandbox = None

    async def _end(self) -> None:
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        await self._stack.aclose()


def agree(isolation: Isolation, reason: str, *, trusted: bool) -> None:
    """Refuse to run strangers' code in the open; raises UsageError."""
    if isolation is Isolation.NONE and not trusted:
        raise UsageError(
            f"no sandbox is possible here: {reason}. Install bubblewrap (see "
            "`grader doctor`), or add --trust-submissions if you trust every submission"
        )


def provisional(
    submission: Submission, exercise: Exercise, run: Run, message: str, seed: int
) -> Score:
    """Return the score of a submission that we failed to grade: broken checks, no zeros."""
    return Score(
        student=submission.student,
        exercise=exercise.id,
        title=exercise.title,
        path=str(submission.path),
        sha256=submission.sha256,
        kind=submission.kind,
        status="provisional",
        earned=0.0,
        possible=exercise.possible,
        checks=tuple(
            CheckVerdict(
                check.id, check.title, check.call, Outcome.BROKEN, 0.0, check.points, message
            )
            for check in exercise.checks
        ),
        run=run,
        seed=seed,
        graded_at=now(),
        environment=describe_environment(),
        message=message,
        remarks=submission.remarks,
        handed_in=submission.handed_in,
        files=handed_files(submission),
    )


# ---------------------------------------------------------------- a worker for a whole process

_own: Worker | None = None


def become_worker(setup: Setup, site: Site | None, shared: socket.socket | None) -> None:
    """Make this process a worker, which ends with the process that started it."""
    import multiprocessing
    import os
    import signal

    global _own
    # Ctrl-C reaches every process of a terminal; the coordinator decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=follow, name="follow", daemon=True).start()
    _own = Worker(setup, site, shared)


def grade_here(task: Task) -> Result:
    """Grade by the worker of this process."""
    assert _own is not None
    return packed(_own.grade(task), task.submission)


def prepare_here(task: Task) -> None:
    """Prepare the worker of this process."""
    assert _own is not None
    _own.prepare(task)


def judge_again_here(kept: Kept) -> Score | str:
    """Judge again by the worker of this process."""
    assert _own is not None
    return _own.judge_again(kept)
