"""What is graded is graded, whoever reads what the command line says."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.cli.options import print_json
from grader.cli.streams import unread_allowed
from grader.cli.terminals import terminal
from grader.scores.gradebook import Gradebook, gradebook_url
from grader.unseen import UNSEEN
from tests.made_scores import make_evidence, make_score

GRADER = [sys.executable, "-c", "from grader.cli import main; main()"]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    with Gradebook.open(gradebook_url(tmp_path)) as book:
        book.record(make_score(), make_evidence())
    return tmp_path


def run(arguments: list[str], stdout: int, stderr: int) -> int:
    return subprocess.run(
        [*GRADER, *arguments], stdout=stdout, stderr=stderr, check=False
    ).returncode


def closed_pipe() -> int:
    reader, writer = os.pipe()
    os.close(reader)
    return writer


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "device", "code"),
    [
        (["report"], "full", 0),
        (["report"], "gone", 0),
        (["report", "--json"], "full", 3),
        (["show", "--markdown"], "full", 3),
        (["show", "--markdown"], "gone", 0),
    ],
)
def test_the_exit_code_tells_whether_something_is_lost(
    out: Path, command: list[str], device: str, code: int
) -> None:
    stdout = os.open("/dev/full", os.O_WRONLY) if device == "full" else closed_pipe()
    try:
        assert run([*command, "--out", str(out)], stdout, closed_pipe()) == code
    finally:
        os.close(stdout)
    assert command[0] != "report" or (out / "index.html").is_file()


@pytest.mark.e2e
def test_a_class_is_graded_although_nobody_reads(tmp_path: Path) -> None:
    (tmp_path / "class" / "ada-l").mkdir(parents=True)
    (tmp_path / "class" / "ada-l" / "scalar-gradients.py").write_text("x = 1\n")
    arguments = ["grade", str(tmp_path / "class"), "--out", str(tmp_path / "out")]
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        assert run([*arguments, "--trust-submissions"], full, closed_pipe()) == 0
    finally:
        os.close(full)
    with Gradebook.open(gradebook_url(tmp_path / "out")) as book:
        assert [score.status for score in book.scores()] == ["graded"]


def test_it_leaves_last_of_all_and_takes_nothing_apart() -> None:
    code = """
import atexit, sys
from grader.__main__ import _End
class Torch:
    def __del__(self): print("taken apart")
torch, end = Torch(), _End()
atexit.register(end.leave)
atexit.register(print, "the others first")
end.code = 3
sys.exit(3)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (3, "the others first\n", "")


ODD = "\x1b]0;mine\x07\u202eno\u2066\x9b31m\ud800"


@pytest.mark.parametrize("as_json", [False, True])
def test_no_command_lets_control_characters_through(
    monkeypatch: pytest.MonkeyPatch, as_json: bool
) -> None:
    seen, errors = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stdout", seen)
    monkeypatch.setattr(sys, "stderr", errors)
    with unread_allowed():
        print_json({"said": ODD}) if as_json else print(ODD)
        print(ODD, file=sys.stderr)
    assert not UNSEEN.search(seen.getvalue() + errors.getvalue())
    if as_json:
        assert json.loads(seen.getvalue()) == {"said": ODD}


def test_colours_of_our_own_still_reach_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = io.StringIO()
    monkeypatch.setattr(sys, "stdout", seen)
    monkeypatch.setattr(seen, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    with unread_allowed():
        terminal().print("[red]wrong[/red]")
    assert "\x1b[31mwrong" in seen.getvalue()
