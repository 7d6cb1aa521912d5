"""Seal a process as a kernel would be sealed, and end: whether this machine can do it.

Run as `python -c "from inside.trial import main; main(LEVEL, SCRATCH, READABLE, USER)"`; exits
with 0, or with the reason on standard error.
"""

import os
import sys
from collections.abc import Mapping
from typing import NoReturn

from . import namespaces, seal, zygote

__all__ = ["main"]

_BOUNDS = {"memory_mb": 512, "processes": 8, "cpu_s": 10, "file_mb": 1}


def main(level: str, scratch: str, readable: Mapping[str, str], user: int | None) -> NoReturn:
    """Do what the warm process and a kernel do to wall themselves off."""
    try:
        own_pids = zygote.enter(level, user)
        pid = os.fork() if own_pids is None else namespaces.fork_in_new_pid_namespace(own_pids)
        if pid == 0:
            seal.seal(level, scratch, (), readable, _BOUNDS)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 255)
    except OSError as error:
        sys.stderr.write(f"{error.strerror}\n")
        sys.stderr.flush()
        os._exit(1)
