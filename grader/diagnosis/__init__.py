"""Name the mistake that gave the student's numbers, or say exactly how they differ.

In this order: declared mistakes of the exercise, which carry the instructor's words; a second call
that gives something else; arguments for which the whole answer would be right; then each item on
its own (a factor, a rearrangement, another item, an argument, a constant). Whatever is said holds
in all cases within twice the tolerance of a right answer. Where nothing does, nothing is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.diagnosis.arguments import ArgumentBank
from grader.diagnosis.declared import MistakeBank, matching
from grader.diagnosis.evidence import Asked, Item, items_over_cases
from grader.diagnosis.items import informative, statement_about
from grader.diagnosis.repeats import left_over
from grader.diagnosis.scales import Quantity, quantities_of
from grader.diagnosis.statement import Statement
from grader.evidence import Answer
from grader.plan import CheckPlan
from grader.reference import Reference

__all__ = ["Diagnoser", "Diagnosis"]

MOST_ALTERNATIVES = 3


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with a check's answers."""

    whole: tuple[Statement, ...] = ()
    """Statements about the whole answer; several where nothing tells them apart."""
    declared: bool = False
    items: tuple[tuple[str, Statement | None], ...] = ()
    """Each wrong item with what it is, None where that is not known."""

    @property
    def known(self) -> bool:
        """True when something is said of every wrong item."""
        return bool(self.whole) or (bool(self.items) and all(found for _, found in self.items))

    @property
    def single(self) -> Statement | None:
        """The one statement that explains all that is wrong, where there is just one."""
        if self.whole:
            return self.whole[0] if len(self.whole) == 1 else None
        found = {statement for _, statement in self.items}
        return next(iter(found)) if len(found) == 1 else None


class Diagnoser:
    """Diagnoses the submissions of one plan; keeps what mistakes answer."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._mistakes = MistakeBank(reference)
        self._banks: dict[str, ArgumentBank] = {}
        self._quantities: dict[str, tuple[Quantity, ...]] = {}

    def diagnose(self, plan: CheckPlan, answers: Sequence[Answer], asked: Asked) -> Diagnosis:
        """Diagnose a check of which something is wrong."""
        found = matching(self._mistakes, plan, answers, asked.measured)
        if found:
            return Diagnosis(
                tuple(Statement(m.slug, m.title, m.explanation) for m in found), declared=True
            )
        items = items_over_cases(asked)
        wrong = [item for item in items if not item.right]
        again = left_over(answers, asked, items)
        if again is not None:
            return Diagnosis((again,))
        if not wrong or len(plan.probe.cases) < 2:
            return Diagnosis()
        return self._of_items(plan, items, wrong)

    def _of_items(self, plan: CheckPlan, items: Sequence[Item], wrong: Sequence[Item]) -> Diagnosis:
        quantities = self._quantities_of(plan)
        statements = {item.name: statement_about(item, quantities) for item in wrong}
        if _swapped(statements):
            return Diagnosis((_SWAPPED,))
        alike = len(set(statements.values())) == 1
        if not alike or None in statements.values():
            bank = self._bank(plan, quantities)
            fitting = {item.name: _fitting(bank, item) for item in wrong}
            whole = set.intersection(*map(set, fitting.values()))
            kept = [number for number in sorted(whole) if self._keeps(bank, number, items)]
            if kept and len(kept) <= MOST_ALTERNATIVES:
                return Diagnosis(tuple(_of_change(bank, number, True) for number in kept))
            for item in wrong:
                numbers = fitting[item.name]
                if statements[item.name] is None and 0 < len(numbers) <= MOST_ALTERNATIVES:
                    statements[item.name] = _of_change(bank, numbers[0], False)
        return Diagnosis(items=tuple(statements.items()))

    @staticmethod
    def _keeps(bank: ArgumentBank, number: int, items: Sequence[Item]) -> bool:
        """Return whether a change also gives the items that are right."""
        return all(bank.gives(item, number) for item in items if item.right)

    def _quantities_of(self, plan: CheckPlan) -> tuple[Quantity, ...]:
        if plan.check.id not in self._quantities:
            self._quantities[plan.check.id] = quantities_of(plan.probe.cases)
        return self._quantities[plan.check.id]

    def _bank(self, plan: CheckPlan, quantities: Sequence[Quantity]) -> ArgumentBank:
        if plan.check.id not in self._banks:
            namespace = self._reference.namespace
            self._banks[plan.check.id] = ArgumentBank(plan, namespace, quantities)
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


def _fitting(bank: ArgumentBank, item: Item) -> tuple[int, ...]:
    return bank.fitting(item) if item.readable and informative(item) else ()


def _of_change(bank: ArgumentBank, number: int, whole: bool) -> Statement:
    change = bank.changes[number]
    fact = f"what comes out {change.phrase}"
    return Statement(
        change.slug, change.title, f"Your numbers are {fact}." if whole else fact, change.hint
    )
