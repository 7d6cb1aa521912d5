"""Facts about items become sentences, whatever the items are called."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.judging.diagnosis import Diagnosis
from grader.judging.diagnosis.statement import Statement
from grader.judging.sentences.disagreement import diagnosed
from grader.model import MeasuredItem

TWICE = Statement("twice", "twice", "exactly twice what it should be", "Look again.")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["dL/dw"], "Your dL/dw is exactly twice"),
        (["after reset"], "After reset: yours is exactly twice"),
        (["the next step"], "The next step: yours is exactly twice"),
        (["losses"], "Your losses: each is exactly twice"),
        (["dL/dw", "dL/db"], "Your dL/dw and dL/db: each is exactly twice"),
    ],
)
def test_a_fact_about_items_is_a_sentence(names: list[str], said: str) -> None:
    found = Diagnosis(items=tuple((name, TWICE) for name in names))
    items = [MeasuredItem("first", True), *(MeasuredItem(name, False, 1.0, 0.1) for name in names)]
    sentences = diagnosed(found, items, "")
    assert sentences == f"First is right. {said} what it should be. Look again."


def test_what_one_case_shows_is_put_as_a_possibility() -> None:
    perhaps = replace(TWICE, sure=False)
    items = [MeasuredItem("dL/dw", False, 1.0, 0.1), MeasuredItem("dL/db", False, 2.0, 0.1)]
    whole = diagnosed(Diagnosis((perhaps,)), items, "Both are wrong.")
    assert whole == "Both are wrong. This looks like: twice; but only one case shows it."
    part = diagnosed(Diagnosis(items=(("dL/dw", TWICE), ("dL/db", perhaps))), items, "")
    assert "Your dL/dw is exactly twice" in part
    assert "dL/db is wrong" in part
    assert part.count("only one case shows it") == 1


def test_the_only_item_needs_no_name() -> None:
    found = Diagnosis(items=(("value", TWICE),))
    sentences = diagnosed(found, [MeasuredItem("value", False, 1.0, 0.1)], "")
    assert sentences == "Your answer is exactly twice what it should be. Look again."
