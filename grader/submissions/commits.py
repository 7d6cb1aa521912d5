"""The newest commit of a file, asked of a process of its own.

The repository may be a student's. It is read by a library that runs no program and no hook; but
it can be damaged, without end, or a pipe that nobody writes to. So the process that reads it has
bounded memory and time, and another one takes its place when it is gone.
"""

from __future__ import annotations

import json
import logging
import resource
import select
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from grader.errors import UsageError

__all__ = ["Commits"]

_log = logging.getLogger(__name__)
_SECONDS = 10.0
"""For one file; a student whose repository takes longer is not asked for again."""
_MEMORY = 512 * 2**20
_DAMAGED = "damaged"
"""What the process says of a repository that it cannot read."""


class Commits:
    """Asks for times; use it in `with`. What one student's repository costs is that student's."""

    def __init__(self) -> None:
        if find_spec("dulwich") is None:
            raise UsageError('times = "git" needs dulwich: pip install "gradient-grader[git]"')
        self._reader: subprocess.Popen[bytes] | None = None
        self._given_up: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def time_of(self, path: Path, student: str) -> str:
        """Return the time of the newest commit that changed a file, or nothing."""
        if student in self._given_up:
            return ""
        self._reader = self._reader or _reader()
        answer = self._asked(self._reader, path)
        if answer is None:
            self._given_up.add(student)
            self._end()
        if answer is None or answer == _DAMAGED:
            _log.warning("%s: no time is known: the Git repository cannot be read", path)
            return ""
        return answer

    def _asked(self, reader: subprocess.Popen[bytes], path: Path) -> str | None:
        """Return what the process says; None where it says nothing in time, or is gone."""
        assert reader.stdin is not None
        assert reader.stdout is not None
        try:
            reader.stdin.write(json.dumps(str(path.resolve())).encode() + b"\n")
            reader.stdin.flush()
        except OSError:
            return None
        if not select.select([reader.stdout], [], [], _SECONDS)[0]:
            return None
        line = reader.stdout.readline()
        return line.decode("ascii").strip() if line else None

    def _end(self) -> None:
        if self._reader is not None:
            self._reader.kill()
            self._reader.communicate()
            self._reader = None


def _reader() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", __spec__.name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


# ---------------------------------------------------------------- in the other process


def _committed(path: Path) -> str:
    from datetime import UTC, datetime

    from dulwich.errors import NotGitRepository
    from dulwich.repo import Repo

    try:
        found = Repo.discover(str(path.parent))
    except NotGitRepository:
        return ""
    with found as repository:
        inside = path.relative_to(Path(repository.path).resolve()).as_posix()
        walker = repository.get_walker(paths=[inside.encode()], max_entries=1)
        entry = next(iter(walker), None)
        if entry is None:
            return ""
        return datetime.fromtimestamp(entry.commit.commit_time, UTC).isoformat()


def _answer() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
    for line in sys.stdin:
        try:
            said = _committed(Path(json.loads(line)))
        except Exception:  # whatever a damaged repository raises
            said = _DAMAGED
        sys.stdout.write(f"{said}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _answer()
