"""Measure the answers to one check against what is expected, case by case and item by item."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy

from grader.judging.evidence import Answer, Array, Value, same
from grader.judging.numbers import FLOAT32, FLOAT64, Floats, NotNumeric, Numeric, numeric
from grader.judging.oracle import Expectation, compare
from grader.judging.structure import items_of
from grader.judging.yardstick import Seen, precisions
from grader.model import Case, Check, MeasuredItem

__all__ = [
    "ABSENT",
    "SECOND",
    "CaseMeasured",
    "arguments_changed",
    "changed",
    "in_words_of_probe",
    "measure",
    "measure_case",
]

ARGUMENT_SLACK = 32 * FLOAT64
"""What adding a step and taking it away again may leave, relative to the largest number."""

ABSENT = "it is not there"
SECOND = "in a second call with the same arguments"
"""Ends the note of an item that a first call gets right."""


@dataclass(frozen=True, eq=False)
class CaseMeasured:
    """One case measured, on the judge's side of things: hidden values included."""

    case: Case
    items: tuple[MeasuredItem, ...]
    got: Mapping[str, Value]
    epsilon: float
    structure: str = ""
    """Why the answer as a whole has the wrong structure: `4 values instead of 3`."""
    repeats: bool = True
    """Whether a second call with the very same arguments gave the same again."""
    changed: tuple[str, ...] = ()
    """Arguments that have other values after the calls."""
    got_again: Mapping[str, Value] = field(default_factory=dict)
    """What a second call gave, where there was one."""
    once: tuple[bool, ...] = ()
    """Whether each item agrees in the first call."""
    precisions: tuple[float, ...] = ()
    """The precision in which each item was measured."""
    numbers: Mapping[str, Numeric | NotNumeric] = field(default_factory=dict)
    """What `got` holds as numbers, read once."""

    @property
    def agrees(self) -> bool:
        """True when every item agrees, twice, and no argument changed."""
        return all(item.agrees for item in self.items) and self.repeats and not self.changed


def measure(
    check: Check,
    cases: Sequence[Case],
    answers: Sequence[Answer],
    expected: Sequence[Expectation],
) -> list[CaseMeasured]:
    """Measure the answers (`returned`) to all cases of a check.

    How precise each item has to be follows from its answers in both dtypes
    (`grader.judging.yardstick`), except where a check has a tolerance of its own.
    """
    asked = list(zip(cases, answers, expected, strict=True))
    if check.tolerance is not None:
        least = FLOAT64 if check.dtypes == ("float64",) else FLOAT32
        return [measure_case(*each, check.tolerance, least) for each in asked]
    read = [_read(*each) for each in asked]
    wanted = list(zip(read, expected, strict=True))
    doubles = [index for index, case in enumerate(cases) if case.dtype != "float32"]
    known = {index: _measured(*wanted[index], None, FLOAT64) for index in doubles}
    if known and all(item.agrees for case in known.values() for item in case.items):
        # Work that is right in double precision is asked for float32 rounding in float32.
        return [
            known.get(index) or _measured(*each, None, FLOAT32) for index, each in enumerate(wanted)
        ]
    fine = [
        known.get(index) or _measured(*each, None, FLOAT64) for index, each in enumerate(wanted)
    ]
    single = [_measured(*each, None, FLOAT32) for each in wanted]
    rows = [
        precisions([_seen(index, *pair) for pair in zip(fine, single, strict=True)])
        for index in range(len(fine[0].items) if fine else 0)
    ]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(fine)
    return [_chosen(*each) for each in zip(fine, single, columns, strict=True)]


def _seen(index: int, fine: CaseMeasured, single: CaseMeasured) -> Seen:
    item = fine.items[index]
    double = fine.case.dtype != "float32"
    return Seen.of(double, item.agrees, single.items[index].agrees, fine.numbers.get(item.name))


def _chosen(fine: CaseMeasured, single: CaseMeasured, epsilons: Sequence[float]) -> CaseMeasured:
    """Take every item from the measurement in its own precision."""
    picked = [single if epsilon == FLOAT32 else fine for epsilon in epsilons]
    items = tuple(found.items[k] for k, found in enumerate(picked))
    once = tuple(found.once[k] for k, found in enumerate(picked))
    return replace(
        fine,
        items=items,
        once=once,
        epsilon=max(epsilons, default=FLOAT64),
        repeats=all(item.agrees or not first for item, first in zip(items, once, strict=True)),
        precisions=tuple(epsilons),
    )


def measure_case(
    case: Case,
    answer: Answer,
    expected: Expectation,
    relative: float | None,
    epsilon: float = FLOAT64,
) -> CaseMeasured:
    """Measure the answer (`returned`) to one case in the precision `epsilon`."""
    return _measured(_read(case, answer, expected), expected, relative, epsilon)


@dataclass(frozen=True, eq=False)
class _Read:
    """The answer to one case, taken apart into what was asked; `again` in a second call."""

    case: Case
    got: Mapping[str, Value]
    structure: str
    numbers: Mapping[str, Numeric | NotNumeric]
    again: tuple[Mapping[str, Value], str] | None
    """None, too, where the second call gave the same to the last bit."""
    changed: tuple[str, ...]


def _read(case: Case, answer: Answer, expected: Expectation) -> _Read:
    got, structure = items_of(answer.value, expected)
    other = answer.repeated and not same(answer.value, answer.again)
    again = items_of(answer.again, expected) if other else None
    moved = arguments_changed(case, answer.arguments) if answer.repeated else ()
    return _Read(case, got, structure, {k: numeric(v) for k, v in got.items()}, again, moved)


def _measured(
    read: _Read, expected: Expectation, relative: float | None, epsilon: float
) -> CaseMeasured:
    items = _compared(read.got, read.numbers, expected, epsilon, relative, read.structure)
    again, got_again = items, read.got
    if read.again is not None:
        got_again, odd = read.again
        again = _compared(got_again, {}, expected, epsilon, relative, odd)
    return CaseMeasured(
        case=read.case,
        items=tuple(map(_both, items, again)),
        numbers=read.numbers,
        got=read.got,
        epsilon=epsilon,
        structure=read.structure,
        repeats=all(b.agrees or not a.agrees for a, b in zip(items, again, strict=True)),
        changed=read.changed,
        got_again=got_again,
        once=tuple(item.agrees for item in items),
        precisions=(epsilon,) * len(items),
    )


def in_words_of_probe(
    measured: Sequence[CaseMeasured], answers: Sequence[Answer], source: str
) -> list[CaseMeasured]:
    """Say in a probe's own words what it has put in the place of an answer.

    Only a text that stands in its source is one of its own; a student's may say anything.
    """

    def own(value: Value) -> bool:
        return isinstance(value, str) and len(value) > 1 and f'"{value}"' in source

    def said(case: CaseMeasured, item: MeasuredItem) -> MeasuredItem:
        if item.agrees and not item.note:
            return item
        value = case.got.get(item.name)
        if own(value) and not item.agrees:
            return replace(item, note=str(value))
        return replace(item, note=_shape_of_probe(item.note))

    return [
        replace(
            case,
            items=tuple(said(case, item) for item in case.items),
            structure=str(answer.value) if own(answer.value) else case.structure,
        )
        for case, answer in zip(measured, answers, strict=True)
    ]


def _shape_of_probe(note: str) -> str:
    """Say which sizes differ; the whole shape is the probe's, which may stack several answers."""
    found = re.match(r"shape \(([\d, ]*)\) instead of \(([\d, ]*)\)", note)
    if found is None:
        return note
    got, wanted = (re.findall(r"\d+", part) for part in found.groups())
    if len(got) != len(wanted):
        few = "few" if len(got) < len(wanted) else "many"
        return f"too {few} dimensions"
    sizes = [f"{a} instead of {b}" for a, b in zip(got, wanted, strict=True) if a != b]
    return f"a size of {' and of '.join(sizes)}"


def _compared(
    got: Mapping[str, Value],
    numbers: Mapping[str, Numeric | NotNumeric],
    expected: Expectation,
    epsilon: float,
    relative: float | None,
    structure: str,
) -> list[MeasuredItem]:
    absent = structure or ABSENT
    return [
        compare(item, got[item.name], epsilon, relative, False, numbers.get(item.name))
        if item.name in got
        else MeasuredItem(item.name, False, note=absent)
        for item in expected.items
    ]


def _both(first: MeasuredItem, again: MeasuredItem) -> MeasuredItem:
    if not first.agrees or again.agrees:
        return first
    return replace(again, note=f"{again.note}, {SECOND}" if again.note else SECOND)


def arguments_changed(case: Case, after: Mapping[str, Value]) -> tuple[str, ...]:
    """Return the names of the arguments whose values the calls have changed."""
    return tuple(
        name
        for name, before in case.arguments.items()
        if name not in after or changed(before, after[name], case.dtype)
    )


def changed(before: Any, after: Value, dtype: str) -> bool:
    """Return whether an argument's value is another one than before."""
    import torch

    if isinstance(before, torch.Tensor):
        return not _same_numbers(_as_asked(before, dtype), after)
    if isinstance(before, Sequence) and not isinstance(before, str):
        if not isinstance(after, list | tuple) or len(after) != len(before):
            return True
        return any(changed(a, b, dtype) for a, b in zip(before, after, strict=True))
    if isinstance(before, dict):
        if not isinstance(after, dict) or after.keys() != before.keys():
            return True
        return any(changed(before[key], after[key], dtype) for key in before)
    if isinstance(before, float):
        return not _same_numbers(numpy.asarray(before), after)
    return bool(before != after)


def _as_asked(before: Any, dtype: str) -> Floats:
    """Return the numbers of a tensor in the dtype in which it is passed; the same for everybody."""
    import torch

    kept = _passed.get((id(before), dtype))
    if kept is None or kept[0] is not before:
        if len(_passed) >= _MOST_PASSED:
            _passed.clear()
        own = before.to(getattr(torch, dtype)) if before.is_floating_point() else before
        kept = _passed[id(before), dtype] = before, own.double().numpy()
    return kept[1]


_passed: dict[tuple[int, str], tuple[Any, Floats]] = {}
_MOST_PASSED = 4000


def _same_numbers(before: numpy.ndarray[Any, Any], after: Value) -> bool:
    if isinstance(after, Array) and numpy.array_equal(before, after.values):
        return True
    numbers = numeric(after)
    if not isinstance(numbers, Numeric) or numbers.values.shape != before.shape:
        return False
    if before.size == 0:
        return True
    finite = numpy.abs(before[numpy.isfinite(before)])
    slack = ARGUMENT_SLACK * float(numpy.max(finite, initial=0.0))
    with numpy.errstate(invalid="ignore"):  # infinity less infinity
        close = (numbers.values == before) | (numpy.abs(numbers.values - before) <= slack)
    return bool(numpy.all(close | (numpy.isnan(before) & numpy.isnan(numbers.values))))
