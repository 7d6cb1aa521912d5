"""What one student hands in costs that student alone; what platforms write is read as they do."""

from __future__ import annotations

import bz2
import os
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.errors import SubmissionError
from grader.imports import archive
from grader.imports.archive import entries_of
from grader.imports.canvas import CANVAS
from grader.imports.gradescope import GRADESCOPE
from grader.imports.gradescope_metadata import Record, records_in
from grader.imports.moodle import MOODLE
from grader.imports.nbgrader import NBGRADER
from grader.imports.placing import Placed, place
from grader.imports.unpacking import unpacked
from grader.submissions.reading import MAX_BYTES
from grader.submissions.roster import read_roster
from tests.test_imports_platforms import imported, log, make_zip, tree

KNOWN = ("chain-rule", "hw-1", "hw-2")


def metadata(*people: tuple[str, str]) -> str:
    return "".join(
        f"{submission}:\n  :submitters:\n  - :name: {sid.title()}\n    :sid: '{sid}'\n"
        f"    :email: {sid}@example.org\n  :created_at: 2026-01-01\n"
        for submission, sid in people
    )


def export(root: Path, inside: str, own: str | None = None) -> Path:
    """Write an unpacked Gradescope export in which eve hands in metadata of their own."""
    for number, name in ((1, "ada"), (2, "eve")):
        (root / f"submission_{number}").mkdir(parents=True)
        (root / f"submission_{number}/chain-rule.py").write_text(f"x = '{name}'")
    (root / "submission_2/submission_metadata.yml").write_text(inside)
    own = metadata(("submission_1", "ada"), ("submission_2", "eve")) if own is None else own
    (root / "submission_metadata.yml").write_text(own)
    return root


LAUGHS = "a0: &a0 [x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)


@pytest.mark.parametrize(
    "inside", [metadata(("submission_1", "eve"), ("submission_2", "ada")), "{[: not yaml", LAUGHS]
)
@pytest.mark.parametrize("deep", ["", "assignment_1_export", "my course/export"])
def test_metadata_inside_a_submission_is_a_file_like_any_other(
    tmp_path: Path, inside: str, deep: str
) -> None:
    export(tmp_path / "d" / deep, inside)
    (tmp_path / "d" / deep / "submission_2/submission_1").mkdir()
    (tmp_path / "d" / deep / "submission_2/submission_1/chain-rule.py").write_text("x = 'eve'")
    into = tmp_path / "in"
    imported(GRADESCOPE, tmp_path / "d", into, KNOWN)
    assert (into / "ada/chain-rule.py").read_text() == "x = 'ada'"
    assert (into / "eve/chain-rule.py").read_text() == "x = 'eve'"


def test_a_bad_entry_of_the_metadata_costs_its_own_submission(tmp_path: Path) -> None:
    own = metadata(("submission_1", "ada")) + "submission_2:\n  :submitters: [{[: not yaml\n"
    export(tmp_path / "d", "", own)
    placed = imported(GRADESCOPE, tmp_path / "d", tmp_path / "in", KNOWN)
    became = {item.student: item.became for item in placed if item.written}
    assert became["ada"] == "ada/chain-rule.py"
    assert became["submission-2"] == "submission-2/chain-rule.py"
    note = read_roster(tmp_path / "in/roster.csv")["submission-2"].note
    assert "its entry in the metadata cannot be read" in note


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("submission_1:\n" + "".join(f"{' ' * n}a:\n" for n in range(1, 60)), "too deep"),
        ("submission_1: " + "[" * 100_000, "too deep"),
        ("submission_1: [" + "a," * 300_000 + "]", "too large"),
        ("submission_1:\n  :submitters: &a [*a]\n", ""),
        ("submission_1:\n  :submitters: !!python/object/apply:os.system ['x']\n", ""),
        ("submission_1:\n  :x: |\n" + "    y\n" * 2_000_000, "more than 8 MiB"),
        ("submission_1: 7\n", "is no table"),
        ("submission_1:\n  :a: 1\nsubmission_1:\n  :a: 1\n", "is there twice"),
    ],
)
def test_metadata_is_read_within_bounds(entry: str, says: str) -> None:
    records = records_in(entry + "\n" + metadata(("submission_9", "ada")))
    bad = records["submission_1"]
    if says:
        assert isinstance(bad, SubmissionError)
        assert says in str(bad)
    else:
        assert bad == Record(())
    good = records["submission_9"]
    assert isinstance(good, Record)
    assert good.submitters[0]["sid"] == "ada"


@pytest.mark.parametrize("text", ["", "---\n", "--- {}\n", "{}"])
def test_metadata_may_name_nobody(text: str) -> None:
    assert records_in(text) == {}


def test_laughing_aliases_are_not_followed() -> None:
    entry = "submission_1:\n" + "".join(f"  {line}\n" for line in LAUGHS.splitlines())
    tracemalloc.start()
    records_in(entry + "  :created_at: *a11\n")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 << 20


def test_one_sid_of_two_people_is_refused_by_name(tmp_path: Path) -> None:
    own = metadata(("submission_1", "ada"), ("submission_2", "eve")).replace("'eve'", "'ada'")
    export(tmp_path / "d", "", own)
    placed = imported(GRADESCOPE, tmp_path / "d", tmp_path / "in", KNOWN)
    assert {item.student for item in placed} == {"submission-1", "submission-2"}
    note = read_roster(tmp_path / "in/roster.csv")["submission-1"].note
    assert "SID or address is that of several people" in note


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("2026-01-02 03:04:05.123456000 Z", "2026-01-02T03:04:05.123456+00:00"),
        ("2026-01-02 03:04:05 Z", "2026-01-02T03:04:05+00:00"),
        ("2026-01-02T03:04:05+05:30", "2026-01-02T03:04:05+05:30"),
        ("2026-01-02", "2026-01-02"),
        ("long ago", "long ago"),
    ],
)
def test_rubys_times_become_iso(written: str, time: str) -> None:
    (record,) = records_in(f"submission_1:\n  :created_at: {written}\n").values()
    assert isinstance(record, Record)
    assert record.created_at == time


# ---------------------------------------------------------------- zips


METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
def test_no_member_unpacks_without_bound(tmp_path: Path, method: int) -> None:
    path = tmp_path / "z.zip"
    size = 60 << 20 if method != zipfile.ZIP_STORED else MAX_BYTES + 1
    with zipfile.ZipFile(path, "w", method) as made:
        with made.open("bomb_1_2_hw-1.py", "w", force_zip64=True) as file:
            for _ in range(size >> 20):
                file.write(bytes(1 << 20))
            file.write(b"x")
        made.writestr("good_5_6_hw-1.py", "x = 1")
    with entries_of(path) as (bomb, good):
        tracemalloc.start()
        with pytest.raises(SubmissionError, match="more than 10 MiB"):
            bomb.content()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert good.content() == b"x = 1"
    assert peak < 4 * MAX_BYTES


def test_a_lying_lzma_header_reserves_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "z.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as made:
        made.writestr("a_1_2_hw-1.py", "x = 1\n" * 100)
    content = bytearray(path.read_bytes())
    at = content.index(b"hw-1.py") + len(b"hw-1.py") + 5  # after version, size, lc/lp/pb
    content[at : at + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    with entries_of(path) as (entry,):
        assert entry.content() == b"x = 1\n" * 100


def test_a_method_that_is_not_read_is_named(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "z.zip", {"a_1_2_hw-1.py": "x = 1", "b_3_4_hw-1.py": "x = 2"})
    content = bytearray(path.read_bytes())
    for mark, field in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = content.index(mark) + field
        content[at : at + 2] = (9).to_bytes(2, "little")  # deflate64
    path.write_bytes(content)
    a, b = imported(CANVAS, path, tmp_path / "in", KNOWN)
    assert "packed by a method that is not read here (9)" in a.became
    assert b.written


def test_what_was_packed_is_compared_with_its_checksum(tmp_path: Path) -> None:
    path = tmp_path / "z.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as made:
        made.writestr("a.py", "x = 1")
    with zipfile.ZipFile(path) as read:
        (member,) = read.infolist()
        assert unpacked(read, member, 10) == b"x = 1"
        with pytest.raises(SubmissionError, match="more than 0 MiB"):
            unpacked(read, member, 4)
        member.CRC ^= 1
        with pytest.raises(SubmissionError, match="checksum"):
            unpacked(read, member, 10)
    assert bz2.decompress(bz2.compress(b"")) == b""


def test_one_students_thousand_files_cost_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MOST_OF_ONE", 20)
    root = tmp_path / "export"
    deep = root / "submission_2"
    for _ in range(60):
        deep /= "d"
    deep.mkdir(parents=True)
    (deep / "a.py").write_text("x = 1")
    for number in range(50):
        (root / f"submission_2/f{number}").mkdir()
        (root / f"submission_2/f{number}/a.py").write_text("x = 1")
    (root / "submission_1").mkdir()
    (root / "submission_1/chain-rule.py").write_text("x = 1")
    placed = imported(GRADESCOPE, root, tmp_path / "in", KNOWN)
    assert any(item.student == "submission-1" and item.written for item in placed)
    mine = [item for item in placed if item.student == "submission-2"]
    assert len(mine) <= 22
    assert any("no more of them are read" in item.became for item in mine)


def test_a_broken_newest_attempt_leaves_the_one_before(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "z.zip", {
        "ada_1_10_chain-rule.py": "x = 1", "ada_1_11_chain-rule-1.py": "y" * 1000,
    })  # fmt: skip
    content = path.read_bytes()
    at = content.index(b"chain-rule-1.py") + len(b"chain-rule-1.py")
    path.write_bytes(content[:at] + b"\xff\xff\xff" + content[at + 3 :])
    placed = imported(CANVAS, path, tmp_path / "in", KNOWN)
    assert [item.written for item in placed] == [True, False]
    assert "cannot be unpacked" in placed[1].became


@pytest.mark.parametrize("special", ["fifo", "link", "sparse", "device"])
def test_special_files_cost_themselves(tmp_path: Path, special: str) -> None:
    place = tmp_path / "submitted/eve/chain-rule"
    place.mkdir(parents=True)
    good = tmp_path / "submitted/ada/chain-rule"
    good.mkdir(parents=True)
    (good / "chain-rule.py").write_text("x = 1")
    path = place / "chain-rule.py"
    if special == "fifo":
        os.mkfifo(path)
    elif special == "sparse":
        with path.open("wb") as file:
            file.truncate(1 << 40)
    else:
        path.symlink_to("/dev/zero" if special == "device" else "/etc/passwd")
    placed = imported(NBGRADER, tmp_path / "submitted", tmp_path / "in", KNOWN)
    assert {item.student: item.written for item in placed} == {"ada": True, "eve": False}
    assert "chain-rule.py: " in read_roster(tmp_path / "in/roster.csv")["eve"].note


# ---------------------------------------------------------------- names that platforms write


def canvas(tmp_path: Path, names: list[str], exercise: str | None = None) -> dict[str, Placed]:
    path = make_zip(tmp_path / "c.zip", {name: f"# {name}" for name in names})
    with entries_of(path) as entries:
        placed = place(CANVAS.read(entries, KNOWN), tmp_path / "in", KNOWN, exercise)
    return {item.became: item for item in placed}


def text(tmp_path: Path, name: str) -> str:
    return (tmp_path / "in" / name).read_text()


def test_a_number_of_an_exercises_name_is_no_attempt(tmp_path: Path) -> None:
    found = canvas(tmp_path, ["lada_101_9001_hw-1.py", "lada_101_9002_hw-2.py"])
    assert set(found) == {"lada-101/hw-1.py", "lada-101/hw-2.py"}
    assert {item.attempt for item in found.values()} == {1}


@pytest.mark.parametrize("exercise", [None, "hw-2"])
def test_the_newest_attempt_is_that_with_canvas_own_suffix(
    tmp_path: Path, exercise: str | None
) -> None:
    found = canvas(tmp_path, ["a_1_9001_hw-2.py", "a_1_9009_hw-2-1.py"], exercise)
    assert text(tmp_path, "a-1/hw-2.py") == "# a_1_9009_hw-2-1.py"
    assert found["a-1/hw-2.py"].attempt == 2


def test_a_students_own_number_is_no_attempt(tmp_path: Path) -> None:
    canvas(tmp_path, ["a_1_9001_chain-rule-3.py", "a_1_9002_chain-rule.py"])
    assert text(tmp_path, "a-1/chain-rule.py") == "# a_1_9002_chain-rule.py"


@pytest.mark.parametrize(
    ("name", "student", "late"),
    [
        ("anon_x0Y2z_9000_chain-rule.py", "anon-x0Y2z", False),
        ("LATE_anon_q1W2e_9001_chain-rule.py", "anon-q1W2e", True),
        ("anon_12345_9001_chain-rule.py", "anon-12345", False),
        ("team_a_101_9002_chain-rule.py", "team_a-101", False),
        ("team_7_101_9002_chain-rule.py", "team_7-101", False),
        ("team_7_LATE_101_9002_chain-rule.py", "team_7-101", True),
        ("группа_б_101_9002_chain-rule.py", "группа_б-101", False),
        ("ada_101_9002_2024_01_chain-rule.ipynb", "ada-101", False),
    ],
)
def test_anonymous_people_and_groups(tmp_path: Path, name: str, student: str, late: bool) -> None:
    (item,) = canvas(tmp_path, [name]).values()
    assert (item.student, item.late, item.written) == (student, late, True)


def test_everybody_who_handed_in_anything_has_a_row(tmp_path: Path) -> None:
    found = canvas(tmp_path, [
        "ada_1_11_chain-rule.py", "ada_1_12_figure.png", "bob_2_13_homework.zip", "cy_3_text.html",
        "dee_LATE_4_link.html", "eve_5_15_chain-rule.pdf",
    ])  # fmt: skip
    people = read_roster(tmp_path / "in/roster.csv")
    assert set(people) == {"ada-1", "bob-2", "cy-3", "dee-4", "eve-5"}
    assert people["ada-1"].note == ""
    assert "is an archive" in people["bob-2"].note
    assert "text.html: is text" in people["cy-3"].note
    assert "is no code" in people["eve-5"].note
    assert {row["student"] for row in log(tmp_path / "in")} == set(people)
    assert len(found) == 4


def test_a_note_goes_when_something_comes(tmp_path: Path) -> None:
    canvas(tmp_path, ["ada_1_11_chain-rule.pdf"])
    canvas(tmp_path, ["ada_1_12_chain-rule.py"])
    assert read_roster(tmp_path / "in/roster.csv")["ada-1"].note == ""


def test_empty_folders_are_somebodys(tmp_path: Path) -> None:
    root = tmp_path / "m"
    (root / "Ada L_17_assignsubmission_file_").mkdir(parents=True)
    (root / "Bob B_18_assignsubmission_file_/.ipynb_checkpoints").mkdir(parents=True)
    (root / "Cy C_19_assignsubmission_onlinetext_").mkdir()
    (root / "Cy C_19_assignsubmission_onlinetext_/onlinetext.html").write_text("x = 1")
    imported(MOODLE, root, tmp_path / "in", KNOWN)
    people = read_roster(tmp_path / "in/roster.csv")
    assert set(people) == {"Ada_L-17", "Bob_B-18", "Cy_C-19"}
    assert "nothing is in this folder" in people["Ada_L-17"].note


def test_a_students_folder_named_as_moodles_is_theirs(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "m.zip", {
        "Eve E_18_assignsubmission_file_/Ada L_17_assignsubmission_file_/chain-rule.py": "x = 1",
    })  # fmt: skip
    (item,) = imported(MOODLE, path, tmp_path / "in", KNOWN)
    assert item.student == "Eve_E-18"


def test_names_in_a_zip_without_the_mark_of_utf8(tmp_path: Path) -> None:
    path = tmp_path / "m.zip"
    name = "Ömer Ünal_19_assignsubmission_file_/chain-rule.py"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(name, "x = 1")
    content = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at + 1] &= 0xF7
    path.write_bytes(content)
    (item,) = imported(MOODLE, path, tmp_path / "in", KNOWN)
    assert item.name == "Ömer Ünal"


def test_one_handle_in_two_forms_is_one_student(tmp_path: Path) -> None:
    for name in ("Zoë", "Zoe\u0308"):
        (tmp_path / "submitted" / name / "chain-rule").mkdir(parents=True)
        (tmp_path / "submitted" / name / "chain-rule/chain-rule.py").write_text("x = 1")
    imported(NBGRADER, tmp_path / "submitted", tmp_path / "in", KNOWN)
    assert list(read_roster(tmp_path / "in/roster.csv")) == ["Zoë"]


def test_a_known_person_keeps_the_rosters_handle(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/roster.csv").write_text("student,name,canvas_id\nada-l,Ada Lovelace,101\n")
    canvas(tmp_path, ["lada_101_9001_chain-rule.py"])
    assert "ada-l/chain-rule.py" in tree(tmp_path / "in")


def test_nothing_imported_is_no_success(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "z.zip", {"readme.txt": "x", "squares.py": "x = 1"})
    done = CliRunner().invoke(app, ["import", "canvas", str(path), "--into", str(tmp_path / "in")])
    assert done.exit_code == 2
    assert "nothing was imported" in done.stderr


def test_a_link_among_the_submissions_leads_no_import_elsewhere(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "lada-101").symlink_to(elsewhere)
    (became,) = canvas(tmp_path, ["lada_101_9001_hw-1.py"])
    assert "is a link" in became
    assert not list(elsewhere.iterdir())


@pytest.mark.parametrize("name", ["roster.csv", "imported.csv", "Roster.csv"])
def test_no_student_takes_the_place_of_a_table(tmp_path: Path, name: str) -> None:
    for student in (name, "ada-l"):
        folder = tmp_path / "submitted" / student / "squares"
        folder.mkdir(parents=True)
        (folder / "squares.py").write_text("x = 1\n")
    imported(NBGRADER, tmp_path / "submitted", tmp_path / "in")
    assert len(read_roster(tmp_path / "in" / "roster.csv")) == 2
    assert len(list((tmp_path / "in").glob("*/squares.py"))) == 2
