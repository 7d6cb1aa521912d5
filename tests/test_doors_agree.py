"""No two ways to have work looked at contradict each other, for any exercise and any case.

`check`, `%check`, `grade`, `pytest --submission` and `ci` all look at the same work. Everything
here is found by looking: an exercise or a case that is added is tried without being named.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from grader.course.loading import Course
from grader.model import Outcome
from grader.outdir import score_directory
from grader.proof.rehearsal import left_behind, rehearse, without_methods
from grader.selfcheck.asking import try_check
from tests.all_doors import (
    CASES,
    checked,
    class_of,
    contradiction,
    exercise_of,
    graded,
    grader_command,
    published,
)
from tests.in_process import ROOT, judge_of

EXERCISES = Course(ROOT).exercise_ids
SAMPLE = 2
"""Cases of an exercise that go through the slow doors: the first right one and the first other."""


@pytest.mark.slow
@pytest.mark.parametrize("name", EXERCISES)
def test_the_references_own_solution_is_right_at_every_door(name: str) -> None:
    judge = judge_of(name)
    reference, exercise = judge.plan.reference, published(name)
    score = rehearse(judge, reference.namespace)
    for check, verdict in zip(without_methods(exercise).checks, score.checks, strict=True):
        left = dict(reference.namespace)
        for probe in judge.plan.probes:
            if probe.check == check.id and probe.after_cell is not None:
                left |= left_behind(probe, probe.after_cell, reference, reference.namespace)
        finding = try_check(exercise, check, left)
        assert finding.outcome in (None, Outcome.PASS), finding
        assert not contradiction(finding, verdict)


@pytest.mark.slow
@pytest.mark.parametrize("path", CASES, ids=lambda path: "/".join(path.parts[-3:-1]))
def test_the_own_run_does_not_contradict_the_grade(path: Path) -> None:
    verdicts = graded(path).checks
    findings, shown = checked(path)
    by_probe = {check.id for check in published(exercise_of(path)).checks if check.by_probe}
    assert findings.keys() == by_probe
    if not any(check.cell for check in published(exercise_of(path)).checks):
        assert shown.keys() == by_probe
    said = [contradiction(findings[verdict.id], verdict) for verdict in verdicts]
    said += [contradiction(shown.get(verdict.id), verdict) for verdict in verdicts]
    assert not any(said), "\n".join(filter(None, said))


def sampled() -> list[Path]:
    """Return the first right case of every exercise, and the first that loses something."""
    found: list[Path] = []
    for name in EXERCISES:
        own = [path for path in CASES if exercise_of(path) == name]
        right = [path for path in own if path.parent.name.startswith("right")]
        wrong = [path for path in own if path not in right]
        found += [*right[:1], *wrong[: SAMPLE - 1]]
    return found


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[tuple[str, str], Path]]:
    folder = tmp_path_factory.mktemp("doors")
    return folder, class_of(sampled(), folder / "class")


@pytest.fixture(scope="module")
def records(handed: tuple[Path, dict[tuple[str, str], Path]]) -> dict[tuple[str, str], Any]:
    folder, _ = handed
    options = ("--out", str(folder / "reports"), "--trust-submissions", "--seed", "20250")
    done = run(folder, *grader_command("grade", str(folder / "class"), *options))
    assert done.returncode in (0, 3), done.stderr  # 3: a case is left to a person
    return {key: record_in(folder / "reports", *key) for key in handed[1]}


def record_in(out: Path, student: str, exercise: str) -> Any:
    path = score_directory(out, exercise, student) / "score.json"
    return json.loads(path.read_text("utf-8"))


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=600
    )


@pytest.mark.slow
@pytest.mark.sandbox
def test_the_sandbox_grades_as_this_process_does(
    handed: tuple[Path, dict[tuple[str, str], Path]], records: dict[tuple[str, str], Any]
) -> None:
    odd = []
    for key, path in handed[1].items():
        here = [(check.id, check.outcome.value, check.earned) for check in graded(path).checks]
        there = [(c["id"], c["outcome"], c["earned"]) for c in records[key]["checks"]]
        if here != there:
            odd.append((path.parent.name, here, there))
    assert not odd


@pytest.mark.slow
@pytest.mark.sandbox
def test_pytest_and_a_ci_job_say_what_grading_says(
    handed: tuple[Path, dict[tuple[str, str], Path]], records: dict[tuple[str, str], Any]
) -> None:
    folder = handed[0]
    wanted = sorted(
        (check["outcome"] == "pass", round(check["earned"], 6), check["possible"])
        for record in records.values()
        for check in record["checks"]
    )
    submission = f"--submission={folder / 'class'}"
    by_pytest = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--trust-submissions"]
    done = run(folder, *by_pytest, submission, "--junit-xml", "j.xml", "-q")
    assert done.returncode == 1, done.stdout + done.stderr
    found = []
    for case in ElementTree.parse(folder / "j.xml").getroot().iter("testcase"):
        told = {p.get("name"): p.get("value") for p in case.iter("property")}
        earned, possible = float(told["earned"] or 0), float(told["possible"] or 0)
        found.append((told["outcome"] == "pass", round(earned, 6), possible))
    assert sorted(found) == wanted
    job = ("ci", str(folder / "class"), "--out", str(folder / "ci"), "--trust-submissions")
    done = run(folder, *grader_command(*job, "--course", "built-in"))
    assert done.returncode in (0, 3), done.stderr  # as above
    there = sorted(
        (check["outcome"] == "pass", round(check["earned"], 6), check["possible"])
        for key in records
        for check in record_in(folder / "ci", *key)["checks"]
    )
    assert there == wanted
