"""A source notebook of Otter Assign becomes a draft; students' notebooks need nothing of otter."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.course.loading import Course
from grader.errors import UsageError
from grader.imports.cells_of_otter import source_cells
from grader.imports.draft import draft_of
from grader.imports.solutions_of_otter import parted
from grader.imports.source_cells import Role
from grader.model import Submission
from grader.submissions.otter import REMARK
from grader.submissions.reading import read_submission
from tests.made_course import make_course
from tests.test_imports_draft import cell, notebook

ENERGY = '''def energy(x):
    """The sum of squares."""
    squares = x**2 # SOLUTION
    return squares.sum() # SOLUTION
'''
SLOPE = '''def slope(x):
    # BEGIN SOLUTION
    return two * x
    # END SOLUTION
    """ # BEGIN PROMPT
    # Your formula
    pass
    """; # END PROMPT
'''
CONFIGURED = '''""" # BEGIN TEST CONFIG
points: 3
hidden: true
name: by hand
""" # END TEST CONFIG
def test_slope(slope):
    assert slope(torch.ones(1)) == 2

test_slope(slope)  # IGNORE
'''
PROMPT = "''' # BEGIN PROMPT\nx = 0\n''' # END PROMPT"


def raw(text: str) -> dict[str, Any]:
    return cell(text, "raw")


def gives(source: str, text: str) -> dict[str, Any]:
    made = cell(source)
    made["outputs"] = [{"output_type": "execute_result", "execution_count": 1, "metadata": {},
                        "data": {"text/plain": text}}]  # fmt: skip
    return made


def master() -> dict[str, Any]:
    return notebook(
        raw("# ASSIGNMENT CONFIG\nname: hw1\ngenerate: true"),
        cell("import torch\nimport otter\ntwo = 2"),
        raw("# BEGIN QUESTION\nname: q1\npoints: 4"),
        cell("**1.** Write `energy`.", "markdown"),
        raw("# BEGIN SOLUTION"), cell(ENERGY), raw("# END SOLUTION"),
        raw("# BEGIN TESTS"),
        gives("energy(torch.ones(3))", "tensor(3.)"),
        cell("# HIDDEN\nenergy(torch.zeros(3)) == 0"),
        raw("# END TESTS"), raw("# END QUESTION"),
        cell("Between questions.", "markdown"),
        raw("# BEGIN QUESTION\nname: q2"),
        cell("**2.** Its gradient.", "markdown"),
        raw("# BEGIN SOLUTION"), cell(SLOPE), raw("# END SOLUTION"),
        raw("# BEGIN TESTS"), cell(CONFIGURED), raw("# END TESTS"), raw("# END QUESTION"),
        raw("# BEGIN QUESTION\nname: q3\nmanual: true\npoints: 1.5"),
        cell("**3.** Why?", "markdown"),
        raw("# BEGIN PROMPT"), cell("Because …", "markdown"), raw("# END PROMPT"),
        raw("# BEGIN SOLUTION"), cell("Secret.", "markdown"), raw("# END SOLUTION"),
        raw("# END QUESTION"),
    )  # fmt: skip


def before_version_3() -> dict[str, Any]:
    return notebook(
        cell("```\nBEGIN ASSIGNMENT\ngenerate: true\n```", "markdown"),
        cell("**1.** Write.\n```\nBEGIN QUESTION\nname: q1\npoints:\n    each: 2\n```", "markdown"),
        cell(ENERGY),
        cell("## Test ##\nenergy(torch.ones(3)) == 3"),
        cell("## Hidden Test ##\nenergy(torch.zeros(1)) == 0"),
        cell("Not of the question.", "markdown"),
        cell("```\nBEGIN QUESTION\nname: q2\nmanual: true\n```\nWhy?", "markdown"),
        cell("**SOLUTION** Secret.", "markdown"),
    )


def write(folder: Path, made: dict[str, Any]) -> Path:
    path = folder / "squares.ipynb"
    path.write_text(json.dumps(made))
    return path


def test_a_draft_carries_everything_over(tmp_path: Path) -> None:
    draft = draft_of(write(tmp_path, master()), "otter")
    contract = tomllib.loads(draft.contract)
    assert [(check["call"], check["points"]) for check in contract["check"]] == [
        ("energy", 4), ("slope", 3)
    ]  # fmt: skip
    tested = "# otter tested it so (q1, 2 points):"
    assert f"{tested}\n#     energy(torch.ones(3))\n#     # gives tensor(3.)" in draft.contract
    assert f"{tested}\n#     # hidden from students\n#     energy(torch.zeros(3))" in draft.contract
    assert "(by hand, 3 points)" in draft.contract
    assert "IGNORE" not in draft.contract
    for statement in ("Write `energy`", "Between questions.", "Because …", "# Your formula"):
        assert statement in draft.starter
    for hidden in ("x**2", "two * x", "Secret", "assert", "BEGIN", "SOLUTION", "CONFIG"):
        assert hidden not in draft.starter
    assert draft.starter.count("raise NotImplementedError") == 2
    assert "otter" not in draft.starter + draft.reference
    assert "two = 2" in draft.reference
    assert "manually graded answer q3 (1.5 points) stays with a person" in draft.left


def test_notebooks_from_before_version_3(tmp_path: Path) -> None:
    cells = source_cells(before_version_3(), "n.ipynb")
    assert [(c.role, c.points) for c in cells if c.role is not Role.PLAIN] == [
        (Role.ANSWER, 0), (Role.TESTS, 2), (Role.TESTS, 2), (Role.BY_HAND, 1)
    ]  # fmt: skip
    draft = draft_of(write(tmp_path, before_version_3()), "otter")
    assert "# hidden from students" in draft.contract
    assert "Not of the question." in draft.starter
    for mark in ("BEGIN", "each", "```", "Secret", "## Test"):
        assert mark not in draft.starter


@pytest.mark.parametrize("made", [master(), before_version_3()], ids=["now", "before 3"])
def test_the_draft_is_an_exercise_that_can_be_proved(tmp_path: Path, made: dict[str, Any]) -> None:
    from grader.proof.verify import verify_exercise

    command = ["import", "otter", str(write(tmp_path, made)), "--course", str(tmp_path)]
    done = CliRunner().invoke(app, [*command, "--json"])
    assert done.exit_code == 0, done.output
    assert len(json.loads(done.stdout)["written"]) == 3
    exercise = Course(tmp_path).load("squares")
    assert [f for f in verify_exercise(exercise, (1,)) if not f.holds] == []
    assert CliRunner().invoke(app, command).exit_code == 2


@pytest.mark.parametrize(
    ("source", "solution", "given"),
    [
        ("x = 2 # SOLUTION", "x = 2", "x = ..."),
        ("x.grad, y = 2, 3  # solution", "x.grad, y = 2, 3", "x.grad, y = ..."),
        ("print(x == 2) # SOLUTION", "print(x == 2)", "..."),
        ("x = 1\ny = 2 # SOLUTION NO PROMPT", "x = 1\ny = 2", "x = 1"),
        ("seed(1) # SEED\nx = 1", "seed(1)\nx = 1", "x = 1"),
        ("if a:\n    # BEGIN SOLUTION\n    b = 1\n    # END SOLUTION\n    c()",
         "if a:\n    b = 1\n    c()", "if a:\n    ...\n    c()"),
        (f"# BEGIN SOLUTION NO PROMPT\nx = 1\n# END SOLUTION\n{PROMPT}", "x = 1", "x = 0"),
        ("x = 1\n# BEGIN IGNORE\nnobody()\n# END IGNORE\nnor_this() # IGNORE", "x = 1", "x = 1"),
        ("def f(x):\n    y = x # SOLUTION\n    return y # SOLUTION\nf(1)",
         "def f(x):\n    y = x\n    return y\nf(1)",
         "def f(x):\n    raise NotImplementedError\nf(1)"),
        ('def f(x):\n    "Doc."\n    return x', 'def f(x):\n    "Doc."\n    return x',
         'def f(x):\n    "Doc."\n    raise NotImplementedError'),
    ],
)  # fmt: skip
def test_solutions_are_taken_out_line_by_line(source: str, solution: str, given: str) -> None:
    assert parted(source) == (solution, given)


def question(points: str, *tests: str) -> list[float]:
    made = notebook(
        raw(f"# BEGIN QUESTION\nname: q\n{points}"),
        raw("# BEGIN TESTS"), *map(cell, tests), raw("# END TESTS"), raw("# END QUESTION"),
    )  # fmt: skip
    return [found.points for found in source_cells(made, "n.ipynb")]


def worth(points: float) -> str:
    return f'""" # BEGIN TEST CONFIG\npoints: {points}\n""" # END TEST CONFIG\nf(1)'


@pytest.mark.parametrize(
    ("points", "tests", "shares"),
    [
        ("", ["a", "b"], [0.5, 0.5]),
        ("points: 3", ["a", "b"], [1.5, 1.5]),
        ("points: {each: 2}", ["a", "b"], [2, 2]),
        ("points: [1, 4]", ["a", "b"], [1, 4]),
        ("points: 3", ["a", worth(1)], [2, 1]),
        ("", ["a", worth(2)], [0, 2]),
        ("", ["a", worth(0)], [1, 0]),
    ],
)
def test_points_are_shared_out_as_otter_does(
    points: str, tests: list[str], shares: list[float]
) -> None:
    assert question(points, *tests) == shares


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ([raw("# BEGIN QUESTION\na: [")], "cell 1: is not YAML"),
        ([raw("# BEGIN QUESTION\n- 1")], "cell 1: expected keys and values"),
        ([raw("# BEGIN QUESTION\na: !!python/object/apply:os.system ['x']")], "is not YAML"),
        ([raw("# BEGIN TESTS")], "cell 1: BEGIN TESTS is in no question"),
        ([raw("# BEGIN QUESTION\npoints: many"), raw("# BEGIN TESTS"), cell("x")], "not str"),
        ([raw("# BEGIN QUESTION\npoints: -1"), raw("# BEGIN TESTS"), cell("x")], "0 to 1000"),
        ([raw("# BEGIN QUESTION\npoints: 1"), raw("# BEGIN TESTS"), cell(worth(2))], "more than 1"),
        ([cell("x")], "no autograded answer; is it a source notebook of otter"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, cells: list[Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        draft_of(write(tmp_path, notebook(*cells)), "otter")


def test_another_language_is_refused(tmp_path: Path) -> None:
    made = master() | {"metadata": {"kernelspec": {"language": "R", "name": "ir"}}}
    with pytest.raises(UsageError, match="is written in r; expected a Python notebook"):
        draft_of(write(tmp_path, made), "otter")


STUDENTS = (
    'import otter\ngrader = otter.Notebook("hw1.ipynb")',
    "%matplotlib inline\nimport torch\nimport otter; hw = otter.Notebook()",
    "def energy(x):\n    return (x**2).sum()",
    'grader.check("q1")\nhw.check(\n    "q1"\n)\nafter = 1',
    "grader.check_all()",
    "grader.export(run_tests=True)",
)


def test_what_a_notebook_says_to_otter_is_left_out(tmp_path: Path) -> None:
    path = write(tmp_path, notebook(*map(cell, STUDENTS)))
    found = read_submission(path, "ada-l", "squares")
    assert isinstance(found, Submission)
    assert found.remarks == (REMARK,)
    namespace: dict[str, Any] = {}
    for each in found.cells:
        exec(each.source.replace("%", "#"), namespace)
    assert namespace["after"] == 1
    assert len(found.cells[3].source.split("\n")) == 5, "lines keep their numbers"


@pytest.mark.parametrize(
    "source",
    ["otters = 3", "import otter, torch", "x = 1; import otter", "def f():\n    import otter",
     "otter.x.y()", "otter = 1\notter + 1", "import otter\nx = ("],
)  # fmt: skip
def test_anything_else_stays_as_it_is(tmp_path: Path, source: str) -> None:
    found = read_submission(write(tmp_path, notebook(cell(source))), "ada-l", "squares")
    assert isinstance(found, Submission)
    assert found.cells[0].source == source
    assert found.remarks == ()


@pytest.mark.sandbox
@pytest.mark.slow
def test_a_students_notebook_for_otter_loses_no_point(tmp_path: Path) -> None:
    make_course(tmp_path / "course")
    answers = "def energy(x):\n    return (x**2).sum()\n\ndef slope(x):\n    return 2 * x\n"
    cells = (*STUDENTS[:1], "import otter\nimport torch\n" + answers, *STUDENTS[-2:])
    path = write(tmp_path, notebook(*map(cell, cells)))
    order = ["grade", str(path), "--course", str(tmp_path / "course"), "--trust-submissions"]
    done = CliRunner().invoke(app, [*order, "--out", str(tmp_path / "out"), "--json"])
    (score,) = json.loads(done.stdout)
    assert (score["earned"], score["possible"]) == (5, 5)
    assert score["remarks"] == [REMARK]
