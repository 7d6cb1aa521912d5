"""Whose a path is: a course, settings and an earlier output come from the instructor only."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.course.loading import course_here, find_course
from grader.course.ownership import BUILT_IN, Ground, check_output, is_remembered, remember
from grader.course.settings import instructors_file, settings_for
from grader.errors import CourseError, UsageError
from tests.made_course import make_course

PROJECT = Path(__file__).parents[1]
COMMANDS = [
    ["grade", "{0}"],
    ["grade", "{0}/work"],
    ["grade", "{0}/work/squares.py"],
    ["roster", "{0}"],
    ["import", "moodle", "{0}"],
    ["ci"],
    ["ci", "{0}"],
    ["ci", "{0}/work"],
    ["ci", "{0}", "--course", "{0}"],
    ["ci", "{0}/work", "--course", "{0}"],
    ["ci", "{0}/work/squares.py", "--course", "{0}"],
    ["grade", "{0}", "--course", "{0}"],
    ["grade", "{0}", "--course", "{0}/work/.."],
]


@pytest.fixture
def eve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A student's folder that looks like a course; its reference must never be imported."""
    folder = tmp_path / "class" / "eve"
    (folder / "work").mkdir(parents=True)
    make_course(folder, reference=f"open({str(tmp_path / 'ran')!r}, 'w')\nraise SystemExit(0)\n")
    for place in (folder, folder / "work"):
        (place / "squares.py").write_text("def energy(x):\n    return (x**2).sum()\n")
    (folder / "course.toml").write_text("[grade]\ntrust_submissions = true\n")
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    monkeypatch.chdir(folder)
    return folder


def refused(*arguments: str) -> str:
    done = CliRunner().invoke(app, [*arguments])
    assert done.exit_code == 2, done.output
    return done.stderr


@pytest.mark.parametrize("form", ["absolute", "relative", "link"])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_takes_a_course_of_what_it_grades(
    eve: Path, tmp_path: Path, command: list[str], form: str
) -> None:
    (tmp_path / "link").symlink_to(eve)
    place = {"absolute": str(eve), "relative": ".", "link": str(tmp_path / "link")}[form]
    said = refused(*(part.format(place) for part in command))
    assert "--course" in said
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("command", ["regrade", "report", "show", "override"])
def test_where_somebody_stands_names_no_course(eve: Path, tmp_path: Path, command: str) -> None:
    with pytest.raises(UsageError, match="nobody said that it is yours"):
        find_course()
    assert settings_for((command,)) == {}


def test_another_students_folder_is_no_course_either(eve: Path, tmp_path: Path) -> None:
    bob = tmp_path / "class" / "bob"
    bob.mkdir()
    for handed_in in (bob, tmp_path / "class", eve / "work" / "squares.py"):
        with pytest.raises(UsageError, match="--course"):
            find_course(None, Ground(handed_in))


def test_a_link_to_a_course_is_the_students_who_made_it(eve: Path, tmp_path: Path) -> None:
    make_course(tmp_path / "mine")
    (eve / "link").symlink_to(tmp_path / "mine")
    with pytest.raises(UsageError, match="a student may have written it"):
        find_course(eve / "link", Ground(eve))
    assert find_course(tmp_path / "mine", Ground(eve)).directory == tmp_path / "mine"


@pytest.mark.parametrize("part", ["reference", "exercises", "reference/squares.py", "look"])
def test_a_course_of_which_a_part_lies_among_what_is_graded_is_refused(
    eve: Path, tmp_path: Path, part: str
) -> None:
    make_course(tmp_path / "mine")
    (eve / "look").mkdir()
    place = tmp_path / "mine" / part
    if place.exists():
        place.rename(tmp_path / "old")
    place.symlink_to(eve / part)
    with pytest.raises(UsageError, match="a student may have written it"):
        find_course(tmp_path / "mine", Ground(eve))


@pytest.mark.parametrize("ci", [True, False])
def test_in_a_job_the_whole_checkout_is_a_students(eve: Path, ci: bool) -> None:
    (eve / ".git").mkdir()
    ground = Ground(eve / "work", job=ci)
    if ci:
        with pytest.raises(UsageError, match="which is this checkout"):
            find_course(eve, ground)
        with pytest.raises(UsageError, match="which is this checkout"):
            find_course(eve, Ground(eve / "work" / "squares.py", job=True))
    else:
        assert find_course(eve, ground).directory == eve, "named, and above: the instructor's word"


def test_a_job_knows_its_checkout_from_the_environment(
    eve: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_course(eve / "hidden" / "deep")
    monkeypatch.setenv("CI_PROJECT_DIR", str(eve))
    with pytest.raises(UsageError, match="which is this checkout"):
        find_course(eve / "hidden" / "deep", Ground(eve / "work", job=True))


def test_a_job_without_a_course_says_how_to_name_one(eve: Path) -> None:
    said = refused("ci", ".")
    assert "In a CI job you have to name it" in said
    assert "--course DIR (or $GRADER_COURSE), or --course built-in" in said


def test_the_built_in_course_has_a_name(eve: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = find_course(Path(BUILT_IN), Ground(eve, job=True))
    assert "chain-rule" in found.exercise_ids
    monkeypatch.setenv("GRADER_COURSE", BUILT_IN)
    assert find_course(None, Ground(eve, job=True)) == found == course_here()
    assert settings_for(("grade",), None, eve) == {}


def test_the_built_in_course_may_lie_above(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    monkeypatch.chdir(PROJECT)
    assert "chain-rule" in find_course(None, Ground(PROJECT / "tests")).exercise_ids


# ---------------------------------------------------------------- what is remembered


def test_a_course_that_was_made_here_is_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    mine = tmp_path / "mine"
    mine.mkdir()
    monkeypatch.chdir(mine)
    assert CliRunner().invoke(app, ["new", "squares"]).exit_code == 0
    (mine / "course.toml").write_text("[grade]\njobs = 3\n")
    (mine / "submissions").mkdir()
    handed_in = Path("submissions")
    assert find_course(None, Ground(handed_in)).directory == mine
    assert settings_for(("grade",), None, handed_in) == {"jobs": 3}
    with pytest.raises(UsageError, match="which is what is graded"):
        find_course(None, Ground(mine))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
    with pytest.raises(UsageError, match="prove it once with `grader verify`"):
        find_course(None, Ground(handed_in))


def test_only_the_folder_itself_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "a" / "b").mkdir(parents=True)
    remember(tmp_path / "a")
    remember(tmp_path / "a")
    assert is_remembered(tmp_path / "a")
    assert not is_remembered(tmp_path)
    assert not is_remembered(tmp_path / "a" / "b")
    notes = tmp_path / "state" / "gradient-grader" / "yours.jsonl"
    assert len(notes.read_text().splitlines()) == 1
    notes.write_text("no JSON")
    assert not is_remembered(tmp_path / "a")


def test_nothing_is_remembered_where_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    remember(tmp_path)
    assert not is_remembered(tmp_path)


# ---------------------------------------------------------------- settings and output


def test_settings_of_a_student_are_not_read(eve: Path) -> None:
    (eve / "course.toml").write_text("this is no TOML and must not even be parsed")
    for command in (("grade",), ("ci",), ("show",), ("export", "csv")):
        assert settings_for(command, Path(BUILT_IN), eve) == {}
        assert settings_for(command, None, None if command[0] != "ci" else eve) == {}
    assert instructors_file(None).path is None


def test_settings_come_from_the_course_that_is_named(eve: Path, tmp_path: Path) -> None:
    make_course(tmp_path / "mine")
    (tmp_path / "mine" / "course.toml").write_text("[ci]\nfail_under = 50\n")
    assert settings_for(("ci",), tmp_path / "mine", eve) == {"fail_under": 50}
    with pytest.raises(UsageError, match="a student may have written it"):
        settings_for(("ci",), eve, eve)


def test_an_output_folder_among_what_is_graded_has_to_be_new(eve: Path) -> None:
    (eve / "reports").mkdir()
    check_output(eve / "reports", Ground(eve))
    (eve / "reports" / "gradebook.sqlite").write_text("forged")
    for ground in (Ground(eve), Ground(eve / "squares.py"), Ground(eve, job=True)):
        with pytest.raises(UsageError, match="a student may have filled it"):
            check_output(eve / "reports", ground)
    assert "may have filled it" in refused("grade", ".", "--course", BUILT_IN)
    assert "may have filled it" in refused("ci", ".", "--course", BUILT_IN)
    remember(eve / "reports")
    check_output(eve / "reports", Ground(eve))
    with pytest.raises(UsageError, match="a student may have filled it"):
        check_output(eve / "reports", Ground(eve, job=True))


def test_an_output_folder_is_not_led_away(eve: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (eve / "reports").symlink_to(tmp_path / "elsewhere")
    for out in (Path("reports"), eve / "reports" / "deep"):
        with pytest.raises(UsageError, match="leads it to"):
            check_output(out, Ground(eve))
    check_output(tmp_path / "elsewhere", Ground(eve))


def test_a_folder_without_a_course_is_still_the_callers_mistake(eve: Path) -> None:
    with pytest.raises(CourseError, match="is no course"):
        find_course(eve / "work", Ground(eve / "squares.py"))


# ---------------------------------------------------------------- nobody goes round it


def _calls(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    functions = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {ast.unparse(function).rpartition(".")[2] for function in functions}


RAW = {
    "course_here": {"cli/courses.py", "cli/exporting.py", "course/loading.py"},
    "course_file": {"course/settings.py"},
    "settings_here": set(),
}
"""What looks for something without a question whose it is, and who may call it."""


@pytest.mark.parametrize("path", sorted((PROJECT / "grader").rglob("*.py")), ids=lambda p: p.stem)
def test_everything_asks_whose_a_path_is(path: Path) -> None:
    name = path.relative_to(PROJECT / "grader").as_posix()
    for raw in _calls(path) & set(RAW):
        assert name in RAW[raw], f"{name} calls {raw}"
    if "cwd" in _calls(path):
        assert name in {
            "__main__.py",
            "selfcheck/magic.py",
            "course/loading.py",
            "course/files.py",  # comes back to it
            "course/settings.py",
        }
