"""Twenty kills at random moments, and the class gets what an undisturbed run gives it.

The whole number on this machine with SQLite; with PostgreSQL and on Dask a smaller class and one
kill of each kind. `benchmarks/bench_chaos.py` takes the whole number for all four.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos import TARGETS, Chaos, Left, Run, Scene, make_scene, undisturbed
from tests.dask_room import Cluster, dask_cluster
from tests.postgres_room import Server

SEED = 12


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make_scene(tmp_path_factory.mktemp("forty"), 39)  # and one that cannot be read


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make_scene(tmp_path_factory.mktemp("small"), 11)


@pytest.fixture(scope="module")
def peace(small: Scene, tmp_path_factory: pytest.TempPathFactory) -> Left:
    return undisturbed(small, tmp_path_factory.mktemp("peace") / "out")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with dask_cluster() as started:
        yield started


def same(found: Left, expected: Left) -> None:
    assert found.gradebook.keys() == expected.gradebook.keys()
    for name, row in expected.gradebook.items():
        assert found.gradebook[name] == row, name
    assert found.files.keys() == expected.files.keys()
    for name, text in expected.files.items():
        assert found.files[name] == text, name


@pytest.mark.e2e
def test_twenty_kills_change_nothing(scene: Scene, tmp_path: Path) -> None:
    chaos = Chaos(Run(scene, tmp_path / "out"), 20, SEED)
    same(chaos.left(), undisturbed(scene, tmp_path / "peace"))
    assert len(chaos.done) == 20


@pytest.mark.e2e
def test_nor_do_they_in_postgresql(
    small: Scene, peace: Left, postgres: Server, tmp_path: Path
) -> None:
    run = Run(small, tmp_path / "out", postgres.new_database())
    same(Chaos(run, len(TARGETS), SEED, postgres).left(), peace)


@pytest.mark.e2e
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_nor_do_they_on_a_cluster(
    small: Scene, peace: Left, database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue("postgres") if database == "postgresql" else None
    cluster: Cluster = request.getfixturevalue("cluster")
    url = server.new_database() if server else ""
    run = Run(small, tmp_path / "out", url, executor=cluster.executor)
    same(Chaos(run, len(TARGETS), SEED, server, cluster.workers).left(), peace)
