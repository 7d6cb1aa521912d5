"""Say which items of an answer are right, which are wrong, how often and by how much."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.judging.checks import ABSENT, CaseMeasured
from grader.judging.diagnosis import Diagnosis
from grader.judging.sentences.feedback import capital, name_of
from grader.model import Case, Check, MeasuredItem

__all__ = ["diagnosed", "disagreement", "only_after", "only_in"]

COUNTS = {"epochs", "iterations", "iters", "n_epochs", "n_steps", "num_epochs", "num_iters",
          "num_steps", "steps", "updates"}  # fmt: skip
"""Arguments that say how often a loop turns; what a probe calls otherwise students never see."""
_NO_NOUN = ("after ", "the ", "with ")


def diagnosed(found: Diagnosis, items: Sequence[MeasuredItem], numbers: str) -> str:
    """Name the mistake or say what each wrong item is; `numbers` is said where that is unknown."""
    if found.whole and not all(statement.sure for statement in found.whole):
        return f"{numbers} {_perhaps([statement.title for statement in found.whole])}"
    if found.whole:
        return _whole(found)
    if not any(statement and statement.sure for _, statement in found.items):
        guessed = [statement.title for _, statement in found.items if statement]
        return f"{numbers} {_perhaps(guessed)}".strip()
    right = [item.name for item in items if item.agrees]
    sentences = [_right(right)] if right else []
    known = [(name, said) for name, said in found.items if said and said.sure]
    hints = list(dict.fromkeys(statement.hint for _, statement in known if statement.hint))
    facts: dict[str, list[str]] = {}
    for name, statement in known:
        facts.setdefault(statement.fact, []).append(name)
    for fact, names in facts.items():
        sentences.append(f"{_subject(names, alone=len(items) == 1)} {fact}.")
    unknown = {name: said for name, said in found.items if said is None or not said.sure}
    for item in items:
        if item.name in unknown:
            said = unknown[item.name]
            sentences += [_wrong(item.name, "", item), _perhaps([said.title] if said else [])]
    return " ".join(filter(None, [*sentences, *hints[:1]]))


def _perhaps(titles: Sequence[str]) -> str:
    """Put as a possibility what one case alone shows."""
    possible = "; or ".join(dict.fromkeys(titles))
    return f"This looks like: {possible}; but only one case shows it." if possible else ""


def _subject(names: Sequence[str], alone: bool) -> str:
    """Return how a fact about items begins; `after reset` is no noun that could be yours."""
    if alone:
        return "Your answer is"
    if len(names) > 1 or _is(names[0]) == "are":
        return f"Your {_joined(names)}: each is"
    if names[0].startswith(_NO_NOUN):
        return f"{capital(names[0])}: yours is"
    return f"Your {names[0]} is"


def _whole(found: Diagnosis) -> str:
    if len(found.whole) > 1:
        if found.declared:
            titles = "; or ".join(statement.title for statement in found.whole)
            return f"Your numbers are those of one of these: {titles}."
        facts = [statement.fact.rstrip(".") for statement in found.whole]
        return "; or: ".join([facts[0], *(fact[:1].lower() + fact[1:] for fact in facts[1:])]) + "."
    (statement,) = found.whole
    fact = statement.fact
    if found.declared and not _says(fact, statement.title):
        fact = f"{capital(statement.title)}. {fact}"
    return f"{fact} {statement.hint}".strip()


def _says(sentences: str, title: str) -> bool:
    """Return whether sentences hold every longer word of a title, so that it would say it twice."""
    said = sentences.lower()
    return all(word.lower()[:6] in said for word in re.findall(r"\w{4,}", title))


def disagreement(check: Check, cases: Sequence[CaseMeasured], items: Sequence[MeasuredItem]) -> str:
    """Say which items are right, which are wrong, how often and by how much."""
    structures = [case.structure for case in cases if case.structure]
    if structures:
        return f"{capital(name_of(check))} returns {structures[0]}."
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
    turns = only_after(
        [case.case for case in cases if not case.agrees],
        [case.case for case in cases if case.agrees],
    )
    return " ".join(sentences) + (only or turns)


def _wrong(name: str, often: str, item: MeasuredItem) -> str:
    """Say how one item is wrong; what it is not stands after a colon, for plurals' sake."""
    if item.note.startswith("not "):
        sometimes = f" ({often.strip()})" if " of " in often else ""
        return f"{capital(name)}: {item.note}{sometimes}."
    if item.note == ABSENT:
        return f"{capital(name)} {_is(name)} not there{often}."
    if item.note == "None instead of numbers" and name.startswith("`"):
        return f"{name} gives None{often}."
    if item.note == "the opposite answer" and _is_sentence(name):
        return f"Not so{often}: {name}."
    return f"{capital(name)} {_is(name)} wrong{often}{_how(item)}."


def _often(failing: int, cases: int) -> str:
    if cases == 1:
        return ""
    return f" in all {cases} cases" if failing == cases else f" in {failing} of {cases} cases"


def _quoted(check: Check, name: str) -> str:
    """Return the name of an item; of a cell it is a variable."""
    return name if check.cell is None else f"`{name}`"


def only_in(failed: Sequence[str], passed: Sequence[str], what: str = "goes wrong") -> str:
    """Say what the failing cases have in common and the others have not, if anything."""
    failing = [set(category.split(", ")) for category in failed]
    passing = [set(category.split(", ")) for category in passed]
    if not failing or not passing:
        return ""
    common = failing[0].intersection(*failing).difference(*passing)
    common.discard("")
    if common and len(failed) == 1:
        return f" The one case that {what} has: {', '.join(sorted(common))}."
    return f" It {what} only with: {', '.join(sorted(common))}." if common else ""


def only_after(failed: Sequence[Case], passed: Sequence[Case], what: str = "goes wrong") -> str:
    """Say how many turns of a loop it takes to go wrong, where fewer or more are right."""
    for name in sorted(COUNTS):
        turns = [case.arguments.get(name, 0) for case in (*failed, *passed)]
        if not all(type(count) is int for count in turns):
            continue  # the name stands for something else here
        failing = {case.arguments[name] for case in failed if name in case.arguments}
        passing = {case.arguments[name] for case in passed if name in case.arguments}
        if not failing or not passing:
            continue
        if min(failing) > max(passing) > 0:
            least = max(passing)
            first = " The first step is right: what is different after it?" if least == 1 else ""
            return f" It {what} only with `{name}` above {least}.{first}"
        if len(failing) == 1 and max(failing) < min(passing):
            return f" It {what} only with `{name}` = {min(failing)}."
    return ""


def _right(names: Sequence[str]) -> str:
    if any(map(_is_sentence, names)):
        return f"Right: {'; '.join(names)}."
    verb = _is(names[0]) if len(names) == 1 else "are"
    return f"{capital(_joined(names))} {verb} right."


def _is_sentence(name: str) -> bool:
    """Return whether an item is named by a sentence that is to be true."""
    return bool(re.search(r" (is|are|has|have|holds|differ)\b", name))


def _is(name: str) -> str:
    """Return the verb for an item: a plural where its first word looks like one."""
    first = name.strip("`").split(" ", 1)[0]
    plural = first.isalpha() and re.search(r"[^saiu]s$", first)
    return "are" if plural and len(first) > 3 else "is"


def _how(item: MeasuredItem) -> str:
    if item.note:
        return f" ({item.note})"
    if item.error is None or item.tolerance is None:
        return ""
    return f" (off by {item.error:.2g}, where rounding allows {item.tolerance:.1g})"


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
