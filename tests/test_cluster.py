"""Workers on a cluster: a scheduler and two workers of Dask as real processes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.course.loading import Course
from grader.errors import UsageError
from grader.grading import cluster
from grader.grading.cluster import bundle_of
from grader.grading.pipeline import Order, grade
from grader.model import Isolation, Score
from tests.dask_room import dask_cluster
from tests.in_process import ROOT
from tests.made_course import CONTRACT, make_course

EXERCISE = "scalar-gradients"


class Quiet:
    """An observer that remembers the level."""

    level: Isolation | None = None

    def begins(self, total: int, unchanged: int) -> None: ...

    def isolated(self, isolation: Isolation, reason: str) -> None:
        self.level = isolation

    def graded(self, score: Score) -> None: ...


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    with dask_cluster() as cluster:
        yield cluster.executor


@pytest.fixture
def order(tmp_path: Path) -> Order:
    root = tmp_path / "class"
    for student in ("ada-l", "emmy-n", "grace-h"):
        (root / student).mkdir(parents=True)
        (root / student / f"{EXERCISE}.py").write_text("square_gradient = lambda x: 2 * x\n")
    return Order(root, Course(ROOT), tmp_path / "out", seed=3, trusted=True)


def test_a_bundle_is_named_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "exercises" / "a").mkdir(parents=True)
    (tmp_path / "exercises" / "a" / "exercise.toml").write_text("x")
    (tmp_path / "secrets").write_text("not of the course")
    first = bundle_of(tmp_path)
    assert bundle_of(tmp_path) == first
    assert b"secrets" not in first.content
    (tmp_path / "exercises" / "a" / "exercise.toml").write_text("y")
    assert bundle_of(tmp_path).digest != first.digest


@pytest.mark.slow
@pytest.mark.parametrize("where", ["dask://127.0.0.1:1", "mpi://host:1"])
def test_a_scheduler_that_is_not_there_is_named(
    order: Order, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_CONNECT_S", 1)
    with pytest.raises(UsageError, match=re.escape(where)):
        grade(replace(order, executor=where), Quiet())


@pytest.mark.e2e
@pytest.mark.filterwarnings("ignore")  # of a library's threads, which another project answers for
def test_a_cluster_gives_the_scores_that_one_machine_gives(order: Order, scheduler: str) -> None:
    observer = Quiet()
    there = grade(replace(order, executor=scheduler), observer)
    assert [(score.student, score.status, score.earned) for score in there.scores] == [
        (student, "graded", 2.0)  # as in tests/test_pipeline.py
        for student in ("ada-l", "emmy-n", "grace-h")
    ]
    assert observer.level is there.scores[0].run.isolation


@pytest.mark.e2e
@pytest.mark.filterwarnings("ignore")
def test_other_versions_are_refused_before_anything_runs(
    order: Order, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = {**cluster.describe_environment(), "torch": "0.1"}
    monkeypatch.setattr(cluster, "describe_environment", lambda: ours)
    with pytest.raises(UsageError, match=r"has torch .* and here it is 0\.1"):
        grade(replace(order, executor=scheduler), Quiet())


@pytest.mark.e2e
@pytest.mark.filterwarnings("ignore")
def test_files_of_the_exercise_and_of_the_work_travel(tmp_path: Path, scheduler: str) -> None:
    course = make_course(tmp_path / "course", CONTRACT + '[submission]\nfiles = ["*.py"]\n')
    given = tmp_path / "course/exercises/squares/files"
    given.mkdir()
    (given / "two.csv").write_text("2.0\n")
    work = tmp_path / "class/ada-l"
    work.mkdir(parents=True)
    (work / "helper.py").write_text("def squares(x):\n    return (x**2).sum()\n")
    (work / "squares.py").write_text(
        "from helper import squares as energy\n"
        "def slope(x):\n    return float(open('two.csv').read()) * x\n"
    )
    asked = Order(tmp_path / "class", course, tmp_path / "out", seed=3, trusted=True)
    (score,) = grade(replace(asked, executor=scheduler), Quiet()).scores
    assert score.earned == 5, [check.feedback for check in score.checks]
