"""The class that is served: its gradebook, what waits, and what is done beside the requests."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.course.loading import Course
from grader.errors import GraderError, UsageError
from grader.grading.class_gradebook import ClassGradebook
from grader.grading.pairs import Compared, Pair, compared, with_opinions
from grader.grading.publishing import Published, look_of
from grader.grading.queue import Order, Waiting, waiting
from grader.grading.regrade import Regraded
from grader.grading.standing import standing, term_of
from grader.model import Score
from grader.scores.remembered import Remembered
from grader.serve.guard import Secrets
from grader.serve.publisher import Publisher
from grader.serve.regrading import Regrading
from grader.submissions.roster import Person
from grader.term.standing import with_lateness

__all__ = ["NoSuchWork", "Served", "Work"]


class NoSuchWork(UsageError):
    """A number that stands for nobody's work."""


@dataclass(frozen=True)
class Work:
    """One student's newest work for one exercise, as it was when its page was made."""

    key: int
    version: str
    score: Score
    """With its notebook, decisions and lateness laid over it."""


class Served:
    """One run of the server; any thread may call it."""

    def __init__(self, book: ClassGradebook, who: str) -> None:
        self.book = book
        self.who = who
        """Who decides where a browser gives no name."""
        self.known = Secrets()
        self.publisher = Publisher(self._publish)
        self.regrading = Regrading(self._judge)
        self._remembered = Remembered(book.gradebook)
        self._compared: tuple[frozenset[object], Compared] | None = None
        self._comparing = threading.Lock()
        self._warming = threading.Thread(target=self._read_all, name="reading")

    @property
    def course(self) -> Course:
        """The course as it is on disk now: an instructor edits it while this runs."""
        return Course(self.book.course.directory)

    @property
    def look(self) -> Path | None:
        """The folder with the course's own style and words, if it has one."""
        return look_of(self.book.course)

    def warm(self) -> None:
        """Read the scores ahead of the first page, without waiting for them."""
        self._warming.start()

    def _read_all(self) -> None:
        with contextlib.suppress(GraderError):  # the page says it
            self.scores()

    def close(self) -> None:
        """Wait for what is under way, and close the gradebook."""
        if self._warming.ident is not None:
            self._warming.join()
        self.regrading.wait()
        self.publisher.close()
        self.book.close()

    def _publish(self) -> Published:
        book = ClassGradebook(self.book.gradebook, self.book.out, self.course)
        return book.publish()

    def _judge(self, exercise: str | None, keep: bool) -> Regraded:
        book = ClassGradebook(self.book.gradebook, self.book.out, self.course)
        found = book.judge_again(exercise, keep=keep)
        if keep:
            self.publisher.wake()
        return found

    # ------------------------------------------------------------ reading

    def keys(self) -> dict[tuple[str, str], int]:
        """Return the number of each newest work: what addresses say instead of names."""
        return self.book.gradebook.newest_keys()

    def people(self) -> Mapping[str, Person]:
        """Return the roster."""
        return term_of(self.course).people

    def work(self, key: int) -> Work:
        """Return the newest work of whoever had that number once; raises NoSuchWork."""
        gradebook = self.book.gradebook
        found = gradebook.whose(key)
        if found is None:
            raise NoSuchWork("There is no such work.")
        student, exercise = found
        version = gradebook.version(student, exercise)
        score = gradebook.latest(student, exercise)
        assert score is not None
        term = term_of(self.course)
        return Work(
            int(version.partition(".")[0]), version, with_lateness(score, term.rules, term.people)
        )

    def counting(self, score: Score) -> Score | None:
        """Return the attempt that counts where it is another one."""
        found = ClassGradebook(self.book.gradebook, self.book.out, self.course).scores(
            score.exercise, score.student
        )
        return next((each for each in found if each.attempt != score.attempt), None)

    def scores(self) -> list[Score]:
        """Return the scores that count, of the whole class."""
        return list(standing(self._remembered, term_of(self.course)))

    def waiting(self, order: Order) -> tuple[Waiting, ...]:
        """Return what waits for a person."""
        return waiting(self._remembered.each_score(), self._remembered.decisions(), order)

    def pairs(self) -> tuple[Pair, ...]:
        """Return the pairs of nearly the same work; compared again only after a new file."""
        gradebook = self.book.gradebook
        with self._comparing:
            newest = gradebook.newest().items()
            state = frozenset((*key, each.sha256) for key, each in newest)
            if self._compared is None or self._compared[0] != state:
                self._compared = state, compared(gradebook.submissions(), self.course)
            known = self._compared[1]
        return with_opinions(known, gradebook.decisions())

    def fingerprints(self) -> dict[str, str]:
        """Return the fingerprints of all exercises as they are now; raises CourseError."""
        course = self.course
        return {name: course.load(name).fingerprint for name in course.exercise_ids}
