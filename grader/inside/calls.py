"""Which system calls student code may make: a list of what kernels need, all else is refused.

The list was measured on the test suite, the course and common libraries. What a refused call
answers is what honest code copes with best: an error that it expects, or, for metadata at the
level `reduced`, success without effect.
"""

import errno
from collections.abc import Mapping
from dataclasses import dataclass

from .bpf import ALLOW, OWN_PID, Test, Verdict, answer, one_of, refuse, when, without

__all__ = ["Bounds", "otherwise", "verdicts"]

_FILES = """
    read write open openat creat close close_range stat fstat lstat newfstatat statx statfs fstatfs
    lseek pread64 pwrite64 readv writev preadv pwritev preadv2 pwritev2 sendfile copy_file_range
    access faccessat faccessat2 dup dup2 dup3 pipe pipe2 flock fsync fdatasync sync_file_range
    truncate ftruncate fallocate getdents getdents64 getcwd chdir fchdir umask rename renameat
    renameat2 mkdir mkdirat rmdir link linkat unlink unlinkat symlink symlinkat readlink readlinkat
    mknod mknodat"""
_MEMORY = "mmap munmap mremap mprotect brk msync membarrier"
_PROCESSES = """
    fork vfork execve exit exit_group wait4 waitid getpid getppid gettid getuid geteuid getgid
    getegid getresuid getresgid getgroups setsid setpgid getpgrp getrlimit setrlimit getrusage times
    arch_prctl set_tid_address set_robust_list rseq uname sysinfo getcpu sched_yield
    sched_get_priority_max sched_get_priority_min futex restart_syscall getrandom"""
_SIGNALS = """
    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend
    sigaltstack pause signalfd signalfd4"""
_TIME = """
    nanosleep clock_nanosleep clock_gettime clock_getres gettimeofday time getitimer setitimer alarm
    timer_create timer_settime timer_gettime timer_getoverrun timer_delete timerfd_create
    timerfd_settime timerfd_gettime"""
_WAITING = """
    poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait
    epoll_pwait2 eventfd eventfd2"""
_PAIRED_SOCKETS = """
    getsockname getpeername getsockopt shutdown sendto recvfrom sendmsg recvmsg"""
_ALWAYS = " ".join((_FILES, _MEMORY, _PROCESSES, _SIGNALS, _TIME, _WAITING, _PAIRED_SOCKETS))
_SOCKETS_OF_ONES_OWN = "connect bind listen accept accept4 setsockopt sendmmsg recvmmsg"

_PIDFDS = "pidfd_open pidfd_send_signal"
_OF_A_PROCESS = """
    prlimit64 getpgid getsid sched_getaffinity sched_getparam sched_getscheduler"""
"""They take a process first; 0 is the caller."""
_METADATA = "chmod fchmod fchmodat fchmodat2 utime utimes futimesat utimensat"
_EXTENDED_ATTRIBUTES = """
    getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr setxattr lsetxattr fsetxattr
    removexattr lremovexattr fremovexattr"""

# New namespaces; and CLONE_PARENT, by which a child would leave the tree that is watched.
_CLONE_REFUSED = 0x7E020000 | 0x8000
_AF_UNIX, _SOCK_STREAM, _SOCK_KIND = 1, 1, 0xF
_O_ACCMODE, _O_TRUNC = 0o3, 0o1000
_PRIO_PROCESS = 0
# No F_SETLEASE (whoever opens the file waits for 45 s), F_NOTIFY, F_SETOWN and F_SETSIG (signals).
_FCNTL = (*range(8), 9, 16, *range(36, 39), 1027, 1028, 1030, 1031, 1032, 1033, 1034)
# Terminals are asked whether they are one; FIONREAD, FIONBIO, FIOCLEX, FIONCLEX; FICLONE.
_IOCTL = (0x5401, 0x540F, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451, 0x40049409)
# No MADV_COLD and MADV_PAGEOUT, which slow down all who use the same library.
_MADVISE = (*range(5), *range(8, 12), *range(14, 20), *range(22, 26))
# Not PR_SET_DUMPABLE, _PDEATHSIG, _CHILD_SUBREAPER, _PTRACER: by them it is watched and ended.
_PR_SET_VMA = 0x53564D41
_PRCTL = (2, 3, 7, 15, 16, 21, 23, 29, 30, 37, 38, 39, 42, _PR_SET_VMA)

_FIRST_OF_THE_NEW = 424
"""Calls from this number on are newer than Linux 5.0; libraries do without where they are none."""


@dataclass(frozen=True)
class Bounds:
    """What the rest of the seal does, so that the filter need not, or cannot."""

    namespaces: bool
    """Other processes and files of others do not exist."""
    scoped_signals: bool = True
    """Landlock keeps signals in."""
    truncation: bool = True
    """Landlock keeps files from being truncated."""
    programs: bool = True
    """Other programs may be started; not where one of them could do what is taken out here."""


def verdicts(bounds: Bounds) -> Mapping[str, Verdict]:
    """Return what is answered to each system call that has a name here."""
    found = dict.fromkeys(_ALWAYS.split(), ALLOW)
    # glibc then falls back to clone, whose flags a filter can see.
    found |= _each("clone3", refuse(errno.ENOSYS))
    found |= _each("clone", when(without(0, _CLONE_REFUSED)))
    found |= _each("fcntl", when(one_of(1, _FCNTL)))
    found |= _each("ioctl", when(one_of(1, _IOCTL), error=errno.ENOTTY))
    found |= _each("madvise", when(one_of(2, _MADVISE)))
    found |= _each("prctl", when(one_of(0, _PRCTL)))
    # Advice that would empty the cache of others.
    found |= _each("fadvise64", answer(0))
    found |= _each(_EXTENDED_ATTRIBUTES, refuse(errno.ENOTSUP))
    if not bounds.programs:
        found |= _each("execve", refuse(errno.EPERM))
    return found | (_with_namespaces() if bounds.namespaces else _without_namespaces(bounds))


def otherwise(number: int) -> Verdict:
    """Return what is answered to a system call that is not on the list."""
    return refuse(errno.ENOSYS if number >= _FIRST_OF_THE_NEW else errno.EPERM)


def _with_namespaces() -> dict[str, Verdict]:
    """Whatever process or file is named, it is one of its own."""
    names = f"{_SOCKETS_OF_ONES_OWN} {_PIDFDS} {_OF_A_PROCESS} {_METADATA} kill tgkill tkill"
    only_unix = when(one_of(0, (_AF_UNIX,)), error=errno.EACCES)
    return {
        **_each(names, ALLOW),
        **_each("socket socketpair", only_unix),
        **_each("getpriority setpriority", when(one_of(0, (_PRIO_PROCESS,)))),
    }


def _without_namespaces(bounds: Bounds) -> dict[str, Verdict]:
    """Processes of the same user can be named, and so can files, even where Landlock is on."""
    # A pair of datagrams could be sent to any socket of this machine.
    pair = (one_of(0, (_AF_UNIX,)), one_of(1, (_SOCK_STREAM,), _SOCK_KIND))
    found = {
        **_each("socket", refuse(errno.EACCES)),
        **_each("socketpair", when(*pair, error=errno.EACCES)),
        # asyncio and subprocess then go without.
        **_each(_PIDFDS, refuse(errno.ENOSYS)),
        **_each(_OF_A_PROCESS, when(one_of(0, (0, OWN_PID)))),
        # Where it cannot find out, glibc takes every processor for its own.
        **_each("sched_getaffinity", when(one_of(0, (0, OWN_PID)), error=errno.ENOSYS)),
        **_each(
            "getpriority setpriority",
            when(one_of(0, (_PRIO_PROCESS,)), one_of(1, (0, OWN_PID))),
        ),
        # Landlock does not know metadata, and a filter does not know whose a path is. Nobody
        # hands in a mode or a time, but copying, unpacking and clearing up set them.
        **_each(_METADATA, answer(0)),
        **_each("kill tgkill tkill", ALLOW),
    }
    if not bounds.scoped_signals:
        found |= _each("kill tgkill", when(one_of(0, (0, OWN_PID)))) | _each("tkill", refuse())
    if not bounds.truncation:
        found |= _each("truncate", refuse())
        found |= _each("open", when(_not_to_truncate(1)))
        found |= _each("openat", when(_not_to_truncate(2)))
    return found


def _not_to_truncate(argument: int) -> Test:
    """Whoever may only read a file must not empty it by opening it."""
    others = (kind | cut for kind in (1, 2, 3) for cut in (0, _O_TRUNC))
    return one_of(argument, (0, *others), _O_ACCMODE | _O_TRUNC)


def _each(names: str, verdict: Verdict) -> dict[str, Verdict]:
    return dict.fromkeys(names.split(), verdict)
