"""Write what people read: a page for each score, the class's page, and `scores.json`.

The gradebook knows what of it is on disk. What could not be written, because the disk was full or
the grader was killed, is written by the next run of any command.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain
from pathlib import Path

from grader import __version__
from grader.course.loading import Course
from grader.errors import UsageError
from grader.grading.folder import claim, is_shown_in
from grader.grading.pairs import Compared, with_opinions
from grader.grading.pairs import compared as compare
from grader.grading.standing import Term, counting_score, standing, term_of
from grader.model import Score, Submission
from grader.outdir import CLASS_PAGE, SCORES
from grader.report.class_lines import line_of
from grader.report.pages import words_of
from grader.report.writing import write_class, write_student
from grader.scores.gradebook import FILE, Gradebook, gradebook_url
from grader.scores.patience import GradebookLost
from grader.scores.record import write_score, write_scores
from grader.term.missing import who_is_missing
from grader.term.standing import with_lateness

__all__ = [
    "Pages",
    "Published",
    "catch_up",
    "finish",
    "look_of",
    "open_graded",
    "publish_again",
    "publish_newest",
    "why_not_written",
]


@dataclass(frozen=True)
class Published:
    """What came of writing pages."""

    page: Path
    """The class's page."""
    failed: int = 0
    """How many pages could not be written."""
    why: str = ""
    """Why the first of them could not."""

    def trouble(self) -> str:
        """Say what is missing, and that nothing is lost."""
        pages = "1 page" if self.failed == 1 else f"{self.failed} pages"
        return (
            f"{pages} could not be written: {self.why}. All scores are kept; the next run of any "
            "command writes what is missing"
        )


@dataclass(frozen=True)
class Pages:
    """Where pages are written, and what they need of the course: its look and its term."""

    out: Path
    look: Path | None = None
    term: Term = field(default_factory=Term)

    @classmethod
    def of(cls, out: Path, course: Course) -> Pages:
        """Return the pages of a course; raises UsageError where its course.toml is wrong."""
        return cls(out, look_of(course), term_of(course))


def publish_newest(pages: Pages, gradebook: Gradebook, score: Score) -> None:
    """Write a student's newest score, and keep that it is written."""
    student, exercise = score.student, score.exercise
    newest = gradebook.publication.newest(student, exercise)
    previous = gradebook.previous(student, exercise)
    score = with_lateness(score, pages.term.rules, pages.term.people)
    counts = counting_score(gradebook, pages.term, student, exercise) if previous else None
    write_score(pages.out, score)
    write_student(pages.out, score, previous=previous, counts=counts, look=pages.look)
    if newest is not None:  # else it belongs to no exercise
        gradebook.publication.wrote(newest)


def catch_up(
    out: Path,
    gradebook: Gradebook,
    course: Course,
    submissions: Collection[Submission] | None = None,
    strays: Sequence[Score] = (),
    compared: Compared | None = None,
) -> Published:
    """Write every page that is not on disk as it should be, and the page of the class.

    The class's page shows what the gradebook holds, which may be more than `submissions`, and the
    `strays` that belong to no exercise. The submissions, by default all, are compared with each
    other, unless what comes of that is known already. Where nothing of it has changed since it was
    written, it is left as it is. Raises GradebookLost; a page that cannot be written is counted.
    """
    pages, failures = Pages.of(out, course), []
    for item in gradebook.publication.unwritten():
        score = gradebook.latest(item.student, item.exercise)
        assert score is not None
        try:
            publish_newest(pages, gradebook, score)
        except GradebookLost:
            raise
        except Exception as fault:
            failures.append(why_not_written(out, fault))
    beside = "" if submissions is None or strays else _beside(pages, submissions)
    if beside and not failures and _are_there(out) and gradebook.publication.class_shows(beside):
        return Published(out / CLASS_PAGE)
    state = gradebook.publication.state()
    try:
        if compared is None:
            everything = gradebook.submissions() if submissions is None else submissions
            compared = compare(everything, course)
        _publish_class(pages, gradebook, compared, strays)
        gradebook.publication.class_written(state, beside)
    except GradebookLost:
        raise
    except Exception as fault:
        failures.append(why_not_written(out, fault))
    return Published(out / CLASS_PAGE, len(failures), failures[0] if failures else "")


def _are_there(out: Path) -> bool:
    return (out / CLASS_PAGE).is_file() and (out / SCORES).is_file()


def _beside(pages: Pages, submissions: Collection[Submission]) -> str:
    """Return a digest of what the class's page is made of beside the gradebook."""
    look = sorted(pages.look.rglob("*")) if pages.look is not None else ()
    files = [(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in look]
    compared = sorted((each.student, each.exercise, each.sha256) for each in submissions)
    made_of = __version__, str(pages.out.resolve()), repr(pages.term), files, compared
    return sha256(repr(made_of).encode("utf-8", "backslashreplace")).hexdigest()


def why_not_written(out: Path, fault: Exception) -> str:
    """Say in one line why a page was not written."""
    if not isinstance(fault, OSError):
        return f"{type(fault).__name__}: {fault}".partition("\n")[0]
    place = Path(str(fault.filename or out))
    for folder in (place, *place.parents):
        if folder != place.parent / place.name and folder.is_file():
            return f"{folder} is a file where a folder is needed; move it away"
    if place.is_file():
        return f"{place} is a file where a folder is needed; move it away"
    return f"{place.parent if place.name.startswith('.') else place}: {fault.strerror or fault}"


def finish(out: Path, gradebook: Gradebook, course: Course) -> Published | None:
    """Write what an earlier run left unwritten, if it did and this is the folder for it."""
    publication = gradebook.publication
    if not is_shown_in(out, gradebook):
        return None
    if not publication.unwritten() and not publication.class_unwritten:
        return None
    return catch_up(out, gradebook, course)


def publish_again(out: Path, url: str | None, course: Course) -> Published:
    """Write everything again from the gradebook; raises UsageError where there is none."""
    with open_graded(out, url) as gradebook:
        claim(out, gradebook)
        gradebook.publication.forget()
        return catch_up(out, gradebook, course)


def open_graded(out: Path, url: str | None) -> Gradebook:
    """Open a gradebook that is there; raises UsageError where nothing was graded yet."""
    if url is None and not (out / FILE).is_file():
        raise UsageError(
            f"{out}: no {FILE} here; grade into this folder first, or name --gradebook"
        )
    return Gradebook.open(url or gradebook_url(out))


def _publish_class(
    pages: Pages,
    gradebook: Gradebook,
    compared: Compared,
    strays: Iterable[Score],
) -> None:
    words, lines = words_of(pages.look)["class"], []

    def each() -> Iterator[Score]:
        for score in chain(standing(gradebook, pages.term), strays):
            lines.append(line_of(score, words))
            yield score

    write_scores(pages.out, each())
    pairs = with_opinions(compared, gradebook.decisions())
    people = pages.term.people
    write_class(
        pages.out,
        lines,
        alike=[pair.alike for pair in pairs if not pair.dismissed],
        missing=who_is_missing(lines, people),
        has_roster=bool(people),
        look=pages.look,
    )


def look_of(course: Course) -> Path | None:
    """Return the folder with a course's own style, words and templates, if it has one."""
    look = course.directory / "look"
    return look if look.is_dir() else None
