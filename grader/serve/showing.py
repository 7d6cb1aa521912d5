"""Collect what the templates of a work and of a pair need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from grader.errors import UsageError
from grader.grading.environment import now
from grader.report.pages import student_values
from grader.scores.decisions import left_behind, open_appeals
from grader.serve.served import Served, Work
from grader.serve.view import View

__all__ = ["pair_values", "work_values"]


def work_values(served: Served, work: Work, view: View) -> dict[str, Any]:
    """Return what the page of a student's work needs."""
    score, gradebook = work.score, served.book.gradebook
    about = gradebook.decisions(score.student).about(score)
    previous = gradebook.previous(score.student, score.exercise)
    counts = served.counting(score) if previous is not None else None
    shown = replace(score, student=view.named(score.student, work.key))
    if view.names == "hidden":
        shown = replace(shown, path=f"work{PurePosixPath(score.path).suffix}")
    return {
        **student_values(shown, previous, counts, served.look),
        "key": work.key,
        "seen": work.version,
        "now": now(),
        "appeals": open_appeals(about),
        "left_behind": {each.check: each for each in left_behind(score, about)},
        "history": served.book.history(score.student, score.exercise)
        if view.names == "shown"
        else (),
    }


def pair_values(served: Served, keys: Mapping[str, Any], view: View) -> dict[str, Any]:
    """Return what the page of two works beside each other needs; raises UsageError."""
    works = [served.work(keys["first"]), served.work(keys["second"])]
    first, second = works
    students = {first.score.student, second.score.student}
    found = [
        pair
        for pair in served.pairs()
        if pair.alike.exercise == first.score.exercise
        and {pair.alike.first, pair.alike.second} == students
    ]
    if not found or first.score.exercise != second.score.exercise:
        raise UsageError("These two works are not nearly the same any more.")
    sides = [
        {
            **student_values(
                replace(work.score, student=view.named(work.score.student, work.key)),
                None,
                None,
                served.look,
            ),
            "key": work.key,
        }
        for work in works
    ]
    return {"pair": found[0], "sides": sides}
