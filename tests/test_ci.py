"""`grader ci` in the jobs of others: workflow files run step by step, Gradescope's zip too."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from grader.cli import app
from grader.errors import UsageError
from grader.exports.autograder import autograder_zip
from grader.exports.job import exit_code, leave, one_student
from grader.workflows import WORKFLOWS, workflow_text
from tests.made_course import make_course
from tests.made_scores import make_score

RIGHT = "def energy(x):\n    return (x**2).sum()\n\ndef slope(x):\n    return x\n"
BIN = str(Path(sys.executable).parent)


def steps(name: str) -> list[str]:
    """Return the shell lines of a workflow, without those that set up its machine."""
    read = yaml.safe_load(workflow_text(name))
    if name == "gitlab":
        lines = read["grade"]["script"]
    else:
        (job,) = read["jobs"].values()
        lines = [step["run"] for step in job["steps"] if "run" in step]
    return [line for line in lines if "grader ci" in line]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflows_are_yaml_and_need_no_more_rights_than_they_use(name: str) -> None:
    read = yaml.safe_load(workflow_text(name))
    assert steps(name)
    if name != "gitlab":
        assert "write" not in {v for k, v in read["permissions"].items() if k != "checks"}
        assert all("timeout-minutes" in job for job in read["jobs"].values())
    assert "${{ github.event" not in workflow_text(name), "nothing of an event reaches a shell"


def test_an_unknown_workflow_is_a_usage_error() -> None:
    done = CliRunner().invoke(app, ["ci", "--workflow", "jenkins"])
    assert done.exit_code == 2
    assert "github, gitlab" in done.stderr
    done = CliRunner().invoke(app, ["ci", "--workflow", "gitlab"])
    assert done.stdout == workflow_text("gitlab")


@pytest.mark.parametrize(
    ("status", "earned", "least", "zero", "code"),
    [("graded", 5, None, False, 0), ("graded", 5, 60, False, 1), ("graded", 5, 60, True, 0),
     ("graded", 6, 60, False, 0), ("provisional", 9, None, True, 3),
     ("ungraded", 0, 1, False, 1)],
)  # fmt: skip
def test_exit_codes(status: str, earned: float, least: float, zero: bool, code: int) -> None:
    score = make_score(status=status, earned=earned, possible=10.0)
    assert exit_code([score], least, always_zero=zero) == code


def test_what_is_left_depends_on_who_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert [p.name for p in leave([make_score()], tmp_path / "o", {})] == ["junit.xml"]
    assert "::" not in capsys.readouterr().out
    leave([make_score()], tmp_path / "o", {"GITHUB_ACTIONS": "true"}, silent=True)
    assert capsys.readouterr().out == ""
    job = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "s.md", "GITHUB_OUTPUT": "o.txt",
           "GITLAB_CI": "true", "CLASSROOM": "c", "ASSIGNMENT": "a",
           "SUBMISSION_TAG": "submit/1", "COMMIT_URL": "https://example.org/c",
           "RELEASE_URL": "https://example.org/r"}  # fmt: skip
    written = leave([make_score()], tmp_path / "o", job)
    assert [p.name for p in written] == ["junit.xml", "gl-code-quality-report.json", "result.json"]
    out = capsys.readouterr().out.splitlines()
    token = out[0].removeprefix("::stop-commands::")
    end = out.index(f"::{token}::")
    assert not any(line.startswith("::") for line in out[1:end])
    assert out[end + 1].startswith("::error file=")
    assert Path("s.md").read_text().startswith("## ")
    assert Path("o.txt").read_text().startswith("result=")


def test_the_zip_has_what_gradescope_looks_for(tmp_path: Path) -> None:
    exercise = make_course(tmp_path).load("squares")
    made = autograder_zip(exercise)
    assert made == autograder_zip(exercise), "the same course gives the same zip"
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert set(archive.namelist()) == {
            "setup.sh", "run_autograder", "course/exercises/squares/exercise.toml",
            "course/exercises/squares/starter.py", "course/reference/squares.py",
        }  # fmt: skip
        modes = {i.filename: i.external_attr >> 16 & 0o777 for i in archive.infolist()}
        assert modes["setup.sh"] == modes["run_autograder"] == 0o755
        for script in ("setup.sh", "run_autograder"):
            text = archive.read(script)
            assert text.startswith(b"#!")
            assert b"\r" not in text
            subprocess.run(["bash", "-n"], input=text, check=True)
    with pytest.raises(UsageError, match="expected a wheel"):
        autograder_zip(exercise, wheel=tmp_path / "reference" / "squares.py")


def test_one_student_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected the folder"):
        one_student(tmp_path / "nothing", tmp_path)


@pytest.mark.e2e
@pytest.mark.slow
def test_gradescopes_script_writes_results(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    exercise = make_course(tmp_path / "made").load("squares")
    with zipfile.ZipFile(io.BytesIO(autograder_zip(exercise, trusted=True))) as archive:
        archive.extractall(tmp_path / "source")
    handed = tmp_path / "submission"
    handed.mkdir()
    (handed / "my homework.py").write_text(RIGHT)
    script = (tmp_path / "source/run_autograder").read_text()
    script = script.replace("cd /autograder", f"cd {tmp_path}")
    places = {"SUBMISSION": str(handed), "COURSE": str(tmp_path / "source/course"),
              "RESULTS": str(tmp_path / "results/results.json")}  # fmt: skip
    done = subprocess.run(
        ["bash", "-c", script], env={**os.environ, **places, "PATH": f"{BIN}:/usr/bin:/bin"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    content = json.loads((tmp_path / "results/results.json").read_text())
    assert [(t["score"], t["max_score"], t["status"]) for t in content["tests"]] == [
        (2, 2, "passed"), (0, 3, "failed")
    ]  # fmt: skip
    assert "power comes down" in content["tests"][1]["output"]


@pytest.mark.e2e
@pytest.mark.slow
@pytest.mark.parametrize("name", ["github", "classroom50"])
def test_a_workflow_runs_step_by_step(tmp_path: Path, name: str) -> None:
    (tmp_path / "made").mkdir()
    make_course(tmp_path / "made")
    (tmp_path / "submission").mkdir()
    (tmp_path / "submission/squares.py").write_text(RIGHT)
    job = {"PATH": f"{BIN}:/usr/bin:/bin", "GRADER_COURSE": str(tmp_path / "made"),
           "GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
           "CLASSROOM": "c", "ASSIGNMENT": "squares", "OWNER": "ada-l",
           "SUBMISSION_TAG": "submit/1", "COMMIT_URL": "https://example.org/c",
           "RELEASE_URL": "https://example.org/r"}  # fmt: skip
    for line in steps(name):
        command = line.splitlines()[0] + " --trust-submissions"
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", command], cwd=tmp_path, env={**os.environ, **job},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    assert "2 of 5 points" in (tmp_path / "summary.md").read_text()
    result = json.loads((tmp_path / "result.json").read_text())
    assert (result["score"], result["max-score"]) == (2, 5)
    assert (tmp_path / "reports/junit.xml").is_file()
