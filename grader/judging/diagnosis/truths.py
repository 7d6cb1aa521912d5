"""Say which truth value stands in the place of the other."""

from __future__ import annotations

from collections.abc import Sequence

from grader.judging.checks import CaseMeasured
from grader.judging.diagnosis.statement import Statement
from grader.judging.evidence import Array, Value
from grader.judging.oracle import Expectation

__all__ = ["confused_truths"]


def confused_truths(
    expected: Sequence[Expectation], measured: Sequence[CaseMeasured]
) -> Statement | None:
    """Return what is so in every case of a check that asks for one truth value."""
    if len(expected) < 2 or any(len(each.items) != 1 for each in expected):
        return None
    name = expected[0].items[0].name
    pairs = [
        (each.items[0].value, _plain(case.got.get(name)))
        for each, case in zip(expected, measured, strict=True)
    ]
    if not all(isinstance(value, bool) for pair in pairs for value in pair):
        return None
    if len({said for _, said in pairs}) == 1:
        fact = f"Your answer is always {pairs[0][1]}."
        return Statement("constant", "the same whatever the input", fact,
                         "It has to follow from the arguments.", seen=True)  # fmt: skip
    kinds = {said for right, said in pairs if right != said}
    count = sum(right != said for right, said in pairs)
    if len(kinds) != 1:
        return None
    said = kinds.pop()
    title = f"{said} where {not said} is right"
    return Statement("confused-truths", title, f"{title}, in {count} of {len(pairs)} cases.",
                     f"It is never {not said} where {said} is right.", seen=True)  # fmt: skip


def _plain(value: Value) -> Value:
    if isinstance(value, Array) and value.dtype == "bool" and value.values.ndim == 0:
        return bool(value.values)
    return value
