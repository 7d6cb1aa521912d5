"""Say what a sandbox may warm up for: libraries that take long to import, and how many come."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.model import Submission

__all__ = ["Needs", "needs_of"]

FEW = 8
"""From so many kernels on it pays to make their start cheaper."""
_SIGNS = {
    "plots": re.compile(r"matplotlib|pyplot|\bplt\b"),
    "optimizers": re.compile(r"\boptim\b"),
    "transforms": re.compile(
        r"\bfunc\b|functorch|autograd\.functional|checkpoint|\b(vmap|jvp|vjp|jac(rev|fwd|obian))\b"
    ),
}


@dataclass(frozen=True)
class Needs:
    """What submissions name, as parts of `grader.inside.warmth`."""

    parts: tuple[str, ...] = tuple(_SIGNS)
    many: bool = True


def needs_of(submissions: Sequence[Submission]) -> Needs:
    """Look through the code; what is not found is imported by the kernel that uses it."""
    left = dict(_SIGNS)
    for submission in submissions:
        for part, sign in list(left.items()):
            if any(sign.search(cell.source) for cell in submission.cells):
                del left[part]
        if not left:
            break
    return Needs(tuple(part for part in _SIGNS if part not in left), len(submissions) >= FEW)
