"""Landlock: the operating system refuses files, ports and signals that no rule allows.

See the kernel's Documentation/userspace-api/landlock.rst. Rules are for the calling thread and
what it starts; so they are set while the process has one thread.
"""

import ctypes
import os
import stat
import struct
from collections.abc import Iterable, Mapping

from . import syscalls
from .syscalls import syscall

__all__ = [
    "LIST", "READ", "SCOPE_SINCE", "TRUNCATE_SINCE", "USE", "WRITE", "abi", "all_but", "restrict",
]  # fmt: skip

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_RIGHTS = (
    "EXECUTE", "WRITE_FILE", "READ_FILE", "READ_DIR", "REMOVE_DIR", "REMOVE_FILE", "MAKE_CHAR",
    "MAKE_DIR", "MAKE_REG", "MAKE_SOCK", "MAKE_FIFO", "MAKE_BLOCK", "MAKE_SYM", "REFER",
    "TRUNCATE", "IOCTL_DEV",
)  # fmt: skip
_BIT = {name: 1 << number for number, name in enumerate(_RIGHTS)}
TRUNCATE_SINCE = 3
_SINCE = {"REFER": 2, "TRUNCATE": TRUNCATE_SINCE, "IOCTL_DEV": 5}
_ON_FILES = ("EXECUTE", "WRITE_FILE", "READ_FILE", "TRUNCATE", "IOCTL_DEV")
_NET_SINCE, _NET = 4, 3
SCOPE_SINCE, _SCOPES = 6, 3
"""Bind and connect of TCP; abstract sockets and signals beyond the own domain."""

LIST = _BIT["READ_DIR"]
READ = _BIT["EXECUTE"] | _BIT["READ_FILE"] | LIST
USE = _BIT["READ_FILE"] | _BIT["WRITE_FILE"]
WRITE = sum(_BIT.values()) & ~(_BIT["MAKE_CHAR"] | _BIT["MAKE_BLOCK"])


def abi() -> int:
    """Return the version of Landlock that is on; 0 when there is none."""
    try:
        return syscall("landlock", _CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    except OSError:
        return 0


def restrict(rules: Mapping[str, int], version: int | None = None) -> None:
    """Refuse everything to this process but `rules`: path to rights; raises OSError.

    A path that does not exist is left out.
    """
    version = abi() if version is None else version
    handled = sum(bit for name, bit in _BIT.items() if version >= _SINCE.get(name, 1))
    net = _NET if version >= _NET_SINCE else 0
    scopes = _SCOPES if version >= SCOPE_SINCE else 0
    size = 8 if version < _NET_SINCE else 16 if version < SCOPE_SINCE else 24
    attributes = struct.pack("QQQ", handled, net, scopes)
    ruleset = syscall(
        "landlock_create_ruleset", _CREATE, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0)
    )
    for path, rights in rules.items():
        _allow(ruleset, path, rights & handled)
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    syscall("landlock_restrict_self", _RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    os.close(ruleset)


def all_but(folder: str) -> dict[str, int]:
    """Return rules that allow everything but what lies in a folder (an absolute real path).

    Rules only ever allow, so they name what lies beside the way to the folder. A link needs none:
    what counts is where it leads. Together with other rules the stricter one holds.
    """
    rules = {}
    way = "/"
    for part in folder.strip("/").split("/"):
        rules[way] = LIST
        for entry in os.scandir(way):
            if entry.name != part and not entry.is_symlink():
                rules[entry.path] = WRITE
        way = os.path.join(way, part)
    return rules


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _any(_ON_FILES)
        rule = struct.pack("<Qi", rights, descriptor)
        numbers = (ctypes.c_int(ruleset), ctypes.c_int(1), rule, ctypes.c_uint32(0))
        syscall(f"landlock_add_rule {path}", _ADD_RULE, *numbers)
    finally:
        os.close(descriptor)


def _any(names: Iterable[str]) -> int:
    return sum(_BIT[name] for name in names)
