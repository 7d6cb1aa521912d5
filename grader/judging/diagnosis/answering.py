"""What another namespace, or other arguments, make of the cases of a plan.

Candidates for a diagnosis are many and nearly all of them are wrong, which the cheapest case shows
without any thought of rounding. So answers are computed when they are asked for, kept for the
next submission, and how far rounding carries them is found for those alone that come close.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy

from grader.judging.checks import CaseMeasured
from grader.judging.conditioning import PATTERNS, coordinates
from grader.judging.diagnosis.patience import go_on
from grader.judging.expecting import expected_of
from grader.judging.oracle import Expectation, Expected
from grader.judging.plan import CheckPlan
from grader.model import Case

__all__ = ["Answering", "telling_first"]

Namespace = Mapping[str, Any]


class Answering:
    """The answers of one candidate to the cases of one check."""

    def __init__(
        self,
        plan: CheckPlan,
        namespace: Callable[[], Namespace | None],
        changed: Callable[[int], Case | None] | None = None,
        patterns: int = PATTERNS,
    ) -> None:
        """Keep what answers: `namespace`, to the cases of the plan or to `changed` ones."""
        self._plan = plan
        self._namespace = namespace
        self._changed = changed or plan.probe.cases.__getitem__
        self._patterns = patterns
        self._known: dict[tuple[int, int], Expectation | None] = {}

    def roughly(self, index: int) -> Expectation | None:
        """Return the answer to one case, its spreads 0; None where there is none."""
        return self._answer(index, 0)

    def precisely(self, index: int) -> Expectation | None:
        """Return the answer to one case with the spread of every number."""
        return self._answer(index, self._patterns)

    def _answer(self, index: int, patterns: int) -> Expectation | None:
        key = (index, patterns)
        if key not in self._known:
            go_on()
            self._known[key] = self._asked(index, patterns)
        return self._known[key]

    def _asked(self, index: int, patterns: int) -> Expectation | None:
        case, namespace = self._changed(index), self._namespace()
        if case is None or namespace is None:
            return None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a mistake's, and nobody's concern
                check, probe = self._plan.check, self._plan.probe
                found = expected_of(check, probe, case, namespace, patterns)
                return _as_asked(found, self._plan.expected[index])
        except Exception:  # a mistake may fail in any way
            return None


def _as_asked(found: Expectation, asked: Expectation) -> Expectation:
    """Return an answer item by item where a list of equal shapes stands for a tuple."""
    if asked.returned != "tuple" or found.returned != "alone":
        return found
    (item,) = found.items
    value, spread, names = item.value, item.spread, [each.name for each in asked.items]
    if not isinstance(value, numpy.ndarray) or value.ndim == 0 or len(value) != len(names):
        return found
    assert spread is not None
    rows = zip(names, value, spread, strict=True)
    items = tuple(Expected(name, numpy.asarray(v), numpy.asarray(r)) for name, v, r in rows)
    return Expectation(items, "tuple")


def telling_first(measured: Sequence[CaseMeasured]) -> list[int]:
    """Return the numbers of the cases, those first that cost little and are wrong."""

    def cost(index: int) -> tuple[bool, float]:
        arguments = measured[index].case.arguments
        steps = max((n for n in arguments.values() if type(n) is int), default=0)
        return measured[index].agrees, (1.0 + max(steps, 0)) * (1 + coordinates(arguments))

    return sorted(range(len(measured)), key=cost)
