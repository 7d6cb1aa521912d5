"""Files of an exercise and further files of a student: released, run with, bounded, shown."""

from __future__ import annotations

import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from grader.course.files import MOST, among_files, exercise_files
from grader.course.handout import write_handout
from grader.course.loading import Course
from grader.course.ownership import Ground
from grader.course.reference import load_reference
from grader.course.release import release_exercise
from grader.errors import CourseError
from grader.exports.autograder import autograder_zip
from grader.grading.cluster import bundle_of
from grader.grading.one_by_one import Grading
from grader.imports.archive import entries_of
from grader.imports.canvas import CANVAS
from grader.imports.gradescope import GRADESCOPE
from grader.imports.moodle import MOODLE
from grader.imports.nbgrader import NBGRADER
from grader.imports.placing import place
from grader.imports.platform import Platform
from grader.judging.sentences.left_behind import at_hand, left_behind
from grader.model import Accepts, File, Score, Submission, Unreadable
from grader.proof.verify import verify_exercise
from grader.report.pages import render_student
from grader.scores.packing import submission_to_json
from grader.scores.record import from_json, to_json
from grader.scores.rows import submission_from_json
from grader.selfcheck.runner import Runner, Target, changes
from grader.submissions.finding import find_submissions
from grader.submissions.further import handed_files
from tests.made_course import CONTRACT, REFERENCE, STARTER, make_course

TAKES = CONTRACT + '[submission]\nfiles = ["*.py", "*.csv"]\nmost = 3\nmost_mb = 0.01\n'
FILES = {"scale.csv": "2.0\n", "course_helper.py": "def twice(x):\n    return 2 * x\n"}
USES_FILES = """
import numpy
import course_helper
SCALE = float(numpy.loadtxt("scale.csv"))

def energy(x):
    return (x**2).sum()

def slope(x):
    return course_helper.twice(x) * SCALE / 2
"""
USES_HELPER = """
import helper

def energy(x):
    return helper.squares(x)

def slope(x):
    return float(open("factor.csv").read()) * x
"""
HELPER = "def squares(x):\n    return (x**2).sum()\n"


def course_with(folder: Path, contract: str = CONTRACT, **more: str) -> Course:
    made = make_course(folder, contract, **more)
    files = folder / "exercises" / "squares" / "files"
    files.mkdir()
    for name, text in FILES.items():
        (files / name).write_text(text)
    return made


def hand_in(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def found_in(root: Path, course: Course) -> list[Submission | Unreadable]:
    return find_submissions(root, course.exercise_ids, None, course.accepts)


def graded(course: Course, root: Path) -> Score:
    grading = Grading(course.directory, Ground(root), seed=1, trusted=True)
    try:
        found = [each for each in grading.found(root, None) if isinstance(each, Submission)]
        return grading.score(found[0])
    finally:
        grading.close()


# ---------------------------------------------------------------- of the exercise


def test_they_are_released_and_part_of_the_fingerprint(tmp_path: Path) -> None:
    course = course_with(tmp_path / "course")
    exercise = course.load("squares")
    plain = make_course(tmp_path / "plain").load("squares").fingerprint
    names = {path.name for path in release_exercise(exercise, tmp_path / "out")}
    assert names == {"squares.ipynb", "squares.py", "scale.csv", "course_helper.py"}
    assert (tmp_path / "out/scale.csv").read_text() == "2.0\n"
    write_handout([exercise], tmp_path / "handout")
    assert (tmp_path / "handout/exercises/squares/files/scale.csv").is_file()
    assert exercise.fingerprint != plain
    (exercise.directory / "files/scale.csv").write_text("3.0\n")
    assert course.load("squares").fingerprint != exercise.fingerprint
    release_exercise(course.load("squares"), tmp_path / "out")
    assert (tmp_path / "out/scale.csv").read_text() == "3.0\n", "a corrected file goes out again"


def test_reference_and_starter_stand_among_them(tmp_path: Path) -> None:
    reads = (
        "import course_helper\nfrom pathlib import Path\n"
        'SCALE = float(Path("scale.csv").read_text())\n'
    )
    before = Path.cwd()
    course = course_with(tmp_path, reference=reads + REFERENCE, starter=reads + STARTER)
    exercise = course.load("squares")
    assert load_reference(exercise).namespace["SCALE"] == 2.0
    found = verify_exercise(exercise, seeds=(1,))
    assert [each for each in found if not each.holds] == []
    assert Path.cwd() == before
    seen: list[Path] = []
    among_files(exercise.directory, lambda: seen.append(Path.cwd()))
    assert seen == [(exercise.directory / "files").resolve()]
    with pytest.raises(ModuleNotFoundError):
        __import__("course_helper")


def test_a_cluster_gets_them_with_the_course(tmp_path: Path) -> None:
    course = course_with(tmp_path)
    before = bundle_of(course.directory).digest
    with zipfile.ZipFile(io.BytesIO(autograder_zip(course.load("squares")))) as archive:
        assert "course/exercises/squares/files/scale.csv" in archive.namelist()
    (tmp_path / "exercises/squares/files/scale.csv").write_text("3.0\n")
    assert bundle_of(course.directory).digest != before


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda folder: (folder / "link").symlink_to("/etc/passwd"), "link: is no regular file"),
        (lambda folder: os.mkfifo(folder / "pipe"), "pipe: is no regular file"),
        (
            lambda folder: [(folder / f"{n}.csv").touch() for n in range(MOST)],
            f"at most {MOST} files",
        ),
    ],
)
def test_what_cannot_go_along_is_the_courses_fault(
    tmp_path: Path, make: Callable[[Path], object], expected: str
) -> None:
    course = course_with(tmp_path)
    make(tmp_path / "exercises/squares/files")
    with pytest.raises(CourseError, match=expected):
        course.load("squares")


@pytest.mark.sandbox
@pytest.mark.slow
def test_the_work_finds_them_and_cannot_change_them(tmp_path: Path) -> None:
    course = course_with(tmp_path / "course")
    tries = USES_FILES + 'try:\n    open("scale.csv", "w")\nexcept PermissionError:\n    pass\n'
    root = hand_in(tmp_path / "class/ada-l", {"squares.py": tries, "scale.csv": "7.0\n"})
    score = graded(course, root)
    assert score.earned == 5, [check.feedback for check in score.checks]
    assert score.remarks == (
        "Your scale.csv differs from the one of the exercise, which was used.",
    )
    assert [cell.status for cell in score.run.cells if cell.status != "ok"] == []


# ---------------------------------------------------------------- of the student


def test_what_the_exercise_takes_comes_along(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", TAKES)
    files = {"squares.py": USES_HELPER, "helper.py": HELPER, "factor.csv": "2", "notes.txt": "x"}
    for layout in ("class/ada-l", "nbgrader/ada-l/squares"):
        root = hand_in(tmp_path / layout, files).parents[layout.count("/") - 1]
        (found,) = found_in(root, course)
        assert isinstance(found, Submission), found
        assert found.student == "ada-l"
        assert [file.name for file in found.files] == ["factor.csv", "helper.py"]
        assert found.left_out == (("notes.txt", "this exercise takes along only *.py, *.csv"),)
        assert found.remarks == ()
        assert submission_from_json(json.loads(json.dumps(submission_to_json(found)))) == found
        (tmp_path / layout / "helper.py").write_text(HELPER + "# changed\n")
        (again,) = found_in(root, course)
        assert again.sha256 != found.sha256
        (tmp_path / layout / "helper.py").write_text(HELPER)


def test_without_further_files_the_digest_is_that_of_the_work(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", TAKES)
    (found,) = found_in(hand_in(tmp_path / "class", {"ada-l/squares.py": HELPER}), course)
    (plain,) = find_submissions(tmp_path / "class", ["squares"])
    assert found.sha256 == plain.sha256


def test_of_files_with_other_names_the_one_that_cannot_come_along_is_the_work(
    tmp_path: Path,
) -> None:
    course = make_course(tmp_path / "course", TAKES)
    cell = {"cell_type": "code", "source": "x = 1", "metadata": {}, "outputs": []}
    notebook = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    files = {"submission_7/my work.ipynb": notebook, "submission_7/helper.py": HELPER}
    root = hand_in(tmp_path / "class", files)
    (found,) = find_submissions(root, course.exercise_ids, "squares", course.accepts)
    assert isinstance(found, Submission)
    assert found.path.name == "my work.ipynb"
    assert [file.name for file in found.files] == ["helper.py"]
    assert found.remarks == ()


def test_the_works_of_others_are_nobodys_helpers(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", TAKES)
    hand_in(tmp_path / "class", {"ada-l.py": HELPER, "grace-h.py": HELPER})
    found = find_submissions(tmp_path / "class", course.exercise_ids, "squares", course.accepts)
    assert [(item.student, item.files) for item in found if isinstance(item, Submission)] == [
        ("ada-l", ()),
        ("grace-h", ()),
    ]
    one = tmp_path / "class/ada-l.py"
    (alone,) = find_submissions(one, course.exercise_ids, "squares", course.accepts)
    assert isinstance(alone, Submission)
    assert alone.files == ()


FLAT = {
    "ada-l.py": USES_HELPER,
    "ada-l_helper.py": HELPER,
    "ada-l_factor.csv": "2.0",
    "ada-l_notes.txt": "not for grading",
    "ada-l_two.py": HELPER,  # she imports no `two`: it is somebody's work
    "ada-l_two_factor.csv": "3.0",
    "grace.py": HELPER,
    "grace_h.py": HELPER,
    "grace_h_table.csv": "4.0",
    "nobody_factor.csv": "5.0",
}


def along(found: Submission | Unreadable) -> dict[str, str]:
    assert isinstance(found, Submission)
    return {file.name: file.content.decode() for file in found.files}


def test_in_one_folder_a_file_is_whose_name_it_bears(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", TAKES)
    root = hand_in(tmp_path / "class", FLAT)
    found = find_submissions(root, course.exercise_ids, "squares", course.accepts)
    assert {item.student: along(item) for item in found} == {
        "ada-l": {"helper.py": HELPER, "factor.csv": "2.0"},
        "ada-l_two": {"factor.csv": "3.0"},
        "grace": {},
        "grace_h": {"table.csv": "4.0"},
    }
    (one,) = find_submissions(root / "ada-l.py", course.exercise_ids, "squares", course.accepts)
    assert along(one) == {"helper.py": HELPER, "factor.csv": "2.0"}


def test_helpers_of_helpers_and_files_of_notebooks_lie_in_one_folder(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", TAKES)
    notebook = {
        "cells": [{"cell_type": "code", "source": ["x = 1\n", "from first import squares as s"]}],
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    root = hand_in(
        tmp_path / "class",
        {
            "ada-l.ipynb": json.dumps(notebook),
            "ada-l_first.py": "from second import squares",
            "ada-l_second.py": HELPER,
            "ada-l_second_scale.csv": "1",
        },
    )
    (found,) = find_submissions(root, course.exercise_ids, "squares", course.accepts)
    assert sorted(along(found)) == ["first.py", "second.py", "second_scale.csv"]


def test_where_an_exercise_takes_no_files_one_folder_holds_works_alone(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    root = hand_in(tmp_path / "class", FLAT)
    found = find_submissions(root, course.exercise_ids, "squares", course.accepts)
    assert [item.student for item in found] == [
        *("ada-l", "ada-l_helper", "ada-l_two", "grace", "grace_h"),
    ]


@pytest.mark.parametrize("odd", ["link", "fifo", "folder"])
def test_odd_files_in_one_folder_stop_nobody(tmp_path: Path, odd: str) -> None:
    course = make_course(tmp_path / "course", TAKES)
    root = hand_in(tmp_path / "class", {"ada-l.py": USES_HELPER, "grace-h.py": HELPER})
    place = root / "ada-l_helper.py"
    if odd == "link":
        place.symlink_to("/etc/passwd")
    elif odd == "fifo":
        os.mkfifo(place)
    else:
        place.mkdir()
    found = find_submissions(root, course.exercise_ids, "squares", course.accepts)
    works = {item.student: item for item in found if isinstance(item, Submission)}
    assert set(works) >= {"ada-l", "grace-h"}
    assert along(works["ada-l"]) == {}


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda folder: (folder / "a.csv").symlink_to("/etc/passwd"), "is a symbolic link"),
        (lambda folder: os.mkfifo(folder / "a.csv"), "is not a regular file"),
        (lambda folder: (folder / "a.csv").mkdir(), "is a folder"),
        (lambda folder: (folder / "a.csv").write_text("1" * 20_000), "at most 0.01 MiB come along"),
        (lambda folder: (folder / "a\n.csv").write_text("1"), "not printable"),
        (
            lambda folder: [(folder / f"{n}.csv").write_text("1") for n in "abcd"],
            "at most 3 files come along",
        ),
    ],
)
def test_hostile_files_stay_behind_and_are_named(
    tmp_path: Path, make: Callable[[Path], object], expected: str
) -> None:
    course = make_course(tmp_path / "course", TAKES)
    folder = hand_in(tmp_path / "ada-l", {"squares.py": HELPER})
    make(folder)
    (found,) = found_in(folder, course)
    assert isinstance(found, Submission)
    assert expected in " ".join(found.remarks)
    assert all("passwd" not in file.name and b"root" not in file.content for file in found.files)
    assert len(found.files) <= 3


def test_code_that_comes_along_is_bounded_as_the_work_is(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", TAKES.replace("most_mb = 0.01", "most_mb = 5"))
    folder = hand_in(tmp_path / "ada-l", {"squares.py": HELPER, "a.py": "x = 1\n"})
    (folder / "b.py").write_text("#" * 1_000_000)
    (folder / "c.csv").write_text("1" * 1_000_001)
    (found,) = found_in(folder, course)
    assert isinstance(found, Submission)
    assert [file.name for file in found.files] == ["a.py", "c.csv"]
    (said,) = found.remarks
    assert said.startswith("b.py did not come along: it is too large: at most 1,000,000 bytes")


@pytest.mark.parametrize(
    ("message", "named"),
    [
        ("FileNotFoundError: [Errno 2] No such file or directory: 'table.csv'", "table.csv"),
        ("FileNotFoundError: data/table.csv not found.", "table.csv"),
        ("FileNotFoundError: [Errno 2] No such file: 'C:\\\\work\\\\table.csv'", "table.csv"),
        ("ModuleNotFoundError: No module named 'helper'", "helper.py"),
        ("ModuleNotFoundError: No module named 'helper.part'", "helper.py"),
        ("ModuleNotFoundError: No module named 'pandas'", ""),
        ("ValueError: table.csv", ""),
    ],
)
def test_a_file_that_stayed_behind_is_named(message: str, named: str) -> None:
    why = "this exercise takes the notebook or module alone"
    work = Submission("ada-l", "squares", Path("squares.py"), "module", "", ())
    work = replace(work, left_out=(("helper.py", why), ("table.csv", why)))
    said = left_behind(message, work)
    assert bool(said) == bool(named)
    assert f"`{named}` lies beside your work" in said or not named


@pytest.mark.parametrize(
    ("message", "named"),
    [
        ("FileNotFoundError: [Errno 2] No such file: '/home/ada/scale.csv'", "scale.csv"),
        ("FileNotFoundError: data/scale.csv not found.", "scale.csv"),
        ("FileNotFoundError: [Errno 2] No such file: 'C:\\\\work\\\\scale.csv'", "scale.csv"),
        ("FileNotFoundError: scale.csv", ""),
        ("FileNotFoundError: other/b.csv", ""),
        ("ValueError: data/scale.csv", ""),
    ],
)
def test_a_file_that_is_opened_in_another_folder_is_named(message: str, named: str) -> None:
    said = at_hand(message, ("scale.csv", "a/deep.csv"))
    assert said.startswith(f"`{named}` lies in the working directory") if named else said == ""


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("../*.csv", "a file's name or a pattern"), ("", "a file's name or a pattern")],
)
def test_a_pattern_names_no_folder(tmp_path: Path, pattern: str, expected: str) -> None:
    with pytest.raises(CourseError, match=expected):
        make_course(tmp_path, TAKES.replace("*.py", pattern)).load("squares")


@pytest.mark.sandbox
@pytest.mark.slow
def test_it_is_imported_kept_and_shown(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", TAKES)
    files = {"squares.py": USES_HELPER, "helper.py": HELPER, "factor.csv": "2"}
    score = graded(course, hand_in(tmp_path / "ada-l", files))
    assert score.earned == 5, [check.feedback for check in score.checks]
    assert from_json(to_json(score)).files == score.files
    page = render_student(score)
    assert "Files handed in with it" in page
    assert "return (x**2).sum()" in page


@pytest.mark.sandbox
@pytest.mark.slow
def test_a_file_that_was_not_taken_is_named_on_the_page(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    files = {"squares.py": USES_HELPER, "helper.py": HELPER, "factor.csv": "2"}
    score = graded(course, hand_in(tmp_path / "ada-l", files))
    said = " ".join((*score.remarks, *(check.feedback for check in score.checks)))
    why = "it did not come along: this exercise takes the notebook or module alone."
    assert f"`helper.py` lies beside your work, but {why}" in said
    assert f"`factor.csv` lies beside your work, but {why}" in score.checks[1].feedback


@pytest.mark.slow
def test_the_students_own_run_finds_what_grading_finds(tmp_path: Path) -> None:
    course = course_with(tmp_path / "course")
    work = hand_in(tmp_path / "ada-l", {"squares.py": USES_FILES}) / "squares.py"
    closed = hand_in(tmp_path / "grace-h", {"squares.py": USES_HELPER, "helper.py": HELPER})
    with Runner() as runner:
        checked = runner.check(Target(work, None, course.directory))
        assert checked.troubles == ()
        refused = runner.check(Target(closed / "squares.py", None, course.directory))
    assert "`helper.py` lies beside your work" in " ".join(refused.troubles[0].said)


def test_watching_looks_at_the_files_beside_the_work(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", TAKES)
    hand_in(
        tmp_path / "mine",
        {"squares.py": USES_HELPER, "helper.py": HELPER, "factor.csv": "1", "notes.txt": ""},
    )
    target = Target(tmp_path / "mine/squares.py", None, course.directory)
    assert [path.name for path in target.watched()] == [
        "squares.py",
        "factor.csv",
        "helper.py",
    ]
    following = changes(target.watched, every=0.01)
    next(following)
    (tmp_path / "mine/factor.csv").write_text("2.5")
    next(following)
    (tmp_path / "mine/new.csv").write_text("2.5")
    next(following)


def test_nothing_comes_along_where_a_contract_is_wrong(tmp_path: Path) -> None:
    assert make_course(tmp_path, TAKES + "[").accepts == {"squares": Accepts()}


def test_files_are_read_in_a_stable_order(tmp_path: Path) -> None:
    exercise = course_with(tmp_path).load("squares")
    assert [file.name for file in exercise_files(exercise)] == ["course_helper.py", "scale.csv"]


# ---------------------------------------------------------------- imported


def imported(
    platform: Platform,
    folder: Path,
    files: dict[str, str],
    exercise: str | None = None,
    course: Course | None = None,
) -> dict[str, str]:
    """Import a download twice, and grade what lies there; returns what became of each file."""
    course = course or make_course(folder / "course", TAKES)
    with zipfile.ZipFile(folder / "download.zip", "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    for _ in range(2):
        with entries_of(folder / "download.zip", platform.whose) as entries:
            read = platform.read(entries, course.exercise_ids)
            placed = place(read, folder / "in", course.exercise_ids, exercise, course.accepts)
    return {item.file: item.became for item in placed}


WITH_HELPER = {"squares.py": USES_HELPER, "helper.py": HELPER, "factor.csv": "2", "notes.txt": "x"}


@pytest.mark.parametrize(
    ("platform", "prefix", "student"),
    [
        (GRADESCOPE, "assignment_1_export/submission_7/", "submission-7"),
        (NBGRADER, "submitted/ada-l/squares/", "ada-l"),
        (MOODLE, "Ada L_12345_assignsubmission_file_/", "Ada_L-12345"),
        (CANVAS, "lada_101_9001_", "lada-101"),
    ],
)
def test_an_import_brings_them_along(
    tmp_path: Path, platform: Platform, prefix: str, student: str
) -> None:
    files = {f"{prefix}{name}": content for name, content in WITH_HELPER.items()}
    became = imported(platform, tmp_path, files)
    assert became["helper.py"] == f"{student}/squares/helper.py"
    assert became["factor.csv"] == f"{student}/squares/factor.csv"
    assert "is text" in became["notes.txt"]
    course = Course(tmp_path / "course")
    (found,) = found_in(tmp_path / "in", course)
    assert isinstance(found, Submission), found
    assert [file.name for file in found.files] == ["factor.csv", "helper.py"]
    assert found.remarks == ()


def test_an_import_takes_the_notebook_for_the_work(tmp_path: Path) -> None:
    files = {f"submission_7/{name}": text for name, text in WITH_HELPER.items()}
    files = {**files, "submission_7/my.ipynb": "{}"}
    del files["submission_7/squares.py"]
    became = imported(GRADESCOPE, tmp_path, files, "squares")
    assert became["my.ipynb"] == "submission-7/squares.ipynb"
    assert became["helper.py"] == "submission-7/squares/helper.py"


def test_an_import_writes_no_odd_name_and_follows_no_link(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "factor.csv").write_text("mine")
    (tmp_path / "in/submission-7").mkdir(parents=True)
    (tmp_path / "in/submission-7/squares").symlink_to(outside)
    files = {"submission_7/squares.py": HELPER, "submission_7/factor.csv": "2"}
    files["submission_7/a\n.csv"] = "3"
    became = imported(GRADESCOPE, tmp_path, files)
    assert (outside / "factor.csv").read_text() == "mine"
    assert (tmp_path / "in/submission-7/squares/factor.csv").read_text() == "2"
    assert [path.name for path in (tmp_path / "in/submission-7/squares").iterdir()] == [
        "factor.csv"
    ]
    assert len(became) == 3


def test_an_import_leaves_no_helper_of_an_earlier_attempt(tmp_path: Path) -> None:
    prefix = "Ada L_12345_assignsubmission_file_/"
    imported(MOODLE, tmp_path, {f"{prefix}{name}": each for name, each in WITH_HELPER.items()})
    again = {f"{prefix}squares.py": STARTER}
    imported(MOODLE, tmp_path, again, course=Course(tmp_path / "course"))
    (found,) = found_in(tmp_path / "in", Course(tmp_path / "course"))
    assert isinstance(found, Submission), found
    assert found.files == ()


@pytest.mark.parametrize("text", ["é" * 60_000, "aé" * 60_000, "€" * 40_000, "x"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_any_text_is_cut_between_characters(tmp_path: Path, text: str, mark: bytes) -> None:
    file = File("notes.csv", mark + text.encode())
    work = Submission("ada-l", "squares", Path("squares.py"), "module", "", (), files=(file,))
    (kept,) = handed_files(work)
    assert kept.text is not None
    assert text.startswith(kept.text.removesuffix("\n…"))
    assert len(kept.text) >= min(len(text), 20_000)


def test_a_corrected_file_is_released_again_and_a_clash_is_told_first(tmp_path: Path) -> None:
    course = course_with(tmp_path / "course")
    exercise, out = course.load("squares"), tmp_path / "out"
    release_exercise(exercise, out)
    name = exercise.files[0]
    (exercise.directory / "files" / name).write_text("corrected")
    release_exercise(course.load("squares"), out)
    assert (out / name).read_text() == "corrected"
    shutil.copytree(exercise.directory, exercise.directory.with_name("cubes"))
    shutil.copy(exercise.reference, exercise.reference.with_name("cubes.py"))
    (exercise.directory.with_name("cubes") / "files" / name).write_text("another")
    with pytest.raises(CourseError, match="squares, which is released into"):
        release_exercise(Course(tmp_path / "course").load("cubes"), out)
    assert not (out / "cubes.py").exists(), "nothing is written before it is told"


def test_a_file_takes_no_name_that_is_released_anyway(tmp_path: Path) -> None:
    course = course_with(tmp_path / "course")
    (tmp_path / "course" / "exercises" / "squares" / "files" / "README.md").write_text("x")
    with pytest.raises(CourseError, match="another file of this name is released"):
        release_exercise(course.load("squares"), tmp_path / "out")
