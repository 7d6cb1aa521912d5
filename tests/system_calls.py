"""System calls by number, for attacks: on x86-64 and on aarch64. `None`: there is no such call."""

from __future__ import annotations

import platform

__all__ = ["CALLS", "number_of"]

CALLS: dict[str, tuple[int | None, int | None]] = {
    "add_key": (248, 217), "memfd_secret": (447, 447), "mq_open": (240, 180), "msgget": (68, 186),
    "semget": (64, 190),
    "bpf": (321, 280), "chmod": (90, None), "chown": (92, None), "clone": (56, 220),
    "clone3": (435, 435), "fanotify_init": (300, 262), "fchmod": (91, 52), "fchmodat": (268, 53),
    "fchmodat2": (452, 452), "fchown": (93, 55), "fchownat": (260, 54), "fcntl": (72, 25),
    "file_setattr": (469, 469), "fsetxattr": (190, 7), "futimesat": (261, None),
    "get_robust_list": (274, 100), "getpgid": (121, 155), "getpriority": (140, 141),
    "getsid": (124, 156), "getxattr": (191, 8), "inotify_init1": (294, 26),
    "io_uring_setup": (425, 425), "ioctl": (16, 29), "ioprio_get": (252, 31),
    "ioprio_set": (251, 30), "kcmp": (312, 272), "keyctl": (250, 219), "lchown": (94, None),
    "madvise": (28, 233), "memfd_create": (319, 279), "migrate_pages": (256, 238),
    "mount": (165, 40), "move_pages": (279, 239), "name_to_handle_at": (303, 264),
    "openat": (257, 56), "openat2": (437, 437), "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438), "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424),
    "prctl": (157, 167), "prlimit64": (302, 261), "process_madvise": (440, 440),
    "process_mrelease": (448, 448), "process_vm_readv": (310, 270), "ptrace": (101, 117),
    "quotactl": (179, 60), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "sched_getaffinity": (204, 123), "sched_getattr": (315, 275), "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274), "sched_setparam": (142, 118), "sched_setscheduler": (144, 119),
    "setpriority": (141, 140), "setxattr": (188, 5), "setxattrat": (463, 463), "shmget": (29, 194),
    "swapon": (167, 224), "syncfs": (306, 267), "tgkill": (234, 131), "tkill": (200, 130),
    "truncate": (76, 45), "unshare": (272, 97), "userfaultfd": (323, 282), "utime": (132, None),
    "utimensat": (280, 88), "utimes": (235, None),
}  # fmt: skip


def number_of(name: str) -> int | None:
    """Return the number of a call on this machine, None where there is no such call."""
    return CALLS[name][0 if platform.machine() == "x86_64" else 1]
