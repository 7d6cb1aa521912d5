"""Say on what a score was computed, and when."""

from __future__ import annotations

import getpass
import os
import platform
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from grader import __version__

__all__ = ["cores", "describe_environment", "myself", "now"]


@cache
def describe_environment() -> dict[str, str]:
    """Return the versions that can change a number, and the machine; imports none of them."""
    return {
        "grader": __version__,
        "python": platform.python_version(),
        "torch": _version("torch"),
        "numpy": _version("numpy"),
        "platform": platform.platform(),
        "threads": "1",
    }


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "missing"


def now() -> str:
    """Return the time as ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def myself() -> str:
    """Return the name of the user who runs this, or their number where they have no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # as in a container that runs under a number alone
        return f"user {os.getuid()}"
