"""Bulk downloads become `<student>/<exercise>`; nothing in a zip leaves its place."""

from __future__ import annotations

import contextlib
import csv
import json
import random
import stat
import warnings
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.errors import SubmissionError, UsageError
from grader.imports import archive
from grader.imports.archive import Entry, entries_of
from grader.imports.canvas import CANVAS
from grader.imports.gradescope import GRADESCOPE
from grader.imports.moodle import MOODLE
from grader.imports.nbgrader import NBGRADER
from grader.imports.placing import Placed, place
from grader.imports.platform import Platform
from grader.model import Submission
from grader.submissions.finding import find_submissions
from grader.submissions.roster import read_roster
from tests.made_course import make_course

KNOWN = ("squares", "chain-rule")


def make_zip(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return path


def imported(
    platform: Platform,
    path: Path,
    into: Path,
    known: tuple[str, ...] = KNOWN,
    exercise: str | None = None,
) -> list[Placed]:
    with entries_of(path, platform.whose) as entries:
        return place(platform.read(entries, known), into, known, exercise)


def listed(path: Path) -> list[Entry]:
    with entries_of(path) as entries:
        return list(entries)


def tree(root: Path) -> set[str]:
    return {str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()}


def log(root: Path) -> list[dict[str, str]]:
    with (root / "imported.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_canvas_names_late_flags_and_attempts(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "s.zip", {
        "lovelaceada_101_9001_squares.py": "first = 1",
        "lovelaceada_101_9002_squares-1.py": "second = 2",
        "hoppergrace_LATE_102_9003_Squares (1).ipynb": "{}",
        "hoppergrace_103_9004_squares.py": "another of this name = 3",
        "noether_104_9005_my_home_work.py": "x = 4",
        "picture_105_9006_photo.png": "-",
        "instructions.txt": "-",
    })  # fmt: skip
    into = tmp_path / "in"
    imported(CANVAS, path, into)
    assert tree(into) == {
        "lovelaceada-101/squares.py", "hoppergrace-102/squares.ipynb", "hoppergrace-103/squares.py",
        "noether-104/my_home_work.py", "roster.csv", "imported.csv",
    }  # fmt: skip
    assert (into / "lovelaceada-101/squares.py").read_text() == "second = 2"
    rows = {(row["file"], row["attempt"]): row for row in log(into)}
    assert rows["squares.py", "1"]["became"] in ("an earlier attempt", "hoppergrace-103/squares.py")
    assert rows["Squares (1).ipynb", "1"]["late"] == "late"
    people = read_roster(into / "roster.csv")
    assert people["lovelaceada-101"].canvas_id == "101"
    found = find_submissions(into, KNOWN)
    assert {item.student for item in found if isinstance(item, Submission)} == {
        "lovelaceada-101", "hoppergrace-103"
    }  # fmt: skip


def test_moodle_with_folders_and_without(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "m.zip", {
        "Ada Lovelace_17_assignsubmission_file_/squares.py": "x = 1",
        "Ada Lovelace_17_assignsubmission_file_/deep/er/chain_rule.py": "x = 2",
        "Grace_B Hopper_18_assignsubmission_file_squares.py": "x = 3",
        "Grace_B Hopper_18_assignsubmission_onlinetext_/onlinetext.html": "x",
        "Ömer Ünal_19_assignsubmission_file_/squares.py": "x = 4",
    })  # fmt: skip
    into = tmp_path / "in"
    imported(MOODLE, path, into)
    names = {row["name"]: row["student"] for row in log(into)}
    assert set(names) == {"Ada Lovelace", "Grace_B Hopper", "Ömer Ünal"}
    assert "Ada_Lovelace-17/chain-rule.py" in tree(into)
    assert len([name for name in tree(into) if name.endswith("squares.py")]) == 3
    assert read_roster(into / "roster.csv")[names["Ada Lovelace"]].moodle_id == "17"


def test_gradescope_submitters_come_from_the_metadata(tmp_path: Path) -> None:
    root = tmp_path / "assignment_1_export"
    (root / "submission_5").mkdir(parents=True)
    (root / "submission_6" / "src").mkdir(parents=True)
    (root / "submission_5/squares.py").write_text("x = 1")
    (root / "submission_6/src/squares.py").write_text("x = 2")
    (root / "submission_metadata.yml").write_text(
        "submission_5:\n  :created_at: 2026-01-02 03:04:05 Z\n  :submitters:\n"
        "  - :name: Ada L\n    :sid: s1\n    :email: a@example.org\n"
        "  - :name: Emmy N\n    :sid: s2\n    :email: e@example.org\n"
    )
    into = tmp_path / "in"
    imported(GRADESCOPE, root, into)
    assert {n for n in tree(into) if n.endswith(".py")} == {
        "s1/squares.py", "s2/squares.py", "submission-6/squares.py"
    }  # fmt: skip
    assert read_roster(into / "roster.csv")["s1"].email == "a@example.org"


@pytest.mark.parametrize("text", ["- 1", "a: [", "!!python/object/apply:os.system ['x']", "\x00"])
def test_metadata_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = make_zip(tmp_path / "g.zip", {"e/submission_metadata.yml": text})
    with pytest.raises(UsageError, match="submission_metadata"):
        imported(GRADESCOPE, path, tmp_path / "in")


def test_nbgraders_tree(tmp_path: Path) -> None:
    root = tmp_path / "submitted"
    for student in ("ada-l", "emmy-n"):
        (root / student / "squares").mkdir(parents=True)
        (root / student / "squares/problem1.ipynb").write_text("{}")
        (root / student / "squares/timestamp.txt").write_text("2026-02-02 14:58:23 UTC")
    into = tmp_path / "in"
    imported(NBGRADER, tmp_path, into)
    assert {n for n in tree(into) if n.endswith(".ipynb")} == {
        "ada-l/squares.ipynb", "emmy-n/squares.ipynb"
    }  # fmt: skip
    assert log(into)[0]["handed_in"].startswith("2026-02-02")


HOSTILE = [
    "../../evil_1_2_squares.py",
    "/etc/evil_1_2_squares.py",
    "C:\\evil_1_2_squares.py",
    "..\\..\\evil_1_2_squares.py",
    "a/../../evil_1_2_squares.py",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_path_that_leads_out_is_not_followed(tmp_path: Path, name: str) -> None:
    path = make_zip(tmp_path / "z.zip", {name: "x = 1"})
    into = tmp_path / "deep" / "in"
    (placed,) = imported(CANVAS, path, into)
    assert placed.became == "its path leads out of the archive"
    assert {n for n in tree(tmp_path) if n.endswith(".py")} == set()


@pytest.mark.parametrize(
    "name",
    [
        "=cmd_1_2_squares.py",
        "a\nb_1_2_squares.py",
        "\u202eevil_1_2_squares.py",
        "con_1_2_squares.py",
        "x" * 200 + "_1_2_squares.py",
        'a,"b_1_2_squares.py',
        "-rf_1_2_squares.py",
        "a_1_2_" + "y" * 200 + ".py",
        "a_1_2_...py",
    ],
)
def test_hostile_names_are_kept_in_one_folder_and_one_row(tmp_path: Path, name: str) -> None:
    path = make_zip(tmp_path / "z.zip", {name: "x = 1"})
    into = tmp_path / "in"
    (placed,) = imported(CANVAS, path, into)
    assert placed.written
    (row,) = log(into)
    assert not row["student"].startswith(("=", "-", "+", "@"))
    (folder,) = (p for p in into.iterdir() if p.is_dir())
    assert folder.name.isprintable()
    assert len(folder.name) <= 100
    assert list(read_roster(into / "roster.csv")) == [folder.name], "grades find their way back"


def test_links_bombs_and_broken_members_cost_only_themselves(tmp_path: Path) -> None:
    path = tmp_path / "z.zip"
    link = zipfile.ZipInfo("link_1_2_squares.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(link, "/etc/passwd")
        made.writestr("bomb_3_4_squares.py", b"\0" * (archive.MAX_BYTES + 1))
        made.writestr("good_5_6_squares.py", "x = 1")
        made.writestr("broken_7_8_squares.py", "y" * 1000)
    content = path.read_bytes()
    at = content.index(b"broken_7_8_squares.py") + len(b"broken_7_8_squares.py")
    path.write_bytes(content[:at] + b"\xff\xff\xff" + content[at + 3 :])
    into = tmp_path / "in"
    became = {item.student: item.became for item in imported(CANVAS, path, into)}
    assert became["link-1"] == "is a symbolic link"
    assert became["bomb-3"] == "has more than 10 MiB"
    assert became["good-5"] == "good-5/squares.py"
    assert "cannot be unpacked" in became["broken-7"]


def test_an_encrypted_member_costs_only_itself(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "z.zip", {"a_1_2_squares.py": "x = 1", "b_3_4_squares.py": "x = 2"})
    content = bytearray(path.read_bytes())
    local, central = content.index(b"PK\x03\x04"), content.index(b"PK\x01\x02")
    content[local + 6] |= 1
    content[central + 8] |= 1
    path.write_bytes(content)
    became = {e.name: e.problem for e in listed(path)}
    assert became == {"a_1_2_squares.py": "is encrypted", "b_3_4_squares.py": ""}


def test_what_a_header_claims_is_not_believed(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "z.zip", {"a_1_2_squares.py": "x" * 1000})
    content = bytearray(path.read_bytes())
    size = content.index(b"PK\x01\x02") + 24
    content[size : size + 4] = (0xFFFFFFF0).to_bytes(4, "little")
    path.write_bytes(content)
    with entries_of(path) as (entry,):
        assert len(entry.content()) == 1000


def test_two_members_of_one_name_are_two_attempts(tmp_path: Path) -> None:
    path = tmp_path / "z.zip"
    with zipfile.ZipFile(path, "w") as made, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made.writestr("a_1_2_squares.py", "first = 1")
        made.writestr("a_1_2_squares.py", "second = 2")
    imported(CANVAS, path, tmp_path / "in")
    assert {n for n in tree(tmp_path / "in") if n.endswith(".py")} == {"a-1/squares.py"}


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_broken_bytes_raise_nothing_but_usage_errors(tmp_path: Path, method: int) -> None:
    path = tmp_path / "z.zip"
    with zipfile.ZipFile(path, "w", method) as made:
        for number in range(3):
            made.writestr(f"a_{number}_2_squares.py", "x = 1\n" * 50)
    whole = path.read_bytes()
    numbers = random.Random(7)
    for _ in range(300):
        broken = bytearray(whole)
        for _ in range(numbers.choice([1, 1, 2, 4])):
            broken[numbers.randrange(len(broken))] = numbers.randrange(256)
        path.write_bytes(broken)
        with contextlib.suppress(UsageError), entries_of(path) as entries:
            for entry in entries:
                with contextlib.suppress(SubmissionError):
                    entry.content()


def test_a_folders_links_are_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "d"
    root.mkdir()
    (root / "a_1_2_squares.py").symlink_to("/etc/passwd")
    (root / "sub").symlink_to("/etc")
    placed = imported(CANVAS, root, tmp_path / "in")
    assert {item.became for item in placed} == {"is no regular file"}
    assert len(placed) == 2


def test_too_many_files_of_nobody_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_zip(tmp_path / "z.zip", {f"a_{n}_2_squares.py": "xxxx" for n in range(5)})
    monkeypatch.setattr(archive, "MOST_ENTRIES", 3)
    with pytest.raises(UsageError, match="more than 3 files"):
        listed(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04nonsense", b"not a zip"])
def test_what_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "z.zip").write_bytes(content)
    with pytest.raises(UsageError, match=r"z\.zip"):
        listed(tmp_path / "z.zip")


def test_the_round_trip_through_the_commands(tmp_path: Path) -> None:
    (tmp_path / "course").mkdir()
    make_course(tmp_path / "course")
    path = make_zip(tmp_path / "s.zip", {"ada_7_9_hw.py": "x = 1", "bad_8_9_hw.txt": ""})
    into = tmp_path / "in"
    options = ["--into", str(into), "--course", str(tmp_path / "course")]
    done = CliRunner().invoke(app, ["import", "canvas", str(path), *options])
    assert done.exit_code == 0, done.output
    assert "named like no exercise" in done.stderr
    done = CliRunner().invoke(
        app, ["import", "canvas", str(path), *options, "--exercise", "squares", "--json"]
    )
    ada, bad = json.loads(done.stdout)
    assert ada["became"] == "ada-7/squares.py"
    assert "is text; hand in the notebook" in bad["became"]
    assert "hw.txt: is text" in read_roster(into / "roster.csv")["bad-8"].note
    done = CliRunner().invoke(app, ["import", "canvas", str(path), *options, "--exercise", "no"])
    assert done.exit_code == 2


SHEET = """Identifier,Full name,Email address,Status,Grade,Maximum Grade,Feedback comments
Participant {number},Ada Lovelace,ada@example.org,Submitted,,10,
Participant 99,Grace Hopper,grace@example.org,Submitted,,10,
"""
ROSTER = "student,name,email,canvas_id,section\nada-l,Ada Lovelace,ada@example.org,7,A\n"


def test_one_student_of_moodle_is_one_student_all_term_long(tmp_path: Path) -> None:
    (tmp_path / "course").mkdir()
    make_course(tmp_path / "course")
    into = tmp_path / "in"
    for number, name in (("17", "squares"), ("23", "cubes")):
        path = make_zip(
            tmp_path / f"{name}.zip",
            {f"Ada Lovelace_{number}_assignsubmission_file_/{name}.py": ""},
        )
        (tmp_path / "w.csv").write_text(SHEET.format(number=number))
        options = ["--into", str(into), "--course", str(tmp_path / "course")]
        sheet = ["--worksheet", str(tmp_path / "w.csv")]
        done = CliRunner().invoke(app, ["import", "moodle", str(path), *options, *sheet])
        assert done.exit_code == 0, done.output
    assert {"Ada_Lovelace-17/squares.py", "Ada_Lovelace-17/cubes.py"} <= tree(into)
    assert set(read_roster(into / "roster.csv")) == {"Ada_Lovelace-17"}


def test_the_roster_of_the_course_says_who_is_who(tmp_path: Path) -> None:
    course = tmp_path / "course"
    course.mkdir()
    make_course(course)
    (course / "course.toml").write_text('roster = "roster.csv"\n')
    (course / "roster.csv").write_text(ROSTER)
    path = make_zip(
        tmp_path / "c.zip", {"lovelaceada_7_9_squares.py": "x", "hoppergrace_8_10_squares.py": "x"}
    )
    into = tmp_path / "in"
    options = ["--into", str(into), "--course", str(course)]
    done = CliRunner().invoke(app, ["import", "canvas", str(path), *options])
    assert done.exit_code == 0, done.output
    assert {"ada-l/squares.py", "hoppergrace-8/squares.py"} <= tree(into)
    ada = read_roster(into / "roster.csv")["ada-l"]
    assert (ada.name, ada.email, ada.section) == ("Ada Lovelace", "ada@example.org", "A")
    assert (course / "roster.csv").read_text() == ROSTER


def test_whose_exercises_were_looked_for(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "c.zip", {"ada_7_9_essay.py": "x"})
    done = CliRunner().invoke(
        app, ["import", "canvas", str(path), "--into", str(tmp_path), "--course", "built-in"]
    )
    assert "this is the built-in course; --course names another one" in done.stderr
