"""The few system calls that Python does not offer, by way of libc."""

import ctypes
import os
import struct

from .numbers import X86

__all__ = [
    "drop_capabilities",
    "keep_capability",
    "mount",
    "prctl",
    "setns",
    "syscall",
    "unshare",
]

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc.mount.argtypes = (ctypes.c_char_p,) * 3 + (ctypes.c_ulong, ctypes.c_char_p)

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_KEEPCAPS = 1, 4, 8
PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 24, 36, 38
PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
CAP_DAC_READ_SEARCH = 2
_CAPSET = 126 if X86 else 91
_CAPABILITY_VERSION_3 = 0x20080522
_CAPABILITIES = 64


def check(outcome: int, what: str) -> int:
    """Return the outcome of a call; raises OSError when it is negative."""
    if outcome < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return outcome


def syscall(what: str, number: int, *arguments: object) -> int:
    """Make a system call by its number; raises OSError."""
    return check(_libc.syscall(ctypes.c_long(number), *arguments), what)


def prctl(option: int, first: int = 0, second: int = 0) -> int:
    """Set an attribute of this process; raises OSError."""
    arguments = [ctypes.c_ulong(value) for value in (first, second, 0, 0)]
    return check(_libc.prctl(ctypes.c_int(option), *arguments), f"prctl {option}")


def unshare(flags: int) -> None:
    """Leave the namespaces that `flags` name for new ones; raises OSError."""
    check(_libc.unshare(ctypes.c_int(flags)), "unshare")


def setns(descriptor: int, kind: int) -> None:
    """Enter (or, for pids, let children enter) a namespace; raises OSError."""
    check(_libc.setns(ctypes.c_int(descriptor), ctypes.c_int(kind)), "setns")


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """Mount a file system; raises OSError."""
    texts = (source.encode(), target.encode(), kind.encode() or None)
    check(_libc.mount(*texts, flags, options.encode() or None), f"mount {target}")


def drop_capabilities() -> None:
    """Give up every capability, for this process and all it will execute."""
    _empty_bounding_set()
    _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    _set_capabilities(0)


def keep_capability(capability: int) -> None:
    """Give up every capability but one."""
    _set_capabilities(1 << capability)


def _empty_bounding_set() -> None:
    for capability in range(_CAPABILITIES):
        if _libc.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0) < 0:
            break


def _set_capabilities(mask: int) -> None:
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    low, high = mask & 0xFFFFFFFF, mask >> 32
    sets = struct.pack("6I", low, low, 0, high, high, 0)
    syscall("capset", _CAPSET, header, sets)
