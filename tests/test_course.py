"""A course is found and read, and every fault in it is told with file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.loading import Course, course_here, find_course
from grader.course.ownership import remember
from grader.course.reference import load_reference
from grader.errors import CourseError, UsageError
from tests.made_course import CONTRACT, REFERENCE, make_course, make_exercise


def test_a_course_is_found_from_within(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_course(tmp_path)
    (tmp_path / "deep" / "er").mkdir(parents=True)
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    monkeypatch.chdir(tmp_path / "deep" / "er")
    assert course_here().directory == tmp_path
    with pytest.raises(UsageError, match="nobody said that it is yours"):
        find_course()
    remember(tmp_path)
    assert find_course().directory == tmp_path


def test_the_environment_names_a_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_course(tmp_path)
    monkeypatch.setenv("GRADER_COURSE", str(tmp_path))
    assert find_course().exercise_ids == ("squares",)


def test_the_built_in_course_comes_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    monkeypatch.chdir(tmp_path)
    assert "scalar-gradients" in find_course().exercise_ids


def test_a_folder_without_a_course_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"is no course: expected the folders exercises/"):
        find_course(tmp_path)


def test_an_unknown_exercise_is_named_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="no exercise 'circles'; there are: squares"):
        make_course(tmp_path).load("circles")


def test_the_fingerprint_changes_with_contract_and_reference(tmp_path: Path) -> None:
    first = make_exercise(tmp_path / "a").fingerprint
    assert make_exercise(tmp_path / "b").fingerprint == first
    assert make_exercise(tmp_path / "c", CONTRACT + "# more").fingerprint != first
    assert make_exercise(tmp_path / "d", reference=REFERENCE + "# more").fingerprint != first


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('title = "Squares"', "", "exercise.toml: title: is missing"),
        ("points = 2", "points = 0", "check 'energy': points: expected more than 0"),
        ("points = 2", 'points = "2"', "points: expected a number, not '2'"),
        ("points = 2", "points = 2\npoint = 3", "point: no such key; did you mean points?"),
        ("points = 2", "points = 2\nneeds = ['slope']", "needs: 'slope' is no earlier check"),
        ("points = 2", "points = 2\nmethod = 'by-magic'", "method: expected by-hand"),
        ("points = 2", "points = 2\nmethod = 'by-autograd'", "method_points: expected more"),
        ("points = 2", "points = 2\nmethod = 'by-hand'\nmethod_points = 1", "earns nothing"),
        ("points = 2", "points = 2\ntolerance = 0.5", "tolerance: expected less than 0.01"),
        ("points = 2", "points = 2\ngiven = {W = 'W'}", "belong to a check with a cell"),
        ('call = "energy"', 'call = "slope"', "check 'slope': is there twice"),
        ('call = "energy"', "", "expected one of the keys call, probe, cell"),
        ('"normal(n)"', '"normal(k)"', "check 'energy': x: unknown dimension 'k'"),
        (
            "[dimensions]\nn = {}",
            "[dimensions]\nn = {low = 3, high = 3}",
            "high has to be at least 5",
        ),
        ("[dimensions]\nn = {}", "[dimensions]\nn = {low = 9}", "low = 9 is above high = 7"),
        ("points = 2", "pionts = 2", "check 'energy': pionts: no such key; did you mean points?"),
        ("points = 2", "points = 2\nprose = 'why'", "prose: only a question for a person has it"),
        ('"normal(n)"', '"number(2, 1)"', "x: number(2, 1): 2 is not below 1"),
        ('"normal(n)"', '"number(2)"', "x: number(2): expected number(low, high)"),
        ('"normal(n)"', '"labels(n)"', "x: labels(n): expected labels(N, C)"),
        ("[[check]]", "[[check]", "is not TOML"),
    ],
)
def test_a_fault_in_the_contract_points(tmp_path: Path, old: str, new: str, expected: str) -> None:
    with pytest.raises(CourseError) as raised:
        make_exercise(tmp_path, CONTRACT.replace(old, new, 1))
    assert "exercises/squares/exercise.toml: " in str(raised.value)
    assert expected in str(raised.value)


@pytest.mark.parametrize("written", ["loops", "For", "classes", "recursive", "Lambda"])
def test_a_construct_that_is_misspelt_is_no_name(tmp_path: Path, written: str) -> None:
    rule = f'[[check]]\nid = "no"\npoints = 1\nforbidden = ["{written}"]\nsays = "Do not."\n'
    with pytest.raises(CourseError, match=rf"check 'no': '{written}' is no construct; did you"):
        make_exercise(tmp_path, CONTRACT + rule)


def test_a_path_into_a_table_of_inputs_must_lead_to_a_value(tmp_path: Path) -> None:
    contract = CONTRACT.replace('x = "normal(n)"', 'x = { w = "normal(n)" }')
    contract = contract.replace('["x"]', '["x.v"]')
    with pytest.raises(CourseError, match=r"gradient\.wrt: 'x\.v': x has w, and no 'v'"):
        load_reference(make_exercise(tmp_path, contract))


def test_a_contract_that_is_not_utf8_points(tmp_path: Path) -> None:
    course = make_course(tmp_path)
    (tmp_path / "exercises/squares/exercise.toml").write_bytes(b"title = '\xff'")
    with pytest.raises(CourseError, match="is not UTF-8"):
        course.load("squares")


def test_a_missing_reference_points(tmp_path: Path) -> None:
    course = make_course(tmp_path)
    (tmp_path / "reference/squares.py").unlink()
    with pytest.raises(CourseError, match=r"squares\.py: No such file"):
        course.load("squares")


@pytest.mark.parametrize(
    ("contract", "reference", "expected"),
    [
        (CONTRACT, "def energy(:", "SyntaxError"),
        (CONTRACT, "import nothing_of_this_name", "ModuleNotFoundError"),
        (CONTRACT, "", "gradient of 'energy', which is not defined"),
        (CONTRACT, REFERENCE + "\ndef slope(x):\n    return 2 * x\n", "do not define it"),
        (CONTRACT.replace('["x"]', '["X"]'), REFERENCE, "wrt names 'X', but the inputs are x"),
        (CONTRACT.replace('x = "normal(n)"', ""), REFERENCE, "inputs: 'x' is asked for"),
        (CONTRACT, REFERENCE.replace('"slope", "a', '"slop", "a'), "no check asks for 'slop'"),
        (CONTRACT + 'probe = "look"\n', REFERENCE, "gradient needs call and excludes probe"),
        (
            CONTRACT.replace('call = "energy"', 'call = "energy"\nprobe = "look"'),
            REFERENCE,
            "probe 'look' is not defined",
        ),
    ],
)
def test_a_reference_that_does_not_fit_points(
    tmp_path: Path, contract: str, reference: str, expected: str
) -> None:
    with pytest.raises(CourseError) as raised:
        load_reference(make_exercise(tmp_path, contract, reference))
    assert expected in str(raised.value)


def test_loading_a_reference_leaves_no_compiled_copy(tmp_path: Path) -> None:
    load_reference(make_exercise(tmp_path))
    assert not list(tmp_path.rglob("__pycache__"))


def test_every_exercise_of_the_built_in_course_can_be_read() -> None:
    course = Course(Path(__file__).resolve().parent.parent)
    assert course.exercise_ids
    for exercise_id in course.exercise_ids:
        load_reference(course.load(exercise_id))
