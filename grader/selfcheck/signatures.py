"""Find the order of a function's arguments where there is no reference: in the starter."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from grader.judging.drawing import as_declared
from grader.model import Check, Exercise

__all__ = ["declared_inputs", "parameters", "published"]


def parameters(exercise: Exercise, name: str, namespace: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the argument names of a function as the starter has them, else the student's own."""
    found = _of_starter(exercise.directory / "starter.py").get(name)
    if found is not None:
        return found
    try:
        return tuple(inspect.signature(namespace[name]).parameters)
    except (KeyError, TypeError, ValueError):
        return ()


def declared_inputs(
    exercise: Exercise, check: Check, names: tuple[str, ...], alternative: int = 0
) -> dict[str, Any] | None:
    """Return each argument's distribution or constant in order; None where the first has none."""
    from grader.course.inputs import declared_values

    found = declared_values(check.inputs, names, alternative, exercise.dimensions)
    return found if found or not names else None


def published(exercise: Exercise, check: Check, number: int, names: tuple[str, ...]) -> Any:
    """Return the arguments of a published example, as the kinds of things that are drawn."""
    given = check.examples[number].inputs
    known = declared_inputs(exercise, check, names) or {}
    in_order = [name for name in names if name in given] or list(given)
    return {name: as_declared(given[name], known.get(name)) for name in in_order}


@cache
def _of_starter(path: Path) -> dict[str, tuple[str, ...]]:
    try:
        tree = ast.parse(path.read_text("utf-8"))
    except (OSError, SyntaxError, ValueError):
        return {}
    return {
        node.name: tuple(argument.arg for argument in (*node.args.posonlyargs, *node.args.args))
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }
