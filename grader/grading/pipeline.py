"""Grade everything that was handed in: find, hand out to workers, keep, publish.

This is the coordinator: it knows gradebook, output folder and class, and runs nothing of a
student's. It hands out a few submissions ahead, keeps what comes back at once, and forgets it.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic

from grader.course.loading import Course
from grader.errors import InternalError, UsageError
from grader.grading.crew import Crew, OpenCrew, open_crew
from grader.grading.folder import check_writable, claim
from grader.grading.interruption import Interruption, heard
from grader.grading.kept import kept_scores
from grader.grading.pairs import Compared
from grader.grading.publisher import LEAST, Publisher
from grader.grading.publishing import Published, catch_up
from grader.grading.recording import Observer, Recorder
from grader.grading.standing import checked_term, handed_in
from grader.grading.worker import Result, Setup
from grader.model import Exercise, Isolation, Score, Submission, Unreadable
from grader.outdir import CLASS_PAGE
from grader.report.class_lines import ScoreLine
from grader.scores.gradebook import Gradebook, gradebook_url
from grader.scores.patience import GradebookLost
from grader.submissions.finding import find_submissions
from grader.submissions.needs import needs_of

_log = logging.getLogger(__name__)
_AT_ONCE = 31
"""So many more results are kept together with the first that has come."""
_ALLOCATIONS = 50_000
"""How many more values there are before Python looks for cycles again; else it is 700."""
_MOMENT_S = 0.2
"""How long the first result of many workers waits for more, so that one transaction keeps them."""

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
    """Whether student code may run without a sandbox."""
    seed: int | None = None
    """Draws the hidden cases; None takes the one that follows from the gradebook's secret."""
    reseed: bool = False
    """Whether the gradebook draws a new secret first, and everybody gets other hidden cases."""
    gradebook: str | None = None
    """A SQLAlchemy URL; None keeps an SQLite file in `out`."""
    force: bool = False
    """Whether unchanged submissions are graded again."""
    executor: str | None = None
    """`dask://HOST:PORT` of a scheduler whose workers grade; None grades on this machine."""


@dataclass(frozen=True)
class Graded:
    """What came of an order."""

    lines: tuple[ScoreLine, ...]
    """Of everything that was handed in, kept ones included, in the order of students."""
    unchanged: int
    interrupted: bool
    page: Path
    """The class's page."""
    trouble: str = ""
    """Why it stopped early, or what could not be written, and what to do: our fault."""
    gradebook: str = ""
    """Where the scores are: a SQLAlchemy URL."""
    strays: tuple[Score, ...] = ()
    """Scores of what was handed in for no exercise, which no gradebook holds."""

    def each_score(self) -> Iterator[Score]:
        """Read the scores, as they are by now, one by one from the gradebook."""
        yield from self.strays
        places = {(line.student, line.exercise) for line in self.lines}
        places -= {_place(score) for score in self.strays}
        if places:
            with Gradebook.open(self.gradebook) as gradebook:
                yield from kept_scores(gradebook, places)

    @property
    def scores(self) -> tuple[Score, ...]:
        """All scores in the order of students; of a large class take `each_score`."""
        return tuple(sorted(self.each_score(), key=_place))


def grade(order: Order, observer: Observer, crews: OpenCrew | None = None) -> Graded:
    """Grade what `order` names; an interruption keeps and publishes what was graded until then.

    Raises UsageError or CourseError before anything runs. A fault of ours in one submission
    becomes a provisional score and everyone else is graded.
    """
    course = order.course
    with _collecting_rarely():
        found = find_submissions(order.root, course.exercise_ids, order.exercise, course.accepts)
    found = handed_in(found, checked_term(order.course), alone=_is_one_students(order.root, found))
    if not found:
        expected = "expected <student>/<exercise>.ipynb or .py"
        raise UsageError(f"{order.root}: nothing was handed in; {expected}")
    exercises = _exercises(order.course, found)
    _log.info("%d files of %d exercises in %s", len(found), len(exercises), order.root)
    check_writable(order.out)
    with Gradebook.open(order.gradebook or gradebook_url(order.out)) as gradebook:
        claim(order.out, gradebook)
        recorder = Recorder(
            order.course, exercises, gradebook, order.out, observer, order.seed, order.reseed
        )
        with _collecting_rarely():
            kept = [] if order.force else recorder.unchanged(found)
        with heard() as interruption:
            opened = crews or _crews(order)
            return _Run(order, found, kept, recorder, gradebook, interruption, opened).graded()


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    """Let Python look less often for cycles that nobody needs, while thousands of values are read.

    They stay, so it would go through all of them again and again: a fifth of the time of a run with
    nothing to do.
    """
    before = gc.get_threshold()
    gc.set_threshold(_ALLOCATIONS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _crews(order: Order) -> OpenCrew:
    """Return what starts the workers that an order asks for; raises UsageError."""
    if order.executor is None:
        return open_crew
    from grader.grading.cluster import SCHEME, on_cluster

    if not order.executor.startswith(SCHEME):
        raise UsageError(f"--executor {order.executor}: expected {SCHEME}HOST:PORT")
    return partial(on_cluster, order.executor)


def _is_one_students(root: Path, found: Sequence[Submission | Unreadable]) -> bool:
    """Tell whether the work of one student alone is graded, and not a class's folder."""
    return root.is_file() or {item.student for item in found} == {root.resolve().name}


def _exercises(course: Course, found: Sequence[Submission | Unreadable]) -> dict[str, Exercise]:
    wanted = {item.exercise for item in found if item.exercise is not None}
    return {name: course.load(name) for name in sorted(wanted)}


class _Run:
    """One run of the coordinator."""

    def __init__(
        self,
        order: Order,
        found: Sequence[Submission | Unreadable],
        kept: Sequence[ScoreLine],
        recorder: Recorder,
        gradebook: Gradebook,
        interruption: Interruption,
        crews: OpenCrew,
    ) -> None:
        self._order = order
        self._found = found
        self._kept = kept
        self._recorder = recorder
        self._gradebook = gradebook
        self._interruption = interruption
        self._crews = crews
        self._finished: SimpleQueue[Future[Result] | None] = SimpleQueue()
        self._out: dict[Future[Result], Submission] = {}
        self._submissions = [item for item in found if isinstance(item, Submission)]
        self._compared: Compared | None = None

    def graded(self) -> Graded:
        """Grade what is not kept from before, then publish; nothing kept is lost on the way."""
        trouble = ""
        try:
            self._grade()
        except KeyboardInterrupt:
            self._interruption.asked = True
        except GradebookLost as lost:
            trouble = f"{lost}. What is kept is safe; the same command goes on"
        finally:
            self._recorder.close()
        page, missing = self._publish()
        lines = sorted((*self._kept, *self._recorder.lines), key=_place)
        told = ". ".join(text for text in (trouble, missing) if text)
        interrupted = self._interruption.asked
        url, strays = self._gradebook.url, tuple(self._recorder.strays)
        return Graded(tuple(lines), len(self._kept), interrupted, page, told, url, strays)

    def _publish(self) -> tuple[Path, str]:
        """Write what is kept; returns the class's page, and what is missing."""
        out, course, strays = self._order.out, self._order.course, self._recorder.strays
        try:
            published: Published = catch_up(
                out, self._gradebook, course, self._submissions, strays, self._compared
            )
        except KeyboardInterrupt:
            self._interruption.asked = True
            return out / CLASS_PAGE, (
                f"stopped before every page was written; `grader report --out {out}` writes them"
            )
        except GradebookLost as lost:
            return out / CLASS_PAGE, str(lost)
        return published.page, published.trouble() if published.failed else ""

    # ------------------------------------------------------------ grading

    def _grade(self) -> None:
        done = {_place(score) for score in self._kept}
        rest = [item for item in self._found if (item.student, item.exercise) not in done]
        self._recorder.begin(len(self._found), self._kept)
        pending = []
        for item in rest:
            if isinstance(item, Unreadable):
                self._recorder.refuse(item)
            else:
                pending.append(item)
        if not pending:
            return
        order = self._order
        needs = needs_of(pending)
        setup = Setup(order.course.directory, order.isolation, order.trusted, needs=needs)
        first = [self._recorder.task(item) for item in islice(pending, order.jobs)]
        # One job stays one process; of more there are no more than submissions.
        with self._crews(setup, order.jobs, first) as crew:
            self._recorder.isolated(crew.isolation, crew.reason)
            with (
                self._publishing(crew, len(pending)),
                self._interruption.deferred(lambda: self._finished.put(None)),
            ):
                self._hand_out(crew, iter(pending))
        self._take_rest()
        if not self._interruption.asked:
            self._recorder.end()

    @contextmanager
    def _publishing(self, crew: Crew, pending: int) -> Iterator[None]:
        """Where many workers keep the coordinator busy, have pages written by others."""
        if min(crew.in_flight, pending) < LEAST:
            yield
            return
        order = self._order
        publisher = Publisher(self._gradebook.url, order.out, order.course, crew.in_flight)
        publisher.compare(self._submissions)
        self._recorder.have_pages_written(publisher)
        try:
            yield
        finally:
            self._recorder.have_pages_written(None)
            publisher.close(at_once=self._interruption.asked)
            self._compared = publisher.compared()

    def _hand_out(self, crew: Crew, queue: Iterator[Submission]) -> None:
        """Keep the workers busy until all is done or somebody asks to stop."""
        while not self._interruption.asked:
            for submission in islice(queue, crew.in_flight - len(self._out)):
                future = crew.executor.submit(crew.grade, self._recorder.task(submission))
                self._out[future] = submission
                future.add_done_callback(self._finished.put)
            if not self._out:
                return
            first = self._finished.get()
            enough = 0 if first is None else _enough(crew, len(self._out))
            self._take([first, *self._come(enough)])

    def _take_rest(self) -> None:
        """Keep what was done when it was stopped."""
        while come := self._come():
            self._take([future for future in come if future is None or not future.cancelled()])

    def _come(self, enough: int = 0) -> list[Future[Result] | None]:
        """Return what has come, a few hundred kB at most; waits a moment while it is not enough."""
        come: list[Future[Result] | None] = []
        until = monotonic() + _MOMENT_S
        with suppress(Empty):
            while len(come) < _AT_ONCE and None not in come:
                left = until - monotonic() if len(come) < enough else 0.0
                come.append(self._finished.get(left > 0, max(left, 0.0)))
        return come

    def _take(self, come: Iterable[Future[Result] | None]) -> None:
        """Keep what has come; None only woke somebody up."""
        results = []
        for future in come:
            if future is None:
                continue
            submission = self._out.pop(future)
            try:
                results.append((submission, future.result()))
            except UsageError:
                raise
            except (Exception, CancelledError) as fault:
                if not self._interruption.asked:
                    self._recorder.broken(submission, _why(fault))
        self._recorder.take(results)


def _enough(crew: Crew, handed_out: int) -> int:
    """Return how many more results are worth waiting for; few workers wait for nobody.

    A quarter of what is in flight is less than what waits at the workers, so none is idle.
    """
    return min(crew.in_flight // 4, handed_out) - 1 if crew.in_flight >= LEAST else 0


def _place(score: Score | ScoreLine) -> tuple[str, str]:
    return score.student, score.exercise


def _why(fault: BaseException) -> str:
    return str(fault) if isinstance(fault, InternalError) else f"{type(fault).__name__}: {fault}"
