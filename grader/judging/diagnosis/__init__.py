"""Name the mistake that gave the student's numbers, or say exactly how they differ.

In this order: declared mistakes of the exercise, which carry the instructor's words; a second call
that gives something else; arguments for which the whole answer would be right; then each item on
its own (a factor, a rearrangement, another item, an argument, a constant). Whatever is said holds
in all cases within twice the tolerance of a right answer. Where nothing does, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy

from grader.course.reference import Reference
from grader.errors import CourseError
from grader.judging.diagnosis.answering import telling_first
from grader.judging.diagnosis.arguments import ArgumentBank
from grader.judging.diagnosis.consequences import Consequences, follows
from grader.judging.diagnosis.declared import MistakeBank, matching
from grader.judging.diagnosis.evidence import (
    Asked,
    Item,
    Numbers,
    coincides,
    items_over_cases,
    numbers_of,
)
from grader.judging.diagnosis.formulas import Slips
from grader.judging.diagnosis.items import informative, statement_about
from grader.judging.diagnosis.patience import OutOfTime, go_on, searching
from grader.judging.diagnosis.repeats import left_over
from grader.judging.diagnosis.scales import Quantity, quantities_of
from grader.judging.diagnosis.statement import Diagnosis, Statement
from grader.judging.diagnosis.words import confused
from grader.judging.evidence import Answer
from grader.judging.oracle import expect
from grader.judging.plan import CheckPlan
from grader.model import Case, CheckVerdict, Exercise

__all__ = ["Diagnoser", "Diagnosis"]

MOST_ALTERNATIVES = 3


class Diagnoser:
    """Diagnoses the submissions of one plan; keeps what mistakes answer."""

    def __init__(self, reference: Reference, exercise: Exercise | None = None) -> None:
        self._reference = reference
        self._slips = Slips(exercise, reference) if exercise is not None else None
        self._mistakes = MistakeBank(reference)
        self._consequences = Consequences(reference)
        self._banks: dict[str, ArgumentBank] = {}
        self._values: dict[str, tuple[Numbers | None, ...]] = {}
        self._quantities: dict[str, tuple[Quantity, ...]] = {}

    def diagnose(
        self,
        plan: CheckPlan,
        answers: Sequence[Answer],
        asked: Asked,
        earlier: Sequence[CheckVerdict] = (),
    ) -> Diagnosis:
        """Diagnose a check of which something is wrong; `earlier` are the verdicts before it."""
        try:
            with searching():
                return self._diagnose(plan, answers, asked, earlier)
        except OutOfTime:
            return Diagnosis(stopped=True)

    def _diagnose(
        self,
        plan: CheckPlan,
        answers: Sequence[Answer],
        asked: Asked,
        earlier: Sequence[CheckVerdict],
    ) -> Diagnosis:
        fed = self._consequences.of(plan, earlier)
        inherited = matching(fed, plan, answers, asked.measured)
        if inherited:
            return Diagnosis((follows(plan.check, inherited[0]),), declared=True)
        found = matching(self._mistakes.answers(plan), plan, answers, asked.measured)
        if found:
            return Diagnosis(
                tuple(Statement(m.slug, m.title, m.explanation) for m in found), declared=True
            )
        words = confused(asked.expected, asked.measured) if plan.check.expect is None else None
        if words is not None:
            return Diagnosis((words,))
        items = items_over_cases(asked)
        wrong = [item for item in items if not item.right]
        again = left_over(answers, asked, items)
        if again is not None:
            return Diagnosis((again,))
        if not wrong or len(plan.probe.cases) < 2 or plan.check.expect is not None:
            return Diagnosis()  # items that a reference function states are counts and properties
        return self._of_items(plan, items, wrong, telling_first(asked.measured))

    def _of_items(
        self, plan: CheckPlan, items: Sequence[Item], wrong: Sequence[Item], order: Sequence[int]
    ) -> Diagnosis:
        go_on()
        quantities = self._quantities_of(plan)
        values = self._values_of(plan)
        statements = {item.name: statement_about(item, quantities, values) for item in wrong}
        if _swapped(statements):
            return Diagnosis((_SWAPPED,))
        alike = len(set(statements.values())) == 1
        if not alike or None in statements.values():
            bank = self._bank(plan, quantities)
            fitting = {item.name: _fitting(bank, item, order) for item in wrong}
            whole = set.intersection(*map(set, fitting.values()))
            kept = [number for number in sorted(whole) if self._keeps(bank, number, items)]
            kept = _plainest(bank, kept)
            told = _said_once(_of_change(bank, number, True) for number in kept)
            if told and len(told) <= MOST_ALTERNATIVES:
                return Diagnosis(told)
            for item in wrong:
                if statements[item.name] is None:
                    statements[item.name] = _of_one(bank, fitting[item.name]) or _in_parts(
                        bank, item, quantities
                    )
            _explained_by_two_changes(bank, wrong, statements, fitting, quantities, order)
        return Diagnosis(items=tuple(statements.items()))

    @staticmethod
    def _keeps(bank: ArgumentBank, number: int, items: Sequence[Item]) -> bool:
        """Return whether a change also gives the items that are right."""
        return all(bank.gives(item, number) for item in items if item.right)

    def _values_of(self, plan: CheckPlan) -> tuple[Numbers | None, ...]:
        """Return the values of the function whose gradient is asked for; None for no gradient."""
        if plan.check.id not in self._values:
            self._values[plan.check.id] = tuple(
                _value_at(plan, case, self._reference) for case in plan.probe.cases
            )
        return self._values[plan.check.id]

    def _quantities_of(self, plan: CheckPlan) -> tuple[Quantity, ...]:
        if plan.check.id not in self._quantities:
            self._quantities[plan.check.id] = quantities_of(plan.probe.cases)
        return self._quantities[plan.check.id]

    def _bank(self, plan: CheckPlan, quantities: Sequence[Quantity]) -> ArgumentBank:
        if plan.check.id not in self._banks:
            namespace = self._reference.namespace
            slips = self._slips.of_check(plan.check) if self._slips is not None else ()
            self._banks[plan.check.id] = ArgumentBank(plan, namespace, quantities, slips)
        return self._banks[plan.check.id]


_SWAPPED = Statement(
    "swapped", "the items are swapped", "Your numbers are right but in the other order.",
    "Check the order in which they are asked for.",
)  # fmt: skip


def _swapped(statements: dict[str, Statement | None]) -> bool:
    if len(statements) != 2 or None in statements.values():
        return False
    first, other = statements
    titles = {statement.title for statement in statements.values() if statement}
    return titles == {f"{first} is {other}", f"{other} is {first}"}


def _value_at(plan: CheckPlan, case: Case, reference: Reference) -> Numbers | None:
    if plan.check.gradient is None:
        return None
    probe = replace(plan.probe, call=plan.check.gradient.of, function=None, source=None)
    try:
        (item,) = expect(probe, case, reference.namespace, ("value",)).items
    except (CourseError, ValueError):
        return None
    return numbers_of(item) if isinstance(item.value, numpy.ndarray) else None


def _explained_by_two_changes(
    bank: ArgumentBank,
    wrong: Sequence[Item],
    statements: dict[str, Statement | None],
    fitting: Mapping[str, Sequence[int]],
    quantities: Sequence[Quantity],
    order: Sequence[int],
) -> None:
    """Look at what is not known yet as if the change that explains other items were right."""
    known = sorted({numbers[0] for numbers in fitting.values() if numbers})
    for item in wrong:
        if statements[item.name] is not None or fitting[item.name]:
            continue  # known, or explained in too many ways to be told
        for number in known:
            found = bank.with_second_change(item, number, quantities, order)
            if found is not None:
                statements[item.name] = found
                break


def _in_parts(bank: ArgumentBank, item: Item, quantities: Sequence[Quantity]) -> Statement | None:
    if not item.readable or not informative(item):
        return None
    return bank.parts(item, quantities)


def _fitting(bank: ArgumentBank, item: Item, order: Sequence[int]) -> tuple[int, ...]:
    if not item.readable or not informative(item) or coincides(item, item.want):
        return ()
    return bank.fitting(item, order)


def _plainest(bank: ArgumentBank, numbers: Sequence[int]) -> list[int]:
    """Return the misused arguments where there are any, else slips in the formula."""
    arguments = [number for number in numbers if bank.changes[number].namespace is None]
    return arguments or list(numbers)


def _of_one(bank: ArgumentBank, numbers: Sequence[int]) -> Statement | None:
    """Return what the changes that fit an item say; None where they are none or too many."""
    plain = _plainest(bank, numbers)
    told = _said_once(_of_change(bank, number, False) for number in plain)
    if not 0 < len(told) <= MOST_ALTERNATIVES:
        return None
    if len(told) == 1:
        return told[0]
    return Statement(
        "one-of-several",
        " or ".join(statement.title for statement in told),
        ", or ".join(statement.fact for statement in told),
    )


def _said_once(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Leave out what says the same again, under whatever slug."""
    return tuple({statement.fact: statement for statement in statements}.values())


def _of_change(bank: ArgumentBank, number: int, whole: bool) -> Statement:
    change = bank.changes[number]
    fact = f"what comes out {change.phrase}"
    return Statement(
        change.slug, change.title, f"Your numbers are {fact}." if whole else fact, change.hint
    )
