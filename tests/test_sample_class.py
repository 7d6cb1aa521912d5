"""The command line grades the sample class, end to end, as `sample-class/expected.toml` says."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from grader.outdir import score_directory

CLASS = Path(__file__).parent / "sample-class"
EXPECTED = {
    (student, exercise): wanted
    for student, exercises in tomllib.loads((CLASS / "expected.toml").read_text()).items()
    for exercise, wanted in exercises.items()
}
SEED = ("--seed", "20250")
pytestmark = [pytest.mark.e2e, pytest.mark.sandbox, pytest.mark.xdist_group("sample-class")]


def grade(out: Path, *options: str) -> tuple[dict[tuple[str, str], dict[str, Any]], str]:
    command = [sys.executable, "-c", "from grader.cli import main; main()", "grade", str(CLASS)]
    done = subprocess.run(
        [*command, "--out", str(out), "--trust-submissions", "--json", *options],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        cwd=out,
    )
    assert done.returncode == 0, done.stderr
    records = json.loads(done.stdout)
    return {(record["student"], record["exercise"]): record for record in records}, done.stderr


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reports")


@pytest.fixture(scope="module")
def records(out: Path) -> dict[tuple[str, str], dict[str, Any]]:
    return grade(out, *SEED)[0]


def test_the_class_is_large_and_complete(
    records: dict[tuple[str, str], dict[str, Any]],
) -> None:
    students = {student for student, _ in EXPECTED}
    exercises = {exercise for _, exercise in EXPECTED}
    assert len(students) >= 12
    assert len(exercises) == 3
    assert records.keys() == EXPECTED.keys()


@pytest.mark.parametrize("key", EXPECTED, ids="/".join)
def test_everyone_gets_what_is_right(
    records: dict[tuple[str, str], dict[str, Any]], key: tuple[str, str]
) -> None:
    wanted, record = dict(EXPECTED[key]), records[key]
    assert record["status"] == wanted.pop("status", "graded")
    assert wanted.pop("says", "") in record["message"]
    for remark, wanted_remark in zip(record["remarks"], wanted.pop("remarks", []), strict=True):
        assert wanted_remark in remark
    earned = wanted.pop("earned", 0)
    if record["status"] == "graded":
        assert outcomes(record, wanted) == wanted
    assert record["earned"] == pytest.approx(earned)


def outcomes(record: dict[str, Any], wanted: dict[str, str]) -> dict[str, str]:
    """Return each outcome but a pass, with its mistake where one is expected by name."""
    return {
        check["id"]: f"{check['outcome']} {check['mistake']}"
        if " " in wanted.get(check["id"], "")
        else check["outcome"]
        for check in record["checks"]
        if check["outcome"] != "pass"
    }


def test_records_and_pages_are_written(
    records: dict[tuple[str, str], dict[str, Any]], out: Path
) -> None:
    for (student, exercise), record in records.items():
        folder = score_directory(out, exercise, student)
        assert (folder / "report.html").stat().st_size > 1_000
        kept = json.loads((folder / "score.json").read_text())
        assert kept["earned"] == record["earned"]
    assert (out / "index.html").is_file()
    assert len(json.loads((out / "scores.json").read_text())) == len(EXPECTED)


def test_every_score_says_how_it_was_isolated(
    records: dict[tuple[str, str], dict[str, Any]],
) -> None:
    graded = [record for record in records.values() if record["status"] == "graded"]
    assert len({record["run"]["isolation"] for record in graded}) == 1


def test_a_second_run_grades_only_what_could_not_be(
    records: dict[tuple[str, str], dict[str, Any]], out: Path
) -> None:
    again, said = grade(out, *SEED)
    unreadable = sum(wanted.get("status") == "ungraded" for wanted in EXPECTED.values())
    assert f"{unreadable} to grade; {len(EXPECTED) - unreadable} unchanged" in said
    assert {key: record["earned"] for key, record in again.items()} == {
        key: record["earned"] for key, record in records.items()
    }
