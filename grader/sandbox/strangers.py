"""The user that student code is, where root grades: one that owns nothing on this machine.

`nobody` will not do: other services run as nobody too, and whoever is the same user may change
the files and processes of another.
"""

from __future__ import annotations

import os
import pwd
import random
from collections.abc import Iterator
from pathlib import Path

__all__ = ["stranger"]

_NOBODY = 65534
_FREE = range(62_000, 65_000)
"""Neither people nor packages get numbers here (Debian's policy, systemd's users and groups)."""


def stranger() -> int | None:
    """Return the number of a user that has no name and no process; None when this is not root."""
    if os.geteuid() != 0:
        return None
    there, busy = list(_users_here()), _busy()
    for user in random.sample(_FREE, len(_FREE)):
        if any(user in numbers for numbers in there) and user not in busy and not _named(user):
            return user
    return _NOBODY


def _users_here() -> Iterator[range]:
    """Yield the numbers that exist in this user namespace: a container may have only a few."""
    for line in Path("/proc/self/uid_map").read_text().splitlines():
        first, _, count = map(int, line.split())
        yield range(first, first + count)


def _busy() -> set[int]:
    found = set()
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                found.add(entry.stat().st_uid)
            except OSError:
                continue
    return found


def _named(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True
