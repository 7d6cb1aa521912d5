"""Seal a freshly forked process, for good, before it sees the first byte of a submission.

Every step either works or raises OSError, and then there is no kernel: a seal that was asked for
is never left out silently. The order matters: namespaces need capabilities, `/proc` must be
written before Landlock forbids it, and Landlock binds only the thread that asks for it.
"""

import contextlib
import os
import signal
import stat
from collections.abc import Collection, Mapping
from typing import Any

from . import landlock, limits, namespaces, seccomp, syscalls

__all__ = ["FULL", "NONE", "REDUCED", "leave_root", "seal", "warm_seal"]

FULL, REDUCED, NONE = "full", "reduced", "none"
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_OWN_PROC = ("self", "thread-self", "cpuinfo", "meminfo", "stat", "filesystems", "loadavg",
             "sys/kernel", "sys/vm", "uptime", "version")  # fmt: skip


def leave_root(user: int | None) -> None:
    """Become a user who owns nothing: limits on processes do not bind root.

    Where only root may read the interpreter, the one capability that reads it is kept; at the
    level `full` that does not happen, at `reduced` Landlock still says what may be read.
    """
    if user is None:
        return
    syscalls.prctl(syscalls.PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    # The change of user made /proc/self root's.
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)
    if os.access(os.__file__, os.R_OK):
        syscalls.drop_capabilities()
    else:
        syscalls.keep_capability(syscalls.CAP_DAC_READ_SEARCH)


def warm_seal(level: str) -> None:
    """Prepare, in the warm process, what takes time and is the same for every kernel."""
    if level != NONE:
        landlock.abi()
        for programs in (True, False):
            _filter(level, programs)


def seal(
    level: str,
    scratch: str,
    keep: Collection[int],
    readable: Mapping[str, str],
    bounds: Mapping[str, Any],
    hidden: str | None = None,
) -> None:
    """Seal this process: it may use `scratch`, descriptors `keep` and, at `reduced`, `readable`.

    With `hidden` it may neither read that folder nor start a program. Raises OSError when any part
    of the level cannot be had.
    """
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)
    _be_the_first_to_go()
    tasks = 0
    if level == FULL:
        namespaces.own_mounts(scratch, bounds["file_mb"])
    else:
        os.mkdir(scratch, 0o700)
        # What loses its parent stays in the tree that is watched.
        syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)
        tasks = limits.tasks_of(os.getuid())
    os.chdir(scratch)
    # After the change of credentials, which forgets it.
    syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
    limits.apply_limits(**{**bounds, "processes": bounds["processes"] + tasks})
    close_descriptors(keep)
    if level != NONE:
        if hidden is not None:
            landlock.restrict(landlock.all_but(hidden))
        landlock.restrict(_rules(level, scratch, readable))
        seccomp.apply_filter(_filter(level, hidden is None).installed_in(os.getpid()))
    else:
        syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)


def _filter(level: str, programs: bool) -> seccomp.Program:
    version = landlock.abi()
    bounds = seccomp.Bounds(
        namespaces=level == FULL,
        scoped_signals=version >= landlock.SCOPE_SINCE,
        truncation=version >= landlock.TRUNCATE_SINCE,
        programs=programs,
    )
    return seccomp.build_filter(bounds)


def _be_the_first_to_go() -> None:
    """When the machine runs out of memory, it is to end a student's process, not the grader's."""
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")


def _rules(level: str, scratch: str, readable: Mapping[str, str]) -> dict[str, int]:
    rules = {f"/dev/{name}": landlock.USE for name in _DEVICES}
    if level == FULL:
        # There is nothing else in this file system.
        return {"/": landlock.READ, scratch: landlock.WRITE, "/dev/shm": landlock.WRITE, **rules}
    rights = {"list": landlock.LIST, "read": landlock.READ}
    rules |= {path: rights[right] for path, right in readable.items()}
    rules |= {f"/proc/{name}": landlock.READ for name in _OWN_PROC}
    return {**rules, scratch: landlock.WRITE}


def close_descriptors(keep: Collection[int]) -> None:
    """Close what is not ours.

    Read-only files (matplotlib keeps its fonts open) are opened anew: a fork shares the place
    where the next read starts, so that siblings would disturb each other, even on purpose.
    """
    for name in os.listdir("/proc/self/fd"):
        descriptor = int(name)
        if descriptor <= 2 or descriptor in keep:
            continue
        try:
            regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
            _open_anew(descriptor) if regular else os.close(descriptor)
        except OSError:
            with contextlib.suppress(OSError):
                os.close(descriptor)


def _open_anew(descriptor: int) -> None:
    place = os.lseek(descriptor, 0, os.SEEK_CUR)
    fresh = os.open(f"/proc/self/fd/{descriptor}", os.O_RDONLY | os.O_CLOEXEC)
    os.lseek(fresh, place, os.SEEK_SET)
    os.dup2(fresh, descriptor, inheritable=False)
    os.close(fresh)
