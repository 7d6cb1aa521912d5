"""How far a running `grader grade` is, in a small file that other programs may read."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from grader.outdir import write_whole

__all__ = ["Underway", "ended", "read_underway", "write_underway"]

_FILE = ".progress.json"


@dataclass(frozen=True)
class Underway:
    """How far it is; `process` tells whether it still runs."""

    done: int
    total: int
    failed: int
    at: str
    """When this was written: ISO 8601, in UTC."""
    process: int


def write_underway(out: Path, done: int, total: int, failed: int, at: str) -> None:
    """Write how far it is."""
    found = Underway(done, total, failed, at, os.getpid())
    write_whole(out / _FILE, json.dumps(asdict(found)) + "\n")


def ended(out: Path) -> None:
    """Take the file away: nothing runs any more."""
    (out / _FILE).unlink(missing_ok=True)


def read_underway(out: Path) -> Underway | None:
    """Read how far it is; None where nothing is running on this machine."""
    try:
        found = Underway(**json.loads((out / _FILE).read_text("utf-8")))
        os.kill(found.process, 0)
    except PermissionError:  # it runs, as somebody else
        return found
    except (OSError, ValueError, TypeError):
        return None
    return found
