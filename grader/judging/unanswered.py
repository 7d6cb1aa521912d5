"""The verdict on a check whose probe has no answer: which limit, or which cell is to blame."""

from __future__ import annotations

import re

from grader.judging.sentences import feedback
from grader.model import CellRun, Check, CheckVerdict, Outcome, Reply, Run, Submission

__all__ = ["guilty_cell", "no_points", "unanswered"]

_STOPPED = {"timeout": Outcome.TIMEOUT, "killed": Outcome.KILLED}


def no_points(check: Check, outcome: Outcome, words: str) -> CheckVerdict:
    """Return a verdict that earns nothing."""
    return CheckVerdict(
        check.id, check.title, check.call, outcome, 0.0, check.points, feedback=words
    )


def unanswered(check: Check, reply: Reply | None, run: Run) -> CheckVerdict | None:
    """Return the verdict on a check whose probe has no answer, None when it has one."""
    if reply is None or reply.status in ("broken", "not-asked"):
        why = (reply.message if reply else "") or run.message or "no answer came back"
        if reply is not None and run.status in _STOPPED:
            return no_points(check, _STOPPED[run.status], feedback.stopped(check, why))
        return no_points(check, Outcome.BROKEN, feedback.broken(check, why))
    if reply.status in _STOPPED:
        return no_points(check, _STOPPED[reply.status], feedback.stopped(check, reply.message))
    if reply.status == "refused":
        return no_points(check, Outcome.FAIL, feedback.refused(check))
    return None


def guilty_cell(
    check: Check, submission: Submission, run: Run, name: str | None = None
) -> CellRun | None:
    """Return the cell that should have defined what is missing and did not finish."""
    stopped = {cell.index: cell for cell in run.cells if cell.status != "ok"}
    if check.cell is not None:
        tagged = [cell.index for cell in submission.cells if check.cell in cell.tags]
        return next((stopped[index] for index in tagged if index in stopped), None)
    defines = re.compile(rf"^\s*(def|class)\s+{re.escape(str(name or check.call))}\b", re.MULTILINE)
    found = [cell.index for cell in submission.cells if defines.search(cell.source)]
    return next((stopped[index] for index in found if index in stopped), None)
