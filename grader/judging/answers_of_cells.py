"""Expect of a cell's variables what follows from the student's own values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy

from grader.course.reference import Reference
from grader.judging.evidence import Array, Value
from grader.judging.oracle import Expectation, expect, stated
from grader.model import Case, Check, Probe

__all__ = ["expected_of_cell", "given_and_asked"]


def given_and_asked(value: Value) -> tuple[dict[str, object], dict[str, Value]]:
    """Return the values that a cell starts from, and those that it was asked for."""
    assert isinstance(value, dict)
    given = {
        name.removeprefix("given "): _trusted(found)
        for name, found in value.items()
        if name.startswith("given ")
    }
    asked = {
        name.removeprefix("asked "): found
        for name, found in value.items()
        if name.startswith("asked ")
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


def expected_of_cell(
    reference: Reference, check: Check, given: Mapping[str, object]
) -> Expectation | str:
    """Return what the reference expects for the student's values, or why they do not fit."""
    function = reference.namespace[str(check.expect)]
    probe = Probe(check=check.id, call=check.expect, cases=())
    try:
        found = function(**given)
        if isinstance(found, dict):
            expected = stated({name: found[name] for name in check.asked})
        else:
            case = Case("public-1", True, given)
            expected = expect(probe, case, reference.namespace, tuple(check.asked))
        return replace(expected, returned="tuple")  # the variables come in the order of `asked`
    except Exception:  # the student's own values may be anything at all
        names = ", ".join(f"`{name}`" for name in check.given)
        return f"The values of {names} are not of the kind that this cell asks for."
