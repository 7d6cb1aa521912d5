"""Begin an exercise, hand it out, see who handed in; settings of a course."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.course.handout import write_handout, zip_of
from grader.course.loading import Course, built_in_course, find_course, find_handout
from grader.course.new import new_exercise
from grader.course.settings import settings_here
from grader.errors import UsageError
from grader.proof.verify import verify_exercise
from tests.made_course import make_course

run = CliRunner().invoke


@pytest.mark.slow
def test_a_new_exercise_can_be_proved_as_it_is(tmp_path: Path) -> None:
    done = run(app, ["new", "my-first", "--course", str(tmp_path), "--title", "My first, by hand"])
    assert done.exit_code == 0
    exercise = Course(tmp_path).load("my-first")
    assert exercise.title == "My first, by hand"
    assert [f for f in verify_exercise(exercise, (1,)) if not f.holds] == []
    again = run(app, ["new", "my-first", "--course", str(tmp_path)])
    assert again.exit_code == 2
    assert "is there already" in again.stderr


@pytest.mark.parametrize("name", ["A", "a b", "../x", "", "a--b", "a_b", "x" * 65, "-a"])
def test_an_id_is_plain(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="an id is"):
        new_exercise(tmp_path, name)
    with pytest.raises(UsageError, match="--title"):
        new_exercise(tmp_path, "ok", 'a"\n[x]')
    assert list(tmp_path.iterdir()) == []


def test_a_handout_has_all_that_check_needs_and_no_answer(tmp_path: Path) -> None:
    (tmp_path / "course").mkdir()
    exercise = make_course(tmp_path / "course").load("squares")
    out = tmp_path / "handout"
    written = write_handout([exercise], out)
    assert {str(p.relative_to(out)) for p in out.rglob("*") if p.is_file()} == {
        "squares.ipynb", "squares.py", "README.md",
        "exercises/squares/exercise.toml", "exercises/squares/starter.py",
    }  # fmt: skip
    assert not any("x**2" in path.read_text() for path in written)
    found = find_handout(out / "squares.ipynb")
    assert found.directory == out.resolve()
    assert found.load("squares", public=True).possible == 5
    packed = zip_of(written, out)
    assert packed == zip_of(written, out)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert "exercises/squares/exercise.toml" in archive.namelist()


def test_a_handout_says_what_lies_there_since_last_week(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    new_exercise(tmp_path / "course", "cubes", "Cubes")
    contract = tmp_path / "course/exercises/cubes/exercise.toml"
    contract.write_text(contract.read_text() + '\n[submission]\nfiles = ["*.csv"]\nmost = 2\n')
    out = tmp_path / "handout"
    write_handout([course.load("squares")], out)
    assert "- `squares`: Squares\n\nWork in" in (out / "README.md").read_text()
    write_handout([Course(tmp_path / "course").load("cubes")], out)
    said = (out / "README.md").read_text()
    assert "- `cubes`: Cubes (up to 2 files of your own come along: `*.csv`)\n" in said
    assert "\nHanded out before: `squares`.\n\nWork in" in said


def test_release_as_a_zip(tmp_path: Path) -> None:
    (tmp_path / "course").mkdir()
    make_course(tmp_path / "course")
    target = tmp_path / "deep" / "hand.zip"
    done = run(app, ["release", "--course", str(tmp_path / "course"), "--out",
                     str(tmp_path / "out"), "--zip", str(target)])  # fmt: skip
    assert done.exit_code == 0, done.output
    assert zipfile.is_zipfile(target)


def test_the_roster_says_who_is_missing(tmp_path: Path) -> None:
    make_course(tmp_path)
    handed = tmp_path / "handed"
    for student in ("ada-l", "emmy-n"):
        (handed / student).mkdir(parents=True)
        (handed / student / "squares.py").write_text("x = 1" if student == "ada-l" else "")
    (handed / "roster.csv").write_text("student,name\nada-l,Ada\ngrace-h,Grace\n")
    done = run(app, ["roster", str(handed), "--course", str(tmp_path), "--json"])
    told = json.loads(done.stdout)
    assert told["handed_in"]["ada-l"] == ["squares"]
    assert told["handed_in"]["emmy-n"] == ["unreadable: squares.py is empty"]
    assert (told["missing"], told["not_on_the_roster"]) == (["grace-h"], ["emmy-n"])
    plain = run(app, ["roster", str(handed), "--course", str(tmp_path)]).stdout
    assert "grace-h  has not handed in" in plain


def test_settings_are_options_that_nobody_gave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_course(tmp_path)
    (tmp_path / "course.toml").write_text('[release]\nout = "hand"\nhandout = true\n')
    monkeypatch.chdir(tmp_path / "exercises")
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    assert run(app, ["release"]).exit_code == 0
    assert (tmp_path / "hand/README.md").is_file()
    assert run(app, ["release", "--out", "other"]).exit_code == 0
    assert (tmp_path / "exercises/other/squares.py").is_file()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[grade]\njobs = 0", r"grade\.jobs: expected at least 1, not 0"),
        ("[grade]\njob = 2", r"grade\.job: no such key; did you mean jobs\?"),
        ("[grades]\n", r"grades: no such key; did you mean grade\?"),
        (
            "[grade]\nisolation = 'some'",
            r"isolation: expected full, reduced or none, not",
        ),
        ("[grade", "is not TOML"),
    ],
)
def test_settings_that_are_wrong_are_pointed_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, says: str
) -> None:
    (tmp_path / "course.toml").write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    with pytest.raises(UsageError, match=says):
        settings_here(tmp_path)
    done = run(app, ["release"])
    assert done.exit_code == 2
    assert "course.toml" in done.stderr


def test_every_setting_is_an_option_of_its_command() -> None:
    import typer.main

    schema = json.loads(
        (Path(__file__).parents[1] / "grader/course/course.schema.json").read_text()
    )
    jsonschema.Draft7Validator.check_schema(schema)
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    tables = {name: table for name, table in schema["properties"].items() if name in commands}
    for name, table in tables.items():
        if name == "roster":  # a file, not this command's options
            continue
        options = {parameter.name for parameter in commands[name].params}
        assert set(table["properties"]) <= options, name


def test_every_command_can_print_json() -> None:
    import typer.main

    top = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    commands = {
        f"{name} {inner}": command
        for name, group in top.items()
        for inner, command in getattr(group, "commands", {"": group}).items()
    }
    assert len(commands) > 20
    without = [
        name
        for name, command in commands.items()
        if "as_json" not in {p.name for p in command.params}
    ]
    assert without == []


def test_the_shell_completes(tmp_path: Path) -> None:
    done = CliRunner(env={**os.environ, "_GRADER_COMPLETE": "complete_bash",
                          "COMP_WORDS": "grader reg", "COMP_CWORD": "1"}).invoke(
        app, [], prog_name="grader"
    )  # fmt: skip
    assert "regrade" in done.stdout


def test_an_exercise_begins_like_another(tmp_path: Path) -> None:
    done = run(app, ["new", "my-net", "--like", "two-layer-net", "--course", str(tmp_path)])
    assert done.exit_code == 0, done.output
    made, model = Course(tmp_path).load("my-net"), built_in_course().load("two-layer-net")
    assert made.checks == model.checks
    named = ["new", "our-net", "--like", "my-net", "--title", "Ours", "--course", str(tmp_path)]
    assert run(app, named).exit_code == 0
    assert Course(tmp_path).load("our-net").title == "Ours"
    unknown = run(app, ["new", "x", "--like", "two-layer", "--course", str(tmp_path)])
    assert unknown.exit_code == 2
    assert "the built-in course (--course names another): no exercise" in unknown.stderr
    assert "'two-layer'; did you mean two-layer-net? There are: " in unknown.stderr


def test_files_come_along_with_the_exercise_that_one_begins_from(tmp_path: Path) -> None:
    course = make_course(tmp_path)
    files = tmp_path / "exercises/squares/files/deep"
    files.mkdir(parents=True)
    (files / "x.bin").write_bytes(b"\xff\0")
    new_exercise(tmp_path, "more", like=course.load("squares"))
    assert (tmp_path / "exercises/more/files/deep/x.bin").read_bytes() == b"\xff\0"


def test_a_first_exercise_says_which_course_is_used(tmp_path: Path) -> None:
    (tmp_path / "chain-rule.ipynb").write_text("{}")
    first = run(app, ["new", "one", "--course", str(tmp_path)])
    assert f"{tmp_path.resolve()} is a course of its own now" in first.stderr
    assert "chain-rule.ipynb belongs to the built-in course: name it with --course" in first.stderr
    assert run(app, ["new", "two", "--course", str(tmp_path)]).stderr == ""
    empty = run(app, ["new", "one", "--course", str(tmp_path / "empty")])
    assert empty.stderr.endswith("is used in this folder\n")


def test_a_course_may_extend_the_built_in_one(tmp_path: Path) -> None:
    (tmp_path / "course.toml").write_text('extend = "built-in"\n')
    alone = find_course(tmp_path)
    assert alone.exercise_ids == built_in_course().exercise_ids
    make_course(tmp_path)
    new_exercise(tmp_path, "chain-rule", "Our own chain rule")
    course = find_course(tmp_path)
    assert {"squares", "two-layer-net"} < set(course.exercise_ids)
    assert course.load("chain-rule").title == "Our own chain rule"
    theirs = built_in_course().load("two-layer-net")
    assert course.load("two-layer-net") == theirs
    assert course.home("two-layer-net") == built_in_course().directory
    assert set(course.accepts) == set(course.exercise_ids)
    (tmp_path / "course.toml").write_text('extend = "nothing"\n')
    with pytest.raises(UsageError, match=r"course\.toml: extend: expected built-in, not 'nothing'"):
        assert find_course(tmp_path).exercise_ids
