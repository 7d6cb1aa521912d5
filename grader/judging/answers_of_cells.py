"""Expect of a cell's variables what follows from the student's own values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy

from grader.course.reference import Mistake, Reference
from grader.inside.expressions import ASKED, GIVEN
from grader.judging.diagnosis import Diagnosis
from grader.judging.diagnosis.evidence import SLACK
from grader.judging.diagnosis.statement import Statement
from grader.judging.evidence import Array, Value
from grader.judging.numbers import FLOAT32
from grader.judging.oracle import Expectation, compare, expect, stated
from grader.model import Case, Check, Probe

__all__ = [
    "diagnosis_of_cell",
    "dtype_of",
    "expected_of_cell",
    "given_and_asked",
    "underflows",
]

TINY = 1e-100
"""Below it three numbers multiplied are 0 in float64."""


def given_and_asked(value: Value) -> tuple[dict[str, object], dict[str, Value]]:
    """Return the values that a cell starts from, and those that it was asked for."""
    assert isinstance(value, dict)
    given = {
        name.removeprefix(GIVEN): _trusted(found)
        for name, found in value.items()
        if name.startswith(GIVEN)
    }
    asked = {
        name.removeprefix(ASKED): found for name, found in value.items() if name.startswith(ASKED)
    }
    return given, asked


def _trusted(value: Value) -> object:
    """Return a decoded value as a tensor of the judge's own where it is an array."""
    import torch

    if isinstance(value, Array):
        return torch.as_tensor(numpy.array(value.values))
    if isinstance(value, list | tuple):
        return type(value)(_trusted(item) for item in value)
    return value


def dtype_of(given: Mapping[str, object]) -> str:
    """Return `float64` where a given tensor is one; torch's own dtype is float32."""
    import torch

    kinds = [value.dtype for value in given.values() if isinstance(value, torch.Tensor)]
    return "float64" if torch.float64 in kinds else "float32"


def underflows(given: Mapping[str, object]) -> bool:
    """Return whether given values are so small that products of them are 0 for no other reason."""
    import torch

    for value in given.values():
        if isinstance(value, torch.Tensor | float):
            largest = float(torch.as_tensor(value).abs().double().nan_to_num().sum())
            if 0 < largest < TINY:
                return True
    return False


def expected_of_cell(
    reference: Reference, check: Check, given: Mapping[str, object]
) -> Expectation | str:
    """Return what the reference expects for the student's values, or why they do not fit."""
    try:
        return _expected(reference.namespace[str(check.expect)], check, given)
    except Exception as error:  # the student's own values may be anything at all
        names = " and ".join(f"`{name}`" for name in check.given)
        why = str(error) if type(error) is ValueError else ""
        if why and len(check.given) > 0:
            return f"With the values of {names} that the cell leaves, {why}."
        return f"The values of {names} are not of the kind that this cell asks for."


def diagnosis_of_cell(
    reference: Reference,
    check: Check,
    given: Mapping[str, object],
    asked: Mapping[str, Value],
) -> Diagnosis:
    """Return the declared mistakes that give all of a cell's variables.

    A mistake of a cell takes the given values and returns what the cell would leave.
    """
    found = [
        Statement(mistake.slug, mistake.title, mistake.explanation)
        for mistake in reference.mistakes_of(check)
        if _gives(mistake, check, given, asked)
    ]
    return Diagnosis(tuple(found), declared=bool(found))


def _gives(
    mistake: Mistake, check: Check, given: Mapping[str, object], asked: Mapping[str, Value]
) -> bool:
    try:
        wrong = _expected(mistake.function, check, given)
    except Exception:  # as above
        return False
    return all(
        item.name in asked and compare(item, asked[item.name], SLACK * FLOAT32).agrees
        for item in wrong.items
    )


def _expected(
    function: Callable[..., Any], check: Check, given: Mapping[str, object]
) -> Expectation:
    """Return what a function of the given values says of the asked ones."""
    found = function(**given)
    if isinstance(found, dict):
        return stated({name: found[name] for name in check.asked})
    probe = Probe(check=check.id, call="asked", cases=())
    case = Case("public-1", True, given)
    expected = expect(probe, case, {"asked": function}, tuple(check.asked))
    return replace(expected, returned="dict")
