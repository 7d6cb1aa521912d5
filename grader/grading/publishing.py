"""Write what people read: a page for each score, the class's page, and `scores.json`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from grader.course.loading import Course
from grader.errors import UsageError
from grader.model import Score, Submission
from grader.report.similarity import Alike, alike
from grader.report.writing import write_class, write_student
from grader.scores.gradebook import FILE, Gradebook, gradebook_url
from grader.scores.record import write_score, write_scores

__all__ = ["look_of", "publish_again", "publish_class", "publish_score"]


def publish_score(out: Path, score: Score, previous: Score | None, look: Path | None) -> Path:
    """Write a student's record and page; returns where the page is."""
    write_score(out, score)
    return write_student(out, score, previous=previous, look=look)


def publish_class(
    out: Path,
    gradebook: Gradebook,
    submissions: Iterable[Submission],
    course: Course,
    strays: Iterable[Score] = (),
) -> Path:
    """Write all records and the class's page; returns where the page is.

    They show what the gradebook holds, which may be more than `submissions`, and the `strays`
    that belong to no exercise. The submissions are compared with each other.
    """
    scores = (*gradebook.scores(), *strays)
    write_scores(out, scores)
    return write_class(out, scores, alike=_alike(submissions, course), look=look_of(course))


def publish_again(out: Path, url: str | None, course: Course) -> Path:
    """Write everything again from the gradebook; raises UsageError where there is none."""
    if url is None and not (out / FILE).is_file():
        raise UsageError(
            f"{out}: no {FILE} here; grade into this folder first, or name --gradebook"
        )
    with Gradebook.open(url or gradebook_url(out)) as gradebook:
        submissions = []
        for attempt in gradebook.attempts():
            student, exercise = attempt.score.student, attempt.score.exercise
            score = gradebook.latest(student, exercise) or attempt.score
            publish_score(out, score, gradebook.previous(student, exercise), look_of(course))
            if attempt.submission is not None:
                submissions.append(attempt.submission)
        return publish_class(out, gradebook, submissions, course)


def look_of(course: Course) -> Path | None:
    """Return the folder with a course's own style, words and templates, if it has one."""
    look = course.directory / "look"
    return look if look.is_dir() else None


def _alike(submissions: Iterable[Submission], course: Course) -> tuple[Alike, ...]:
    sources: dict[str, dict[str, str]] = {}
    for submission in submissions:
        source = "\n".join(cell.source for cell in submission.cells)
        sources.setdefault(submission.exercise, {})[submission.student] = source
    return tuple(
        pair
        for exercise, students in sorted(sources.items())
        for pair in alike(exercise, students, _starter(course, exercise))
    )


def _starter(course: Course, exercise: str) -> str:
    starter = course.directory / "exercises" / exercise / "starter.py"
    return starter.read_text("utf-8") if starter.is_file() else ""
