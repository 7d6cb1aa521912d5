"""A wrong contract is explained in its author's words, never in those of a library."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.contract import read_exercise
from grader.errors import CourseError

RIGHT = 'title = "Squares"\n\n[[check]]\ncall = "square"\npoints = 2\n'


def fault_of(text: str, folder: Path) -> str:
    (folder / "exercise.toml").write_text(text)
    (folder / "reference.py").write_text("")
    with pytest.raises(CourseError) as caught:
        read_exercise("squares", folder, folder / "reference.py")
    path, _, said = str(caught.value).partition("exercise.toml: ")
    assert path == f"{folder}/"
    return said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (RIGHT.replace("points = 2", ""), "check 'square': points: is missing"),
        (RIGHT.replace("points = 2", "points = 0"),
         "check 'square': points: expected more than 0, not 0"),
        (RIGHT.replace("points = 2", "points = 'two'"),
         "check 'square': points: expected a number, not 'two'"),
        (RIGHT + "pionts = 2", "check 'square': pionts: no such key; did you mean points?"),
        (RIGHT + "method = 'by-eye'",
         "check 'square': method: expected by-hand, by-autograd or from-scratch, not 'by-eye'"),
        (RIGHT + "needs = 'square'",
         "check 'square': needs: expected a list, not 'square'"),
        (RIGHT + "cases = 6.5", "check 'square': cases: expected a whole number, not 6.5"),
        (RIGHT + "finite_differences = 'no'",
         "check 'square': finite_differences: expected true or false, not 'no'"),
        (RIGHT + "id = 'my check'",
         "check 'my check': id: expected letters, digits and . _ - (at most 64), not 'my check'"),
        (RIGHT + "gradient = { off = 'mse', wrt = ['w'] }",
         "check 'square': gradient.off: no such key; did you mean of?"),
        (RIGHT + "gradient = { of = 'mse', wrt = [] }",
         "check 'square': gradient.wrt: expected at least 1 entries, not []"),
        (RIGHT + "gradient = { of = 'mse', wrt = ['w'], foward = 'x' }",
         "check 'square': gradient.foward: no such key; did you mean forward?"),
        (RIGHT + "inputs = { x = 2026-01-01 }",
         ("check 'square': inputs.x: expected a text, a number, true or false, a list or a table, "
         "not datetime.date(2026, 1, 1)")),
        ("title = 'Squares'", "check: is missing"),
        ("titel = 'Squares'\n" + RIGHT, "titel: no such key; did you mean title?"),
        (RIGHT + "\n[limits]\nmemory_mb = 1",
         "limits.memory_mb: expected at least 256, not 1"),
        (RIGHT + "\n[limits]\nmemory = 1024",
         "limits.memory: no such key; did you mean memory_mb?"),
        (RIGHT + "\n[dimensions]\nn = 5", "dimensions.n: expected a table, not 5"),
    ],
)  # fmt: skip
def test_the_first_fault_is_said_with_its_key(tmp_path, text, says):
    assert fault_of(text, tmp_path) == says


def test_a_check_without_a_name_is_counted(tmp_path):
    text = RIGHT + "\n[[check]]\npoints = 'x'\n"
    assert fault_of(text, tmp_path) == "check 2: points: expected a number, not 'x'"


@pytest.mark.parametrize(
    ("contract", "told"),
    [
        ('title = "x"\ncheck = ["f"]\n', "check 1"),
        (RIGHT + "inputs = { x = [] }", "x: a list of inputs is empty"),
        (RIGHT + 'inputs = { x = "normal({[]: 1})" }', "an argument is a number"),
    ],
)
def test_odd_contracts_are_told_with_their_place(contract: str, told: str, tmp_path: Path) -> None:
    assert told in fault_of(contract, tmp_path)
