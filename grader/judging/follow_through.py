"""Compare a gradient with the student's own function: marks follow through from a wrong one.

function  gradient  gradient of
right     right     own function   what follows
yes       yes       yes            full marks
yes       no        no             the gradient is wrong: diagnose it
no        no        yes            the gradient's marks, if one known mistake makes the function
no        yes       no             the gradient's marks: it is not that of what is returned
no        no        no             the function comes first
yes       yes       no             differences cannot be trusted here: the reference decides
yes       no        yes            the function agrees only where it was asked: likewise
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy

from grader.judging.checks import CaseMeasured
from grader.judging.evidence import Refused, decode_answers
from grader.judging.finite_differences import Forward, Slope, forward_agrees, slope_along
from grader.judging.numbers import Floats, Numeric
from grader.judging.oracle import Expectation
from grader.model import Reply

__all__ = ["Own", "compare_with_own"]

FACTORS = (-1.0, 2.0, 0.5, -2.0, -0.5)


@dataclass(frozen=True)
class Own:
    """How a gradient's items stand to the student's own function."""

    function_agrees: bool
    """Whether the student's function has the reference's values."""
    items: Mapping[int, tuple[Slope, ...]]
    """By item, the slopes of the own function beside those that the item claims."""
    near: bool = False
    """Whether it is the function that was asked for but for one known mistake."""
    constant: frozenset[int] = frozenset()
    """Items that are one number everywhere although the right ones are not."""

    def follows(self, item: int) -> bool:
        """Return whether an item is the derivative of the own function, and not an idle one."""
        slopes = self.items.get(item, ())
        return (
            self.near
            and bool(slopes)
            and item not in self.constant
            and all(slope.agrees and abs(slope.derivative) > slope.bar for slope in slopes)
        )

    def factor(self, item: int) -> float | None:
        """Return by which plain factor an item differs from the own derivative on every line."""
        slopes = self.items.get(item, ())
        for factor in FACTORS:
            if slopes and all(
                abs(slope.claimed - factor * slope.derivative) <= abs(factor) * slope.bar
                and abs(slope.derivative) > 2 * slope.bar
                for slope in slopes
            ):
                return factor
        return None

    def contradicts(self, item: int) -> bool:
        """Return whether an item is not the derivative of the own function."""
        return any(not slope.agrees for slope in self.items.get(item, ()))


def compare_with_own(
    forward: Forward,
    reply: Reply | None,
    measured: Sequence[CaseMeasured],
    expected: Sequence[Expectation],
) -> Own | None:
    """Compare a measured gradient with the student's own function.

    None when that is unknown, and when both are right, where the reference has the last word.
    """
    if reply is None or reply.status != "answered":
        return None
    try:
        answers = decode_answers(reply, len(forward.probe.cases))
    except Refused:
        return None
    agrees = forward_agrees(forward, answers)
    if agrees is None or (agrees and all(case.agrees for case in measured)):
        return None
    slopes: dict[int, list[Slope]] = {}
    for line in forward.lines:
        item = expected[line.case].items[line.item]
        claimed = _values(measured[line.case], item.name)
        found = None if claimed is None else slope_along(line, answers, claimed, item.spread)
        if found is not None:
            slopes.setdefault(line.item, []).append(found)
    return Own(
        agrees,
        {item: tuple(found) for item, found in slopes.items()},
        constant=frozenset(item for item in slopes if _idle(item, measured, expected)),
    )


def _values(case: CaseMeasured, name: str) -> Floats | None:
    numbers = case.numbers.get(name)
    return numbers.values if isinstance(numbers, Numeric) else None


def _idle(item: int, measured: Sequence[CaseMeasured], expected: Sequence[Expectation]) -> bool:
    """Return whether an item is one number in all cases although the right one is not."""
    got = [_values(case, wanted.items[item].name)
           for case, wanted in zip(measured, expected, strict=True)]  # fmt: skip
    right = [numpy.ravel(numpy.asarray(wanted.items[item].value, float)) for wanted in expected]
    claimed = [numpy.ravel(values) for values in got if values is not None]
    return _single(claimed) and not _single(right)


def _single(arrays: Sequence[Floats]) -> bool:
    """Return whether all numbers of all arrays are the same, to seven digits."""
    found = numpy.concatenate(arrays) if arrays else numpy.zeros(0)
    if found.size == 0:
        return True
    return bool(numpy.ptp(found) <= 1e-7 * numpy.max(numpy.abs(found)))
