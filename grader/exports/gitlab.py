"""Write scores as GitLab's code quality report, which merge requests show beside the lines.

Test reports are JUnit XML (`grader.exports.junit`), which GitLab reads as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from grader.model import Outcome, Score

__all__ = ["code_quality"]

_SEVERITY = {
    Outcome.BROKEN: "info",
    Outcome.MISSING: "minor",
    Outcome.SKIPPED: "info",
    Outcome.AWAITING: "info",
}


def code_quality(scores: Iterable[Score]) -> list[dict[str, Any]]:
    """Return one entry a check that did not pass."""
    return [
        {
            "description": check.feedback[:1_000] or check.outcome.value,
            "check_name": f"{score.exercise}/{check.id}",
            "fingerprint": hashlib.sha256(
                f"{score.exercise}/{check.id}/{score.student}".encode("utf-8", "replace")
            ).hexdigest(),
            "severity": _SEVERITY.get(check.outcome, "major"),
            "location": {"path": score.path, "lines": {"begin": 1}},
        }
        for score in scores
        for check in score.checks
        if check.outcome not in (Outcome.PASS, Outcome.AWAITING)
    ]
