"""Tell what follows from an earlier mistake: the right function, with the mistaken one inside.

A function that calls an earlier one inherits its mistake. Its numbers are then those of the
reference in which the earlier function alone is replaced, and nothing is to be done about it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import FunctionType
from typing import Any

from grader.course.reference import Mistake, Reference
from grader.judging.diagnosis.answering import Answering
from grader.judging.diagnosis.statement import Statement
from grader.judging.plan import CheckPlan
from grader.model import Check, CheckVerdict

__all__ = ["Consequences", "follows"]


class Consequences:
    """What the reference answers with an earlier mistake inside, computed when first needed."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._known: dict[tuple[str, str, str], Answering] = {}

    def of(
        self, plan: CheckPlan, earlier: Sequence[CheckVerdict]
    ) -> Iterator[tuple[Mistake, Answering]]:
        """Yield each earlier mistake that was named, with what a right function makes of it."""
        for verdict in earlier:
            for mistake in self._reference.mistakes:
                named = verdict.mistake == mistake.slug and mistake.target == verdict.call
                if named and verdict.call != plan.check.call:
                    yield mistake, self._answering(plan, mistake)

    def _answering(self, plan: CheckPlan, mistake: Mistake) -> Answering:
        key = (plan.check.id, mistake.target, mistake.slug)
        if key not in self._known:
            inside = _with_inside(self._reference.namespace, mistake)
            self._known[key] = Answering(plan, lambda: inside, None, 2)
        return self._known[key]


def follows(check: Check, mistake: Mistake) -> Statement:
    """Return that nothing is wrong but what an earlier function feeds in."""
    of = f"`{mistake.target}`"
    name = f"`{check.call}`" if check.call else check.title
    return Statement(
        f"follows-from-{mistake.target}".lower().replace("_", "-"),
        f"follows from {of}",
        f"What is wrong here follows from {of}: these are the numbers that a right {name} gives "
        f"with your {of} inside.",
        f"Fix {of}; there is nothing else to do here.",
    )


def _with_inside(namespace: Mapping[str, Any], mistake: Mistake) -> dict[str, Any]:
    """Return a namespace in which all functions call the mistaken one."""
    bound: dict[int, dict[str, Any]] = {}
    found: dict[str, Any] = {}
    for name, value in namespace.items():
        if not isinstance(value, FunctionType) or name == mistake.target:
            found[name] = value
            continue
        own = bound.setdefault(id(value.__globals__), dict(value.__globals__))
        copy = FunctionType(
            value.__code__, own, value.__name__, value.__defaults__, value.__closure__
        )
        copy.__kwdefaults__ = value.__kwdefaults__
        found[name] = copy
    found[mistake.target] = mistake.function
    for own in bound.values():
        own.update({name: found[name] for name in own if name in found})
    return found
