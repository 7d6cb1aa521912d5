"""Differentiate a function entry by entry at the published examples, for the report's pictures.

The five-point formula (Abramowitz and Stegun, Handbook of Mathematical Functions, 25.3.6) asks for
a function around x, one entry moved by h_i = 2^-10 max(|x_i|, rms(x) / 10):

    D_i = (8 (f(x + h_i e_i) - f(x - h_i e_i)) - (f(x + 2 h_i e_i) - f(x - 2 h_i e_i))) / (12 h_i)

It errs by h^4 |f'''''| / 30 and by rounding, both far below what a picture shows. No points depend
on it. The function is the student's own where they write it, otherwise the one that is asked about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy

from grader.course.arguments import argument_at, with_argument
from grader.course.reference import Reference
from grader.judging.evidence import Answer, Refused, decode_answers
from grader.judging.finite_differences import Entry, Forward, scalars
from grader.judging.oracle import evaluate
from grader.model import Case, Check, Evidence, Probe

__all__ = [
    "NO_DIFFERENCES",
    "Differences",
    "differences_of_asked",
    "differences_of_own",
    "with_entries",
]

MOST = 12
"""Entries of one example that are asked for; a picture with more of them says less."""
STEP = 2.0**-10
PLACES = (0.0, 1.0, -1.0, 2.0, -2.0)
ROUGH = 1e-3
"""Three and five points may differ by this share of the derivative; beyond it is noise."""
BENT = 0.75
"""Second differences halve with the step on a smooth function and stay as they are at a kink."""


@dataclass(frozen=True)
class Differences:
    """Finite differences by example and item, an entry each; NaN where they decide nothing."""

    of: Literal["own", "asked"] = "own"
    """Whose function: the student's `own`, or the one that is `asked` about."""
    items: Mapping[tuple[int, int], tuple[float, ...]] = field(default_factory=dict)

    def at(self, case: int, item: int) -> tuple[float, ...]:
        """Return the entries of one item of one example; none where they were not asked for."""
        return self.items.get((case, item), ())


NO_DIFFERENCES = Differences()


# ---------------------------------------------------------------- asking


def with_entries(forward: Forward | None, check: Check, probe: Probe) -> Forward | None:
    """Return the questions about the student's own function, the published examples among them."""
    if forward is None:
        return None
    entries, cases = _questions(check, probe, len(forward.probe.cases))
    asked = replace(forward.probe, cases=(*forward.probe.cases, *cases))
    return replace(forward, probe=asked, entries=entries)


def _questions(
    check: Check, probe: Probe, first: int
) -> tuple[tuple[Entry, ...], tuple[Case, ...]]:
    """Return the entries of all published examples, and the cases that ask for them."""
    entries: list[Entry] = []
    cases: list[Case] = []
    for index, case in enumerate(probe.cases):
        if case.public:
            for entry in _entries(check, case, index)[:MOST]:
                entries.append(replace(entry, first=first + len(cases)))
                cases += _around(check, case, entry)
    return tuple(entries), tuple(cases)


def _entries(check: Check, case: Case, index: int) -> list[Entry]:
    import torch

    found = []
    for item, name in enumerate(check.gradient.wrt if check.gradient else ()):
        at = argument_at(case.arguments, name)
        if not (isinstance(at, torch.Tensor) and at.is_floating_point()):
            return []
        sizes = numpy.abs(at.numpy()).ravel()
        typical = float(numpy.sqrt(numpy.mean(sizes**2))) if sizes.size else 0.0
        for place, size in enumerate(sizes.tolist()):
            step = STEP * (max(size, 0.1 * typical) or 1.0)
            found.append(Entry(index, item, place, sizes.size, step, 0))
    return found


def _around(check: Check, case: Case, entry: Entry) -> list[Case]:
    assert check.gradient is not None
    name = check.gradient.wrt[entry.item]
    plain = replace(case, dtype="float64", requires_grad=False)
    moved = []
    for k in PLACES:
        at = argument_at(case.arguments, name).clone()
        at.view(-1)[entry.place] += k * entry.step
        arguments = with_argument(case.arguments, name, at)
        moved.append(replace(plain, id=f"{case.id}-{entry.item}-{entry.place}{k:+g}",
                             public=False, arguments=arguments))  # fmt: skip
    return moved


# ---------------------------------------------------------------- reading the answers


def differences_of_own(forward: Forward | None, evidence: Evidence) -> Differences:
    """Return the differences of the student's own function; none where it was not answered."""
    if forward is None or not forward.entries:
        return NO_DIFFERENCES
    reply = evidence.reply(forward.probe.check)
    if reply is None or reply.status != "answered":
        return NO_DIFFERENCES
    try:
        answers = decode_answers(reply, len(forward.probe.cases))
    except Refused:
        return NO_DIFFERENCES
    return Differences("own", _by_item(forward.entries, answers))


def differences_of_asked(check: Check, probe: Probe, reference: Reference) -> Differences:
    """Return the differences of the function whose gradient is asked for."""
    if check.gradient is None or not check.finite_differences:
        return NO_DIFFERENCES
    entries, cases = _questions(check, probe, 0)
    if not entries:
        return NO_DIFFERENCES
    plain = replace(probe, call=check.gradient.of, function=None, source=None, grad=False)
    return Differences("asked", _by_item(entries, evaluate(plain, cases, reference.namespace)))


def _by_item(
    entries: Sequence[Entry], answers: Sequence[Answer]
) -> dict[tuple[int, int], tuple[float, ...]]:
    found: dict[tuple[int, int], list[float]] = {}
    for entry in entries:
        row = found.setdefault((entry.case, entry.item), [numpy.nan] * entry.size)
        row[entry.place] = _derivative(entry, answers[entry.first : entry.first + len(PLACES)])
    return {key: tuple(row) for key, row in found.items() if not all(map(numpy.isnan, row))}


def _derivative(entry: Entry, answers: Sequence[Answer]) -> float:
    """Return D_i; NaN where values are missing, noisy, or bend at x."""
    values = scalars(answers)
    if values is None:
        return float("nan")
    middle, *sides = values.values.tolist()
    up, down, far_up, far_down = sides
    three = (up - down) / (2 * entry.step)
    five = (8 * (up - down) - (far_up - far_down)) / (12 * entry.step)
    noise = 80 * values.epsilon * float(numpy.max(numpy.abs(values.values))) / entry.step
    bends = abs(up - 2 * middle + down), abs(far_up - 2 * middle + far_down) / 2
    kinked = bends[0] > BENT * bends[1] and bends[0] / entry.step > noise
    rough = abs(five - three) > ROUGH * abs(five) + noise
    return float("nan") if kinked or rough else float(five)
