"""`pytest --submission`: every check an item, points as properties, faults of ours as errors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.made_course import make_course

RIGHT = "def energy(x):\n    return (x**2).sum()\n\ndef slope(x):\n    return 2 * x\n"
WRONG = RIGHT.replace("2 * x", "x")
pytestmark = [pytest.mark.sandbox, pytest.mark.slow]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--trust-submissions"]
    if not installed():
        command += ["-p", "grader.pytest_plugin"]
    return subprocess.run(
        [*command, "--course", str(folder / "course"), *arguments],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


def installed() -> bool:
    from importlib.metadata import entry_points

    return any(found.value == "grader.pytest_plugin" for found in entry_points(group="pytest11"))


@pytest.fixture
def course(tmp_path: Path) -> Path:
    (tmp_path / "course").mkdir()
    make_course(tmp_path / "course")
    return tmp_path


def test_one_file_gives_one_item_a_check(course: Path) -> None:
    (course / "squares.py").write_text(WRONG)
    (course / "test_other.py").write_text("def test_never_collected(): assert False")
    done = run(course, "--submission=squares.py", "--junit-xml", "j.xml", "-v")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 failed, 1 passed" in done.stdout
    assert "2 of 5 points (40 %)" in done.stdout
    assert "missing factor 2" in done.stdout.lower()
    assert "Traceback" not in done.stdout
    root = ElementTree.parse(course / "j.xml").getroot()
    properties = [
        {p.get("name"): p.get("value") for p in case.iter("property")}
        for case in root.iter("testcase")
    ]
    assert properties == [
        {"outcome": "pass", "earned": "2.0", "possible": "2.0"},
        {"outcome": "fail", "earned": "0.0", "possible": "3.0"},
    ]


@pytest.mark.parametrize(("least", "code"), [("40", 0), ("41", 1)])
def test_points_decide_where_it_is_asked(course: Path, least: str, code: int) -> None:
    (course / "squares.py").write_text(WRONG)
    assert run(course, "--submission=squares.py", "--fail-under", least).returncode == code


def test_a_folder_under_xdist(course: Path) -> None:
    for student, source in {"ada-l": RIGHT, "emmy-n": WRONG, "alan-t": ""}.items():
        (course / "handed" / student).mkdir(parents=True)
        (course / "handed" / student / "squares.py").write_text(source)
    done = run(course, "--submission", "handed", "-n", "2", "--dist", "loadgroup", "-rA")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "2 failed, 3 passed" in done.stdout
    assert "alan-t::squares::readable" in done.stdout
    assert "squares.py is empty" in done.stdout
    assert "7 of 15 points" in done.stdout


def test_what_the_command_line_says_wrong_is_a_usage_error(course: Path) -> None:
    done = run(course, "--submission", "nowhere.py")
    assert done.returncode == 4
    assert "no such file" in done.stderr


def test_a_course_that_is_wrong_is_an_error_and_no_failure(course: Path) -> None:
    (course / "course/reference/squares.py").write_text("1 / 0")
    (course / "squares.py").write_text(RIGHT)
    done = run(course, "--submission=squares.py", "--fail-under", "0")
    assert done.returncode == 1
    assert "2 errors" in done.stdout
    assert "ZeroDivisionError" in done.stdout
