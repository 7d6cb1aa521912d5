"""Carry an exercise and a student's cells to the process that runs them, as plain JSON.

That process starts cold. What reads contracts and notebooks takes a second there to import, and
has been imported here already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from grader.model import (
    Accepts,
    Cell,
    Check,
    Criterion,
    Dimension,
    Example,
    Exercise,
    Gradient,
    Limits,
    Manual,
    Rule,
)

__all__ = ["cells_from", "exercise_from", "exercise_to"]


def exercise_to(exercise: Exercise) -> dict[str, Any]:
    """Return plain JSON values."""
    paths = {"directory": str(exercise.directory), "reference": str(exercise.reference)}
    return {**asdict(exercise), **paths}


def exercise_from(kept: Mapping[str, Any]) -> Exercise:
    """Read what `exercise_to` made, after it went through JSON."""
    return Exercise(
        **{
            **kept,
            "checks": tuple(_check(check) for check in kept["checks"]),
            "dimensions": {name: Dimension(**size) for name, size in kept["dimensions"].items()},
            "limits": Limits(**kept["limits"]),
            "files": tuple(kept["files"]),
            "accepts": Accepts(
                **{**kept["accepts"], "patterns": tuple(kept["accepts"]["patterns"])}
            ),
            "directory": Path(kept["directory"]),
            "reference": Path(kept["reference"]),
        }
    )


def _check(kept: Mapping[str, Any]) -> Check:
    gradient = kept["gradient"]
    return Check(
        **{
            **kept,
            **{name: tuple(kept[name]) for name in ("items", "needs", "dtypes")},
            "manual": kept["manual"] and _manual(kept["manual"]),
            "rule": kept["rule"] and _rule(kept["rule"]),
            "gradient": gradient and Gradient(**{**gradient, "wrt": tuple(gradient["wrt"])}),
            "examples": tuple(Example(**example) for example in kept["examples"]),
        }
    )


def _manual(kept: Mapping[str, Any]) -> Manual:
    criteria = tuple(Criterion(**criterion) for criterion in kept["criteria"])
    return Manual(**{**kept, "criteria": criteria})


def _rule(kept: Mapping[str, Any]) -> Rule:
    lists = {name: tuple(kept[name]) for name in ("required", "forbidden", "within")}
    return Rule(**{**kept, **lists})


def cells_from(kept: Sequence[Mapping[str, Any]]) -> tuple[Cell, ...]:
    """Read cells that went through JSON."""
    return tuple(
        Cell(**{**cell, "tags": tuple(cell["tags"]), "marks": tuple(cell["marks"])})
        for cell in kept
    )
