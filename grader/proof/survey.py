"""Break the reference in every small way and see whether the checks notice: `grader verify`.

Each mutant is the reference file with one change (`+` to `-`, a mean to a sum, a loop one turn
short, …) in a function that a check reaches, or in a declared rewriting of one. A check that no
mutant survives tests what it says it tests. Survivors are compared with the reference on further
draws: one that differs there is listed with the case that tells the two apart, one that never
does is equivalent as far as can be seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grader.course.reference import Reference
from grader.judging.plan import Plan, make_plan
from grader.model import Exercise
from grader.mutants.source import Mutant, mutants_of
from grader.proof.rehearsal import without_methods
from grader.proof.trial import Trial

__all__ = ["Mutant", "Survey", "Survivor", "survey"]

FURTHER_SEEDS = (101, 102, 103)


@dataclass(frozen=True)
class Survivor:
    """A mutant that no check noticed, and the case that would have told it apart."""

    mutant: Mutant
    told_apart_by: str


@dataclass(frozen=True)
class Survey:
    """What became of all mutants of one exercise."""

    killed: int
    survivors: tuple[Survivor, ...]
    equivalent: tuple[tuple[Mutant, str], ...]
    """Mutants that are no mistakes, each with the reason."""

    @property
    def kill_rate(self) -> float:
        """The share of killed mutants among those that are mistakes; 1 where there are none."""
        mistakes = self.killed + len(self.survivors)
        return self.killed / mistakes if mistakes else 1.0


def survey(
    exercise: Exercise,
    reference: Reference,
    seed: int = 1,
    further: Sequence[int] = FURTHER_SEEDS,
    most: int | None = None,
) -> Survey:
    """Try every mutant of the exercise's reference (the first `most`, where that is given)."""
    plain = without_methods(exercise)
    plan = make_plan(plain, reference, seed)
    later: list[Plan] = []
    killed, survivors, equivalent = 0, [], []
    for mutant in _some(mutants_of(plain, reference), most):
        trial = Trial(plain, mutant)
        if trial.noticed(plan) is not None:
            killed += 1
            continue
        later = later or [make_plan(_larger(plain), reference, other) for other in further]
        apart = next((case for found in later if (case := trial.noticed(found))), None)
        if apart is not None:
            survivors.append(Survivor(mutant, apart))
        else:
            cases = sum(len(part.probe.cases) for found in later for part in found.checks)
            equivalent.append((mutant, f"gives the same answers in {cases} further cases"))
    return Survey(killed, tuple(survivors), tuple(equivalent))


def _some(mutants: Iterator[Mutant], most: int | None) -> Iterator[Mutant]:
    for number, mutant in enumerate(mutants):
        if most is not None and number >= most:
            return
        yield mutant


def _larger(exercise: Exercise) -> Exercise:
    """Return the exercise with twice as many cases a check."""
    checks = tuple(replace(check, cases=2 * check.cases) for check in exercise.checks)
    return replace(exercise, checks=checks)
