"""Collect what the templates of a work and of a pair need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from grader.errors import UsageError
from grader.grading.environment import now
from grader.grading.pairs import Pair
from grader.report.pages import student_values
from grader.scores.decisions import left_behind, open_appeals
from grader.serve.served import Served, Work
from grader.serve.view import View

__all__ = ["first_pairs", "pair_values", "work_values"]

MOST_PAIRS = 500
"""So many one page of pairs shows."""


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


def first_pairs(pairs: Sequence[Pair]) -> tuple[Sequence[Pair], int]:
    """Return the pairs that one page shows, and how many more there are.

    Where that is not all of them, those come first about which nobody has said anything.
    """
    if len(pairs) <= MOST_PAIRS:
        return pairs, 0
    undecided_first = sorted(pairs, key=lambda pair: pair.decision is not None)
    return undecided_first[:MOST_PAIRS], len(pairs) - MOST_PAIRS


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
