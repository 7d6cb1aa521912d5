"""The student's own run: what it sees without a reference, and what it never claims."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.course.loading import Course, find_handout
from grader.errors import UsageError
from grader.model import Exercise, Outcome
from grader.selfcheck import showing
from grader.selfcheck.asking import try_checks
from grader.selfcheck.carrying import exercise_from, exercise_to
from grader.selfcheck.findings import Checked, Finding, Tried
from grader.selfcheck.runner import Runner, Target, changes
from tests.in_process import ROOT
from tests.made_course import CONTRACT, make_course

EXAMPLES = (
    CONTRACT
    + """
[[check.example]]
inputs = { x = [1.0, 2.0, -3.0] }
expect = [2.0, 4.0, -6.0]
"""
)
RIGHT = """
def energy(x):
    return (x**2).sum()

def slope(x):
    return 2 * x
"""


def exercise(folder: Path, contract: str = EXAMPLES) -> Exercise:
    """Return an exercise as students have it: there is no reference."""
    make_course(folder, contract)
    shutil.rmtree(folder / "reference")
    found = find_handout(folder / "squares.py")
    assert found.directory == folder.resolve()
    return found.load("squares", public=True)


def tried(folder: Path, source: str, contract: str = EXAMPLES) -> dict[str, Finding]:
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    return {f.check: f for f in try_checks(exercise(folder, contract), namespace)}


def test_what_holds_is_counted_and_not_called_right(tmp_path: Path) -> None:
    found = tried(tmp_path, RIGHT)
    assert [f.outcome for f in found.values()] == [Outcome.PASS, Outcome.PASS]
    assert found["slope"].tried == Tried(examples=1, drawn=3, differences=1)
    checked = Checked("squares", "Squares", "squares.py", tuple(found.values()))
    for said in ("\n".join(showing.as_lines(checked)), showing.as_html(checked)):
        assert "hidden inputs, drawn after you hand in" in said
        assert not re.search(r"all (checks )?pass|is right|full marks|correct", said, re.IGNORECASE)


@pytest.mark.parametrize(
    ("body", "outcome", "says"),
    [
        ("return x", Outcome.FAIL, "finite differences"),
        ("return x", Outcome.FAIL, "Published example 1: expected [2, 4, -6]"),
        ("return None if x.ndim else x", Outcome.FAIL, "None instead of numbers"),
        ("return (2 * x).sum()", Outcome.FAIL, "its shape is not that of x"),
        ("return 2 * x / (x - x)", Outcome.FAIL, "not all numbers are finite"),
        ("x *= 2; return x", Outcome.FAIL, "changes the values of its argument"),
        ("return 2 * y", Outcome.ERROR, "NameError"),
        ("raise NotImplementedError", Outcome.MISSING, "not written yet"),
        ("pass", Outcome.MISSING, "not written yet"),
        ("seen.append(0); return 2 * x * len(seen)", Outcome.FAIL, "second call"),
        ("return object()", Outcome.FAIL, "object"),
    ],
)
def test_what_is_wrong_is_seen_without_a_reference(
    tmp_path: Path, body: str, outcome: Outcome, says: str
) -> None:
    source = RIGHT.split("def slope")[0] + f"seen = []\ndef slope(x):\n    {body}\n"
    found = tried(tmp_path, source)["slope"]
    assert found.outcome is outcome
    assert says in " ".join(found.said)
    assert found.wrong == (outcome is not Outcome.MISSING)


def test_without_an_own_function_nothing_is_compared(tmp_path: Path) -> None:
    found = tried(tmp_path, "def slope(x):\n    return 3 * x\n", CONTRACT)
    assert found["energy"].outcome is Outcome.MISSING
    assert found["slope"].outcome is Outcome.PASS, "no example, no own function: nothing is known"
    assert found["slope"].tried.differences == 0
    assert "runs on 3 drawn inputs" in showing.holds_so_far(found["slope"])


def test_methods_that_were_not_asked_for_are_seen(tmp_path: Path) -> None:
    contract = EXAMPLES.replace("points = 3", 'points = 3\nmethod = "by-hand"')
    source = RIGHT.split("def slope")[0] + textwrap.dedent("""
        import torch
        def slope(x):
            with torch.enable_grad():
                leaf = x.detach().clone().requires_grad_()
                return torch.autograd.grad(energy(leaf), leaf)[0]
        """)
    said = " ".join(tried(tmp_path, source, contract)["slope"].said)
    assert "formulas of your own" in said


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    bad = 'def slope(x):\n    raise ValueError("\\x1b[2J<script>\\u202e\\n::error::")\n'
    checked = Checked("squares", "Squares", "a.py", tuple(tried(tmp_path, bad).values()))
    page, lines = showing.as_html(checked), showing.as_lines(checked)
    assert "<script>" not in page
    assert "\x1b" not in page + "".join(lines)
    assert len(lines) == 3
    assert all("\n" not in line for line in lines)


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        Target(tmp_path / "no.py", None, None)


def test_saving_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("1")
    following = changes(lambda: [path], every=0.01)
    next(following)
    path.write_text("12")
    next(following)


@pytest.mark.slow
def test_one_bad_cell_costs_one_bad_cell(tmp_path: Path) -> None:
    exercise(tmp_path)
    (tmp_path / "exercises/squares/exercise.toml").write_text(
        EXAMPLES + "[limits]\ncell_s = 2\nprobe_s = 2\n"
    )
    path = tmp_path / "squares.py"
    path.write_text(
        "# %%\nwhile True: pass\n# %%\n1 / 0\n# %%\nprint('hello' * 9)\n# %%\n"
        "import os\ndef energy(x):\n    os._exit(3)\n# %%\ndef slope(x):\n    return 2 * x\n"
    )
    with Runner() as runner:
        checked = runner.check(Target(path, None, None))
    assert [(t.outcome, t.line) for t in checked.troubles] == [
        (Outcome.TIMEOUT, 2),
        (Outcome.ERROR, 4),
    ]
    energy, slope = checked.findings
    assert (energy.outcome, energy.said) == (Outcome.KILLED, ("`energy` ended the process.",))
    # Its finite differences call the student's own energy, which ends the process as well.
    assert slope.outcome in (Outcome.KILLED, Outcome.PASS)


@pytest.mark.slow
def test_the_command_in_all_its_forms(tmp_path: Path) -> None:
    exercise(tmp_path)
    path = tmp_path / "Squares (1).py"
    path.write_text(RIGHT.replace("2 * x", "3 * x"))
    plain = CliRunner().invoke(app, ["check", str(path), "--plain"])
    assert plain.exit_code == 1
    assert f"{path}:5: error: slope: Not right yet: Published example 1" in plain.stdout
    found = json.loads(CliRunner().invoke(app, ["check", str(path), "--json"]).stdout)
    assert found["schema"] == "grader/check/v1"
    assert [check["outcome"] for check in found["checks"]] == ["pass", "fail"]
    path.write_text("def (")
    rich = CliRunner().invoke(app, ["check", str(path)])
    assert rich.exit_code == 1
    assert "SyntaxError" in rich.stdout


def test_the_magic_tries_what_the_cell_defines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    import grader

    exercise(tmp_path)
    monkeypatch.chdir(tmp_path)
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell(config=config)
    grader.load_ipython_extension(shell)
    shell.run_cell("import torch\ntorch.manual_seed(1)\nexpected = torch.rand(1)")
    shell.run_cell("torch.manual_seed(1)")
    shown = shell.run_cell_magic("check", "", "def slope(x):\n    return 3 * x\n")
    assert [f.check for f in shown.checked.findings] == ["slope"]
    assert "expected [2, 4, -6]" in shown._repr_html_()
    assert shell.run_cell("torch.rand(1) == expected").result.item(), "its numbers are untouched"
    for line in ("", "squares"):  # there is only one exercise here, so it need not be named
        everything = shell.run_line_magic("check", line)
    assert [f.outcome for f in everything.checked.findings] == [Outcome.MISSING, Outcome.FAIL]
    assert shell.run_line_magic("check", "no-such") is None
    assert "no exercise 'no-such'" in capsys.readouterr().out


@pytest.mark.parametrize("name", Course(ROOT).exercise_ids)
def test_an_exercise_reaches_the_process_that_runs_it_unchanged(name: str) -> None:
    loaded = Course(ROOT).load(name, public=True)
    assert exercise_from(json.loads(json.dumps(exercise_to(loaded)))) == loaded


@pytest.mark.slow
def test_a_file_that_cannot_be_read_is_not_run(tmp_path: Path) -> None:
    exercise(tmp_path)
    path = tmp_path / "squares.ipynb"
    path.write_text("{}")
    with Runner() as runner:
        checked = runner.check(Target(path, None, None))
    assert checked.findings == ()
    assert "is not a notebook" in checked.troubles[0].said[0]
    assert checked.wrong


@pytest.mark.slow
def test_what_a_file_names_is_imported_before_it_is_saved_again() -> None:
    code = (
        "import sys; sys.argv = ['child', '3', 'plots', 'optimizers']\n"
        "from grader.selfcheck.child import _warm_up; _warm_up(sys.argv[2:])\n"
        "sys.exit(', '.join({'matplotlib.pyplot', 'torch._dynamo'} - set(sys.modules)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False,
        env={**os.environ, "MPLBACKEND": "agg"},
    )  # fmt: skip
    assert done.stderr == ""


@pytest.mark.slow
def test_what_starts_cold_imports_no_more_than_it_runs() -> None:
    code = (
        "from grader.inside.shell import build_shell; build_shell()\n"
        "from grader.selfcheck.child import _warm_up; _warm_up()\n"
        "import sys; sys.exit(', '.join({'nbformat', 'pydantic', 'jupytext', 'matplotlib.pyplot',"
        " 'scipy', 'sqlalchemy', 'rich'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""


@pytest.mark.slow
def test_a_cell_that_was_found_again_is_remarked_on(tmp_path: Path) -> None:
    path = tmp_path / "autograd-notebook.py"
    path.write_text("# %%\ndf_dx, df_dy = 6.0, 13.0\n# %% [markdown]\n# No more.\n")
    done = CliRunner().invoke(app, ["check", str(path), "--plain"])
    assert done.exit_code == 1, "three of four are not there, and one without autograd"
    assert "`partial-derivatives` is line 2." in done.stdout
    assert "The task asks for autograd" in done.stdout
    assert "training: Not written yet: No cell bears the tag `training`" in done.stdout
    shown = CliRunner().invoke(app, ["check", str(path)]).stdout
    assert "partial-derivatives is line 2." in " ".join(shown.split())
