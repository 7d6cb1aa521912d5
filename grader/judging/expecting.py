"""Say what a namespace, the reference's or one with a mistake, answers to a case of a check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.course.arguments import last_name
from grader.judging.conditioning import PATTERNS
from grader.judging.kinks import with_intervals
from grader.judging.oracle import Expectation, expect, stated
from grader.model import Case, Check, Probe

__all__ = ["expected_of", "item_names"]


def item_names(check: Check) -> tuple[str, ...]:
    """Return the names of the returned items, where the contract gives them."""
    if check.items:
        return check.items
    if check.gradient is None:
        return ()
    names = tuple(map(last_name, check.gradient.wrt))
    return names if len(set(names)) == len(names) else check.gradient.wrt


def expected_of(
    check: Check, probe: Probe, case: Case, namespace: Mapping[str, Any], patterns: int = PATTERNS
) -> Expectation:
    """Return what a namespace makes of one case: by `expect` where a check names it.

    Without patterns nothing is said of rounding: spreads are 0, and kinks have no intervals.
    """
    if check.expect is not None and check.cell is None:
        return stated(namespace[check.expect](**case.arguments))
    coarse = patterns > 0 and "float32" in check.dtypes
    found = expect(probe, case, namespace, item_names(check), patterns, coarse)
    if check.gradient is None or not patterns:
        return found
    names = item_names(check)
    return with_intervals(found, probe, case, namespace, check.gradient.wrt, names)
