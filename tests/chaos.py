"""Kill a run at random moments, start it again, and compare what it leaves with an undisturbed one.

What is killed: the coordinator, a worker, the warm process, a kernel, the database. Each with
SIGKILL, so nothing can be tidied up; SQLite, which is no process, is locked instead.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from grader.scores.gradebook import Gradebook, gradebook_url
from tests.made_course import make_course
from tests.postgres_room import Server

__all__ = ["TARGETS", "Chaos", "Left", "Scene", "left_by", "make_scene", "undisturbed"]

TARGETS = ("coordinator", "worker", "warm process", "kernel", "database")
WORK = (
    ("right", "return (x**2).sum()", "return 2 * x"),
    ("wrong", "return (x**2).sum()", "return x"),
    ("raises", "return (x**2).sum()", "raise ValueError('no idea')"),
    ("stub", "return x.sum()", "raise NotImplementedError"),
)
_SUBMISSION = """import time
time.sleep({pause})


def energy(x):
    {energy}


def slope(x):
    {slope}
"""
_LONGEST_S = 600.0
_TIMES = frozenset({"graded_at", "wall_s", "cpu_s", "max_rss_mb", "seconds", "phases", "execution"})
_MEASURED = re.compile(
    r"^\s*<tr>.*(?: ms| s| MB)</td></tr>\n"  # in the order of what was measured
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\+00:00| UTC|Z)?|\b[\d.]+\s?(ms|s|MB)\b",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Scene:
    """A course and a class that grades by it."""

    course: Path
    root: Path
    students: int


def make_scene(folder: Path, students: int, pause_s: float = 0.3) -> Scene:
    """Write a small course and a class with right, wrong, raising and unfinished work."""
    course = make_course(folder / "course")
    for number in range(students):
        _, energy, slope = WORK[number % len(WORK)]
        home = folder / "class" / f"student-{number:03}"
        home.mkdir(parents=True)
        text = _SUBMISSION.format(pause=pause_s, energy=energy, slope=slope)
        (home / "squares.py").write_text(text)
    (folder / "class" / "torn").mkdir()
    (folder / "class" / "torn" / "squares.ipynb").write_text('{"cells": [')
    return Scene(course.directory, folder / "class", students)


# ---------------------------------------------------------------- what a run leaves


@dataclass(frozen=True)
class Left:
    """What a run leaves, but for times: gradebook, and every file of the output folder."""

    gradebook: Mapping[str, Any]
    files: Mapping[str, str]


def left_by(out: Path, url: str) -> Left:
    """Read what a run has left; raises AssertionError where the gradebook waits for a page."""
    rows = {}
    with Gradebook.open(url) as book:
        assert not book.publication.unwritten()
        assert not book.publication.class_unwritten
        for attempt in book.attempts():
            score, sent = attempt.score, attempt.submission
            rows[f"{score.student}/{score.exercise}/{attempt.number}"] = (
                _timeless(score.run.notebook),
                [(reply.check, reply.status, reply.frame, reply.message)
                 for reply in attempt.evidence.replies],
                None if sent is None else (sent.sha256, sent.cells, sent.remarks),
                attempt.fingerprint,
                score.seed,
                score.earned,
                [(check.id, check.outcome, check.earned, check.feedback)
                 for check in score.checks],
            )  # fmt: skip
    files = {
        path.relative_to(out).as_posix(): _read(path)
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.suffix in (".json", ".html", ".ipynb")
        and path.name != ".gradebook.json"
    }  # fmt: skip
    return Left(rows, files)


def _read(path: Path) -> str:
    text = path.read_text("utf-8")
    if path.suffix == ".html":
        return _MEASURED.sub("", text)
    return json.dumps(_timeless(json.loads(text)), sort_keys=True)


def _timeless(value: Any) -> Any:
    """Leave out what is measured with a clock or a scale, and the names that cells are given."""
    if isinstance(value, Mapping):
        left_out = _TIMES | {"id"} if "cell_type" in value else _TIMES
        return {key: _timeless(each) for key, each in value.items() if key not in left_out}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_timeless(each) for each in value]
    return value


# ---------------------------------------------------------------- a run, and its end


@dataclass
class Run:
    """The command that grades a scene, started as often as it takes."""

    scene: Scene
    out: Path
    url: str = ""
    executor: str = ""
    jobs: int = 2
    said: list[str] = field(default_factory=list)
    """What each start has written to stderr, and how it ended."""
    process: subprocess.Popen[bytes] | None = None

    def start(self, *more: str) -> None:
        """Start the command."""
        arguments = ["grade", str(self.scene.root), "--course", str(self.scene.course)]
        arguments += ["--out", str(self.out), "--seed", "7", "--jobs", str(self.jobs)]
        arguments += ["--trust-submissions", *more]
        arguments += ["--gradebook", self.url] if self.url else []
        arguments += ["--executor", self.executor] if self.executor else []
        self.out.mkdir(exist_ok=True)
        with (self.out / "said.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "grader", *arguments], stdout=log, stderr=log
            )

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.process is not None and self.process.poll() is None

    def ended(self, limit_s: float = _LONGEST_S) -> int:
        """Wait for its end; returns the exit code."""
        assert self.process is not None
        code = self.process.wait(limit_s)
        self.said.append(f"{code}: {(self.out / 'said.log').read_text()}")
        return code


def undisturbed(scene: Scene, out: Path, url: str = "") -> Left:
    """Grade a scene once, in peace."""
    run = Run(scene, out, url)
    run.start()
    assert run.ended() == 0, run.said
    return left_by(out, url or gradebook_url(out))


@dataclass
class Chaos:
    """Kills, each at a random moment that follows from the seed."""

    run: Run
    kills: int
    seed: int
    server: Server | None = None
    """Of the database, where it has one."""
    workers: Sequence[int] = ()
    """Processes under which workers run, where they are not the coordinator's own."""
    done: list[str] = field(default_factory=list)
    """What was killed, in order."""

    def left(self) -> Left:
        """Kill, start again, kill, and at last let it come to its end."""
        draw = random.Random(self.seed)
        began = time.monotonic()
        try:
            for target in drawn_targets(self.kills, draw):
                assert time.monotonic() - began < _LONGEST_S, self.done
                self._kill(target, draw)
            self._rest()
        finally:
            if self.run.runs:
                assert self.run.process is not None
                self.run.process.kill()
                self.run.process.wait()
        return left_by(self.run.out, self.run.url or gradebook_url(self.run.out))

    def _rest(self) -> None:
        """Go on until a run has come to its end; each leaves less to do."""
        for _ in range(5):
            if not self.run.runs:
                self.run.start()
            if self.run.ended() == 0:
                return
        raise AssertionError("\n".join(self.run.said))

    def _kill(self, target: str, draw: random.Random) -> None:
        """Wait for a random moment, then kill."""
        early = target in ("coordinator", "warm process") and draw.random() < 0.4
        moment = draw.uniform(0, 4) if early else draw.uniform(0, 0.6)
        while True:
            if not self.run.runs:
                self._again()
            if early or self._find("kernel"):
                time.sleep(moment)
                if target == "database":
                    self._hit_database()
                    break
                found = self._find(target)
                if found and self.run.runs and _killed(draw.choice(found)):
                    break
            time.sleep(0.005)
        self.done.append(target)
        if target == "coordinator":
            self.run.ended()

    def _again(self) -> None:
        """Start it again; where all is graded, from the beginning."""
        finished = self.run.process is not None and self.run.process.returncode == 0
        self.run.start(*(["--force"] if finished else []))

    def _find(self, target: str) -> list[int]:
        assert self.run.process is not None
        return find(target, (self.run.process.pid, *self.workers), remote=bool(self.workers))

    def _hit_database(self) -> None:
        """Kill a process of the server, after which it starts again; lock a file of SQLite."""
        if self.server is not None:
            backends = children_of(self.server.process.pid, lambda name: "class_" in name)
            for pid in backends[:1]:
                _killed(pid)
            return
        path = self.run.out / "gradebook.sqlite"
        if path.exists():
            locker = threading.Thread(target=_lock, args=(path, 0.7), daemon=True)
            locker.start()
            locker.join()


def drawn_targets(count: int, draw: random.Random) -> list[str]:
    """Draw as many of each kind; never two kernels in a row.

    A kernel that dies twice in the same place is the submission's doing, as it should be.
    """
    while True:
        drawn = [TARGETS[number % len(TARGETS)] for number in range(count)]
        draw.shuffle(drawn)
        if ("kernel", "kernel") not in set(pairwise(drawn)):
            return drawn


def _lock(path: Path, seconds: float) -> None:
    with contextlib.closing(sqlite3.connect(path, timeout=10)) as connection:
        connection.isolation_level = None
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute("BEGIN EXCLUSIVE")
            time.sleep(seconds)
            connection.execute("ROLLBACK")


def _killed(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


# ---------------------------------------------------------------- who is who


def find(target: str, roots: Sequence[int], *, remote: bool = False) -> list[int]:
    """Return the living processes of a kind under the roots."""
    if target == "coordinator":
        return list(roots[:1])
    below = list(_descendants(roots))
    if target == "worker":
        sign = "multiprocessing.spawn" if remote else "multiprocessing.forkserver"
        return [
            pid for pid, parent, name in below
            if sign in name and (remote or sign in _command(parent))
        ]  # fmt: skip
    inside = {pid: parent for pid, parent, name in below if _is_inside(name)}
    depth = {pid: len(list(_above(pid, inside))) for pid in inside}
    sealed = any("bwrap" in _command(parent) for parent in inside.values())
    wanted = (2 if sealed else 1) if target == "kernel" else (1 if sealed else 0)
    return [pid for pid, deep in depth.items() if deep == wanted]


def _is_inside(name: str) -> bool:
    return "inside.zygote" in name and not name.startswith(("/usr/bin/bwrap", "bwrap"))


def _above(pid: int, inside: Mapping[int, int]) -> Iterator[int]:
    while (pid := inside[pid]) in inside:
        yield pid


def children_of(pid: int, wanted: Callable[[str], bool]) -> list[int]:
    """Return the children of a process whose command is a wanted one."""
    return [child for child in _children(pid) if wanted(_command(child))]


def _descendants(roots: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    for root in roots:
        waiting = [root]
        while waiting:
            parent = waiting.pop()
            for child in _children(parent):
                yield child, parent, _command(child)
                waiting.append(child)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for path in Path(f"/proc/{pid}/task").glob("*/children"):
            found += map(int, path.read_text().split())
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
