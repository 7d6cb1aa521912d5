"""Turn a form into a decision: what is asked, of which version of a score, and where to go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grader.errors import Conflict, UsageError
from grader.grading.deciding import history, keep
from grader.grading.environment import now
from grader.grading.folder import claim
from grader.grading.pairs import Opinion, decide_pair
from grader.grading.rubric import given_points, with_rubric
from grader.scores.decisions import Decision, Kind
from grader.serve.queueing import around
from grader.serve.served import Served, Work
from grader.serve.view import View

__all__ = ["Done", "decide_about_pair", "decide_about_work"]

_LONGEST = 5000
_KINDS: dict[str, Kind] = {
    "points": "points",
    "comment": "comment",
    "appeal": "appeal",
    "answer": "answer",
}


@dataclass(frozen=True)
class Done:
    """What came of a form."""

    goes_to: str = ""
    refused: str = ""
    """Why nothing was kept; empty when it was."""
    conflict: bool = False
    news: tuple[str, ...] = ()
    """What somebody else did meanwhile: lines of the history."""


def decide_about_work(served: Served, key: int, form: Mapping[str, str], view: View) -> Done:
    """Keep what a form says about a check or the whole work."""
    work = served.work(key)
    check = form.get("check", "")
    onward = _onward(served, work, check, form, view)
    try:
        decisions = _decisions(work, check, form, view)
        seen: str | None = form.get("version", "")
        for made in decisions:
            keep(served.book.gradebook, served.book.out, made, seen=seen)
            seen = None  # the first one has changed it
    except Conflict as fault:
        lines = history(served.book.gradebook, work.score.student, work.score.exercise)
        since = form.get("at", "")
        news = tuple(line for line in lines if line >= since) or tuple(lines[-1:])
        return Done(refused=str(fault), conflict=True, news=news)
    except UsageError as fault:
        return Done(refused=str(fault))
    return Done(goes_to=onward)


def _onward(served: Served, work: Work, check: str, form: Mapping[str, str], view: View) -> str:
    """Return where to go on: to what comes next in the queue, or back to the check."""
    if form.get("then") != "next":
        number = next((n for n, each in enumerate(work.score.checks, 1) if each.id == check), 0)
        return f"/work/{work.key}" + (f"#check-{number}" if number else "")
    found = around(served.waiting(view.order), served.keys(), work.score, check)
    return found.after or "/queue"


def _decisions(work: Work, check: str, form: Mapping[str, str], view: View) -> list[Decision]:
    kind = _KINDS.get(form.get("kind", ""))
    if kind is None:
        raise UsageError("which button was pressed?")
    text = form.get("text", "").replace("\r\n", "\n").strip()
    if len(text) > _LONGEST:
        raise UsageError(f"this text has {len(text)} characters; {_LONGEST} are enough")
    score = work.score
    verdict = next((each for each in score.checks if each.id == check), None)
    points = None
    if verdict is not None and kind in ("points", "answer"):
        criteria = ";".join(
            value for name, value in form.items() if name.partition("-")[0] == "criterion"
        )
        points = given_points(form.get("points", ""), criteria, verdict)
        text = with_rubric(text, criteria, verdict)
    if kind == "points" and points is None:
        raise UsageError("how many points?" if verdict else f"there is no check {check!r}")

    def made(kind: Kind, points: float | None = None) -> Decision:
        return Decision(
            score.student, score.exercise, kind, text, view.name, now(), check, points, score.sha256
        )

    if kind != "answer":
        return [made(kind, points)]
    other = points is not None and verdict is not None and points != verdict.earned
    given = [made("points", points)] if other else []
    return [*given, made("answer")]


def decide_about_pair(
    served: Served, keys: Mapping[str, Any], form: Mapping[str, str], view: View
) -> None:
    """Keep what a form says about two works; raises UsageError."""
    first, second = served.work(keys["first"]).score, served.work(keys["second"]).score
    if first.exercise != second.exercise:
        raise UsageError("these works are for different exercises")
    opinion: Opinion = "dismiss" if form.get("opinion") == "dismiss" else "accept"
    if form.get("opinion") not in ("accept", "dismiss"):
        raise UsageError("which button was pressed?")
    gradebook = served.book.gradebook
    claim(served.book.out, gradebook)
    students = first.student, second.student
    decide_pair(gradebook, first.exercise, students, opinion, form.get("text", ""), view.name)
