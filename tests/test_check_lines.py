"""`grader check`: a line for every problem, at once where nothing has to run, file by file."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from typer.testing import CliRunner

from grader.cli import app
from grader.course.loading import find_handout
from grader.model import Cell, Exercise, Submission
from grader.selfcheck.reading import definition_of, nothing_to_run
from tests.made_course import CONTRACT, make_course

QUICK = CONTRACT + "\n[limits]\ncell_s = 2\nprobe_s = 2\n"
LOOP = """import torch


def energy(x):
    return (x**2).sum()


def slope(x):
    n = 0
    while True:
        n += 1
"""


def course(folder: Path, contract: str = CONTRACT) -> Path:
    make_course(folder, contract)
    shutil.rmtree(folder / "reference")
    return folder


def check(*arguments: object) -> tuple[int, list[str]]:
    done = CliRunner().invoke(app, ["check", *map(str, arguments)])
    return done.exit_code, done.output.splitlines()


def notebook(path: Path, *sources: str) -> Path:
    made = new_notebook(cells=[new_code_cell(source) for source in sources])
    path.write_text(nbformat.writes(made), "utf-8")
    return path


def handed(*sources: str, kind: str = "notebook") -> Submission:
    cells = tuple(Cell(index, source) for index, source in enumerate(sources))
    return Submission("me", "squares", Path("squares.ipynb"), kind, "5" * 64, cells)  # type: ignore[arg-type]


def problems(lines: Iterable[str]) -> list[str]:
    return [line.rpartition("squares")[2] for line in lines if ": error: " in line]


# ---------------------------------------------------------------- lines


@pytest.mark.slow
def test_the_line_that_ran_when_time_was_up_is_named(tmp_path: Path) -> None:
    course(tmp_path, QUICK)
    work = tmp_path / "squares.py"
    work.write_text(LOOP, "utf-8")
    code, lines = check(work, "--plain")
    (said,) = [line for line in lines if "slope" in line]
    assert code == 1
    assert said.startswith((f"{work}:10: error: ", f"{work}:11: error: "))
    assert "took more than 2 s" in said


@pytest.mark.slow
def test_a_cell_that_never_ends_is_named_with_its_line(tmp_path: Path) -> None:
    course(tmp_path, QUICK)
    work = notebook(tmp_path / "squares.ipynb", "import time", "x = 1\n\ntime.sleep(60)")
    _, lines = check(work, "--plain")
    assert any(line.startswith(f"{work}:cell 2:3: error: ") for line in lines), lines


@pytest.mark.slow
def test_what_is_wrong_is_shown_at_its_definition_and_what_raised_at_its_line(
    tmp_path: Path,
) -> None:
    course(tmp_path)
    work = tmp_path / "squares.py"
    work.write_text(
        "def energy(x):\n    y = x**2\n    return y.summ()\n\n\ndef slope(x):\n    return x\n",
        "utf-8",
    )
    _, lines = check(work, "--plain")
    wrong = [line for line in lines if ": error: " in line]
    assert wrong[0].startswith(f"{work}:3: error: energy: Raised an error")


@pytest.mark.slow
def test_what_is_not_written_yet_is_shown_at_its_definition_beside_work_that_ran(
    tmp_path: Path,
) -> None:
    course(tmp_path)
    work = tmp_path / "squares.py"
    source = "def energy(x):\n    return (x**2).sum()\n\n\ndef slope(x):\n    pass\n"
    work.write_text(source, "utf-8")
    _, lines = check(work, "--plain")
    assert f"{work}:5: info: slope: Not written yet" in lines


def test_the_last_definition_counts_and_cells_count_their_own_lines() -> None:
    twice = handed("def f(x):\n    pass", "import torch\n\ndef f(x):\n    return x")
    place = definition_of("f", twice)
    assert place is not None
    assert (place.name, place.line) == ("cell 2", 3)
    assert definition_of("g", twice) is None
    lambdas = definition_of("h", handed("h = lambda x: x"))
    assert lambdas is not None


# ---------------------------------------------------------------- nothing to run


@pytest.fixture
def squares(tmp_path: Path) -> Exercise:
    return find_handout(course(tmp_path) / "squares.py").load("squares", public=True)


@pytest.mark.parametrize(
    "sources",
    [
        ("def energy(x):\n    pass\n\ndef slope(x):\n    ...",),
        ('def energy(x):\n    """Say."""\n    raise NotImplementedError("later")',),
        ("x = 1",),
        ("def energy(x:\n    return x",),
        (),
    ],
)
def test_stubs_missing_names_and_broken_cells_need_no_run(
    squares: Exercise, sources: tuple[str, ...]
) -> None:
    read = nothing_to_run(squares, handed(*sources))
    assert read is not None
    findings, troubles = read
    assert all(found.said == (f"`{found.name}` is not written yet.",) for found in findings)
    assert bool(troubles) == any(
        ":\n    return" in source and "(x:" in source for source in sources
    )


def test_functions_beside_a_faulty_line_are_there(squares: Exercise) -> None:
    source = "def energy(x):\n    return (\n\ndef slope(x):\n    return 2 * x\n"
    assert nothing_to_run(squares, handed(source)) is None


@pytest.mark.parametrize(
    "source",
    [
        "def energy(x):\n    return x",
        "energy = slope = None",
        "from helpers import *",
        "from helpers import energy",
        "exec('def energy(x): return x')",
        "globals()['energy'] = abs",
        "%run other.ipynb",
        "def f():\n    global energy\n    energy = abs\nf()",
        "if True:\n    def energy(x):\n        return x",
        "class energy:\n    pass",
        "1 / 0",
        "import a_module_that_is_not_there",
        "print('hello')",
    ],
)
def test_whatever_may_define_something_runs(squares: Exercise, source: str) -> None:
    assert nothing_to_run(squares, handed(source)) is None


@pytest.mark.slow
def test_a_starter_is_told_within_a_second_and_without_torch(tmp_path: Path) -> None:
    work = course(tmp_path) / "squares.py"
    work.write_text("def energy(x):\n    pass\n\n\ndef slope(x):\n    pass\n", "utf-8")
    code = (
        "import sys\nfrom typer.testing import CliRunner\nfrom grader.cli import app\n"
        f"done = CliRunner().invoke(app, ['check', {str(work)!r}, '--plain'])\n"
        "print(done.output)\nsys.exit('torch' in sys.modules)"
    )
    best = torch = 9.0
    for _ in range(3):
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False
        )
        best = min(best, time.perf_counter() - began)
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import torch"], check=True)
        torch = min(torch, time.perf_counter() - began)
    assert (done.returncode, done.stderr) == (0, "")
    assert "energy: Not written yet" in done.stdout
    # Seconds; on a machine that is busy otherwise, the import that it does without.
    assert best < max(1.5, torch)


# ---------------------------------------------------------------- folders, other files, watching


def test_a_folder_is_checked_file_by_file(tmp_path: Path) -> None:
    course(tmp_path)
    stub = "def energy(x):\n    pass\n"
    (tmp_path / "squares.py").write_text(stub, "utf-8")
    notebook(tmp_path / "squares.ipynb", stub)
    (tmp_path / "helpers.py").write_text("x = 1\n", "utf-8")
    code, lines = check(tmp_path, "--plain")
    text = "\n".join(lines)
    assert code == 1
    assert text.count("energy: Not written yet") == 2
    assert "not checked: " in text
    assert "helpers.py" in text
    done = CliRunner().invoke(app, ["check", str(tmp_path), "--json"])
    assert len(json.loads(done.stdout)) == 2


def test_a_folder_without_work_and_a_file_of_no_exercise_are_told(tmp_path: Path) -> None:
    course(tmp_path)
    (tmp_path / "empty").mkdir()
    assert check(tmp_path / "empty")[0] == 2
    other = tmp_path / "helpers.py"
    other.write_text("x = 1\n", "utf-8")
    code, lines = check(other)
    assert code == 2
    assert "Name it with --exercise" in lines[-1]


@pytest.mark.slow
def test_watching_says_that_it_waits_and_separates_runs(tmp_path: Path) -> None:
    work = course(tmp_path) / "squares.py"
    work.write_text("def energy(x):\n    pass\n", "utf-8")
    command = [sys.executable, "-m", "grader", "check", str(work), "--watch"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as run:
        assert run.stderr is not None
        assert run.stderr.readline() == f"Waiting until {work} is saved; Ctrl-C ends.\n"
        time.sleep(0.5)
        work.write_text("def slope(x):\n    pass\n", "utf-8")
        assert run.stderr.readline() == "\n"
        assert "────────" in run.stderr.readline()
        assert "Waiting until" in run.stderr.readline()
        run.kill()
