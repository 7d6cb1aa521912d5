"""Write what Classroom 50 collects (`result.json`) and what GitHub Classroom's reporter reads.

Classroom 50 counts in whole points. So that halves survive, every point is written as
`POINTS_SCALE` of them where any check's points are no whole number; else points stay as they are.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from grader.errors import UsageError
from grader.model import CheckVerdict, Outcome, Score

__all__ = ["POINTS_SCALE", "classroom50", "legacy"]

POINTS_SCALE = 100
_STATUS = {Outcome.PASS: "pass", Outcome.BROKEN: "error"}
_ENVIRONMENT = {
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "assignment_type": "ASSIGNMENT_TYPE",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
    "review": "REVIEW_URL",
}


def classroom50(
    scores: Sequence[Score], environment: Mapping[str, str], now: str
) -> dict[str, Any]:
    """Return the content of `result.json`; `now` is `YYYY-MM-DDTHH:MM:SSZ`.

    Raises UsageError when the job's environment does not name the classroom.
    """
    missing = [name for name in ("CLASSROOM", "ASSIGNMENT") if not environment.get(name)]
    if missing:
        raise UsageError(f"classroom50: ${missing[0]} is not set; run this in a Classroom 50 job")
    scale = _scale(scores)
    tests = [_test(score, check, scale) for score in scores for check in score.checks]
    stated = {key: environment.get(name, "") for key, name in _ENVIRONMENT.items()}
    stated["assignment_type"] = stated["assignment_type"] or "individual"
    return {
        "schema": "classroom50/result/v1",
        **stated,
        "owner": environment.get("OWNER") or environment.get("USERNAME", ""),
        "datetime": now,
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests)
        or round(scale * sum(score.possible for score in scores)),
        "tests": tests,
    }


def _scale(scores: Sequence[Score]) -> int:
    points = [
        value
        for score in scores
        for check in score.checks
        for value in (check.earned, check.possible)
    ]
    return 1 if all(float(value).is_integer() for value in points) else POINTS_SCALE


def _test(score: Score, check: CheckVerdict, scale: int) -> dict[str, Any]:
    possible = round(scale * check.possible)
    return {
        "test-name": f"{score.exercise}: {check.id}",
        "passed": check.outcome is Outcome.PASS,
        "score": min(round(scale * check.earned), possible),
        "max-score": possible,
        "outcome": check.outcome.value,
        "feedback": check.feedback,
        "points-scale": scale,
    }


def legacy(scores: Sequence[Score]) -> str:
    """Return a runner's `result` output, base64, as GitHub Classroom's reporter reads it."""
    tests = [
        {
            "name": f"{score.exercise}: {check.id}",
            "status": _STATUS.get(check.outcome, "fail"),
            "message": check.feedback,
            "test_code": check.call or check.id,
            "filename": score.path,
            "line_no": 0,
            "execution_time": 0,
            "score": check.earned,
        }
        for score in scores
        for check in score.checks
    ]
    statuses = {test["status"] for test in tests}
    status = "error" if "error" in statuses else "fail" if "fail" in statuses else "pass"
    content = {
        "version": 3,
        "status": status if tests else "error",
        "max_score": sum(score.possible for score in scores),
        "tests": tests,
    }
    return base64.b64encode(json.dumps(content).encode()).decode()
