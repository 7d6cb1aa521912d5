"""The first cause is told: what stopped, is gone, has another name or stands for a value."""

from __future__ import annotations

import pytest

from grader.model import Score
from grader.submissions.cells import module_cells
from tests.in_process import judge_of, score_cells

SQUARE = """
def square_gradient(x):
    x = x.detach().clone().requires_grad_()
    (x**2).backward()
    return x.grad
"""
CUBIC = """
def cubic_gradients(a, b):
    a, b = (t.detach().clone().requires_grad_() for t in (a, b))
    return torch.autograd.grad(a**3 - b**2 + 3, (a, b))
"""


def scored(source: str, exercise: str = "scalar-gradients") -> Score:
    return score_cells(judge_of(exercise), module_cells(source))


def verdict(source: str, check: str) -> tuple[str, str]:
    found = next(each for each in scored(source).checks if each.id == check)
    return found.outcome.value, found.feedback


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "line"),
    [
        ("x = 1 +\n", 1),
        ("def g(x)\n    return x\n", 1),
        ("def g(x):\n    return (x\n", 2),
        ("def g(x):\n\ty = 1\n        return y\n", 3),
        ("def g(x):\nreturn x\n", 2),
        ("print 'x'\n", 1),
        ("<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n", 1),
        ("s = 'open\n", 1),
    ],
)
@pytest.mark.parametrize("last", [False, True])
def test_what_is_no_python_costs_what_stands_in_it(fault: str, line: int, last: bool) -> None:
    good = "import torch\n" + SQUARE + CUBIC
    score = scored(good + "\n" + fault if last else fault + "\n" + good)
    outcomes = {each.id: each.outcome.value for each in score.checks}
    assert outcomes["square_gradient"] == outcomes["cubic_gradients"] == "pass"
    first = line + (good.count("\n") + 1 if last else 0)
    assert f"(line {first}) is not valid Python" in score.remarks[0]


@pytest.mark.parametrize(
    "broken",
    [
        SQUARE.replace("backward()", "backward("),
        SQUARE.replace("    return x.grad", "return x.grad"),
        SQUARE.replace("    return", "<<<<<<< HEAD\n    return x\n=======\n    return"),
        SQUARE.replace("(x):", "(x)"),
    ],
)
def test_a_function_that_cannot_be_read_is_not_there(broken: str) -> None:
    outcome, said = verdict("import torch\n" + broken + CUBIC, "square_gradient")
    assert outcome == "missing"
    assert "is not there, because scalar-gradients.py (line " in said
    assert verdict("import torch\n" + broken + CUBIC, "cubic_gradients")[0] == "pass"


@pytest.mark.parametrize(
    ("source", "check", "outcome", "said"),
    [
        (
            "import nothing_of_this_name as torch\n" + CUBIC,
            "cubic_gradients",
            "error",
            "`torch` is not there, because scalar-gradients.py (line 1) stopped: ModuleNotFound",
        ),
        (
            "from nothing_of_this_name import a\nr = a.r\nsquare_gradient = lambda x: r * x\n",
            "square_gradient",
            "error",
            "`r` is not there, because scalar-gradients.py (line 1) stopped: ModuleNotFound",
        ),
        (
            CUBIC,
            "cubic_gradients",
            "error",
            "Your file uses `torch`, and no line of it defines or imports `torch`.",
        ),
        (
            SQUARE + "del square_gradient\n",
            "square_gradient",
            "missing",
            "is defined in scalar-gradients.py (line 2), and scalar-gradients.py (line 6) deletes",
        ),
        (
            SQUARE + "square_gradient = 3\n",
            "square_gradient",
            "error",
            "and scalar-gradients.py (line 6) gives the same name to a value",
        ),
        (
            "sum = 0\ndef square_gradient(x):\n    return sum(x)\n",
            "square_gradient",
            "error",
            "`sum` stands for a value since scalar-gradients.py (line 1)",
        ),
        (
            SQUARE.replace("square_gradient", "Square_Gradient"),
            "square_gradient",
            "missing",
            "a function `Square_Gradient` is (scalar-gradients.py (line 2)). Did you mean",
        ),
        (
            "import torch\n" + CUBIC.replace("gradients(", "gradient("),
            "cubic_gradients",
            "missing",
            "a function `cubic_gradient` is",
        ),
        (
            "class SquareGradient:\n    pass\n",
            "square_gradient",
            "missing",
            "a class `SquareGradient` is",
        ),
        (
            "def outer():" + SQUARE.replace("\n", "\n    "),
            "square_gradient",
            "missing",
            "is defined inside `outer`",
        ),
        (SQUARE, "cubic_gradients", "missing", "`cubic_gradients` is not written yet."),
    ],
)
def test_the_first_cause_is_told(source: str, check: str, outcome: str, said: str) -> None:
    found = verdict(source, check)
    assert found[0] == outcome
    assert said in found[1]


@pytest.mark.slow
def test_the_name_that_lacks_is_the_one_that_is_said() -> None:
    source = "import torch\ndef cube(x):\n    return x**3\n"
    found = scored(source, "custom-function").checks
    said = " ".join(each.feedback for each in found)
    assert "`cube` is not written yet" not in said
    assert "`Cube` is not written yet" in said or "`cube` is (" in said


@pytest.mark.parametrize(
    "off",
    [
        "torch.set_grad_enabled(False)",
        "torch.no_grad().__enter__()",
        "guard = torch.no_grad(); guard.__enter__()",
    ],
)
def test_gradients_left_off_are_told(off: str) -> None:
    source = f"import torch\n{off}\nx = torch.ones(1, requires_grad=True)\n(2 * x).backward()\n"
    source += "def square_gradient(t):\n    return rate * t\nrate = (x * x).backward()\n"
    try:
        said = verdict(source, "square_gradient")[1]
    finally:
        import torch

        torch.set_grad_enabled(True)
    assert "`rate` is not there" in said
    assert "does not require grad" in said
