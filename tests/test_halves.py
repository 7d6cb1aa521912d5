"""What is said where the two dtypes of one check have different faults."""

from __future__ import annotations

from grader.judging.checks import CaseMeasured
from grader.judging.halves import spoken
from grader.model import Case, MeasuredItem


def measured(right: dict[str, tuple[bool, bool]]) -> list[CaseMeasured]:
    """Return one case and its twin; for each item, whether it is right in float64 and float32."""
    cases = [Case("a", False, {}, "float64"), Case("b", False, {}, "float32", twin_of="a")]
    return [
        CaseMeasured(case, tuple(MeasuredItem(n, r[k]) for n, r in right.items()), {}, 0.0)
        for k, case in enumerate(cases)
    ]


def test_items_that_are_wrong_in_different_dtypes_are_both_said() -> None:
    half, words = spoken(measured({"dW": (False, True), "db": (True, False)}))
    assert half.dtype == "float64"
    assert words == (
        " Wrong with float64 arguments only: dW. Wrong with float32 arguments only: db."
    )


def test_what_is_wrong_in_both_dtypes_is_not_said_of_one() -> None:
    assert spoken(measured({"dW": (False, False), "db": (True, True)}))[1] == ""
    assert spoken(measured({"dW": (False, False), "db": (True, False)}))[1] == (
        " Wrong with float32 arguments only: db."
    )


def test_a_credited_item_is_not_called_wrong() -> None:
    both = measured({"dW": (False, True), "db": (True, False)})
    assert spoken(both, ["db"])[1] == " Wrong with float64 arguments only: dW."
