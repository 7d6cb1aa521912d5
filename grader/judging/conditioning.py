"""Move the arguments of a case a little, to see how far rounding may carry the answer.

Correct code in another order of operations returns numbers that are exact for inputs moved by
about one rounding. How far such a move carries each number is its spread R
(`grader.judging.oracle`). With few coordinates every one is moved alone and the changes add up,
which is the worst case over all signs; with many, the largest change over a few random patterns
of signs stands for it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy

from grader.judging.numbers import Floats
from grader.model import Case

__all__ = ["FEW", "PATTERNS", "STEP", "Moves", "coordinates", "moves_of", "scaled"]

STEP = 1e-7
FEW = 6
"""Up to this many coordinates are moved one by one."""
PATTERNS = 8

Rng = numpy.random.Generator


@dataclass(frozen=True, eq=False)
class Moves:
    """The cases beside a case, and whether the changes they make add up or the largest counts."""

    cases: tuple[Case, ...]
    add_up: bool

    def spread(self, at: Floats, moved: Sequence[Floats]) -> Floats:
        """Return how much `at` moves when every argument moves by a relative 1."""
        changes = [numpy.abs(other - at) / STEP for other in moved if other.shape == at.shape]
        if not changes:
            return numpy.zeros_like(at)
        found: Floats = numpy.sum(changes, axis=0) if self.add_up else numpy.max(changes, axis=0)
        return found


def moves_of(case: Case, patterns: int = PATTERNS) -> Moves:
    """Return the moves of a case, none for no patterns.

    The signs follow from the case's name, so a regrade sees the same.
    """
    count = coordinates(case.arguments) if patterns else 0
    rng = numpy.random.default_rng(zlib.crc32(case.id.encode()))
    if count <= FEW:
        signs = list(numpy.eye(count))
    else:
        signs = [rng.choice([-1.0, 1.0], count) for _ in range(patterns)]
    return Moves(
        tuple(replace(case, arguments=scaled(case.arguments, 1 + STEP * s)) for s in signs),
        add_up=count <= FEW,
    )


def coordinates(value: Any) -> int:
    """Return how many floating numbers the arguments hold."""
    import torch

    if isinstance(value, torch.Tensor):
        return value.numel() if value.is_floating_point() else 0
    if isinstance(value, Mapping):
        return sum(coordinates(item) for item in value.values())
    if isinstance(value, list | tuple):
        return sum(coordinates(item) for item in value)
    return int(isinstance(value, float))


def scaled(arguments: Mapping[str, Any], factors: Floats) -> dict[str, Any]:
    """Return the arguments with every floating number multiplied by its own factor."""
    each = iter(factors)
    return {name: _scaled(value, each) for name, value in arguments.items()}


def _scaled(value: Any, factors: Iterator[float]) -> Any:
    import torch

    if isinstance(value, torch.Tensor):
        if not value.is_floating_point():
            return value
        own = [next(factors) for _ in range(value.numel())]
        return value * torch.tensor(own, dtype=value.dtype).reshape(value.shape)
    if isinstance(value, float):
        return value * float(next(factors))
    if isinstance(value, list | tuple):
        return type(value)(_scaled(item, factors) for item in value)
    if isinstance(value, Mapping):
        return {key: _scaled(item, factors) for key, item in value.items()}
    return value
