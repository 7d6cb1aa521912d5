"""Decide about a score: check what is asked, keep it, write the pages that it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.course.loading import Course
from grader.errors import UsageError
from grader.grading.folder import claim
from grader.grading.publishing import Published, catch_up
from grader.model import Score
from grader.scores.decisions import Decision
from grader.scores.gradebook import Gradebook
from grader.suggestions import no_such

__all__ = ["Work", "decide", "history", "keep", "keep_all", "work_named"]

_SAID = {
    "points": "manual points",
    "comment": "comment",
    "appeal": "appeal",
    "answer": "answer",
    "counts": "this attempt counts",
    "pair-accepted": "nearly the same work as {other}, accepted",
    "pair-dismissed": "nearly the same work as {other}, dismissed",
    "regraded": "regraded",
}


@dataclass(frozen=True)
class Work:
    """One student's work for one exercise, or one check of it."""

    score: Score
    """Of the newest attempt."""
    check: str = ""


def work_named(gradebook: Gradebook, student: str, named: str) -> Work:
    """Find what `EXERCISE`, `CHECK` or `EXERCISE/CHECK` means; raises UsageError when unclear."""
    theirs = [score for score in gradebook.scores() if score.student == student]
    if not theirs:
        students = {score.student for score in gradebook.scores()}
        raise UsageError(no_such("student", student, students, " in the gradebook"))
    whole = [Work(score) for score in theirs if score.exercise == named]
    exercise, _, check = named.rpartition("/")
    found = whole or [
        Work(score, check)
        for score in theirs
        if exercise in ("", score.exercise) and check in {verdict.id for verdict in score.checks}
    ]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(f"{work.score.exercise}/{check}" for work in found)
        raise UsageError(f"{check!r} is in several exercises: {names}")
    known = {f"{score.exercise}/{v.id}" for score in theirs for v in score.checks}
    if "/" not in named:
        known = {name.rpartition("/")[2] for name in known} | {s.exercise for s in theirs}
    raise UsageError(f"{student}: {no_such('check', named, known)}")


def decide(gradebook: Gradebook, out: Path, course: Course, made: Decision) -> Published:
    """Keep a decision and write what it changes; raises UsageError for one that cannot be."""
    keep(gradebook, out, made)
    return catch_up(out, gradebook, course)


def keep(gradebook: Gradebook, out: Path, made: Decision, *, seen: str | None = None) -> None:
    """Keep a decision whose pages are written later; raises UsageError for one that cannot be.

    `seen` is the version of the score that was looked at; Conflict where it has changed.
    """
    needed = made.points is not None
    if made.kind == "answer":
        _refuse_to_nobody(made, gradebook)
    _refuse(made, gradebook.latest(made.student, made.exercise) if needed else None)
    claim(out, gradebook)
    gradebook.decide(made, seen=seen)


def keep_all(gradebook: Gradebook, out: Path, made: Sequence[Decision]) -> None:
    """Keep decisions in one transaction: all of them, or none where one cannot be."""
    scores = {(score.student, score.exercise): score for score in gradebook.scores()}
    for each in made:
        _refuse(each, scores.get((each.student, each.exercise)))
    claim(out, gradebook)
    gradebook.decide_all(made)


def _refuse_to_nobody(made: Decision, gradebook: Gradebook) -> None:
    """Raise UsageError for the answer to an appeal that nobody has made."""
    decisions = gradebook.decisions(made.student)
    about = decisions.by_work.get((made.student, made.exercise), ())
    asked = {each.check for each in about if each.kind == "appeal"}
    if made.check in asked:
        return
    place = f"{made.exercise}/{made.check}" if made.check else made.exercise
    others = sorted(f"{made.exercise}/{check}" if check else made.exercise for check in asked)
    told = f"there is one for {' and '.join(others)}" if others else "write a comment instead"
    raise UsageError(f"no appeal of {made.student} for {place}: {told}")


def _refuse(made: Decision, score: Score | None) -> None:
    """Raise UsageError for a decision that cannot be."""
    if made.kind != "counts" and not made.text.strip():
        raise UsageError("say why, or what: the student reads it")
    if made.points is None:
        return
    checks = {check.id: check for check in score.checks} if score else {}
    if not made.check:
        known = ", ".join(f"{made.exercise}/{name}" for name in sorted(checks))
        raise UsageError(f"points are for a check, not for all of it; there are: {known}")
    possible = checks[made.check].possible if made.check in checks else 0.0
    if not 0 <= made.points <= possible:
        raise UsageError(f"{made.check}: is worth {possible:g} points, not {made.points:g}")


def history(gradebook: Gradebook, student: str, exercise: str) -> list[str]:
    """Return what happened to a score, a line each, the oldest first."""
    attempts = gradebook.scores_of(student, exercise, as_judged=True)
    if not attempts:
        raise gradebook.nothing_of(student, exercise)
    numbers = {score.sha256: score.attempt for score in attempts}
    lines = [
        (score.graded_at, f"attempt {score.attempt} judged: {_points(score)}, {score.status}")
        for score in attempts
    ]
    for made in gradebook.decisions(student).about(attempts[-1]):
        points = "" if made.points is None else f" {made.points:g}"
        what = f"{_SAID[made.kind].format(other=made.other)}{points}"
        place = f"attempt {numbers[made.sha256]}" if made.sha256 in numbers else "all attempts"
        check = f", {made.check}" if made.check else ""
        text = f": {made.text}" if made.text else ""
        who = f" by {made.who}" if made.who else ""
        lines.append((made.at, f"{place}{check}, {what}{who}{text}"))
    return [f"{at}  {text}" for at, text in sorted(lines, key=lambda line: line[0])]


def _points(score: Score) -> str:
    return f"{score.earned:g} of {score.possible:g} points"
