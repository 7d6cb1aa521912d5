"""Slips in the formula itself: mutants of the reference and its rewritings, in a student's words.

Where no misused argument explains the numbers, a sign, a power or a constant inside may.
"""

from __future__ import annotations
import __future__

import ast
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, cached_property, lru_cache, partial
from itertools import islice
from pathlib import Path
from types import CodeType
from typing import Any

from grader.course.reference import Reference, load_reference
from grader.course.reference_files import Statement, statements_of
from grader.errors import CourseError
from grader.judging.diagnosis.changes import Change
from grader.model import Check, Exercise
from grader.mutants.source import Mutant, mutants_of

__all__ = ["Slips"]

MOST = 160
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
        statements = statements_of(self._exercise.reference)
        with _written(self._exercise, _without_mistakes(statements)) as exercise:
            found = list(mutants_of(exercise, self._reference, slips=True))
        return [(mutant, self._change(mutant)) for mutant in found]

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
    if re.fullmatch(r"`.*` is left out", change, re.DOTALL):
        return "one step is left out"  # the line itself is the reference's
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
    try:
        found = load_reference(exercise, _code(mutant.made()))
    except (CourseError, SyntaxError, ValueError):
        return None
    if mutant.rewriting_of is None:
        return found.namespace
    rewritten = {function.__name__: function for _, function in found.rewritings}
    return {**reference.namespace, mutant.rewriting_of: rewritten[mutant.function]}


@contextmanager
def _written(exercise: Exercise, source: str) -> Iterator[Exercise]:
    """Yield the exercise with another reference file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{exercise.id}.py"
        path.write_text(source, encoding="utf-8")
        yield replace(exercise, reference=path)


def _code(parts: Sequence[str]) -> list[CodeType]:
    """Return the statements of a mutant as code; its loops have an end."""
    futures = [part for part in parts if part.startswith("from __future__")]
    flags = sum(getattr(__future__, name.strip()).compiler_flag
                for part in futures for name in part.split("import")[1].split(","))  # fmt: skip
    last = [f"_turns = iter(range({TURNS}))"] if any("while" in part for part in parts) else []
    return [_compiled(_with_end(part), flags) for part in [*parts, *last]]


@lru_cache(maxsize=1024)  # a mutant has all statements but one in common with its neighbours
def _compiled(text: str, flags: int) -> CodeType:
    code: CodeType = compile(text, "<mutant>", "exec", flags, dont_inherit=True)
    return code


def _with_end(source: str) -> str:
    """Return a statement whose loops have an end."""
    if "while" not in source:
        return source
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.While):
            turns = ast.parse("next(_turns) >= 0", mode="eval").body
            node.test = ast.BoolOp(ast.And(), [turns, node.test])
    return ast.unparse(ast.fix_missing_locations(tree))


def _without_mistakes(statements: Sequence[Statement]) -> str:
    return "\n\n".join(each.text for each in statements if not _is_mistake(each.node))


def _is_mistake(part: ast.stmt) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == "mistake"
        for mark in getattr(part, "decorator_list", [])
        for node in ast.walk(mark)
    )
