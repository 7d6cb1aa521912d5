"""Write Gradescope's `results.json` for one submission.

No test is hidden, for one hidden test hides the total from the student; hidden cases are summed
up in words that students may read. Texts are `text`, which Gradescope does not interpret.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.errors import InternalError
from grader.model import CheckVerdict, Outcome, Score

__all__ = ["results"]


def results(scores: Sequence[Score]) -> dict[str, Any]:
    """Return the content of `results.json`; raises InternalError when a fault is ours.

    Without a file Gradescope says that the autograder failed, and no student gets a zero for it.
    """
    for score in scores:
        if any(check.outcome is Outcome.BROKEN for check in score.checks):
            raise InternalError(f"{score.exercise}: could not be graded: {score.message}")
    tests = [
        _test(check, f"{number}.{place}" if len(scores) > 1 else str(place))
        for number, score in enumerate(scores, 1)
        for place, check in enumerate(score.checks, 1)
    ]
    content: dict[str, Any] = {
        "output": "\n".join(_said(score) for score in scores),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "execution_time": round(sum(score.run.wall_s for score in scores), 2),
        "tests": tests,
        "extra_data": {
            "grader": [{"exercise": score.exercise, "sha256": score.sha256} for score in scores]
        },
    }
    if not tests:
        content["score"] = 0.0
    elif any(score.late is not None and score.late.points for score in scores):
        content["score"] = round(sum(score.final for score in scores), 4)  # goes before the sum
    return content


def _test(check: CheckVerdict, number: str) -> dict[str, Any]:
    passed = check.outcome is Outcome.PASS
    hidden = check.hidden
    said = [check.feedback, *check.remarks]
    if hidden.cases:
        said.append(f"Hidden cases: {hidden.passed} of {hidden.cases} agree.")
    return {
        "name": check.title,
        "number": number,
        "score": round(check.earned, 4),
        "max_score": check.possible,
        "status": "passed" if passed else "failed",
        "output": "\n".join(part for part in said if part),
        "visibility": "visible",
        "tags": [check.outcome.value, *([check.mistake] if check.mistake else [])],
    }


def _said(score: Score) -> str:
    if score.status == "provisional":
        return f"{score.title}: provisional; a person has to look at it."
    said = score.message or f"{score.title}: {score.earned:g} of {score.possible:g} points."
    if score.late is not None and score.late.points:
        said += f" Points taken off for being late: {score.late.points:g}."
    return said
