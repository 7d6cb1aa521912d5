"""Say how well this machine isolates student code, try it with hostile code, and advise."""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.errors import GraderError
from grader.model import Cell, CellRun, Isolation, Limits, Run, Submission
from grader.sandbox.canary import Attack, attacks, targets
from grader.sandbox.layout import student_environment
from grader.sandbox.levels import setting, why_not
from grader.sandbox.machine import stage_inside
from grader.sandbox.opening import open_sandbox
from grader.sandbox.temporary import owned_folder
from grader.sandbox.watchdog import free_memory

__all__ = ["Finding", "examine"]

LIMITS = Limits(cell_s=10.0, run_s=90.0, memory_mb=512, scratch_mb=16, processes=32)
ENOUGH_MEMORY = 2 << 30


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, whether it is as it should be, and what to do if not."""

    what: str
    ok: bool
    detail: str


def examine(wanted: Isolation | None = None) -> list[Finding]:
    """Look at this machine, then attack a sandbox on it from inside; takes some seconds.

    With a level wanted, that one is attacked, otherwise the best one that works here.
    """
    found = list(_machine())
    if sys.platform == "linux":
        found += _levels()
    try:
        return found + asyncio.run(_attack(wanted))
    except GraderError as error:
        return [*found, Finding("sandbox", False, str(error))]


def _machine() -> Iterator[Finding]:
    system = f"{platform.system()} {platform.release()}, {platform.machine()}"
    known = sys.platform == "linux" and platform.machine() in ("x86_64", "aarch64")
    yield Finding("system", known, system if known else f"{system}: only Linux is supported")
    yield Finding(
        "user", True, "root; student code runs as a user of its own" if _root() else "not root"
    )
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    free = free_memory()
    detail = f"{cores} cores, {free / (1 << 30):.1f} GB of memory free"
    yield Finding("resources", free >= ENOUGH_MEMORY, detail)


def _root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _levels() -> Iterator[Finding]:
    """Try every level that isolates anything."""
    yield _bubblewrap()
    yield _landlock()
    with owned_folder() as folder:
        stage_inside(folder)
        layout = student_environment()
        for level in (Isolation.FULL, Isolation.REDUCED):
            obstacle = why_not(setting(level, folder, layout))
            yield Finding(f"{level} isolation", obstacle is None, obstacle or "works here")


def _bubblewrap() -> Finding:
    program = shutil.which("bwrap")
    if program is None:
        return Finding("bubblewrap", False, "not installed: apt install bubblewrap")
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return Finding("bubblewrap", True, f"{program}, {version.stdout.strip()}")


def _landlock() -> Finding:
    from grader.inside.landlock import SCOPE_SINCE, abi

    version = abi()
    if version == 0:
        return Finding("Landlock", False, "off; needs Linux 5.13 and `lsm=landlock,...` at boot")
    signals = "" if version >= SCOPE_SINCE else "; signals are kept in by seccomp instead"
    return Finding("Landlock", True, f"version {version}{signals}")


async def _attack(wanted: Isolation | None) -> list[Finding]:
    """Run all attacks on one sandbox; every one is a submission's cell."""
    from grader.sandbox.execution import execute

    with targets() as at:
        tried = attacks(at)
        cells = [Cell(index, attack.code) for index, attack in enumerate(tried)]
        honest = Cell(len(cells), "import torch\nassert torch.ones(2).sum() == 2")
        path = Path("canary.ipynb")
        canary = Submission("doctor", "canary", path, "notebook", "", (*cells, honest))
        async with open_sandbox(wanted, 1) as sandbox:
            isolated = sandbox.isolation is not Isolation.NONE
            level = Finding("sandbox", isolated, f"{sandbox.isolation}: {sandbox.reason}")
            run, _ = await execute(canary, (), LIMITS, sandbox)
    return [level, *_verdicts(tried, run)]


def _verdicts(tried: tuple[Attack, ...], run: Run) -> Iterator[Finding]:
    for attack, cell in zip(tried, run.cells, strict=False):
        yield Finding(f"attack: {attack.what}", *_verdict(cell))
    honest = run.cells[-1]
    yield Finding("honest code", honest.status == "ok", honest.message or "still runs")


def _verdict(cell: CellRun) -> tuple[bool, str]:
    if cell.status == "skipped":
        return False, f"not tried: {cell.message}"
    if cell.status == "ok":
        return False, "GOT THROUGH"
    return True, f"stopped ({cell.message[:80]})"
