"""Namespaces: a process tree, mounts and users of one's own, without being root."""

import os
import signal
from typing import NoReturn

from . import syscalls
from .syscalls import mount, prctl, setns, unshare

__all__ = ["become_container", "fork_in_new_pid_namespace", "new_user_namespace", "own_mounts"]

NEWNS, NEWUTS, NEWIPC = 0x20000, 0x4000000, 0x8000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND = 2, 4, 8, 4096
FILES = 4096
"""How many files a scratch may hold."""


def new_user_namespace(others: int = 0) -> None:
    """Enter a new user namespace, and the `others`, as the same user and group."""
    user, group = os.geteuid(), os.getegid()
    unshare(NEWUSER | others)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def mount_proc() -> None:
    """Show the processes of this pid namespace, and no others."""
    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)


def become_container() -> int:
    """Go on as PID 1 of a pid namespace, with mounts of its own; return a descriptor of it.

    A pid namespace can only be given to children by a process that may come back to its own,
    which takes capabilities over it: so the warm process makes its own. When it dies the
    operating system kills everything in it. The capabilities count inside only.
    """
    new_user_namespace(NEWNS | NEWPID)
    pid = os.fork()
    if pid:
        _wait_for(pid)
    prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
    mount_proc()
    prctl(syscalls.PR_SET_DUMPABLE, 0)
    return os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)


def _wait_for(pid: int) -> NoReturn:
    prctl(syscalls.PR_SET_DUMPABLE, 0)
    syscalls.drop_capabilities()
    os.closerange(3, 1024)
    _, status = os.waitpid(pid, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 255)


def fork_in_new_pid_namespace(own: int) -> int:
    """Fork a child that is PID 1 of a namespace of its own; the caller stays in `own`."""
    unshare(NEWPID)
    pid = os.fork()
    if pid:
        setns(own, NEWPID)
    return pid


def own_mounts(scratch: str, scratch_mb: int) -> None:
    """Leave the mounts of the warm process: own processes, own bounded scratch, no way back.

    The user namespace comes last: the mounts then belong to the one before, so that even its
    root could not undo them, and processes are counted for this student alone.
    """
    unshare(NEWNS | NEWIPC | NEWUTS)
    mount_proc()
    size = f"size={scratch_mb}m,nr_inodes={FILES},mode=0700"
    mount("tmpfs", scratch, "tmpfs", MS_NOSUID | MS_NODEV, size)
    shared = f"{scratch}/.shm"
    os.mkdir(shared, 0o700)
    mount(shared, "/dev/shm", "", MS_BIND)
    new_user_namespace()
    syscalls.drop_capabilities()
