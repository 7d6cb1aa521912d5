"""What commands say when something is misspelt, missing, full, or too loud."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.text import Text
from typer.testing import CliRunner

from grader.cli import app
from grader.cli.terminals import terminal
from grader.errors import UsageError
from grader.grading.folder import check_writable
from grader.outdir import write_whole
from grader.scores.gradebook import Gradebook, gradebook_url
from grader.scores.record import write_scores
from grader.suggestions import no_such
from tests.made_scores import make_evidence, make_score

run = CliRunner().invoke
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def graded(tmp_path: Path) -> Path:
    """A folder with a gradebook of one student."""
    out = tmp_path / "reports"
    out.mkdir()
    with Gradebook.open(gradebook_url(out)) as book:
        book.record(make_score(), make_evidence())
    write_scores(out, [make_score()])
    return out


# ---------------------------------------------------------------- did you mean


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Scalar_Gradients", "no exercise 'Scalar_Gradients'; did you mean scalar-gradients?"),
        ("scalar-gradint", "did you mean scalar-gradients?"),
        ("chainrule", "did you mean chain-rule?"),
        ("week-1", "no exercise 'week-1'; there are: chain-rule, scalar-gradients"),
    ],
)
def test_a_name_that_is_nearly_right_is_suggested(name: str, said: str) -> None:
    assert said in no_such("exercise", name, ["scalar-gradients", "chain-rule"])


def test_of_many_names_only_the_close_ones_are_told() -> None:
    names = [f"student-{k}" for k in range(10_000)]
    assert len(no_such("student", "student-17x", names)) < 120
    assert no_such("student", "zzz", names).endswith("such as student-0, student-1, student-10")
    assert no_such("student", "zzz", []) == "no student 'zzz'; there are none"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["grade", "{class}", "--exercise", "scalar-gradient"], "did you mean scalar-gradients?"),
        (["verify", "scalar_gradients"], "did you mean scalar-gradients?"),
        (["release", "chain-rul"], "did you mean chain-rule?"),
        (["show", "ada"], "no student 'ada' in the gradebook; did you mean ada-l?"),
        (["show", "--exercise", "scalar"], "no exercise 'scalar' in the gradebook"),
        (["history", "ada-1", "square_gradient"], "did you mean ada-l?"),
        (["comment", "ada-l", "square_gradiant", "Well done."], "did you mean square_gradient?"),
        (["override", "ada-l", "cubic", "1", "--reason", "x"], "no check 'cubic'"),
    ],
)
def test_commands_suggest_names(graded: Path, arguments: list[str], said: str) -> None:
    whole = [word.format(**{"class": ROOT / "tests" / "sample-class"}) for word in arguments]
    if whole[0] in ("show", "history", "comment", "override"):
        whole += ["--out", str(graded)]
    if whole[0] == "grade":
        whole += ["--out", str(graded / "new")]
    done = run(app, whole)
    assert (done.exit_code, said in done.output) == (2, True), done.output


# ---------------------------------------------------------------- folders that cannot be written


def full(*_: object, **__: object) -> Any:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_told_before_anything_runs_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UsageError, match="the disk is full; free some space"):
        check_writable(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")
def test_a_really_full_disk_is_told(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = f"mount -t tmpfs -o size=64k tmpfs {small}"
    grade = f"{sys.executable} -m grader grade {ROOT}/tests/sample-class --out {small}/a/b"
    done = subprocess.run(
        [
            "unshare",
            "--mount",
            "sh",
            "-c",
            f"{mount} || exit 77; {grade}; s=$?; ls -A {small}; exit $s",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    if done.returncode in (1, 77):
        pytest.skip("this machine mounts nothing")
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert done.stderr == (
        f"grader: --out {small}/a/b: cannot be written: the disk is full; free some space, or "
        "choose another folder\n"
    )


@pytest.mark.slow
@pytest.mark.parametrize("place", ["/proc/reports", "/dev/null/reports"])
def test_a_folder_that_cannot_be_made_is_told_as_such(place: str) -> None:
    done = run(app, ["grade", str(ROOT / "tests" / "sample-class"), "--out", place])
    assert done.exit_code == 2
    assert f"--out {place}: " in done.output
    assert "gradebook" not in done.output


def test_a_file_that_cannot_be_written_is_named_and_no_folder_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, graded: Path
) -> None:
    monkeypatch.setattr("tempfile.mkstemp", full)
    with pytest.raises(OSError, match=r"page\.html"):
        write_whole(tmp_path / "new" / "folder" / "page.html", "x")
    assert not (tmp_path / "new").exists()
    target = tmp_path / "export" / "grades.csv"
    done = run(app, ["export", "csv", str(graded), "--to", str(target)])
    assert done.exit_code == 2
    assert "the disk is full" in done.output


# ---------------------------------------------------------------- a file that is not graded


@pytest.mark.sandbox
def test_a_single_file_that_cannot_be_graded_is_no_success(tmp_path: Path) -> None:
    work = tmp_path / "chain-rule.ipynb"
    work.write_text("{", "utf-8")
    done = run(
        app,
        ["grade", str(work), "--course", "built-in", "--out", str(tmp_path / "out")],
    )
    assert done.exit_code == 2
    assert "1 not graded" in done.output
    assert "could not be graded: " in done.output
    assert "ungraded" not in done.output


# ---------------------------------------------------------------- louder, quieter, plainer


def test_quiet_says_only_what_goes_wrong(graded: Path) -> None:
    loud = run(app, ["report", "--out", str(graded)])
    quiet = run(app, ["report", "--out", str(graded), "-q"])
    assert (loud.exit_code, quiet.exit_code) == (0, 0)
    assert "Report: " in loud.output
    assert quiet.output == ""
    wrong = run(app, ["report", "--out", str(graded / "no"), "-q"])
    assert (wrong.exit_code, "grader: " in wrong.output) == (2, True)
    both = run(app, ["report", "--out", str(graded), "-q", "-v"])
    assert (both.exit_code, "opposites" in both.output) == (2, True)


def test_quiet_keeps_what_was_asked_for(graded: Path) -> None:
    assert (
        "ada-l"
        in run(app, ["show", "--out", str(graded), "-q", "--markdown", "ada-l", "--json"]).output
    )
    assert "report" in run(app, ["report", "--out", str(graded), "-q", "--json"]).output


@pytest.mark.slow
def test_the_log_file_holds_every_step_with_its_time(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "run.log"
    arguments = ["grade", str(ROOT / "tests" / "sample-class"), "--out", "/proc/x"]
    done = run(app, [*arguments, "--log-file", str(log)])
    assert done.exit_code == 2
    assert "files of 3 exercises" not in done.output
    assert "INFO grader.grading.pipeline: " in log.read_text()
    assert "files of 3 exercises" in log.read_text()
    assert "files of 3 exercises" in run(app, [*arguments, "-v"]).output
    nowhere = run(app, [*arguments, "--log-file", "/proc/x/run.log"])
    assert (nowhere.exit_code, "--log-file /proc/x/run.log: " in nowhere.output) == (2, True)


def test_no_color_drops_all_styling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    text = Text("bold", style="bold red")
    monkeypatch.setenv("TERM", "xterm-256color")
    console = terminal()
    with console.capture() as styled:
        console.print(text)
    assert "\x1b[" in styled.get()
    monkeypatch.setenv("NO_COLOR", "1")
    console = terminal()
    with console.capture() as plain:
        console.print(text)
    assert plain.get() == "bold\n"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (r"C:\Users\ada\work", "in WSL the same file is /mnt/c/Users/ada/work"),
        ("d:/class", "in WSL the same file is /mnt/d/class"),
        ("C:Userswork", "in WSL the drive C: is /mnt/c"),
        (r"--out=C:\reports", "in WSL the same file is /mnt/c/reports"),
    ],
)
def test_paths_of_windows_get_a_hint(path: str, said: str) -> None:
    done = run(app, ["grade", path])
    assert (done.exit_code, said in done.output) == (2, True), done.output


def test_what_only_looks_like_a_path_of_windows_is_none(graded: Path) -> None:
    done = run(app, ["comment", "ada-l", "square_gradient", "C:-) fine", "--out", str(graded)])
    assert "Windows" not in done.output
