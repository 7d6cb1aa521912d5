"""`verify` proves a right exercise and finds every kind of fault in a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.proof.verify import Finding, verify_exercise
from tests.made_course import CONTRACT, REFERENCE, STARTER, make_exercise


def findings(
    folder: Path, contract: str = CONTRACT, reference: str = REFERENCE, starter: str = STARTER
) -> list[Finding]:
    return verify_exercise(make_exercise(folder, contract, reference, starter), seeds=(1,))


def test_a_right_exercise_holds(tmp_path: Path) -> None:
    found = findings(tmp_path)
    assert [finding for finding in found if not finding.holds] == []
    assert {finding.subject for finding in found} >= {
        "reference",
        "starter",
        "mistake without_factor",
        "rewriting doubled",
        "check energy",
        "check slope",
    }


EXAMPLE = "[[check.example]]\ninputs = { x = [1.0, 3.0] }\n"


@pytest.mark.parametrize(
    ("change", "subject", "detail"),
    [
        (
            {"starter": STARTER.replace("raise NotImplementedError", "return (x**2).sum()", 1)},
            "starter",
            "pass",
        ),
        ({"starter": "import nothing_of_this_name"}, "contract", "does not run"),
        (
            {"reference": REFERENCE.replace("return x\n", "return 2 * x\n")},
            "mistake",
            "loses nothing",
        ),
        (
            {"reference": REFERENCE.replace('"""The power comes down as a factor."""', "")},
            "mistake",
            "docstring",
        ),
        ({"reference": REFERENCE.replace("return x + x", "return x + 1")}, "rewriting", "slope"),
        ({"contract": CONTRACT + EXAMPLE + "expect = [2.0, 5.0]"}, "check slope", "published"),
        ({"contract": CONTRACT + EXAMPLE + "expect = [2.0]"}, "check slope", "published"),
        (
            {"reference": REFERENCE.replace("(x**2).sum()", "0 * x.sum()")},
            "check energy",
            "zeros pass",
        ),
        (
            {"reference": REFERENCE.replace("(x**2).sum()", "0 * x.sum() + 7")},
            "check energy",
            "one constant",
        ),
        (
            {"reference": REFERENCE.replace("(x**2).sum()", "x.nothing()")},
            "contract",
            "does not answer",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_fault_is_found(
    tmp_path: Path, change: dict[str, str], subject: str, detail: str
) -> None:
    wrong = [finding for finding in findings(tmp_path, **change) if not finding.holds]
    assert any(
        finding.subject.startswith(subject) and detail in finding.detail for finding in wrong
    ), wrong


def test_a_mistake_that_looks_like_another_is_found(tmp_path: Path) -> None:
    twin = REFERENCE + (
        '\n@mistake("slope", "half")\ndef half(x):\n    """It is half."""\n    return 1 * x\n'
    )
    wrong = [finding for finding in findings(tmp_path, reference=twin) if not finding.holds]
    assert {finding.subject for finding in wrong} == {"mistake without_factor", "mistake half"}
