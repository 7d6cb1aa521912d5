"""Write what Classroom 50 collects (`result.json`) and what GitHub Classroom's reporter reads.

Classroom 50 counts in whole points. So that halves survive, every point is written as
`POINTS_SCALE` of them where any check's points are no whole number; else points stay as they are.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from grader.errors import UsageError
from grader.model import CheckVerdict, Outcome, Score

__all__ = ["POINTS_SCALE", "classroom50", "legacy"]

POINTS_SCALE = 100
_NEEDED = ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL")
_STATUS = {Outcome.PASS: "pass", Outcome.BROKEN: "error"}


def classroom50(
    scores: Sequence[Score], environment: Mapping[str, str], now: str
) -> dict[str, Any]:
    """Return the content of `result.json`; `now` is `YYYY-MM-DDTHH:MM:SSZ`.

    Raises UsageError when the job's environment does not say what is graded here.
    """
    scale = _scale(scores)
    tests = [_test(score, check, scale) for score in scores for check in score.checks]
    return {
        "schema": "classroom50/result/v1",
        **_job(environment),
        "datetime": now,
        "graded_at": now,
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests)
        or round(scale * sum(score.possible for score in scores)),
        "tests": tests,
    }


def _job(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what the job says of itself; the runner adds `owner` where it is not known."""
    tag = environment.get("SUBMISSION_TAG", "")
    repository = _repository(environment)
    sha = environment.get("GITHUB_SHA")
    commit = environment.get("COMMIT_URL") or (
        f"{repository}/commit/{sha}" if repository and sha else ""
    )
    release = environment.get("RELEASE_URL") or (
        f"{repository}/releases/tag/{quote(tag, safe='')}" if repository and tag else ""
    )
    stated = {
        "classroom": environment.get("CLASSROOM", ""),
        "assignment": environment.get("ASSIGNMENT", ""),
        "submission": tag,
        "commit": commit,
        "release": release,
    }
    for (key, value), name in zip(stated.items(), _NEEDED, strict=True):
        if not value:
            problem = "is not set; run this in a Classroom 50 job"
            raise UsageError(f"classroom50: {key}: ${name} {problem}")
    owner = environment.get("OWNER") or environment.get("USERNAME", "")
    return {
        **stated,
        "assignment_type": environment.get("ASSIGNMENT_TYPE") or "individual",
        "review": environment.get("REVIEW_URL") or commit,
        **({"owner": owner} if owner else {}),
    }


def _repository(environment: Mapping[str, str]) -> str:
    server, name = environment.get("GITHUB_SERVER_URL"), environment.get("GITHUB_REPOSITORY")
    return f"{server.rstrip('/')}/{name}" if server and name else ""


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
