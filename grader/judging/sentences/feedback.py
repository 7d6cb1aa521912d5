"""The sentences that the judge says to a student, outcome by outcome.

A sentence says what is right, what is wrong and by how much; it never shows hidden inputs or
expected values, and never blames the student for a fault of ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.judging.follow_through import Own
from grader.judging.method import Method
from grader.model import CellRun, Check, MeasuredItem

__all__ = [
    "FOLLOWED",
    "NOT_OWN",
    "agreed",
    "beside_own",
    "broken",
    "capital",
    "changed_arguments",
    "cut_short",
    "followed",
    "imprecise",
    "inconclusive",
    "method",
    "method_too",
    "missing",
    "name_of",
    "other_half",
    "raised",
    "refused",
    "skipped",
    "stopped",
    "undecidable_values",
    "untouched",
]

_PLACE = re.compile(r" \([^()]+, line \d+\)$")
_METHODS = {
    "by-hand": "The task asks for formulas of your own, but your code needs autograd: no points.",
    "by-autograd": "The numbers are right, but the task asks you to compute them with autograd.",
    "from-scratch": (
        "The numbers are right, but you use a ready-made layer, loss or optimizer of torch. "
        "The task asks you to write this step yourself."
    ),
}
_METHODS_TOO = {
    "by-hand": "Also, the task asks for formulas of your own, but your code needs autograd.",
    "by-autograd": "Also, the task asks you to compute them with autograd.",
    "from-scratch": (
        "Also, you use a ready-made layer, loss or optimizer of torch. "
        "The task asks you to write this step yourself."
    ),
}
NOT_OWN = "The gradient is right, but it is not the derivative of what your own function returns."
FOLLOWED = "the derivative of your own function"


def name_of(check: Check) -> str:
    """Return what a sentence calls the thing that is asked for."""
    if check.call is not None:
        return f"`{check.call}`"
    return f"the cell `{check.cell}`" if check.cell is not None else check.title


def agreed(check: Check, cases: int) -> str:
    """Say that everything agrees."""
    counted = "1 case" if cases == 1 else f"{cases} cases"
    return f"{capital(name_of(check))} is right in {counted}."


def missing(
    check: Check, guilty: CellRun | None, place: str, lacking: str = "", name: str | None = None
) -> str:
    """Say that the name is not there, and which cell should have defined it where that is known.

    `lacking` is a variable of a cell without which its answers cannot be judged; `name` is what
    is not there where that is something else than what the check is called after.
    """
    called = f"`{name}`" if name is not None and check.cell is None else name_of(check)
    if guilty is not None:
        absent = "is not there" if check.cell is None else "leaves no answer"
        why = f"because {place} stopped: {_first_line(guilty.message)}"
        return f"{capital(called)} {absent}, {why}."
    if lacking:
        return f"{capital(name_of(check))} leaves no `{lacking}`, which its answers belong to."
    if check.cell is not None:
        return f"{capital(name_of(check))} leaves no answer."
    return f"{capital(called)} is not written yet."


def untouched(check: Check) -> str:
    """Say that the starter's own code is still there."""
    return f"{capital(name_of(check))} is not written yet: it gives exactly what the starter gives."


def cut_short(check: Check, guilty: CellRun, place: str) -> str:
    """Say that a cell stopped before its end."""
    message = _first_line(guilty.message)
    return f"{capital(place)} stopped before its end: {message}."


def _first_line(message: str) -> str:
    first = message.strip().split("\n", 1)[0].rstrip(".")
    # The place is in the sentence already.
    return _PLACE.sub("", first) or "it does not say why"


def raised(check: Check, said: str) -> str:
    """Say which exception stopped the call, and in which line of the student's file."""
    return f"{capital(name_of(check))} stops with {said}."


def other_half(dtype: str) -> str:
    """Say that the other dtype stops nothing, and is right."""
    return f"With {dtype} arguments, which count half, it is right."


def stopped(check: Check, limit: str) -> str:
    """Say which limit was hit."""
    return f"{capital(name_of(check))} was stopped: {limit}."


def refused(check: Check) -> str:
    """Say that the answer was none that can be read."""
    return (
        f"{capital(name_of(check))} returned something that is no plain value. "
        "Return tensors, numbers, or tuples, lists and dicts of them."
    )


def broken(check: Check, why: str) -> str:
    """Say that the fault is ours."""
    return f"{capital(name_of(check))} could not be judged, which is not your fault: {why}"


def skipped(needed: Sequence[str]) -> str:
    """Say which earlier check has to pass first."""
    names = ", ".join(f"`{name}`" for name in needed)
    return f"Not judged yet: {names} has to be right first."


def inconclusive(check: Check) -> str:
    """Say that the numbers are too imprecise to decide."""
    return (
        f"{capital(name_of(check))} agrees as far as its numbers go, but they are too imprecise "
        "to decide. A person will look at it."
    )


def imprecise(check: Check) -> str:
    """Say that the student's own precision is too low to show that the numbers are right."""
    return (
        f"{capital(name_of(check))} agrees as far as its numbers go, but they are too imprecise "
        "to tell right from wrong. Compute in the precision of the arguments, and do not round."
    )


def undecidable_values(check: Check) -> str:
    """Say that the student's own values are such that any answer would do."""
    names = " and ".join(f"`{name}`" for name in check.given) or "the cell's variables"
    return (
        f"With the values of {names} that the cell leaves, rounding hides whether the answer is "
        "right. Choose values of ordinary size, in float32 or float64."
    )


def method(check: Check, found: Method | None = None) -> str:
    """Say that the value is right and the way is not the one asked for, and how that is known."""
    known = found.why if found is not None else ""
    return f"{_METHODS[str(check.method)]} {known}".strip()


def method_too(check: Check) -> str:
    """Say beside a wrong value that the way is not the one asked for either."""
    return _METHODS_TOO[str(check.method)]


def followed(check: Check) -> str:
    """Say that a gradient is right for the student's own, different function."""
    return (
        f"{capital(name_of(check))} is the derivative of your own function, so you get the points; "
        "but that function is wrong: fix it first."
    )


def beside_own(items: Sequence[MeasuredItem], own: Own, declared: bool) -> str:
    """Say where to start: at the function, or at its derivative."""
    if own.function_agrees:
        return "The function is right, its gradient is not. "
    if declared:
        return "The function that you differentiate is not right yet either. "
    words = "The function that you differentiate is not right yet: fix it first. "
    wrong = [index for index, item in enumerate(items) if not item.agrees]
    factors = {own.factor(index) for index in wrong}
    factor = next(iter(factors)) if len(factors) == 1 else None
    if factor is not None:
        return words + f"Your gradient is {factor:g} times the derivative of your own function. "
    if any(own.contradicts(index) for index in wrong):
        return words + "Your gradient is not its derivative either. "
    return words


def changed_arguments(names: Sequence[str]) -> str:
    """Say which arguments the call has changed."""
    said = ", ".join(f"`{name}`" for name in names)
    return f"The call changes the values of its argument {said}. Work on a copy."


def capital(text: str) -> str:
    """Begin with a capital, unless the first word is a variable."""
    first = text.split(" ", 1)[0]
    word = first in ("a", "A") or (
        len(first) > 1 and first.strip(",;:").isalpha() and first[1:].islower()
    )
    return text[:1].upper() + text[1:] if word else text
