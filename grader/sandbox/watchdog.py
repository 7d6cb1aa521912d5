"""Watch a kernel's whole process tree from outside: what no limit of one process bounds.

Resource limits hold for each process; a student may start many. So the sum over the tree is
sampled: memory, CPU time, processes and, where the scratch is a folder of the machine, its size.
An upper bound of the memory is cheap to read; only when that is too much, the exact share is
read, because forked processes share the warm process's pages.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.model import Limits

__all__ = ["Use", "Watchdog", "free_memory", "oom_kills", "pid_of"]

PERIOD_S = 0.04
PERIODS_PER_LOOK_AT_FILES = 5
FILES = 4096
MIB = 1 << 20
_TICKS = os.sysconf("SC_CLK_TCK")
_UPPER = ("RssAnon", "RssShmem", "VmSwap")
_EXACT = ("Pss_Anon", "Pss_Shmem", "SwapPss")


@dataclass(frozen=True)
class Use:
    """What a process tree uses at one moment: processes, bytes at most, CPU seconds so far."""

    pids: tuple[int, ...]
    memory: int
    cpu_s: float


class Watchdog:
    """Samples one kernel until it is told to stop; calls `bite` with the limit that was hit."""

    def __init__(
        self, pid: int, limits: Limits, scratch: Path | None, bite: Callable[[str], None]
    ) -> None:
        self.peak = 0
        """Largest memory seen in the tree, in bytes, an upper bound."""
        self._pid = pid
        self._limits = limits
        self._scratch = scratch
        self._bite = bite
        self._base = use_of(pid).memory
        self._task = asyncio.get_running_loop().create_task(self._watch())

    async def stop(self) -> None:
        """Look away."""
        self._task.cancel()
        await asyncio.wait({self._task})

    async def _watch(self) -> None:
        rounds = 0
        while (broken := self._look(rounds % PERIODS_PER_LOOK_AT_FILES == 0)) is None:
            rounds += 1
            await asyncio.sleep(PERIOD_S)
        self._bite(broken)

    def _look(self, at_files: bool) -> str | None:
        """Return the limit that is broken, if one is."""
        limits, use = self._limits, use_of(self._pid)
        self.peak = max(self.peak, use.memory)
        memory = limits.memory_mb * MIB
        if use.memory - self._base > memory and exact_memory(use.pids) > memory:
            return f"more than {limits.memory_mb} MB of memory in all its processes"
        if len(use.pids) > limits.processes + 1:
            return f"more than {limits.processes} processes"
        if use.cpu_s > limits.run_s * max(1, limits.threads):
            return f"more than {limits.run_s:g} s of CPU time in all its processes"
        if self._scratch is not None and at_files:
            files, size = size_of(self._scratch)
            if size > limits.scratch_mb * MIB:
                return f"more than {limits.scratch_mb} MB in its folder"
            if files > FILES:
                return f"more than {FILES} files in its folder"
        return None


def pid_of(pidfd: int) -> int:
    """Return the process id behind a pidfd as this process sees it; -1 when it is gone."""
    for line in Path(f"/proc/self/fdinfo/{pidfd}").read_text().splitlines():
        if line.startswith("Pid:"):
            return int(line.split()[1])
    return -1


def use_of(pid: int) -> Use:
    """Return what a process and all below it use; what is gone meanwhile counts nothing."""
    pids = tuple(_tree(pid))
    memory = sum(_kilobytes(f"/proc/{each}/status", _UPPER) for each in pids) << 10
    return Use(pids, memory, sum(map(_cpu_s, pids)))


def exact_memory(pids: Iterable[int]) -> int:
    """Return the memory of processes in bytes, shared pages counted once."""
    return sum(_kilobytes(f"/proc/{pid}/smaps_rollup", _EXACT) for pid in pids) << 10


def free_memory() -> int:
    """Return how many bytes the machine can still give."""
    return _kilobytes("/proc/meminfo", ("MemAvailable",)) << 10


def oom_kills() -> int:
    """Return how many processes this machine has killed so far because memory ran out."""
    try:
        with open("/proc/vmstat") as file:
            return sum(int(line.split()[1]) for line in file if line.startswith("oom_kill "))
    except OSError:
        return 0


def size_of(folder: Path) -> tuple[int, int]:
    """Return the number of files below a folder and the bytes they take on disk."""
    files = size = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            files += 1
            try:
                size += os.lstat(Path(parent, name)).st_blocks * 512
            except OSError:
                continue
        if files > 2 * FILES:
            break
    return files, size


def _tree(pid: int) -> Iterable[int]:
    waiting = [pid]
    while waiting:
        each = waiting.pop()
        yield each
        try:
            for task in os.listdir(f"/proc/{each}/task"):
                children = Path(f"/proc/{each}/task/{task}/children").read_text()
                waiting += map(int, children.split())
        except OSError:
            continue


def _kilobytes(path: str, names: tuple[str, ...]) -> int:
    try:
        with open(path) as file:
            return sum(int(line.split()[1]) for line in file if line.startswith(names))
    except OSError:
        return 0


def _cpu_s(pid: int) -> float:
    """Return CPU seconds of a process and of those it has waited for."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS
