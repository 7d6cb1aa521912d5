"""The list of system calls: its numbers on both architectures, and what is answered to each."""

from __future__ import annotations

import ctypes
import errno
import functools
import struct
from collections.abc import Iterator

import pytest

from grader.inside import seccomp
from grader.inside.calls import verdicts
from grader.inside.numbers import NUMBERS, number
from grader.inside.seccomp import Bounds
from tests.system_calls import CALLS

ARCHITECTURES = {True: 0xC000003E, False: 0xC00000B7}
"""What the kernel calls x86-64 and aarch64."""
ALLOWED, KILLED = 0x7FFF0000, 0x80000000
FULL, REDUCED = Bounds(namespaces=True), Bounds(namespaces=False)
OLD = Bounds(namespaces=False, scoped_signals=False, truncation=False)
EVERY = CALLS | NUMBERS
OWN, OTHER = 4321, 1234
CLONE_VM, CLONE_PARENT, CLONE_NEWUSER = 0x100, 0x8000, 0x10000000


@pytest.mark.parametrize("table", [NUMBERS, CALLS], ids=["the filter's", "the attacks'"])
@pytest.mark.parametrize("x86", ARCHITECTURES, ids=["x86-64", "aarch64"])
def test_every_number_is_the_one_that_libseccomp_has(
    table: dict[str, tuple[int | None, int | None]], x86: bool
) -> None:
    """So both tables name the same calls, but for those that an architecture lacks."""
    resolve = ctypes.CDLL("libseccomp.so.2").seccomp_syscall_resolve_name_arch
    resolve.argtypes = (ctypes.c_uint32, ctypes.c_char_p)
    unknown_to_it = -1
    for name, numbers in table.items():
        known = resolve(ARCHITECTURES[x86], name.encode())
        ours = numbers[0 if x86 else 1]
        if known == unknown_to_it:
            assert numbers[0] == numbers[1], name
            assert (numbers[0] or 0) >= 424, f"{name} is old enough to be known"
        else:
            assert ours == (known if known >= 0 else None), name


@functools.cache
def _steps(program: bytes) -> list[tuple[int, ...]]:
    return list(struct.iter_unpack("HBBI", program))


def run(program: bytes, data: bytes) -> int:
    """Return what a program answers, as the operating system would run it."""
    steps = _steps(program)
    held, at = 0, 0
    while True:
        code, true, false, value = steps[at]
        at += 1
        if code == 0x20:
            (held,) = struct.unpack_from("I", data, value)
        elif code == 0x54:
            held &= value
        elif code == 0x05:
            at += value
        elif code == 0x06:
            return int(value)
        else:
            met = {0x15: held == value, 0x35: held >= value, 0x45: bool(held & value)}[code]
            at += true if met else false


def answer(bounds: Bounds, x86: bool, called: str | int, *arguments: int) -> int | str:
    """Return what becomes of a system call: `made`, `killed`, or the error it ends with."""
    found = EVERY[called][0 if x86 else 1] if isinstance(called, str) else called
    assert found is not None
    values = [value & (1 << 64) - 1 for value in (*arguments, *(0,) * (6 - len(arguments)))]
    data = struct.pack("IIQ6Q", found, ARCHITECTURES[x86], 0, *values)
    said = run(seccomp.build_filter(bounds, x86).installed_in(OWN), data)
    if said & 0xFFFF0000 == 0x00050000:
        return said & 0xFFFF
    return {ALLOWED: "made", KILLED: "killed"}[said]


both = pytest.mark.parametrize("x86", ARCHITECTURES, ids=["x86-64", "aarch64"])
levels = pytest.mark.parametrize("bounds", [FULL, REDUCED, OLD], ids=["full", "reduced", "old"])


@both
@levels
def test_what_is_not_on_the_list_is_refused(bounds: Bounds, x86: bool) -> None:
    listed = {number(name, x86) for name in verdicts(bounds)}
    for each in set(range(1000)) - listed:
        expected = errno.ENOSYS if each >= 424 else errno.EPERM
        assert answer(bounds, x86, each, OWN) == expected, each


@both
@levels
def test_calls_without_a_condition_are_made(bounds: Bounds, x86: bool) -> None:
    for name in ("read", "write", "mmap", "futex", "execve", "exit_group", "rt_sigreturn"):
        assert answer(bounds, x86, name, 1, 2, 3) == "made", name


def cases() -> Iterator[tuple[Bounds, str, tuple[int, ...], int | str]]:
    """Yield a level, a call with its arguments, and what must become of it."""
    for bounds in (REDUCED, OLD):
        for name in ("prlimit64", "getpgid", "getsid"):
            yield bounds, name, (OTHER,), errno.EPERM
            yield bounds, name, (OWN,), "made"
            yield bounds, name, (0,), "made"
        yield bounds, "prlimit64", (-1,), errno.EPERM
        # A process id has 32 bits: what stands above them does not count.
        yield bounds, "prlimit64", (1 << 32 | OTHER,), errno.EPERM
        yield bounds, "setpriority", (0, 0), "made"
        yield bounds, "setpriority", (0, OTHER), errno.EPERM
        yield bounds, "setpriority", (1, 0), errno.EPERM
        yield bounds, "setpriority", (2, 0), errno.EPERM
        yield bounds, "fchmod", (3, 0o777), 0
        yield bounds, "utimensat", (3, 0), 0
        yield bounds, "fchmodat2", (3, 0), 0
        yield bounds, "socket", (1, 1), errno.EACCES
        yield bounds, "socketpair", (1, 1 | 0o2000000), "made"
        yield bounds, "socketpair", (1, 2), errno.EACCES
        yield bounds, "pidfd_open", (OTHER,), errno.ENOSYS
    for bounds in (FULL, REDUCED, OLD):
        yield bounds, "clone", (CLONE_VM,), "made"
        yield bounds, "clone", (CLONE_VM | CLONE_NEWUSER,), errno.EPERM
        yield bounds, "clone", (CLONE_PARENT,), errno.EPERM
        yield bounds, "clone3", (), errno.ENOSYS
        yield bounds, "fcntl", (3, 2), "made"
        yield bounds, "fcntl", (3, 1024), errno.EPERM
        yield bounds, "fcntl", (3, 8), errno.EPERM
        yield bounds, "ioctl", (3, 0x5401), "made"
        yield bounds, "ioctl", (3, 0x5412), errno.ENOTTY
        yield bounds, "madvise", (0, 4096, 4), "made"
        yield bounds, "madvise", (0, 4096, 21), errno.EPERM
        yield bounds, "prctl", (15,), "made"
        yield bounds, "prctl", (4, 0), errno.EPERM
        yield bounds, "fsetxattr", (3,), errno.ENOTSUP
        yield bounds, "setpriority", (2, 0), errno.EPERM
    yield FULL, "fchmod", (3, 0o777), "made"
    yield FULL, "socket", (1, 1), "made"
    yield FULL, "socket", (2, 1), errno.EACCES
    yield FULL, "kill", (OTHER, 9), "made"
    yield REDUCED, "kill", (OTHER, 9), "made"
    yield OLD, "kill", (OTHER, 9), errno.EPERM
    yield OLD, "kill", (-1, 9), errno.EPERM
    yield OLD, "kill", (OWN, 9), "made"
    yield OLD, "tkill", (OWN, 9), errno.EPERM
    yield OLD, "truncate", (), errno.EPERM
    yield OLD, "openat", (-100, 0, 0), "made"
    yield OLD, "openat", (-100, 0, 0o1001 | 0o2000000), "made"
    yield OLD, "openat", (-100, 0, 0o1000 | 0o2000000), errno.EPERM


@both
def test_arguments_decide(x86: bool) -> None:
    for bounds, name, arguments, expected in cases():
        assert answer(bounds, x86, name, *arguments) == expected, (bounds, name, arguments)


def test_calls_of_another_architecture_end_the_process() -> None:
    program = seccomp.build_filter(REDUCED, True).installed_in(OWN)
    assert run(program, struct.pack("IIQ6Q", 0, 0x40000003, 0, *[0] * 6)) == KILLED
    assert answer(REDUCED, True, 0x40000000) == "killed"
