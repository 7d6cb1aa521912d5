"""Judge the method that was asked for: by hand, by autograd, without ready-made parts of torch.

The same questions were also put to a kernel in which autograd does not exist. What gives the same
numbers there did not get them from autograd; what does not give them there needed it. That proves
"by hand", and it disproves "by autograd". What was seen in the student's own process (labels of
`grader.inside.observe`) can be faked: where only that speaks, the method is "observed".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from weakref import WeakKeyDictionary

import numpy

from grader.judging.checks import measure
from grader.judging.evidence import Answer, Array, Refused, Value, decode_answers
from grader.judging.numbers import Floats, Numeric, numeric
from grader.judging.plan import CheckPlan
from grader.model import Check, Evidence, Reply

__all__ = ["NO_METHOD", "Method", "contradiction", "judge_method"]

SAME = 1e-4
"""Numbers that differ by less than this share of the largest one are the same computation."""
_READY_MADE = frozenset({"layer", "loss", "optimizer"})


@dataclass(frozen=True)
class Method:
    """Whether a method was kept, how that was judged, and what happened without autograd."""

    kept: bool
    how: Literal["", "proved", "observed"]
    why: str = ""
    """What went another way where autograd does not exist; a sentence for the student."""


NO_METHOD = Method(True, "")


def judge_method(plan: CheckPlan, answers: Sequence[Answer], evidence: Evidence) -> Method:
    """Return whether the answers came about by the method that was asked for."""
    check = plan.check
    used = _used(answers)
    if check.method is None:
        return NO_METHOD
    if check.method == "from-scratch":
        return Method(not used & _READY_MADE, "observed")
    reply = evidence.reply(plan.apart.check) if plan.apart is not None else None
    if reply is None or reply.status in ("not-asked", "broken"):
        kept = ("autograd" in used) == (check.method == "by-autograd")
        return Method(kept, "observed")
    why = _differs(plan, answers, reply)
    if check.method == "by-hand":
        return Method(not why, "proved", why)
    if not why:
        return Method(False, "proved", "Without autograd your code gives the same numbers.")
    return Method("autograd" in used, "observed")


def contradiction(plan: CheckPlan, evidence: Evidence) -> str:
    """Return what speaks both for and against the method, for the instructor; mostly nothing."""
    reply = evidence.reply(plan.check.id)
    if plan.apart is None or reply is None or reply.status != "answered":
        return ""
    try:
        answers = decode_answers(reply, len(plan.probe.cases))
    except Refused:
        return ""
    if any(answer.status != "returned" for answer in answers):
        return ""
    method = judge_method(plan, answers, evidence)
    seen = "autograd" in _used(answers)
    if method.how != "proved":
        return ""
    if plan.check.method == "by-autograd":
        said = "a call of autograd was seen, but the numbers are the same without autograd"
        return said if seen else ""
    if method.kept:
        said = "a call of autograd was seen, and the numbers are the same without autograd"
        return said if seen else ""
    said = "no call of autograd was seen, but without autograd it gives something else"
    return "" if seen else said


def _used(answers: Sequence[Answer]) -> frozenset[str]:
    return frozenset(label for answer in answers for label in answer.used)


# ---------------------------------------------------------------- with and without autograd


def _differs(plan: CheckPlan, answers: Sequence[Answer], reply: Reply) -> str:
    """Return how the answers without autograd differ from those with it; empty where they agree."""
    kept = _compared.get(reply)
    if kept is None or kept[0] is not plan or kept[1] is not answers:
        kept = _compared[reply] = plan, answers, _how_different(plan, answers, reply)
    return kept[2]


_compared: WeakKeyDictionary[Reply, tuple[CheckPlan, Sequence[Answer], str]] = WeakKeyDictionary()
"""What was found last, since the points and the instructor's remark both ask for it."""


def _how_different(plan: CheckPlan, answers: Sequence[Answer], reply: Reply) -> str:
    if reply.status != "answered":
        return f"Without autograd your code was stopped: {reply.message}."
    try:
        apart = decode_answers(reply, len(answers))
    except Refused:
        return "Without autograd your code returns something that is not a plain value."
    for answer in apart:
        if answer.status == "missing":
            return "Without autograd your function cannot be defined."
        if answer.error is not None:
            error = answer.error
            said = error.message.strip().split("\n", 1)[0][:200]
            return f"Without autograd your code stops: {error.type}: {said}."
    pairs = zip(answers, apart, strict=True)
    if all(alike(answer.value, other.value) for answer, other in pairs):
        return ""
    if _right(plan.check, plan, apart):
        return ""  # for some reason other numbers, but right ones
    return "Without autograd your code gives other numbers."


def _right(check: Check, plan: CheckPlan, answers: Sequence[Answer]) -> bool:
    if check.cell is not None:
        return False
    measured = measure(check, plan.probe.cases, answers, plan.expected)
    return all(item.agrees for case in measured for item in case.items)


def alike(value: Value, other: Value) -> bool:
    """Return whether two values are the same up to rounding."""
    if isinstance(value, dict) and isinstance(other, dict):
        return value.keys() == other.keys() and all(alike(value[k], other[k]) for k in value)
    first, second = numeric(value), numeric(other)
    if isinstance(first, Numeric) and isinstance(second, Numeric):
        return _close(first.values, second.values)
    if isinstance(value, list | tuple) and isinstance(other, list | tuple):
        return len(value) == len(other) and all(map(alike, value, other))
    if isinstance(value, Array) or isinstance(other, Array):
        return False
    return bool(value == other)


def _close(values: Floats, others: Floats) -> bool:
    if values.shape != others.shape:
        return False
    finite = numpy.isfinite(values)
    if not numpy.array_equal(finite, numpy.isfinite(others)):
        return False
    if not numpy.array_equal(values[~finite], others[~finite], equal_nan=True):
        return False
    with numpy.errstate(over="ignore"):
        largest = numpy.max(numpy.abs(values[finite]), initial=0.0)
        return bool(numpy.all(numpy.abs(values[finite] - others[finite]) <= SAME * largest))
