"""When a file was handed in, from every source, and what a student cannot say about it."""

from __future__ import annotations

import os
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.model import Submission
from grader.submissions import commits
from grader.submissions.finding import find_submissions
from grader.submissions.times import Source, with_times

CODE = "def squares(x):\n    return x * x\n"
CHANGED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def handed_in(folder: Path, name: str = "squares.py") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(CODE)
    os.utime(path, (CHANGED.timestamp(), CHANGED.timestamp()))
    return path


def time_of(root: Path, source: Source = "file") -> str:
    (found,) = with_times(find_submissions(root, ["squares"]), source)
    assert isinstance(found, Submission)
    return found.handed_in


def test_the_files_own_time_stands_where_no_platform_says_more(tmp_path):
    handed_in(tmp_path / "ada-l")
    assert time_of(tmp_path) == "2026-03-01T12:00:00+00:00"


def test_what_the_import_kept_goes_first(tmp_path):
    handed_in(tmp_path / "ada-l")
    (tmp_path / "imported.csv").write_text(
        "student,exercise,handed_in,became\n"
        "ada-l,squares,2026-02-01T10:00:00+01:00,an earlier attempt\n"
        "ada-l,squares,2026-02-02T10:00:00+01:00,ada-l/squares.py\n"
    )
    assert time_of(tmp_path) == "2026-02-02T10:00:00+01:00"
    assert time_of(tmp_path / "ada-l") == "2026-02-02T10:00:00+01:00"


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_a_time_that_an_import_kept_in_nbgraders_words(tmp_path, zone):
    handed_in(tmp_path / "ada-l")
    (tmp_path / "imported.csv").write_text(
        "student,exercise,handed_in,became\n"
        f"ada-l,squares,2026-02-15 14:58:23.948203 {zone},ada-l/squares.py\n"
    )
    hours = {"UTC": "+00:00", "Europe/Berlin": "+01:00"}[zone]
    assert time_of(tmp_path) == f"2026-02-15T14:58:23.948203{hours}"


def test_a_student_cannot_name_the_time(tmp_path):
    path = handed_in(tmp_path / "ada-l")
    row = "student,handed_in,became\nada-l,2020-01-01T00:00:00+00:00,ada-l/squares.py\n"
    (path.parent / "imported.csv").write_text(row)
    (path.parent / "timestamp.txt").write_text("2020-01-01 00:00:00+00:00")
    for root in (tmp_path, path.parent):
        assert time_of(root) == "2026-03-01T12:00:00+00:00"


@pytest.mark.parametrize(
    ("stamp", "time"),
    [
        ("2026-02-15 14:58:23.948203 Europe/Berlin", "2026-02-15T14:58:23.948203+01:00"),
        ("2026-02-15 14:58:23.948203 UTC", "2026-02-15T14:58:23.948203+00:00"),
        ("2026-02-15 14:58:23", "2026-02-15T14:58:23"),
        ("yesterday", ""),
        ("2026-02-15 14:58:23 Nowhere/Land", ""),
        ("x" * 200, ""),
    ],
)
def test_the_stamp_of_nbgraders_exchange(tmp_path, stamp, time):
    handed_in(tmp_path / "ada-l" / "squares")
    (tmp_path / "ada-l/squares/timestamp.txt").write_text(stamp)
    assert time_of(tmp_path, "nbgrader") == time


def test_the_newest_commit_of_the_file_itself(tmp_path):
    from dulwich import porcelain

    path = handed_in(tmp_path / "ada-l")
    other = handed_in(tmp_path / "ada-l", "notes.txt")
    repository = porcelain.init(str(path.parent))
    who = b"ada-l <ada-l@example.org>"
    for number, file in enumerate((path, other)):
        porcelain.add(repository, [str(file)])
        repository.get_worktree().commit(
            message=b"more", committer=who, author=who,
            commit_timestamp=1_770_000_000 + 60 * number, commit_timezone=0,
            author_timestamp=0, author_timezone=0,
        )  # fmt: skip
    repository.close()
    assert time_of(tmp_path, "git") == "2026-02-02T02:40:00+00:00"


def test_without_a_repository_no_time_is_known(tmp_path):
    handed_in(tmp_path / "ada-l")
    assert time_of(tmp_path, "git") == ""


def committed(folder: Path) -> Path:
    from dulwich import porcelain

    path = handed_in(folder)
    porcelain.init(str(folder)).close()
    porcelain.add(str(folder), [str(path)])
    porcelain.commit(str(folder), message=b"x", author=b"a <a@b>", committer=b"a <a@b>")
    return folder / ".git"


def objects_of(git: Path, content: bytes) -> None:
    for path in (git / "objects").rglob("*"):
        if path.is_file():
            path.chmod(0o644)
            path.write_bytes(content)


def damaged(git: Path) -> None:
    objects_of(git, b"junk")


def a_pipe(git: Path) -> None:
    (git / "HEAD").unlink()
    os.mkfifo(git / "HEAD")


def large(git: Path) -> None:
    packer = zlib.compressobj(1)
    parts = [b"commit 1000000000\0", *([bytes(2**20)] * 1_000)]
    objects_of(git, b"".join(map(packer.compress, parts)) + packer.flush())


@pytest.mark.slow
@pytest.mark.parametrize("harm", [damaged, a_pipe, large])
def test_one_students_repository_costs_nobody_else_their_time(tmp_path, monkeypatch, caplog, harm):
    monkeypatch.setattr(commits, "_SECONDS", 5.0)
    harm(committed(tmp_path / "a-mallory"))
    committed(tmp_path / "zoe")
    found = with_times(find_submissions(tmp_path, ["squares"]), "git")
    times = {item.student: item.handed_in for item in found if isinstance(item, Submission)}
    assert times["a-mallory"] == ""
    assert times["zoe"]
    assert "a-mallory/squares.py: no time is known" in caplog.text
    assert "zoe" not in caplog.text
