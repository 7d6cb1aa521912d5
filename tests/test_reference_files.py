"""A reference may be one file or a folder of several; both mean the same."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from grader.course.loading import Course
from grader.course.new import new_exercise
from grader.course.reference import load_reference
from grader.course.reference_files import statements_of
from grader.errors import CourseError
from grader.exports.autograder import autograder_zip
from grader.grading.cluster import bundle_of
from grader.mutants.source import mutants_of
from grader.proof.verify import verify_exercise
from tests.made_course import make_course

PARTS = {
    "functions.py": '''"""Squares."""

from __future__ import annotations


def energy(x):
    return (x**2).sum()
''',
    "mistakes.py": '''"""What goes wrong."""

from grader.authoring import mistake

from .functions import energy


@mistake("slope", "a missing factor 2")
def without_factor(x):
    """The power comes down as a factor."""
    assert energy(x) >= 0
    return x
''',
    "rewritings.py": """from grader.authoring import rewriting


@rewriting("slope")
def doubled(x):
    return x + x
""",
}


def in_parts(folder: Path, parts: dict[str, str] = PARTS) -> Course:
    course = make_course(folder)
    (folder / "reference/squares.py").unlink()
    for name, text in parts.items():
        (folder / "reference/squares").mkdir(exist_ok=True)
        (folder / "reference/squares" / name).write_text(text)
    return course


@pytest.mark.slow
def test_both_are_loaded_and_proved_alike(tmp_path: Path) -> None:
    whole = make_course(tmp_path / "whole").load("squares")
    parts = in_parts(tmp_path / "parts").load("squares")
    one, several = load_reference(whole), load_reference(parts)
    assert [m.slug for m in several.mistakes] == [m.slug for m in one.mistakes]
    assert [target for target, _ in several.rewritings] == ["slope"]
    assert {"energy", "slope"} <= set(several.namespace)
    assert [str(each) for each in verify_exercise(parts)] == [
        str(each) for each in verify_exercise(whole)
    ]
    changes = {each.change for each in mutants_of(whole, one)}
    assert {each.change for each in mutants_of(parts, several)} == changes
    assert changes


def test_every_file_counts_for_the_fingerprint(tmp_path: Path) -> None:
    first = in_parts(tmp_path / "a").load("squares").fingerprint
    assert in_parts(tmp_path / "b").load("squares").fingerprint == first
    for name, text in PARTS.items():
        changed = {**PARTS, name: f"{text}\n# more\n"}
        assert in_parts(tmp_path / name, changed).load("squares").fingerprint != first


def test_it_goes_where_a_file_goes(tmp_path: Path) -> None:
    course = in_parts(tmp_path / "a")
    exercise = course.load("squares")
    names = {f"reference/squares/{name}" for name in PARTS}
    with zipfile.ZipFile(io.BytesIO(autograder_zip(exercise))) as archive:
        held = {name.removeprefix("course/") for name in archive.namelist()}
    assert {name for name in held if name.startswith("reference")} == names
    with zipfile.ZipFile(io.BytesIO(bundle_of(course.directory).content)) as archive:
        assert {name for name in archive.namelist() if name.startswith("reference")} == names
    new_exercise(tmp_path / "b", "cubes", like=exercise)
    copied = tmp_path / "b/reference/cubes"
    assert {path.name: path.read_text() for path in copied.iterdir()} == PARTS
    assert load_reference(Course(tmp_path / "b").load("cubes")).mistakes


def test_lines_are_those_of_the_own_file(tmp_path: Path) -> None:
    exercise = in_parts(tmp_path).load("squares")
    found = {getattr(each.node, "name", ""): each for each in statements_of(exercise.reference)}
    assert found["energy"].node.lineno == 6
    assert found["doubled"].node.lineno == 5
    assert found["doubled"].text.startswith('@rewriting("slope")')


def test_the_file_that_raises_is_named(tmp_path: Path) -> None:
    broken = {**PARTS, "rewritings.py": "x = 1\n1 / 0\n"}
    with pytest.raises(CourseError, match=r"squares/rewritings.py: ZeroDivisionError"):
        load_reference(in_parts(tmp_path, broken).load("squares"))


def test_a_folder_without_functions_and_two_references_are_told(tmp_path: Path) -> None:
    rest = {name: text for name, text in PARTS.items() if name != "functions.py"}
    with pytest.raises(CourseError, match=r"expected functions\.py"):
        in_parts(tmp_path / "a", rest).load("squares")
    course = in_parts(tmp_path / "b")
    (tmp_path / "b/reference/squares.py").write_text("")
    with pytest.raises(CourseError, match="keep one of the two"):
        course.load("squares")


def test_loading_leaves_nothing_behind(tmp_path: Path) -> None:
    course = in_parts(tmp_path)
    load_reference(course.load("squares"))
    path = tmp_path / "reference/squares/functions.py"
    path.write_text(path.read_text().replace("x**2", "3 * x**2"))
    again = load_reference(course.load("squares"))
    import torch

    assert float(again.namespace["energy"](torch.tensor([1.0]))) == 3
    assert not list(tmp_path.rglob("__pycache__"))
