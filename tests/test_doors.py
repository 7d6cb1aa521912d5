"""Ways in beside the sandbox: a student's course, conftest, ini file or module never runs."""

from __future__ import annotations

import shlex
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.grading.pytest_ground import refuse_configuration
from tests.both_users import USERS, run_as
from tests.made_course import make_course
from tests.test_ci import steps

pytestmark = pytest.mark.slow

BIN = Path(sys.executable).parent
WORK = "def energy(x):\n    return (x**2).sum()\n\ndef slope(x):\n    return 2 * x\n"
INI = {
    "pytest.ini": "[pytest]\naddopts = {0}\n",
    ".pytest.ini": "[pytest]\naddopts = {0}\n",
    "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '{0}'\n",
    "tox.ini": "[pytest]\naddopts = {0}\n",
    "setup.cfg": "[tool:pytest]\naddopts = {0}\n",
}


@dataclass(frozen=True)
class Place:
    """A class's folder with a student who tries, and the instructor's course beside it."""

    top: Path
    user: str

    @property
    def eve(self) -> Path:
        return self.top / "class" / "eve"

    @property
    def ran(self) -> list[str]:
        return sorted(path.name for path in self.top.glob("ran-*"))

    def trap(self, path: Path) -> None:
        """Write a Python file that leaves a mark when somebody imports it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"open({str(self.top / f'ran-{path.stem}')!r}, 'w').close()\n")

    def run(self, line: str, inside: Path | None = None, **environment: str) -> tuple[int, str]:
        """Run a command from a folder; returns its exit code and all it said."""
        program, *arguments = shlex.split(line)
        command = [str(BIN / program), *arguments]
        done = run_as(self.user, command, inside or self.top, environment)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    made = Place(tmp_path, getattr(request, "param", "caller"))
    (tmp_path / "course").mkdir()
    make_course(tmp_path / "course")
    made.eve.mkdir(parents=True)
    (made.eve / "squares.py").write_text(WORK)
    return made


as_both = pytest.mark.parametrize("place", USERS, indirect=True)


# ---------------------------------------------------------------- the course


@as_both
def test_a_students_own_course_does_not_run(place: Place) -> None:
    make_course(place.eve)
    place.trap(place.eve / "reference" / "squares.py")
    for line in ("grader ci .", "grader grade .", "grader grade squares.py"):
        code, said = place.run(line, place.eve)
        assert (code, "--course" in said) == (2, True), said
    assert not place.ran


def test_a_ready_job_in_a_students_checkout_takes_no_course_of_theirs(place: Place) -> None:
    make_course(place.eve)
    place.trap(place.eve / "reference" / "squares.py")
    (place.eve / ".git").mkdir()
    (line,) = [line for line in steps("gitlab") if "grader ci" in line]
    for course, says in {"": "you have to name it", ".": "which is this checkout"}.items():
        code, said = place.run(line, place.eve, GRADER_COURSE=course)
        assert (code, says in said) == (2, True), said
    assert not place.ran


def test_no_module_of_the_folder_one_stands_in_is_imported(place: Place) -> None:
    for name in ("typer", "pydantic", "yaml", "torch"):
        place.trap(place.eve / f"{name}.py")
    for line, path in {"python -m grader": "", "python -P -m grader": ":/nowhere"}.items():
        code, said = place.run(f"{line} roster . --course ../../course", place.eve, PYTHONPATH=path)
        assert code == 0, said
    assert not place.ran


@pytest.mark.sandbox
def test_no_process_of_the_grader_imports_from_there(place: Place) -> None:
    names = ("multiprocessing", "selectors", "signal", "threading", "torch")
    for name in names:
        place.trap(place.eve / f"{name}.py")
    (place.eve / "matplotlibrc").write_text("backend: module://evil\n")
    line = f"grader grade . --course {place.top / 'course'} --out ../../out --trust-submissions"
    code, said = place.run(line, place.eve)
    assert code == 0, said
    assert not place.ran


def test_the_installed_command_starts_there() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())
    assert project["project"]["scripts"]["grader"] == "grader.__main__:main"


# ---------------------------------------------------------------- pytest


LINES = [
    ("pytest --submission class/eve", "."),
    ("pytest --submission=class/eve/squares.py --rootdir=class/eve", "."),
    ("pytest --submission=class --doctest-modules --import-mode=append", "."),
    ("pytest --submission .", "class/eve"),
    ("pytest --submission .. -c ../../../own.ini", "class/eve/deep"),
    ("python -m pytest --submission=../eve", "class/eve"),
]


@pytest.mark.parametrize(
    ("place", "line", "stands"),
    [("caller", *line) for line in LINES] + [("ordinary", *LINES[3])],
    indirect=["place"],
)
def test_pytest_runs_no_conftest_and_no_test_of_a_student(
    place: Place, line: str, stands: str
) -> None:
    (place.eve / "deep").mkdir()
    for folder in (place.eve, place.eve / "deep", place.top / "class"):
        for name in ("conftest", "test_it", "torch", "sitecustomize"):
            place.trap(folder / f"{name}.py")
    (place.top / "own.ini").write_text("[pytest]\n")
    course = place.top / "course"
    code, said = place.run(f"{line} --course {course} --collect-only -q", place.top / stands)
    assert code == 0, said
    assert "squares::energy" in said
    assert "test_it.py" not in said
    assert not place.ran


def test_processes_of_xdist_import_nothing_of_a_student(place: Place) -> None:
    for name in ("conftest", "struct", "execnet", "grader"):
        place.trap(place.eve / f"{name}.py")
    (place.eve / "squares.py").write_text("")  # nothing to run, so no sandbox is opened
    course = place.top / "course"
    code, said = place.run(f"pytest --submission . --course {course} -n 1", place.eve)
    assert (code, "squares.py is empty" in said) == (1, True), said
    assert not place.ran


def test_pytest_takes_no_second_path(place: Place) -> None:
    place.trap(place.eve / "conftest.py")
    for more in ("class/eve", "class/eve/squares.py"):
        code, said = place.run(f"pytest --submission=class/eve {more}", PYTEST_ADDOPTS="-q")
        assert (code, "takes one path" in said) == (4, True), said
    assert not place.ran


@pytest.mark.parametrize("above", [False, True])
def test_a_students_ini_file_gives_no_verdict(place: Place, above: bool) -> None:
    folder = place.eve if above else place.eve / "work"
    folder.mkdir(exist_ok=True)
    (place.eve / "pytest.ini").write_text("[pytest]\naddopts = --fail-under=0\n")
    code, said = place.run("pytest --submission=. --exitfirst", folder)
    assert (code, "-c FILE" in said, "points" in said) == (4, True, False), said


def test_what_pytest_imported_before_us_gives_no_verdict(place: Place) -> None:
    place.trap(place.eve / "evil.py")
    (place.eve / "pytest.ini").write_text("[pytest]\naddopts = -p evil\npythonpath = .\n")
    code, said = place.run("pytest --submission .", place.eve)
    assert (code, "nothing was graded" in said) == (4, True), said
    (place.eve / "pytest.ini").unlink()
    code, said = place.run("python -m pytest -p evil --submission .", place.eve)
    assert (code, "evil.py: was imported" in said) == (4, True), said


@pytest.mark.parametrize("name", INI)
def test_an_ini_file_counts_only_where_it_is_named(tmp_path: Path, name: str) -> None:
    ini = tmp_path / "eve" / name
    ini.parent.mkdir()
    ini.write_text(INI[name].format("-q"))
    work = tmp_path / "eve" / "work"
    work.mkdir()
    for submission in (ini.parent, work):
        with pytest.raises(pytest.UsageError, match="nothing was graded"):
            refuse_configuration(submission, ini, named=False)
    with pytest.raises(pytest.UsageError, match="nothing was graded"):
        refuse_configuration(ini.parent, ini, named=True)
    refuse_configuration(work, ini, named=True)


def test_a_project_file_that_says_nothing_to_pytest_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    refuse_configuration(tmp_path, tmp_path / "pyproject.toml", named=False)
    (tmp_path / "pyproject.toml").write_text("tool = {'pytest' = {ini_options = {}}}\n")
    with pytest.raises(pytest.UsageError, match="nothing was graded"):
        refuse_configuration(tmp_path, tmp_path / "pyproject.toml", named=False)
