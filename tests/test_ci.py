"""`grader ci` in the jobs of others: workflow files run step by step, Gradescope's zip too."""

from __future__ import annotations

import io
import json
import os
import re
import socket
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from grader.cli import app
from grader.errors import UsageError
from grader.exports.autograder import autograder_zip
from grader.exports.job import exit_code, leave, one_student
from grader.model import Submission, Unreadable
from grader.submissions.finding import find_submissions
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
     ("ungraded", 0, 1, False, 2), ("ungraded", 0, None, False, 2),
     ("ungraded", 0, 1, True, 0)],
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


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(str(path))


def _device(path: Path) -> None:
    """Only root may make one; anybody else hands in a link to one."""
    if os.geteuid() == 0:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))
    else:
        path.symlink_to("/dev/zero")


def _sparse(path: Path) -> None:
    path.touch()
    os.truncate(path, 100 << 30)


def _deep(path: Path) -> None:
    for _ in range(300):
        path = path / "d"
    path.mkdir(parents=True)


def _many(path: Path) -> None:
    path.mkdir()
    for number in range(1200):
        (path / f"{number}.py").touch()


ODD: dict[str, tuple[Callable[[Path], None], str]] = {
    "a pipe": (_pipe, "is not a regular file"),
    "a socket": (_socket, "is not a regular file"),
    "a device": (_device, "is not a regular file|symbolic link"),
    "a file of 100 GB without content": (_sparse, "has 102,400 MiB"),
    "a link to nothing": (lambda path: path.symlink_to("nothing"), "symbolic link"),
    "a link to itself": (lambda path: path.symlink_to(path.name), "symbolic link"),
    "a link to the folder above": (lambda path: path.symlink_to(".."), "symbolic link"),
    "a link to a device": (lambda path: path.symlink_to("/dev/zero"), "symbolic link"),
    "folders without end": (_deep, "holds no notebook or module"),
    "too many files": (_many, "holds more than"),
}


@pytest.mark.parametrize("kind", ODD)
def test_what_is_no_file_costs_only_that_file(tmp_path: Path, kind: str) -> None:
    make, reason = ODD[kind]
    handed = tmp_path / "handed"
    handed.mkdir()
    is_folder = make in (_deep, _many)
    make(handed / ("squares" if is_folder else "squares.py"))
    # The output folder may be the student's own.
    only = find_submissions(one_student(handed, handed / "reports"), ["squares", "cubes"])
    assert [type(item) for item in only] == [Unreadable]
    assert re.search(reason, only[0].reason), only[0].reason
    (handed / "cubes.py").write_text(RIGHT)
    for _ in range(2):  # the second time the copy of the first is there
        found = find_submissions(one_student(handed, handed / "reports"), ["squares", "cubes"])
        assert {item.exercise: type(item) for item in found} == {
            "squares": Unreadable, "cubes": Submission,
        }  # fmt: skip
    blocks = (entry.lstat().st_blocks for entry in (handed / "reports").rglob("*"))
    assert sum(blocks) * 512 < 16 << 20


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
    os.mkfifo(handed / "pipe")
    _sparse(handed / "large.bin")
    (handed / "loop").symlink_to("loop")
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


# ---------------------------------------------------------------- the action and the image

ROOT = Path(__file__).resolve().parent.parent


def test_the_action_is_composite_and_lets_no_input_into_a_script() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    assert action["runs"]["using"] == "composite"
    for step in action["runs"]["steps"]:
        if "run" in step:
            assert step["shell"] == "bash"
            assert "${{" not in step["run"], "an input would be read as code"
            subprocess.run(["bash", "-n"], input=step["run"], text=True, check=True)
    used = re.findall(r"inputs\.([\w-]+)", (ROOT / "action.yml").read_text("utf-8"))
    assert set(used) == set(action["inputs"])
    assert all("description" in each for each in action["inputs"].values())


@pytest.mark.sandbox
def test_the_action_grades_a_checkout(tmp_path: Path) -> None:
    make_course(tmp_path / "course")
    (tmp_path / "submission").mkdir()
    (tmp_path / "submission" / "squares.py").write_text(RIGHT, "utf-8")
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    inputs = {name: str(each["default"]) for name, each in action["inputs"].items()}
    inputs["course"] = str(tmp_path / "course")
    (step,) = [each for each in action["runs"]["steps"] if each.get("id") == "grade"]
    settings = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: inputs[found[1]], value)
        for name, value in step["env"].items()
    }
    summary, output = tmp_path / "summary.md", tmp_path / "output.txt"
    done = subprocess.run(
        ["bash", "-e", "-c", step["run"]],
        cwd=tmp_path,
        env={**os.environ, **settings, "PATH": f"{BIN}:{os.environ['PATH']}",
             "GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "school/squares-ada-l",
             "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(output)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert summary.read_text().startswith("## squares\\-ada\\-l, ")
    assert output.read_text().startswith("result=")
    assert "::error file=squares.py,line=4,title=" in done.stdout


def test_the_image_is_made_of_files_that_are_there_and_runs_as_nobody_special() -> None:
    lines = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ").splitlines()
    steps_ = [line.split(None, 1) for line in lines if line and not line.startswith("#")]
    copied = [word for kind, rest in steps_ if kind == "COPY" for word in rest.split()[:-1]]
    assert copied
    assert all((ROOT / name).exists() for name in copied)
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert all(f"!{name}" in ignored for name in copied), "the rest does not get into the build"
    needed = re.search(
        r'"(exercises)", "(reference)"', (ROOT / "hatch_build.py").read_text("utf-8")
    )
    assert needed is not None
    assert set(needed.groups()) <= set(copied)
    kinds = [kind for kind, _ in steps_]
    assert kinds[0] == "FROM"
    assert kinds[-2:] == ["ENTRYPOINT", "CMD"]
    assert ["USER", "grader"] in steps_
    assert "bubblewrap" in "".join(rest for kind, rest in steps_ if kind == "RUN")
    assert json.loads(steps_[-2][1]) == ["grader"]
    assert CliRunner().invoke(app, [*json.loads(steps_[-1][1]), "--help"]).exit_code == 0
