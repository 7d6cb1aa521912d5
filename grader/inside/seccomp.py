"""seccomp: a process makes the system calls that are on the list (`calls`), and no others."""

import ctypes
import functools
import struct

from . import syscalls
from .bpf import Program, assemble
from .calls import Bounds, otherwise, verdicts
from .numbers import X86, number
from .syscalls import syscall

__all__ = ["Bounds", "Program", "apply_filter", "build_filter"]

_AUDIT_ARCH = {True: 0xC000003E, False: 0xC00000B7}
_SECCOMP = 317 if X86 else 277
_SET_MODE_FILTER, _EVERY_THREAD = 1, 1


@functools.cache
def build_filter(bounds: Bounds, x86: bool = X86) -> Program:
    """Return the filter that goes with the rest of a seal."""
    known = {
        found: verdict
        for name, verdict in verdicts(bounds).items()
        if (found := number(name, x86)) is not None
    }
    return assemble(_AUDIT_ARCH[x86], known, otherwise)


def apply_filter(program: bytes) -> None:
    """Install a filter in every thread of this process; raises OSError."""
    code = ctypes.create_string_buffer(program)
    described = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(code))
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    flags = ctypes.c_uint(_EVERY_THREAD)
    syscall("seccomp", _SECCOMP, ctypes.c_uint(_SET_MODE_FILTER), flags, described)
