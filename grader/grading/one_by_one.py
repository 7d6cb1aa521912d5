"""Grade single submissions one after another, keeping the sandbox and the plans between them.

For callers that choose what comes next themselves, as pytest does; a whole class is graded
faster by `grader.grading.pipeline`.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from grader.course.loading import find_course
from grader.errors import UsageError
from grader.grading.environment import describe_environment, now
from grader.model import Exercise, Isolation, Score, Submission, Unreadable
from grader.submissions.finding import find_submissions

if TYPE_CHECKING:
    from grader.judging.judge import Judge
    from grader.sandbox import Sandbox

__all__ = ["Grading"]


class Grading:
    """An open sandbox and the judges of a course; close it when done."""

    def __init__(self, course: Path | None, *, seed: int, trusted: bool = False) -> None:
        self._course = find_course(course)
        self._seed = seed
        self._trusted = trusted
        self._exercises: dict[str, Exercise] = {}
        self._judges: dict[str, Judge] = {}
        self._scores: dict[tuple[str, str], Score] = {}
        self._runner: asyncio.Runner | None = None
        self._stack = AsyncExitStack()
        self._sandbox: Sandbox | None = None

    def found(self, path: Path, exercise: str | None) -> list[Submission | Unreadable]:
        """Return what was handed in under a path; raises UsageError or CourseError."""
        return find_submissions(path, self._course.exercise_ids, exercise)

    def exercise(self, found: Submission | Unreadable) -> Exercise | None:
        """Return the exercise that something was handed in for, if that is known."""
        name = found.exercise
        if name is None:
            return None
        if name not in self._exercises:
            self._exercises[name] = self._course.load(name)
        return self._exercises[name]

    def score(self, submission: Submission) -> Score:
        """Grade one submission; asked again, return the same score."""
        key = submission.student, submission.exercise
        if key not in self._scores:
            if self._runner is None:
                self._runner = asyncio.Runner()
            self._scores[key] = self._runner.run(self._grade(submission))
        return self._scores[key]

    async def _grade(self, submission: Submission) -> Score:
        from grader.sandbox.execution import execute

        judge, sandbox = self._judge(submission), await self._open()
        limits = judge.plan.exercise.limits
        run, evidence = await execute(submission, judge.plan.probes, limits, sandbox)
        return judge.score(
            submission, run, evidence, graded_at=now(), environment=describe_environment()
        )

    def _judge(self, submission: Submission) -> Judge:
        from grader.course.reference import load_reference
        from grader.judging.judge import Judge
        from grader.judging.plan import make_plan

        name = submission.exercise
        if name not in self._judges:
            exercise = self.exercise(submission)
            assert exercise is not None
            plan = make_plan(exercise, load_reference(exercise), self._seed)
            self._judges[name] = Judge(plan)
        return self._judges[name]

    async def _open(self) -> Sandbox:
        from grader.sandbox import open_sandbox

        if self._sandbox is None:
            hidden = (self._course.directory / "reference",)
            self._sandbox = await self._stack.enter_async_context(open_sandbox(None, 1, hidden))
            if self._sandbox.isolation is Isolation.NONE and not self._trusted:
                raise UsageError(
                    f"nothing here can wall off student code: {self._sandbox.reason}. Add "
                    "--trust-submissions if you trust every submission"
                )
        return self._sandbox

    def close(self) -> None:
        """Close the sandbox."""
        if self._runner is not None:
            self._runner.run(self._stack.aclose())
            self._runner.close()
            self._runner = None
