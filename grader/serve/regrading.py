"""Judge again in a thread of its own, first as a preview and then for good."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from grader.errors import GraderError, UsageError
from grader.grading.regrade import Regraded

__all__ = ["Job", "Regrading"]


@dataclass(frozen=True)
class Job:
    """One run over the kept evidence."""

    exercise: str | None
    keep: bool
    """Whether the gradebook holds the new scores, or this was a preview."""
    course: Mapping[str, str]
    """The fingerprints of the exercises that it judges by."""
    result: Regraded | None = None
    fault: str = ""

    @property
    def running(self) -> bool:
        """Whether it is not done yet."""
        return self.result is None and not self.fault


class Regrading:
    """At most one job at a time, and what came of the last one."""

    def __init__(self, judge: Callable[[str | None, bool], Regraded]) -> None:
        """`judge` takes an exercise, or None for all, and whether the new scores are kept."""
        self._judge = judge
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.job: Job | None = None

    def preview(self, exercise: str | None, course: Mapping[str, str]) -> None:
        """Find out what would change."""
        self._start(Job(exercise, keep=False, course=course))

    def apply(self, course: Mapping[str, str]) -> None:
        """Keep what the preview showed; raises UsageError where it would be something else."""
        shown = self.job
        if shown is None or shown.keep or shown.result is None:
            raise UsageError("look at a preview first")
        if shown.course != course:
            self.job = None
            raise UsageError("the course was changed after this preview; look at a new one")
        self._start(Job(shown.exercise, keep=True, course=course))

    def _start(self, job: Job) -> None:
        with self._lock:
            if self.job is not None and self.job.running:
                raise UsageError("a regrade is running already")
            self.job = job
            self._thread = threading.Thread(target=self._run, args=(job,), daemon=True)
            self._thread.start()

    def _run(self, job: Job) -> None:
        try:
            result = self._judge(job.exercise, job.keep)
        except GraderError as fault:
            self.job = Job(job.exercise, job.keep, job.course, fault=str(fault))
        except Exception as fault:
            self.job = Job(
                job.exercise, job.keep, job.course, fault=f"{type(fault).__name__}: {fault}"
            )
        else:
            self.job = Job(job.exercise, job.keep, job.course, result)

    def wait(self) -> None:
        """Wait for the job that runs."""
        if self._thread is not None:
            self._thread.join()
