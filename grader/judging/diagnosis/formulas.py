"""Slips in the formula itself: mutants of the reference and its rewritings, in a student's words.

Where no misused argument explains the numbers, a sign, a power or a constant inside may.
"""

from __future__ import annotations

import ast
import re
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, cached_property, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.course.reference import Reference, load_reference
from grader.errors import CourseError
from grader.judging.diagnosis.changes import Change
from grader.model import Check, Exercise

if TYPE_CHECKING:
    from grader.proof.mutants.source import Mutant

__all__ = ["Slips"]

MOST = 240
TURNS = 100_000
"""What all loops of one mutant may turn together; a slip in a condition may never end one."""
_NAMES = {"+": "a plus", "-": "a minus", "*": "a product", "/": "a quotient", "**": "a power",
          "mean": "a mean", "sum": "a sum", "max": "a maximum", "min": "a minimum",
          "sin": "a sine", "cos": "a cosine", "exp": "an exponential"}  # fmt: skip


class Slips:
    """The mutants of one exercise's reference, made when first needed."""

    def __init__(self, exercise: Exercise, reference: Reference) -> None:
        self._exercise = exercise
        self._reference = reference

    def of_check(self, check: Check) -> tuple[Change, ...]:
        """Return the changes of one check's formula."""
        asked = ((m, change) for m, change in self._changes if check.id in m.checks)
        return tuple(change for _, change in islice(asked, MOST))

    @cached_property
    def _changes(self) -> list[tuple[Mutant, Change]]:
        from grader.proof.mutants.source import mutants_of  # which imports the judge

        return [
            (mutant, self._change(mutant))
            for mutant in mutants_of(self._exercise, self._reference, slips=True)
        ]

    def _change(self, mutant: Mutant) -> Change:
        words = _words(mutant.change)
        return Change(
            "slip-in-the-formula",
            words,
            f"from the right formula with one slip: {words}",
            lambda arguments, _: arguments,
            namespace=cache(partial(_namespace, self._exercise, self._reference, mutant)),
        )


def _words(change: str) -> str:
    """Tell a change as what the student wrote."""
    found = re.fullmatch(r"(\S+) becomes (\S+)", change)
    if found is None:
        return change
    right, wrong = found.groups()
    if right in _NAMES and wrong in _NAMES:
        return f"{_NAMES[wrong]} stands where {_NAMES[right]} belongs"
    if right in ("True", "False"):
        return "a condition is turned round"
    return "one number in it is too large"


def _namespace(
    exercise: Exercise, reference: Reference, mutant: Mutant
) -> Mapping[str, Any] | None:
    """Return what a mutant defines; None where it cannot be loaded."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / exercise.reference.name
        path.write_text(_source(mutant), encoding="utf-8")
        try:
            found = load_reference(replace(exercise, reference=path))
        except CourseError:
            return None
    if mutant.rewriting_of is None:
        return found.namespace
    rewritten = {function.__name__: function for _, function in found.rewritings}
    return {**reference.namespace, mutant.rewriting_of: rewritten[mutant.function]}


def _source(mutant: Mutant) -> str:
    """Return a mutant without the declared mistakes, every loop of it with an end."""
    tree = ast.parse(mutant.source)
    tree.body = [part for part in tree.body if not _is_mistake(part)]
    for node in ast.walk(tree):
        if isinstance(node, ast.While):
            turns = ast.parse("next(_turns)", mode="eval").body
            node.test = ast.BoolOp(ast.And(), [ast.Compare(turns, [ast.GtE()], [ast.Constant(0)]),
                                               node.test])  # fmt: skip
    made = f"_turns = iter(range({TURNS}))"
    return ast.unparse(ast.fix_missing_locations(tree)) + f"\n\n{made}\n"


def _is_mistake(part: ast.stmt) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == "mistake"
        for mark in getattr(part, "decorator_list", [])
        for node in ast.walk(mark)
    )
