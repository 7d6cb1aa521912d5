"""A bundle reproduces a score elsewhere, holds no reference, and is read with suspicion."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.course.loading import Course
from grader.errors import UsageError
from grader.grading.bundle import bundle_of, read_bundle, reproduce
from grader.model import Accepts, Submission
from grader.submissions.further import with_further_files
from grader.submissions.reading import read_submission
from tests.made_scores import make_evidence, make_score
from tests.test_regrade import LOOSE, Class

pytestmark = pytest.mark.slow

run = CliRunner().invoke


@pytest.fixture
def graded(tmp_path: Path) -> Iterator[Class]:
    made = Class(tmp_path)
    yield made
    made.book.close()


@pytest.fixture
def bundle(graded: Class, tmp_path: Path) -> Path:
    path = tmp_path / "emmy.zip"
    path.write_bytes(bundle_of(graded.book, "emmy-n", "squares"))
    return path


def test_the_same_score_comes_out(graded: Class, bundle: Path) -> None:
    found = reproduce(bundle, graded.course)
    assert found.same
    assert found.again is not None
    assert found.again.earned == found.score.earned == 2.0


def test_another_course_is_said(graded: Class, bundle: Path) -> None:
    found = reproduce(bundle, graded.change(LOOSE))
    (change,) = found.changes
    assert (change.check, change.points_before, change.points_after) == ("slope", 0.0, 3.0)
    other = graded.change(LOOSE.replace('"normal(n)"', '"uniform(5, 6, n)"'))
    found = reproduce(bundle, other)
    assert not found.same
    assert "other questions than before" in found.why_not
    assert "is another version than the bundle's" in found.why_not


def test_it_holds_no_reference_and_says_how_to_use_it(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        names = archive.namelist()
        readme = archive.read("README.txt").decode()
        everything = b"".join(archive.read(name) for name in names)
    assert names == ["README.txt", "score.json", "evidence.json", "history.txt", "work/squares.py"]
    assert "--seed 7 " in readme
    assert "cells, tags and answers as the gradebook kept them" in readme
    assert b"without_factor" not in everything
    assert b"def energy" not in everything


def test_the_same_bundle_has_the_same_bytes(graded: Class, bundle: Path) -> None:
    assert bundle_of(graded.book, "emmy-n", "squares") == bundle.read_bytes()


def test_nothing_to_reproduce_is_said(graded: Class) -> None:
    with pytest.raises(UsageError, match="no student 'mary-c' in the gradebook"):
        bundle_of(graded.book, "mary-c", "squares")
    graded.book.record(make_score("mary-c", "squares", message="is not JSON"), make_evidence())
    with pytest.raises(UsageError, match="nothing to reproduce: is not JSON"):
        bundle_of(graded.book, "mary-c", "squares")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("evidence.json", b"no JSON"),
        ("evidence.json", b'{"schema": "grader/bundle/v9"}'),
        ("evidence.json", b"[" * 100_000),
        ("score.json", b"{}"),
        ("score.json", None),
    ],
)
def test_a_damaged_bundle_is_a_usage_error(
    bundle: Path, tmp_path: Path, name: str, content: bytes | None
) -> None:
    damaged = io.BytesIO()
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(damaged, "w") as new:
        for each in old.namelist():
            kept = old.read(each) if each != name else content
            if kept is not None:
                new.writestr(each, kept)
    path = tmp_path / "damaged.zip"
    path.write_bytes(damaged.getvalue())
    with pytest.raises(UsageError, match=r"damaged\.zip: is no bundle"):
        read_bundle(path)


def test_no_zip_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_text("x")
    with pytest.raises(UsageError, match="is no bundle"):
        read_bundle(tmp_path / "x.zip")


def test_the_commands(graded: Class, tmp_path: Path) -> None:
    place = tmp_path / "b" / "ada.zip"
    course = str(tmp_path)
    options = ["--out", str(tmp_path / "out"), "--course", course]
    said = run(app, ["bundle", "ada-l", "squares", "--to", str(place), *options])
    assert said.exit_code == 0, said.stderr
    said = run(app, ["reproduce", str(place), "--course", course, "--json"])
    assert (said.exit_code, json.loads(said.stdout)["same"]) == (0, True)
    graded.change(LOOSE.replace("points = 2", "points = 4"))
    elsewhere = run(app, ["reproduce", str(place), "--course", "built-in"])
    assert "the built-in course (--course names another): no exercise 'squares'" in elsewhere.stderr
    said = run(app, ["reproduce", str(place), "--course", course])
    assert said.exit_code == 1
    assert "energy: pass -> pass, 2 -> 4 points." in said.stdout
    assert Course(tmp_path).exercise_ids == ("squares",)


def test_a_zip_that_is_damaged_inside_is_a_usage_error(bundle: Path, tmp_path: Path) -> None:
    content = bytearray(bundle.read_bytes())
    with zipfile.ZipFile(bundle) as packed:
        at = packed.getinfo("score.json").header_offset + 30 + len("score.json")
    content[at] = 0xFF
    content[at + 1] = 0xFF
    (tmp_path / "bad.zip").write_bytes(content)
    with pytest.raises(UsageError, match=r"bad\.zip: is no bundle"):
        read_bundle(tmp_path / "bad.zip")


def test_the_file_itself_is_packed_although_its_tags_were_found_again(
    graded: Class, tmp_path: Path
) -> None:
    path = tmp_path / "squares.py"
    path.write_text("# handed in\nx = 1\n# the end\n")
    (tmp_path / "helper.py").write_text("y = 2\n")
    found = read_submission(path, "ada-l", "squares")
    assert isinstance(found, Submission)
    work = with_further_files(
        found, {"helper.py": tmp_path / "helper.py"}, Accepts(patterns=("*.py",))
    )
    tagged = replace(work, cells=tuple(replace(c, tags=("slope",)) for c in work.cells))
    score = make_score("ada-l", "squares", sha256=work.sha256)
    graded.book.record(score, make_evidence(), submission=tagged)
    with zipfile.ZipFile(io.BytesIO(bundle_of(graded.book, "ada-l", "squares"))) as archive:
        assert archive.read("work/squares.py") == path.read_bytes()
        assert archive.read("work/helper.py") == b"y = 2\n"
    path.write_text("x = 2\n")
    with zipfile.ZipFile(io.BytesIO(bundle_of(graded.book, "ada-l", "squares"))) as archive:
        assert b'# %% tags=["slope"]\n# handed in\nx = 1' in archive.read("work/squares.py")


@pytest.mark.parametrize("key", ["check", "status", "message", "seconds"])
@pytest.mark.parametrize("value", [{}, [], None])
def test_evidence_of_other_types_is_no_bundle(
    bundle: Path, tmp_path: Path, key: str, value: object
) -> None:
    odd = tmp_path / "odd.zip"
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(odd, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "evidence.json":
                told = json.loads(content)
                told["evidence"][0][key] = value
                content = json.dumps(told).encode()
            new.writestr(name, content)
    with pytest.raises(UsageError, match="is no bundle"):
        read_bundle(odd)


def test_a_pipe_and_a_device_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.zip")
    for path in (tmp_path / "pipe.zip", Path("/dev/zero")):
        with pytest.raises(UsageError, match="is no file"):
            read_bundle(path)


def test_no_gradebook_is_written_over(graded: Class, tmp_path: Path) -> None:
    book = tmp_path / "out" / "gradebook.sqlite"
    opened = ["--out", str(tmp_path / "out"), "--course", str(tmp_path)]
    assert run(app, ["report", *opened]).exit_code == 0
    for command in (
        ["bundle", "ada-l", "squares", "--to", str(book), *opened],
        ["export", "csv", str(tmp_path / "out"), "--to", str(book)],
        ["points", "--write", str(book), *opened],
    ):
        said = run(app, command)
        assert (said.exit_code, "is a gradebook" in said.stderr) == (2, True), said.output
    assert book.read_bytes().startswith(b"SQLite")
