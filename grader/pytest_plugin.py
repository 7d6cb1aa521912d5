"""Grade with pytest: `pytest --submission=my.ipynb`, or a folder of them; every check is an item.

A check that was not right fails, one that waits for another is skipped, and a fault of ours is an
error, never a failure. Points are properties of the item, so JUnit XML holds them. Nothing heavy
is imported until `--submission` is given. Under xdist every process draws the same hidden cases.

pytest itself never looks at what is graded: no conftest.py is loaded, nothing is collected but
our items, and an ini file counts only where the instructor names it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from _pytest._code.code import ExceptionInfo, TerminalRepr

    from grader.grading.one_by_one import Grading
    from grader.model import CheckVerdict, Exercise, Score, Submission, Unreadable

__all__ = ["CheckItem", "HandedIn", "NotRight"]

_GRADING = pytest.StashKey["Grading"]()
_SEED = pytest.StashKey[int]()


class NotRight(Exception):
    """A check is not right; the text is the feedback."""


# ---------------------------------------------------------------- options


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what `grader grade` takes."""
    group = parser.getgroup("grader", "grading")
    group.addoption("--submission", metavar="PATH", help="a notebook, a module or a class's folder")
    group.addoption("--course", metavar="DIR", help="folder with exercises/ and reference/")
    group.addoption("--exercise", metavar="ID", help="grade this exercise only")
    group.addoption(
        "--trust-submissions",
        action="store_true",
        help="run them without a sandbox",
    )
    group.addoption(
        "--fail-under",
        type=float,
        metavar="P",
        help="fail below P percent of the points, and only then",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Keep pytest from everything that students may have written; refuse where it is too late."""
    known = early_config.known_args_namespace
    if known.submission is None:
        return
    from grader.grading.pytest_ground import refuse_configuration, stand_apart

    refuse_configuration(
        Path(known.submission),
        early_config.inipath,
        named=known.inifilename is not None,
    )
    if known.file_or_dir:
        raise pytest.UsageError(
            f"--submission takes one path and no others beside it: {known.file_or_dir[0]} would "
            "be collected as tests. Leave it out, or run the tests in a run of their own"
        )
    stand_apart(Path(known.submission))
    known.noconftest = True
    early_config.pluginmanager.consider_pluginarg("no:cacheprovider")


def pytest_configure(config: pytest.Config) -> None:
    """Draw the hidden cases, once for all processes."""
    path = config.getoption("--submission")
    if path is None:
        return
    if not Path(path).exists():
        raise pytest.UsageError(f"--submission: {path}: no such file or folder")
    config.stash[_SEED] = getattr(config, "workerinput", {}).get(
        "grader_seed", secrets.randbits(32)
    )


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Let every process of xdist draw the same hidden cases."""
    node.workerinput["grader_seed"] = node.config.stash.get(_SEED, 0)


# ---------------------------------------------------------------- collecting


def pytest_collection(session: pytest.Session) -> bool | None:
    """Collect the submission in place of all else: pytest looks into no file or folder itself."""
    path = session.config.getoption("--submission")
    if path is None or session.config.pluginmanager.has_plugin("dsession"):
        return None  # under xdist the processes collect
    collector: pytest.Collector = HandedIn.from_parent(session, path=Path(path).resolve())
    session.items = list(session.genitems(collector))
    hook = session.config.hook
    hook.pytest_collection_modifyitems(session=session, config=session.config, items=session.items)
    hook.pytest_collection_finish(session=session)
    session.testscollected = len(session.items)
    return True


class HandedIn(pytest.Directory):
    """Everything that was handed in under one path."""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Yield an item for every check of every submission."""
        from grader.errors import GraderError
        from grader.model import Submission

        try:
            grading = _grading(self.config)
            for found in grading.found(self.path, self.config.getoption("--exercise")):
                exercise = grading.exercise(found)
                checks = [check.id for check in exercise.checks] if exercise else []
                if not isinstance(found, Submission):
                    checks = []
                yield from self._items(found, exercise, checks)
        except GraderError as error:
            raise self.CollectError(str(error)) from None

    def _items(
        self, found: Submission | Unreadable, exercise: Exercise | None, checks: list[str]
    ) -> Iterator[CheckItem]:
        for check in checks or ["readable"]:
            name = f"{found.student}::{found.exercise or 'unknown'}::{check}"
            item: CheckItem = CheckItem.from_parent(self, name=_plain(name))
            item.found, item.exercise, item.check = found, exercise, check
            item.add_marker(pytest.mark.xdist_group(f"{found.student}/{found.exercise}"))
            yield item


def _plain(name: str) -> str:
    """Return a name for a node: one line without control characters."""
    return "".join(c if c.isprintable() else "\ufffd" for c in name)


def _grading(config: pytest.Config) -> Grading:
    from grader.course.ownership import Ground
    from grader.grading.one_by_one import Grading

    if _GRADING not in config.stash:
        course = config.getoption("--course")
        config.stash[_GRADING] = Grading(
            Path(course) if course else None,
            Ground(Path(config.getoption("--submission"))),
            seed=config.stash[_SEED],
            trusted=config.getoption("--trust-submissions"),
        )
    return config.stash[_GRADING]


# ---------------------------------------------------------------- running


class CheckItem(pytest.Item):
    """One check of one submission."""

    found: Submission | Unreadable
    exercise: Exercise | None
    check: str
    verdict: CheckVerdict | None = None

    def setup(self) -> None:
        """Grade the submission, once for all its checks; what is our fault is an error here."""
        from grader.model import Outcome, Submission

        if not isinstance(self.found, Submission):
            return
        score: Score = _grading(self.config).score(self.found)
        self.verdict = next(check for check in score.checks if check.id == self.check)
        self._note(self.verdict.earned, self.verdict.possible)
        self.user_properties.append(("outcome", self.verdict.outcome.value))
        if self.verdict.outcome is Outcome.BROKEN:
            raise pytest.fail.Exception(f"not the student's fault: {self.verdict.feedback}")

    def _note(self, earned: float, possible: float) -> None:
        self.user_properties += [("earned", earned), ("possible", possible)]

    def runtest(self) -> None:
        """Pass, fail or skip by the verdict."""
        from grader.model import Outcome

        if self.verdict is None:
            possible = self.exercise.possible if self.exercise else 0.0
            self._note(0.0, possible)
            raise NotRight(getattr(self.found, "reason", "cannot be read"))
        if self.verdict.outcome in (Outcome.SKIPPED, Outcome.INCONCLUSIVE, Outcome.AWAITING):
            pytest.skip(self.verdict.feedback)
        if self.verdict.outcome is not Outcome.PASS:
            raise NotRight(f"{self.verdict.outcome}: {self.verdict.feedback}")

    def repr_failure(
        self, excinfo: ExceptionInfo[BaseException], style: Any = None
    ) -> str | TerminalRepr:
        """Show the feedback, not a traceback of ours."""
        from grader.report.sanitise import clean_text

        if isinstance(excinfo.value, NotRight | pytest.fail.Exception):
            return clean_text(str(excinfo.value))
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Name the item by student, exercise and check."""
        return self.found.path, None, self.name


# ---------------------------------------------------------------- points


_points: dict[str, tuple[float, float]] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up the points of every item, wherever it ran."""
    known = dict(report.user_properties)
    if "possible" in known and report.when in ("call", "setup"):
        _points[report.nodeid] = (float(str(known["earned"])), float(str(known["possible"])))


def _percent() -> float:
    possible = sum(possible for _, possible in _points.values())
    return 100 * sum(earned for earned, _ in _points.values()) / possible if possible else 0.0


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Close the sandbox; decide by points where `--fail-under` is given."""
    config = session.config
    if _GRADING in config.stash:
        config.stash[_GRADING].close()
    least = config.getoption("--fail-under", None)
    decided = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
    if least is None or hasattr(config, "workerinput") or session.exitstatus not in decided:
        return
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and reporter.stats.get("error"):
        return  # a fault of ours is never passed over
    failed = _percent() < least
    session.exitstatus = pytest.ExitCode.TESTS_FAILED if failed else pytest.ExitCode.OK


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say the points."""
    if _points:
        earned, possible = (sum(column) for column in zip(*_points.values(), strict=True))
        terminalreporter.write_line(f"{earned:g} of {possible:g} points ({_percent():.0f} %)")
