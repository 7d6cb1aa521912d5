"""Every sentence that the judge says to a student, kept in one place.

A sentence says what is right, what is wrong and by how much; it never shows hidden inputs or
expected values, and never blames the student for a fault of ours.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.checks import CaseMeasured
from grader.evidence import Raised
from grader.model import CellRun, Check, MeasuredItem

__all__ = [
    "agreed",
    "broken",
    "changed_arguments",
    "disagreement",
    "inconclusive",
    "method",
    "missing",
    "mistaken",
    "raised",
    "refused",
    "repeated",
    "skipped",
    "stopped",
]

_METHODS = {
    "by-hand": "This one is to be worked out by hand, and your code calls autograd: no points.",
    "by-autograd": "The numbers are right, but autograd did not compute them, as was asked.",
    "from-scratch": (
        "The numbers are right, but a ready-made layer, loss or optimiser of torch does the step "
        "that was to be written by hand."
    ),
}


def name_of(check: Check) -> str:
    """Return what a sentence calls the thing that is asked for."""
    if check.call is not None:
        return f"`{check.call}`"
    return f"the cell `{check.cell}`" if check.cell is not None else check.title


def agreed(check: Check, cases: int) -> str:
    """Say that everything agrees."""
    counted = "1 case" if cases == 1 else f"{cases} cases"
    return f"{_capital(name_of(check))} is right in {counted}."


def missing(check: Check, guilty: CellRun | None, place: str) -> str:
    """Say that the name is not there, and which cell should have defined it where that is known."""
    if guilty is not None:
        return f"{_capital(name_of(check))} is not there, because {place} stopped: {guilty.message}"
    if check.cell is not None:
        return f"{_capital(name_of(check))} has not been filled in, or has lost its tag."
    return f"{_capital(name_of(check))} is not written yet."


def raised(check: Check, error: Raised) -> str:
    """Say which exception stopped the call, and in which line of the student's file."""
    place = f" ({error.file}, line {error.line}: `{error.text}`)" if error.line else ""
    said = f"{error.type}: {error.message}" if error.message else error.type
    return f"{_capital(name_of(check))} stops with {_clipped(said)}{place}."


def stopped(check: Check, limit: str) -> str:
    """Say which limit was hit."""
    return f"{_capital(name_of(check))} was stopped: {limit}."


def refused(check: Check) -> str:
    """Say that the answer was none that can be read."""
    return (
        f"{_capital(name_of(check))} returned something that is no plain value. "
        "Return tensors, numbers, or tuples, lists and dicts of them."
    )


def broken(check: Check, why: str) -> str:
    """Say that the fault is ours."""
    return f"{_capital(name_of(check))} could not be judged, which is not your fault: {why}"


def skipped(needed: Sequence[str]) -> str:
    """Say which earlier check has to pass first."""
    names = ", ".join(f"`{name}`" for name in needed)
    return f"Not judged yet: {names} has to be right first."


def inconclusive(check: Check) -> str:
    """Say that the numbers are too imprecise to decide."""
    return (
        f"{_capital(name_of(check))} agrees as far as its numbers go, but they are too imprecise "
        "to decide. A person will look at it."
    )


def method(check: Check) -> str:
    """Say that the value is right and the way is not the one asked for."""
    return _METHODS[str(check.method)]


def mistaken(titles: Sequence[str], explanations: Sequence[str]) -> str:
    """Name the mistake that gives the same numbers, or the ones that all do."""
    if len(titles) == 1:
        return f"{_capital(titles[0])}. {explanations[0]}"
    return "Your numbers are those of one of these: " + "; or ".join(titles) + "."


def changed_arguments(names: Sequence[str]) -> str:
    """Say which arguments the call has changed."""
    said = ", ".join(f"`{name}`" for name in names)
    return f"The call changes the values of its argument {said}. Work on a copy."


def repeated() -> str:
    """Say that a second call gives something else."""
    return (
        "A second call with the very same tensors gives another result: something of the first "
        "call is left over. Gradients add up in `.grad` until they are cleared."
    )


def disagreement(check: Check, cases: Sequence[CaseMeasured], items: Sequence[MeasuredItem]) -> str:
    """Say which items are right, which are wrong, how often and by how much."""
    structures = [case.structure for case in cases if case.structure]
    if structures:
        return f"{_capital(name_of(check))} returns {structures[0]}."
    wrong = [item for item in items if not item.agrees]
    right = [item for item in items if item.agrees]
    sentences = []
    if right:
        sentences.append(f"{_listed(right)} {'is' if len(right) == 1 else 'are'} right.")
    failing = sum(not case.agrees for case in cases)
    often = f"in {failing} of {len(cases)} cases"
    if len(items) == 1:
        sentences.append(f"{_capital(name_of(check))} is wrong {often}{_how(wrong[0])}.")
    else:
        sentences += [f"{item.name} is wrong {often}{_how(item)}." for item in wrong]
    only = _only_in(cases)
    return " ".join(sentences + ([only] if only else []))


def _only_in(cases: Sequence[CaseMeasured]) -> str:
    """Say what the failing cases have in common and the others have not, if anything."""
    failing = [set(case.case.category.split(", ")) for case in cases if not case.agrees]
    passing = [set(case.case.category.split(", ")) for case in cases if case.agrees]
    if not failing or not passing:
        return ""
    common = failing[0].intersection(*failing).difference(*passing)
    common.discard("")
    return f"It goes wrong only with: {', '.join(sorted(common))}." if common else ""


def _how(item: MeasuredItem) -> str:
    if item.note:
        return f" ({item.note})"
    if item.error is None or item.tolerance is None:
        return ""
    return f" (off by {item.error:.2g}, where rounding allows {item.tolerance:.1g})"


def _listed(items: Sequence[MeasuredItem]) -> str:
    names = [item.name for item in items]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _clipped(text: str) -> str:
    return text if len(text) <= 300 else text[:300] + " …"
