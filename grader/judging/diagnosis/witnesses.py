"""Count the witnesses of a diagnosis: what one case alone says is put as a possibility.

A witness is a case that is wrong; two that ask the very same are one, and the second call of a
probe is none, since it gets the arguments of the first. Where a check has one question only, as a
cell has, there is no second witness to be had.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from grader.judging.checks import CaseMeasured
from grader.judging.diagnosis.nearly import APPROXIMATE
from grader.judging.diagnosis.statement import Diagnosis, Statement
from grader.model import Case

__all__ = ["LEAST", "distinct", "witnessed"]

LEAST = 2
"""So many cases with different arguments must speak for what is said with certainty."""


def witnessed(found: Diagnosis, measured: Sequence[CaseMeasured]) -> Diagnosis:
    """Return a diagnosis in which everything that too few cases show is a possibility."""
    if distinct([case.case for case in measured]) < LEAST:
        return found
    wrong = [case for case in measured if not case.agrees]
    if distinct([case.case for case in wrong]) < LEAST and not found.declared and found.whole[1:]:
        return Diagnosis()  # one case that fits several guesses speaks for none of them
    whole = tuple(_weighed(statement, wrong) for statement in found.whole)
    items = tuple((name, _of_item(name, said, wrong)) for name, said in found.items)
    return replace(found, whole=tuple(filter(None, whole)), items=items)


def distinct(cases: Sequence[Case]) -> int:
    """Return how many different questions some cases ask; the dtype makes no difference."""
    return len({_key(case.arguments) for case in cases})


def _of_item(name: str, said: Statement | None, wrong: Sequence[CaseMeasured]) -> Statement | None:
    own = [case for case in wrong if any(i.name == name and not i.agrees for i in case.items)]
    return None if said is None else _weighed(said, own)


def _weighed(statement: Statement, wrong: Sequence[CaseMeasured]) -> Statement | None:
    if statement.seen or distinct([case.case for case in wrong]) >= LEAST:
        return statement
    if statement == APPROXIMATE:
        return None  # one case says how far off it is
    return replace(statement, sure=False)


def _key(arguments: Mapping[str, Any]) -> str:
    return repr(sorted((name, _plain(value)) for name, value in arguments.items()))


def _plain(value: Any) -> object:
    if hasattr(value, "detach"):
        return tuple(value.shape), value.detach().double().flatten().tolist()
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
