"""Every sentence that the judge says to a student, kept in one place.

A sentence says what is right, what is wrong and by how much; it never shows hidden inputs or
expected values, and never blames the student for a fault of ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.judging.checks import ABSENT, CaseMeasured
from grader.judging.diagnosis import Diagnosis
from grader.judging.follow_through import Own
from grader.model import CellRun, Check, MeasuredItem

__all__ = [
    "FOLLOWED",
    "NOT_OWN",
    "agreed",
    "beside_own",
    "broken",
    "changed_arguments",
    "cut_short",
    "diagnosed",
    "disagreement",
    "followed",
    "inconclusive",
    "method",
    "method_too",
    "missing",
    "name_of",
    "only_in",
    "raised",
    "refused",
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
_METHODS_TOO = {
    "by-autograd": "And autograd did not compute them, as was asked.",
    "from-scratch": (
        "And a ready-made layer, loss or optimiser of torch does the step that was to be written "
        "by hand."
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
    return f"{_capital(name_of(check))} is right in {counted}."


def missing(check: Check, guilty: CellRun | None, place: str, lacking: str = "") -> str:
    """Say that the name is not there, and which cell should have defined it where that is known.

    `lacking` is a variable of a cell without which its answers cannot be judged.
    """
    if guilty is not None:
        absent = "is not there" if check.cell is None else "leaves no answer"
        why = f"because {place} stopped: {_first_line(guilty.message)}"
        return f"{_capital(name_of(check))} {absent}, {why}."
    if lacking:
        return f"{_capital(name_of(check))} leaves no `{lacking}`, which its answers belong to."
    if check.cell is not None:
        return f"{_capital(name_of(check))} has not been filled in, or has lost its tag."
    return f"{_capital(name_of(check))} is not written yet."


def cut_short(check: Check, guilty: CellRun, place: str) -> str:
    """Say that a cell stopped before its end."""
    message = _first_line(guilty.message)
    return f"{_capital(place)} stopped before its end: {message}."


def _first_line(message: str) -> str:
    return message.strip().split("\n", 1)[0].rstrip(".")


def raised(check: Check, said: str) -> str:
    """Say which exception stopped the call, and in which line of the student's file."""
    return f"{_capital(name_of(check))} stops with {said}."


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


def method_too(check: Check) -> str:
    """Say beside a wrong value that the way is not the one asked for either."""
    return _METHODS_TOO[str(check.method)]


def diagnosed(found: Diagnosis, items: Sequence[MeasuredItem], numbers: str) -> str:
    """Name the mistake or say what each wrong item is; `numbers` is said where that is unknown."""
    if found.whole:
        return _whole(found)
    if not any(statement for _, statement in found.items):
        return numbers
    right = [item.name for item in items if item.agrees]
    sentences = [_right(right)] if right else []
    known = [(name, statement) for name, statement in found.items if statement]
    hints = list(dict.fromkeys(statement.hint for _, statement in known if statement.hint))
    facts: dict[str, list[str]] = {}
    for name, statement in known:
        facts.setdefault(statement.fact, []).append(name)
    for fact, names in facts.items():
        subject = "Your answer is" if len(items) == 1 else f"Your {names[0]} is"
        if len(names) > 1 or (len(items) > 1 and _is(names[0]) == "are"):
            subject = f"Your {_joined(names)}: each is"
        sentences.append(f"{subject} {fact}.")
    unknown = {name for name, statement in found.items if statement is None}
    sentences += [_wrong(item.name, "", item) for item in items if item.name in unknown]
    return " ".join([*sentences, *hints[:1]])


def _whole(found: Diagnosis) -> str:
    if len(found.whole) > 1:
        if found.declared:
            titles = "; or ".join(statement.title for statement in found.whole)
            return f"Your numbers are those of one of these: {titles}."
        facts = [statement.fact.rstrip(".") for statement in found.whole]
        return "; or: ".join([facts[0], *(fact[:1].lower() + fact[1:] for fact in facts[1:])]) + "."
    (statement,) = found.whole
    told = statement.fact
    if found.declared and not _says(told, statement.title):
        told = f"{_capital(statement.title)}. {told}"
    return f"{told} {statement.hint}".strip()


def _says(sentences: str, title: str) -> bool:
    """Return whether sentences hold every longer word of a title, so that it would say it twice."""
    said = sentences.lower()
    return all(word.lower()[:6] in said for word in re.findall(r"\w{4,}", title))


def followed(check: Check) -> str:
    """Say that a gradient is right for the student's own, different function."""
    return (
        f"{_capital(name_of(check))} is the derivative of your own function, so its marks are "
        "yours; but that function is not the one that was asked for. Mend it first."
    )


def beside_own(items: Sequence[MeasuredItem], own: Own, declared: bool) -> str:
    """Say where to start: at the function, or at its derivative."""
    if own.function_agrees:
        return "The function is right, its gradient is not. "
    if declared:
        return "The function that you differentiate is not right yet either. "
    words = "The function that you differentiate is not right yet: mend it first. "
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


def disagreement(check: Check, cases: Sequence[CaseMeasured], items: Sequence[MeasuredItem]) -> str:
    """Say which items are right, which are wrong, how often and by how much."""
    structures = [case.structure for case in cases if case.structure]
    if structures:
        return f"{_capital(name_of(check))} returns {structures[0]}."
    right = [_quoted(check, item.name) for item in items if item.agrees]
    sentences = [_right(right)] if right else []
    for index, item in enumerate(items):
        if not item.agrees:
            name = name_of(check) if len(items) == 1 else _quoted(check, item.name)
            often = _often(sum(not case.items[index].agrees for case in cases), len(cases))
            sentences.append(_wrong(name, often, item))
    only = only_in(
        [case.case.category for case in cases if not case.agrees],
        [case.case.category for case in cases if case.agrees],
    )
    return " ".join(sentences) + only


def _wrong(name: str, often: str, item: MeasuredItem) -> str:
    """Say how one item is wrong; what it is not stands after a colon, for plurals' sake."""
    if item.note.startswith("not "):
        sometimes = f" ({often.strip()})" if " of " in often else ""
        return f"{_capital(name)}: {item.note}{sometimes}."
    if item.note == ABSENT:
        return f"{_capital(name)} {_is(name)} not there{often}."
    if item.note == "the opposite answer" and _is_sentence(name):
        return f"Not so{often}: {name}."
    return f"{_capital(name)} {_is(name)} wrong{often}{_how(item)}."


def _often(failing: int, cases: int) -> str:
    if cases == 1:
        return ""
    return f" in all {cases} cases" if failing == cases else f" in {failing} of {cases} cases"


def _quoted(check: Check, name: str) -> str:
    """Return the name of an item; of a cell it is a variable."""
    return name if check.cell is None else f"`{name}`"


def only_in(failed: Sequence[str], passed: Sequence[str]) -> str:
    """Say what the failing cases have in common and the others have not, if anything."""
    failing = [set(category.split(", ")) for category in failed]
    passing = [set(category.split(", ")) for category in passed]
    if not failing or not passing:
        return ""
    common = failing[0].intersection(*failing).difference(*passing)
    common.discard("")
    return f" It goes wrong only with: {', '.join(sorted(common))}." if common else ""


def _right(names: Sequence[str]) -> str:
    if any(map(_is_sentence, names)):
        return f"Right: {'; '.join(names)}."
    verb = _is(names[0]) if len(names) == 1 else "are"
    return f"{_capital(_joined(names))} {verb} right."


def _is_sentence(name: str) -> bool:
    """Return whether an item is named by a sentence that is to be true."""
    return bool(re.search(r" (is|are|has|have|holds|differ)\b", name))


def _is(name: str) -> str:
    """Return the verb for an item: a plural where its first word looks like one."""
    first = name.strip("`").split(" ", 1)[0]
    plural = first.isalpha() and first.endswith("s") and not first.endswith("ss")
    return "are" if plural and len(first) > 3 else "is"


def _how(item: MeasuredItem) -> str:
    if item.note:
        return f" ({item.note})"
    if item.error is None or item.tolerance is None:
        return ""
    return f" (off by {item.error:.2g}, where rounding allows {item.tolerance:.1g})"


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _capital(text: str) -> str:
    """Begin with a capital, unless the first word is a variable."""
    first = text.split(" ", 1)[0]
    word = first in ("a", "A") or (
        len(first) > 1 and first.strip(",;:").isalpha() and first[1:].islower()
    )
    return text[:1].upper() + text[1:] if word else text
