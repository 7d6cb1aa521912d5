"""Fail a CI run whose skips nobody expected: a skipped test shows nothing."""

from __future__ import annotations

import os
import subprocess
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.postgres_room import Server, postgres_server

EXPECTED_SKIPS = Path(__file__).parent / "expected-skips.toml"
# The order in which a run tells most per second.
STAGES = ("sandbox", "browser", "e2e")


def pytest_configure(config: pytest.Config) -> None:
    """Remember courses in a folder of this run's own, never in the user's."""
    folder = tempfile.TemporaryDirectory(prefix="grader-state-")
    config.add_cleanup(folder.cleanup)
    os.environ["XDG_STATE_HOME"] = folder.name


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put fast tests first, then those that need a sandbox, a browser, a whole class."""

    def stage(item: pytest.Item) -> int:
        slow = item.get_closest_marker("slow") is not None
        return max(
            (n for n, name in enumerate(STAGES, start=2) if item.get_closest_marker(name)),
            default=int(slow),
        )

    items.sort(key=stage)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A real PostgreSQL server, started when a test asks for it first."""
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def gradebook_at(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty gradebook in each kind of database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'gradebook.sqlite'}"
    server: Server = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter,
) -> Iterator[None]:
    """Name the skips that `expected-skips.toml` does not expect."""
    yield
    unexpected = list(unexpected_skips(terminalreporter.stats.get("skipped", ())))
    if unexpected and os.environ.get("CI"):
        terminalreporter.section("skips that nobody expected")
        terminalreporter.write_line("\n".join(unexpected))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Turn a run with unexpected skips into a failed one where `CI` is set."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get("CI") or reporter is None or hasattr(session.config, "workerinput"):
        return
    if exitstatus == 0 and list(unexpected_skips(reporter.stats.get("skipped", ()))):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def unexpected_skips(reports: Iterable[pytest.TestReport]) -> Iterator[str]:
    """Yield `test: reason` for each skip that is not listed with its reason."""
    expected = tomllib.loads(EXPECTED_SKIPS.read_text()).get("skip", [])
    for report in reports:
        reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else ""
        if not any(
            report.nodeid.startswith(skip["test"])
            and skip["says"] in reason
            and not succeeds(skip.get("unless"))
            for skip in expected
        ):
            yield f"{report.nodeid}: {reason}"


@cache
def succeeds(command: str | None) -> bool:
    """Tell whether a shell command works here: then the test should have run."""
    return command is not None and subprocess.run(command, shell=True, check=False).returncode == 0
