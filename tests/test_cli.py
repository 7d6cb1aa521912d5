"""The command line: exit codes, JSON, help within a blink, and words for every fault."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

import grader.grading.pipeline
import grader.proof.verify
from grader.cli import app
from grader.cli.classes import _exit_code
from grader.errors import CourseError, InternalError
from grader.grading.pipeline import Graded, Order
from grader.model import Exercise
from grader.proof.verify import Finding
from grader.report.class_lines import lines_of
from grader.report.pages import words_of
from tests.made_scores import make_score


def commands() -> list[str]:
    """Return every command there is, those of groups as two words."""
    found = []
    for name, command in get_command(app).commands.items():
        inner = getattr(command, "commands", None)
        found += [f"{name} {part}" for part in inner] if inner else [name]
    return found


COMMANDS = commands()
PRINTS_JSON = ("export gradescope", "export classroom50", "export classroom", "export gitlab")
"""What they write is JSON itself."""
run = CliRunner().invoke


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )


def test_help_names_every_command_and_exit_code() -> None:
    said = run(app, ["--help"]).output
    assert len(COMMANDS) > 25
    assert all(command.split()[0] in said for command in COMMANDS)
    assert "130 interrupted" in said


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_json(command: str) -> None:
    done = run(app, [*command.split(), "--help"])
    assert done.exit_code == 0
    assert "--json" in done.output or command in PRINTS_JSON


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_commands(shell: str) -> None:
    typed = {"COMP_WORDS": "grader imp", "COMP_CWORD": "1", "_TYPER_COMPLETE_ARGS": "grader imp"}
    asked = {"_GRADER_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    done = python(str(Path(sys.executable).with_name("grader")), **typed, **asked)
    assert "import" in done.stdout, done.stderr
    assert "override" not in done.stdout


def test_help_imports_nothing_heavy() -> None:
    heavy = ("torch", "numpy", "nbformat", "nbclient", "sqlalchemy", "matplotlib", "jinja2", "rich")
    code = (
        "import sys; from grader.cli import app\n"
        "try: app(['grade', '--help'])\n"
        "except SystemExit: pass\n"
        f"print([name for name in {heavy} if name in sys.modules], file=sys.stderr)"
    )
    assert python("-c", code).stderr.strip() == "[]"


def test_version() -> None:
    assert run(app, ["--version"]).output == f"gradient-grader {grader.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["grade", "nowhere"], 2, "nowhere: No such file"),
        (["grade"], 2, "SUBMISSIONS"),
        (["grade", ".", "--jobs", "0"], 2, "--jobs"),
        (["grade", ".", "--isolation", "perfect"], 2, "perfect"),
        (["grade", ".", "--course", "nowhere"], 2, "nowhere: is no course"),
        (["verify", "no-such-exercise"], 2, "no exercise 'no-such-exercise'"),
        (["report", "--out", "nowhere"], 2, "no gradebook.sqlite"),
        (["frobnicate"], 2, "frobnicate"),
    ],
)
def test_usage_errors(arguments: list[str], code: int, says: str) -> None:
    result = run(app, arguments)
    assert result.exit_code == code
    assert says in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "code", "says"),
    [
        (CourseError("exercise.toml: points: expected a number"), 2, "points: expected"),
        (InternalError("the sandbox died"), 3, "the sandbox died"),
        (ZeroDivisionError("unexpected"), 3, "a fault of the grader"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_faults_have_their_own_exit_codes(
    monkeypatch: pytest.MonkeyPatch, fault: BaseException, code: int, says: str
) -> None:
    def fail(*_: object) -> None:
        raise fault

    monkeypatch.setattr(grader.grading.pipeline, "grade", fail)
    result = run(app, ["grade", "tests/sample-class"])
    assert result.exit_code == code
    assert says in result.stderr


@pytest.mark.parametrize(
    ("earned", "status", "interrupted", "fail_under", "code"),
    [
        (0.0, "graded", False, None, 0),
        (0.0, "ungraded", False, None, 2),
        (5.0, "graded", False, 50.0, 0),
        (4.9, "graded", False, 50.0, 1),
        (9.0, "provisional", False, None, 3),
        (0.0, "provisional", False, 50.0, 3),
        (9.0, "graded", True, None, 130),
    ],
)
def test_exit_codes_of_grade(
    earned: float, status: str, interrupted: bool, fail_under: float | None, code: int
) -> None:
    score = make_score(earned=earned, possible=10.0, status=status)
    graded = Graded(lines_of([score], words_of(None)["class"]), 0, interrupted, Path("index.html"))
    assert _exit_code(graded, fail_under) == code


def test_grade_passes_its_options_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    orders: list[Order] = []

    def note(order: Order, *_: object) -> Graded:
        orders.append(order)
        score = make_score(earned=1.0, possible=2.0)
        lines = lines_of([score], words_of(None)["class"])
        return Graded(lines, 0, False, tmp_path / "index.html", strays=(score,))

    monkeypatch.setattr(grader.grading.pipeline, "grade", note)
    result = run(
        app,
        ["grade", str(tmp_path), "--exercise", "chain-rule", "--out", str(tmp_path / "o"),
         "--jobs", "3", "--seed", "9", "--force", "--isolation", "reduced", "--json",
         "--trust-submissions", "--gradebook", "sqlite:///g.db", "--fail-under", "60"],
    )  # fmt: skip
    assert result.exit_code == 1
    (record,) = json.loads(result.stdout)
    assert record["schema"] == "grader/score/v1"
    (order,) = orders
    assert (order.exercise, order.jobs, order.seed, order.force) == ("chain-rule", 3, 9, True)
    assert (order.isolation, order.trusted) == ("reduced", True)
    assert (order.gradebook, order.out) == ("sqlite:///g.db", tmp_path / "o")


def test_verify_says_what_does_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def verify_exercise(exercise: Exercise, *, mutants: bool) -> list[Finding]:
        asked.append(mutants)
        return [
            Finding(exercise.id, "reference", True, "full marks"),
            Finding(exercise.id, "mistake summed", False, "loses nothing"),
            *([Finding(exercise.id, "mutants", True, "kill rate 100 %")] if mutants else []),
        ]

    monkeypatch.setattr(grader.proof.verify, "verify_exercise", verify_exercise)
    result = run(app, ["verify", "scalar-gradients"])
    assert result.exit_code == 2
    assert "1 of 2 hold" in result.stdout
    assert "mistake summed: loses nothing" in result.stdout
    found = json.loads(run(app, ["verify", "scalar-gradients", "--json"]).stdout)
    assert [finding["holds"] for finding in found] == [True, False]
    assert "full marks" not in result.stdout
    result = run(app, ["verify", "scalar-gradients", "--mutants"])
    assert "mutants: kill rate 100 %" in result.stdout
    assert asked == [False, False, True]


def test_release_writes_starters_and_nothing_else(tmp_path: Path) -> None:
    result = run(app, ["release", "scalar-gradients", "--out", str(tmp_path), "--json"])
    assert result.exit_code == 0
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["scalar-gradients.ipynb", "scalar-gradients.py"]
    assert sorted(Path(path).name for path in json.loads(result.stdout)) == names
