"""Say why a cell gives no answer: it is not there, no code, not filled in, or leaves nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.inside.expressions import in_words
from grader.judging.sentences.feedback import capital, name_of
from grader.judging.unanswered import no_points
from grader.model import Check, CheckVerdict, Outcome, Submission
from grader.submissions.placing import last_with

__all__ = ["asks_of", "of_lost_cell", "without_answer"]

_MAGIC = re.compile(r"\s*%%\s*(\w+)")
_MAIN = re.compile(r"^if\s+__name__\s*==", re.MULTILINE)
_KEEPS = {"time", "capture", "prun", "matplotlib"}
"""Magics of a whole cell that leave its variables behind."""
_KINDS = {"markdown": "Markdown", "raw": "raw"}


def of_lost_cell(check: Check, submission: Submission) -> CheckVerdict:
    """Return the verdict on a check whose cell was not found."""
    lost = next((lost for lost in submission.lost if lost.check == check.id), None)
    why = lost.why if lost is not None else "absent"
    if lost is not None and why in _KINDS:
        words = (
            f"The answer to `{check.cell}` stands in a {_KINDS[why]} cell ({lost.where}), which "
            "is not run. Make it a code cell."
        )
        return no_points(check, Outcome.MISSING, words)
    if why == "undecided":
        words = (
            f"No cell bears the tag `{check.cell}`, and several could be meant. "
            "A person will look at it."
        )
        return no_points(check, Outcome.INCONCLUSIVE, words)
    if why == "empty":
        return no_points(check, Outcome.MISSING, _not_filled_in(check))
    words = f"No cell bears the tag `{check.cell}`, and no other cell leaves {_asked(check)}."
    return no_points(check, Outcome.MISSING, words)


def without_answer(check: Check, submission: Submission) -> str:
    """Say why a cell that is there leaves no answer."""
    named = capital(name_of(check))
    index = last_with(submission.cells, check.cell)
    if index is None:
        return of_lost_cell(check, submission).feedback
    source = next(cell.source for cell in submission.cells if cell.index == index)
    magic = _magic(source)
    if magic == "timeit":
        return (
            f"{named} runs under `%%timeit`, which leaves no variables behind. Take that line out."
        )
    if magic and magic not in _KEEPS:
        return (
            f"{named} begins with `%%{magic}`, so it is not run as a part of the notebook. "
            "Take that line out."
        )
    guarded = any(_MAIN.search(cell.source) for cell in submission.cells)
    if submission.kind == "module" and guarded:
        return (
            f"{named} leaves nothing of what was asked: {_asked(check)}. What stands under "
            '`if __name__ == "__main__"` is not run when a script is graded.'
        )
    if not any(_code_lines(source)):
        return _not_filled_in(check)
    return f"{named} leaves nothing of what was asked: {_asked(check)}."


def asks_of(check: Check, submission: Submission) -> str:
    """Say for the instructor what a person should look at, although the score is final."""
    lost = next((lost for lost in submission.lost if lost.check == check.id), None)
    if lost is not None and lost.why in _KINDS:
        return f"`{check.cell}`: the answer stands in a {_KINDS[lost.why]} cell, {lost.where}"
    index = last_with(submission.cells, check.cell)
    magic = next((_magic(cell.source) for cell in submission.cells if cell.index == index), "")
    if magic and magic not in _KEEPS:
        return f"`{check.cell}`: the cell begins with %%{magic}, so it leaves no variables"
    return ""


def _not_filled_in(check: Check) -> str:
    return f"{capital(name_of(check))} has not been filled in."


def _magic(source: str) -> str:
    found = _MAGIC.match(source)
    return found[1] if found else ""


def _code_lines(source: str) -> Iterator[str]:
    return (line for line in source.split("\n") if line.strip() and line.strip()[0] not in "#%!")


def _asked(check: Check) -> str:
    """Name what is asked for, each thing by all ways of leaving it."""
    return ", ".join(dict.fromkeys(map(in_words, check.asked.values())))
