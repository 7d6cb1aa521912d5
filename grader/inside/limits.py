"""What the kernel of the operating system itself refuses to one process: resource limits."""

import os
import resource
from collections.abc import Mapping
from pathlib import Path

__all__ = ["apply_limits", "tasks_of"]

MIB = 1 << 20
DESCRIPTORS = 256
SIGNALS = 256
"""Signals and timers that wait; without a user namespace they count for all of a user."""
SHARED_SLACK = 1 << 30
"""Address space beyond private memory: thread arenas reserve it without using it."""


def apply_limits(memory_mb: int, processes: int, cpu_s: float, file_mb: int) -> None:
    """Bound this process and those it starts: MiB, processes of this user, seconds, MiB."""
    in_use = memory_in_use()
    memory = memory_mb * MIB
    cpu = max(1, round(cpu_s))
    _set(resource.RLIMIT_DATA, in_use["VmData"] + memory)
    _set(resource.RLIMIT_AS, in_use["VmSize"] + memory + SHARED_SLACK)
    _set(resource.RLIMIT_CPU, cpu, cpu + 2)
    _set(resource.RLIMIT_NPROC, processes)
    _set(resource.RLIMIT_FSIZE, file_mb * MIB)
    _set(resource.RLIMIT_NOFILE, DESCRIPTORS)
    _set(resource.RLIMIT_SIGPENDING, SIGNALS)
    for nothing in ("CORE", "MEMLOCK", "MSGQUEUE", "NICE", "RTPRIO"):
        _set(getattr(resource, f"RLIMIT_{nothing}"), 0)


def memory_in_use() -> Mapping[str, int]:
    """Return `VmSize` and `VmData` of this process in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    fields = dict(line.split(":", 1) for line in lines)
    return {name: int(fields[name].split()[0]) << 10 for name in ("VmSize", "VmData")}


def _set(which: int, soft: int, hard: int | None = None) -> None:
    """Lower a limit; what is lower already stays."""
    ceiling = resource.getrlimit(which)[1]
    hard = soft if hard is None else hard
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    resource.setrlimit(which, (soft, hard))


def tasks_of(user: int) -> int:
    """Return how many processes and threads a user has: without a user namespace they count too."""
    count = 0
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                if entry.stat().st_uid == user:
                    count += len(os.listdir(f"{entry.path}/task"))
            except OSError:
                continue
    return count
