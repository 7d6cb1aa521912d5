"""Turn an exercise, its reference and a seed into probes and what they should answer."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy

from grader.course.reference import Reference
from grader.errors import CourseError
from grader.inside.expressions import variables
from grader.judging.coverage import holds
from grader.judging.drawing import Drawing
from grader.judging.entrywise import NO_DIFFERENCES, Differences, differences_of_asked, with_entries
from grader.judging.expecting import expected_of
from grader.judging.finite_differences import Forward, make_forward
from grader.judging.oracle import Expectation
from grader.judging.telling_apart import separating, showing_again
from grader.model import Case, Check, Exercise, Probe

__all__ = ["CheckPlan", "Plan", "make_plan"]

MOST_FURTHER = 2
"""How many cases are added at most to tell declared mistakes apart, or to show them twice."""


@dataclass(frozen=True, eq=False)
class CheckPlan:
    """What is asked for one check, and what the reference answers to every case."""

    check: Check
    probe: Probe
    expected: tuple[Expectation, ...]
    """One a case; empty for a cell check, whose expectation follows from the student's values."""
    forward: Forward | None = None
    """What is asked of the student's own function, for follow-through marks of its gradient."""
    differences: Differences = NO_DIFFERENCES
    """Finite differences at the published examples, for pictures of a gradient."""

    @property
    def probes(self) -> tuple[Probe, ...]:
        """The probe, that of the student's own function, and the same without autograd."""
        further = (self.forward.probe if self.forward else None, self.apart)
        return (self.probe, *(probe for probe in further if probe is not None))

    @property
    def holds(self) -> tuple[str, ...]:
        """What the hidden cases hold, in words of `grader.judging.coverage`."""
        return holds(self.probe.cases)

    @property
    def apart(self) -> Probe | None:
        """The same questions for a kernel without autograd, where they show the method."""
        if self.check.method not in ("by-hand", "by-autograd"):
            return None
        name = f"{self.check.id} (without autograd)"
        return replace(self.probe, check=name, twin=self.check.id, observe=False)


@dataclass(frozen=True, eq=False)
class Plan:
    """All questions of one exercise under one seed; made once for a whole class."""

    exercise: Exercise
    reference: Reference
    seed: int
    checks: tuple[CheckPlan, ...]

    @cached_property
    def probes(self) -> tuple[Probe, ...]:
        """What is sent into the sandbox."""
        return tuple(probe for part in self.checks for probe in part.probes)


def make_plan(exercise: Exercise, reference: Reference, seed: int) -> Plan:
    """Draw the cases of every check; raises CourseError when the reference does not answer."""
    return Plan(
        exercise,
        reference,
        seed,
        tuple(
            _planned(exercise, reference, check, seed)
            for check in exercise.checks
            if check.by_probe
        ),
    )


def _planned(exercise: Exercise, reference: Reference, check: Check, seed: int) -> CheckPlan:
    """Plan one check; what is wrong with it is said with its place."""
    try:
        return _plan_check(exercise, reference, check, seed)
    except CourseError as error:
        raise CourseError(f"{exercise.reference}: check {check.id!r}: {error}") from error


def _plan_check(exercise: Exercise, reference: Reference, check: Check, seed: int) -> CheckPlan:
    own = zlib.crc32(check.id.encode())
    probe = Probe(
        check=check.id,
        call=check.call,
        cases=(),
        grad=check.method != "by-hand",
        observe=check.method is not None,
        seed=_for_student(seed, check),
        limit_s=exercise.limits.probe_s,
        arrays=exercise.arrays,
    )
    if check.cell is not None:
        return CheckPlan(check, _cell_probe(check, probe), ())
    if check.probe is not None:
        source = reference.probe_source(check.probe)
        probe = replace(probe, function=check.probe, source=source)
    drawing = Drawing(exercise, reference, check, probe, numpy.random.default_rng([seed, own]))
    asked = [*drawing.public(), *drawing.hidden()]
    further = _telling_apart(drawing, [case for case, _ in asked], [seed, own, 1])
    asked += [(case, drawing.expect(case)) for case in further]
    if drawing.twinned:
        asked += [(_twin(case), wanted) for case, wanted in asked if _is_numeric(case, wanted)]
    cases = tuple(case for case, _ in asked)
    probe = replace(probe, cases=cases)
    expected = tuple(wanted for _, wanted in asked)
    forward = make_forward(exercise, reference, check, probe, expected)
    differences = differences_of_asked(check, probe, reference)
    return CheckPlan(check, probe, expected, with_entries(forward, check, probe), differences)


def _is_numeric(case: Case, wanted: Expectation) -> bool:
    """Return whether a hidden case asks for numbers, so that its precision says something."""
    numbers = any(isinstance(item.value, numpy.ndarray) for item in wanted.items)
    return numbers and not case.public


def _twin(case: Case) -> Case:
    """Return the case that asks the same in float32."""
    category = ", ".join("float32" if w == "float64" else w for w in case.category.split(", "))
    name = f"{case.id} in float32"
    return replace(case, id=name, dtype="float32", category=category, twin_of=case.id)


def _for_student(seed: int, check: Check) -> int:
    """Return the seed of calls; student code can read it, and not tell the plan's from it."""
    return int.from_bytes(sha256(f"{seed}\n{check.id}".encode()).digest()[:4]) & 0x7FFFFFFF


def _telling_apart(drawing: Drawing, cases: Sequence[Case], seed: Sequence[int]) -> list[Case]:
    """Return further cases in which declared mistakes differ that no planned case tells apart."""
    check, reference = drawing.check, drawing.reference
    mistakes = [reference.with_mistake(mistake) for mistake in reference.mistakes_of(check)]
    if check.expect is not None or not mistakes:
        return []

    def answers(namespace: Mapping[str, Any], case: Case) -> Expectation | None:
        try:
            return expected_of(check, drawing.probe, case, namespace, patterns=0)
        except CourseError:
            return None

    found: list[Case] = []
    others = replace(drawing, rng=numpy.random.default_rng(seed))
    hidden = sum(not case.public for case in cases)
    further = others.further(hidden + 1)
    right = reference.namespace
    for case in separating(right, mistakes, cases, further, answers, MOST_FURTHER):
        found.append(replace(case, id=f"hidden-{hidden + 1 + len(found)}"))
    again = others.further(hidden + 1)
    for case in showing_again(right, mistakes, [*cases, *found], again, answers, MOST_FURTHER):
        found.append(replace(case, id=f"hidden-{hidden + 1 + len(found)}"))
    return found


def _cell_probe(check: Check, probe: Probe) -> Probe:
    expressions = variables(check.given, check.asked)
    case = Case("public-1", True, {}, category="your own values")
    return replace(probe, cases=(case,), after_cell=check.cell, expressions=expressions)
