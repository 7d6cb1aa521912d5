"""Write students' pages in processes of their own, beside a coordinator that has many workers.

Each reads the newest score from the gradebook, writes record and page, and notes there that they
are on disk. What one of them could not write, the coordinator tries again at the end. One of them
first compares all work with each other: that takes no score, so nobody has to wait for it.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from grader.course.loading import Course

if TYPE_CHECKING:
    from grader.grading.pairs import Compared
    from grader.grading.publishing import Pages
    from grader.model import Submission
    from grader.scores.gradebook import Gradebook

__all__ = ["LEAST", "Publisher"]

_log = logging.getLogger(__name__)
LEAST = 16
"""So many submissions in flight keep one coordinator busy with pages alone."""
_FOR_EACH = 32
"""Submissions in flight for which one more process writes pages."""
_MOST_WAITING = 1000
"""Transactions whose pages wait to be written."""


class Publisher:
    """Processes that write pages; `url` is the gradebook's, `in_flight` how many are graded."""

    def __init__(self, url: str, out: Path, course: Course, in_flight: int) -> None:
        # Its processes begin as `python -c`, which would import from the folder somebody stands in.
        os.environ["PYTHONSAFEPATH"] = "1"
        self._executor = ProcessPoolExecutor(
            max(1, in_flight // _FOR_EACH),
            multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(url, out, course.directory),
        )
        self._waiting: set[Future[None]] = set()
        self._comparing: Future[Compared] | None = None

    def compare(self, submissions: Sequence[Submission]) -> None:
        """Begin to look for nearly the same work."""
        with contextlib.suppress(BrokenExecutor):
            self._comparing = self._executor.submit(_compare, submissions)

    def compared(self) -> Compared | None:
        """Return what `compare` found, once this is closed; None where it came to no end."""
        comparing = self._comparing
        if comparing is None or comparing.cancelled() or comparing.exception() is not None:
            return None
        return comparing.result()

    def write(self, places: Sequence[tuple[str, str]]) -> None:
        """Have the pages of the newest scores of some students and exercises written.

        Where too many wait already they come at the end.
        """
        if not places or len(self._waiting) >= _MOST_WAITING:
            return
        with contextlib.suppress(BrokenExecutor):
            future = self._executor.submit(_write, places)
            self._waiting.add(future)
            future.add_done_callback(self._waiting.discard)

    def close(self, *, at_once: bool = False) -> None:
        """Wait until what was given is written; `at_once` only for what is being written."""
        self._executor.shutdown(wait=True, cancel_futures=at_once)


# ---------------------------------------------------------------- in such a process

_gradebook: Gradebook | None = None
_pages: Pages | None = None
_course: Course | None = None


def _begin(url: str, out: Path, course: Path) -> None:
    from grader.grading.publishing import Pages
    from grader.scores.gradebook import Gradebook

    global _gradebook, _pages, _course
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the coordinator decides what Ctrl-C means
    Thread(target=_follow, name="follow", daemon=True).start()
    _course = Course(course)
    _gradebook, _pages = Gradebook.open(url), Pages.of(out, _course)


def _follow() -> None:
    """End with the coordinator."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _compare(submissions: Sequence[Submission]) -> Compared:
    from grader.grading.pairs import compared

    assert _course is not None
    return compared(submissions, _course)


def _write(places: Sequence[tuple[str, str]]) -> None:
    for student, exercise in places:
        _write_one(student, exercise)


def _write_one(student: str, exercise: str) -> None:
    from grader.grading.publishing import publish_newest

    assert _gradebook is not None
    assert _pages is not None
    try:
        score = _gradebook.latest(student, exercise)
        if score is not None:
            publish_newest(_pages, _gradebook, score)
    except Exception as fault:  # it stays unwritten, which the coordinator sees
        _log.debug("the page of %s, %s", student, exercise, exc_info=fault)
