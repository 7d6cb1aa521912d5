"""Slips in the formula itself: the mutants of the reference, told as what a student wrote.

Where no misused argument explains the numbers, a sign, a power or a constant inside may.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.course.reference import Reference, load_reference
from grader.errors import CourseError
from grader.judging.diagnosis.changes import Change
from grader.model import Check, Exercise

if TYPE_CHECKING:
    from grader.proof.mutants.source import Mutant

__all__ = ["slips_of"]

MOST = 120
_NAMES = {"+": "a plus", "-": "a minus", "*": "a product", "/": "a quotient", "**": "a power",
          "mean": "a mean", "sum": "a sum", "max": "a maximum", "min": "a minimum",
          "sin": "a sine", "cos": "a cosine", "exp": "an exponential"}  # fmt: skip


def slips_of(exercise: Exercise, reference: Reference, check: Check) -> Iterator[Change]:
    """Yield the changes of one check's formula; what a mutant answers is loaded when asked for."""
    from grader.proof.mutants.source import mutants_of  # which imports the judge

    slips = (
        mutant
        for mutant in mutants_of(exercise, reference)
        if check.id in mutant.checks and mutant.rewriting_of is None
    )
    for mutant, _ in zip(slips, range(MOST), strict=False):
        words = _words(mutant.change)
        yield Change(
            "slip-in-the-formula",
            words,
            f"from the right formula with one slip: {words}",
            lambda arguments, _: arguments,
            namespace=cache(partial(_namespace, exercise, mutant)),
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


def _namespace(exercise: Exercise, mutant: Mutant) -> Mapping[str, Any] | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / exercise.reference.name
        path.write_text(mutant.source, encoding="utf-8")
        try:
            return load_reference(replace(exercise, reference=path)).namespace
        except CourseError:
            return None
