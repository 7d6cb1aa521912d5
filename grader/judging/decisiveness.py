"""Decide whether a case can tell right from wrong: how much doubt the reference leaves there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy

from grader.judging.numbers import FLOAT32, FLOAT64
from grader.judging.oracle import RESOLUTION, Expectation, Expected, tolerance
from grader.model import Check

__all__ = ["doubt_about", "hides", "jumps", "off_zero"]

LIVE = 1e-3
"""A number smaller than this share of its item's largest is too small to show a mistake."""


def doubt_about(expected: Expectation, check: Check, kinks: bool = False) -> float:
    """Return 0 for a decisive case, else how far it is from one; `kinks` are allowed or not.

    Decisive: the median tolerance is below RESOLUTION of its number, and every number that is not
    exactly 0 is above LIVE of its item's largest. A check's own tolerance has no say, so that
    another one is judged on the same cases.
    """
    # Code that is float32 inside may answer a float64 case: it too must be decided.
    epsilon = FLOAT32 if "float32" in check.dtypes else FLOAT64
    doubt = 0.0
    for item in expected.items:
        if item.low is not None and item.high is not None:
            largest = float(numpy.max(numpy.maximum(abs(item.low), abs(item.high)), initial=0.0))
            # Rounding alone makes such a small interval: everything has cancelled.
            if kinks and largest > 16 * FLOAT32:
                continue
            return float("inf")
        if not isinstance(item.value, numpy.ndarray) or not numpy.any(item.value):
            continue
        size = numpy.abs(item.value)
        if not numpy.all(numpy.isfinite(size)):
            return float("inf")
        live = size > 0
        share = float(numpy.median(tolerance(item, epsilon)[live] / size[live]))
        doubt += max(0.0, share / RESOLUTION - 1)
        doubt += float(numpy.mean(size[live] < LIVE * size.max()))
    return doubt


def off_zero(arguments: Mapping[str, Any], side: float) -> dict[str, Any]:
    """Return the arguments with every 0 among their floating numbers moved to one side."""
    import torch

    return {
        name: value.masked_fill(value == 0, side)
        if isinstance(value, torch.Tensor) and value.is_floating_point()
        else value
        for name, value in arguments.items()
    }


def jumps(at: Expectation, near: Expectation) -> bool:
    """Return whether an answer is another one beside a zero, so that none is right at it."""
    return any(map(_jumps, at.items, near.items))


def _jumps(at: Expected, near: Expected) -> bool:
    if not isinstance(at.value, numpy.ndarray) or not isinstance(near.value, numpy.ndarray):
        return bool(type(at.value) is not type(near.value) or at.value != near.value)
    if at.value.shape != near.value.shape:
        return True
    size = float(numpy.max(numpy.abs(at.value), initial=1.0))
    return bool(numpy.any(numpy.abs(at.value - near.value) > LIVE * size))


def hides(at: Expectation, near: Expectation) -> bool:
    """Return whether a zero takes half of the answer with it, as in a product.

    Such a case shows less, not more: and `prod(x) / x`, right elsewhere, is 0 / 0.
    """
    lost, count = 0, 0
    for here, beside in zip(at.items, near.items, strict=True):
        if isinstance(here.value, numpy.ndarray) and isinstance(beside.value, numpy.ndarray):
            lost += int(numpy.sum((here.value == 0) & (beside.value != 0)))
            count += here.value.size
    return 2 * lost >= count > 0
