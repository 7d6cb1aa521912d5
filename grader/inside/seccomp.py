"""seccomp: system calls that no submission needs are refused before they do anything.

Everything is allowed but the table below, grouped by what it would let a student do. Refused
calls fail with EPERM, so that honest code that tries one goes on.
"""

import ctypes
import errno
import functools
import struct

from . import syscalls
from .syscalls import X86, syscall

__all__ = ["apply_filter", "build_filter"]

# name: number on x86_64, number on aarch64
_OTHER_PROCESSES = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kcmp": (312, 272), "pidfd_getfd": (438, 438), "process_madvise": (440, 440),
    "move_pages": (279, 239), "migrate_pages": (256, 238),
}  # fmt: skip
_NAMESPACES_AND_MOUNTS = {
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "unshare": (272, 97), "setns": (308, 268), "move_mount": (429, 429), "open_tree": (428, 428),
    "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "open_tree_attr": (467, 467),
    "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264),
}  # fmt: skip
_KERNEL_SURFACE = {
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "fanotify_init": (300, 262), "personality": (135, 92), "syslog": (103, 116),
    "lookup_dcookie": (212, 18), "nfsservctl": (180, 42), "iopl": (172, None),
    "ioperm": (173, None), "modify_ldt": (154, None), "uselib": (134, None),
    "ustat": (136, None), "sysfs": (139, None), "_sysctl": (156, None),
}  # fmt: skip
_THE_MACHINE = {
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142),
    "swapon": (167, 224), "swapoff": (168, 225), "quotactl": (179, 60),
    "quotactl_fd": (443, 443), "acct": (163, 89), "settimeofday": (164, 170),
    "clock_settime": (227, 112), "adjtimex": (159, 171), "clock_adjtime": (305, 266),
    "vhangup": (153, 58),
}  # fmt: skip
_MEMORY_THAT_NOBODY_COUNTS = {
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194),
    "shmat": (30, 196), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180),
    "mlock": (149, 228), "mlockall": (151, 230), "mlock2": (325, 284),
    "mbind": (237, 235), "set_mempolicy": (238, 237),
}  # fmt: skip
_THE_SHARE_OF_OTHERS = {"sched_setaffinity": (203, 122), "ioprio_set": (251, 30)}
REFUSED = (
    _OTHER_PROCESSES
    | _NAMESPACES_AND_MOUNTS
    | _KERNEL_SURFACE
    | _THE_MACHINE
    | _MEMORY_THAT_NOBODY_COUNTS
    | _THE_SHARE_OF_OTHERS
)

_MINE = 0 if X86 else 1
_AUDIT_ARCH = 0xC000003E if X86 else 0xC00000B7
_X32_BIT = 0x40000000
_CLONE, _CLONE3 = (56, 220)[_MINE], 435
_SOCKET, _IOCTL, _SECCOMP = (41, 198)[_MINE], (16, 29)[_MINE], (317, 277)[_MINE]
_NAMESPACE_FLAGS = 0x7E020000
_AF_UNIX = 1
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
# kill, tgkill, rt_sigqueueinfo, rt_tgsigqueueinfo take the process first; tkill and
# pidfd_send_signal do not, and nothing honest needs them on others.
_SIGNALS = ((62, 234, 129, 297), (129, 131, 138, 240))[_MINE]
_BLIND_SIGNALS = ((200, 424), (130, 424))[_MINE]

# Classic BPF over `struct seccomp_data`: the number at 0, the architecture at 4, then arguments.
_LOAD, _JEQ, _JGE, _JSET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCH, _FIRST, _SECOND = 0, 4, 16, 24
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000


class _Filter(list[tuple[int, int, int, int]]):
    """Instructions as (code, jump if true, jump if false, value)."""

    def then(self, code: int, value: int, true: int = 0, false: int = 0) -> None:
        self.append((code, true, false, value))

    def fail(self, error: int = errno.EPERM) -> None:
        self.then(_RETURN, _ERRNO | error)

    def refuse(self, number: int, error: int = errno.EPERM) -> None:
        self.then(_JEQ, number, 0, 1)
        self.fail(error)

    def only(self, number: int, allowed: int, error: int = errno.EPERM) -> None:
        """Allow a call only with this first argument."""
        self.then(_JEQ, number, 0, 4)
        self.then(_LOAD, _FIRST)
        self.then(_JEQ, allowed, 1, 0)
        self.fail(error)
        self.then(_RETURN, _ALLOW)


@functools.cache
def build_filter(unix_sockets: bool, signals_to: int | None = None) -> bytes:
    """Return the filter; with `signals_to`, signals go to that process only."""
    program = _Filter()
    program.then(_LOAD, _ARCH)
    program.then(_JEQ, _AUDIT_ARCH, 1, 0)
    program.then(_RETURN, _KILL)
    program.then(_LOAD, _NUMBER)
    if X86:
        program.then(_JGE, _X32_BIT, 0, 1)
        program.then(_RETURN, _KILL)
    for numbers in REFUSED.values():
        if (number := numbers[_MINE]) is not None:
            program.refuse(number)
    # glibc then falls back to clone, whose flags a filter can see.
    program.refuse(_CLONE3, errno.ENOSYS)
    if signals_to is not None:
        for number in _BLIND_SIGNALS:
            program.refuse(number)
    if not unix_sockets:
        program.refuse(_SOCKET, errno.EACCES)
    _look_at_arguments(program, unix_sockets, signals_to)
    program.then(_RETURN, _ALLOW)
    return b"".join(struct.pack("HBBI", *step) for step in program)


def _look_at_arguments(program: _Filter, unix_sockets: bool, signals_to: int | None) -> None:
    """Add what depends on an argument; each part ends the program or leaves the number loaded."""
    program.then(_JEQ, _CLONE, 0, 4)
    program.then(_LOAD, _FIRST)
    program.then(_JSET, _NAMESPACE_FLAGS, 0, 1)
    program.fail()
    program.then(_RETURN, _ALLOW)
    if unix_sockets:
        program.only(_SOCKET, _AF_UNIX, errno.EACCES)
    if signals_to is not None:
        for number in _SIGNALS:
            program.only(number, signals_to)
    program.then(_JEQ, _IOCTL, 0, 4)
    program.then(_LOAD, _SECOND)
    program.then(_JEQ, _TIOCSTI, 1, 0)
    program.then(_JEQ, _TIOCLINUX, 0, 1)
    program.fail()


def apply_filter(program: bytes) -> None:
    """Install a filter in every thread of this process; raises OSError."""
    code = ctypes.create_string_buffer(program)
    described = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(code))
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    every_thread = ctypes.c_uint(1)
    syscall("seccomp", _SECCOMP, ctypes.c_uint(1), every_thread, described)
