"""Say what this machine can wall off, and try it with code that means harm."""

from __future__ import annotations

import asyncio
import platform
import socket
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from grader.environment import describe_environment
from grader.errors import GraderError
from grader.model import Cell, CellRun, Isolation, Limits, Submission

__all__ = ["Finding", "examine"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, and whether it is as it should be."""

    what: str
    ok: bool
    detail: str


def examine(wanted: Isolation | None) -> list[Finding]:
    """Look at the machine and attack a sandbox on it; takes some seconds."""
    environment = describe_environment()
    versions = ", ".join(f"{name} {environment[name]}" for name in ("grader", "python", "torch"))
    found = [Finding("versions", True, f"{versions} on {platform.platform()}")]
    try:
        return found + asyncio.run(_attack(wanted))
    except GraderError as error:
        return [*found, Finding("isolation", False, str(error))]


async def _attack(wanted: Isolation | None) -> list[Finding]:
    """Run one cell an attack; a cell that finishes got through."""
    from grader.execution import execute
    from grader.sandbox import open_sandbox

    with tempfile.NamedTemporaryFile("w", suffix=".canary") as canary, closing(_listener()) as port:
        canary.write("nobody may read this")
        canary.flush()
        attacks = _attacks(Path(canary.name), port.getsockname()[1])
        cells = tuple(Cell(index, code) for index, (_, code) in enumerate(attacks))
        submission = Submission(
            "doctor", "canary", Path("canary.ipynb"), "notebook", "", (*cells, _honest(cells))
        )
        async with open_sandbox(wanted, 1) as sandbox:
            level = Finding(
                "isolation",
                sandbox.isolation is not Isolation.NONE,
                f"{sandbox.isolation}: {sandbox.reason}",
            )
            run, _ = await execute(submission, (), Limits(cell_s=10.0, run_s=60.0), sandbox)
    runs = {cell.index: cell for cell in run.cells}
    return [level, *_verdicts(attacks, runs)]


def _verdicts(attacks: list[tuple[str, str]], runs: dict[int, CellRun]) -> Iterator[Finding]:
    for index, (what, _) in enumerate(attacks):
        run = runs.get(index)
        stopped = run is not None and run.status != "ok"
        detail = "stopped" if stopped else "GOT THROUGH"
        yield Finding(what, stopped, f"{detail} ({run.message[:100]})" if run else "was not run")
    honest = runs.get(len(attacks))
    works = honest is not None and honest.status == "ok"
    yield Finding("honest code still runs", works, honest.message if honest else "was not run")


def _listener() -> socket.socket:
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    return listener


def _honest(cells: tuple[Cell, ...]) -> Cell:
    code = "import torch\nassert torch.ones(2, requires_grad=True).sum().requires_grad"
    return Cell(len(cells), code)


def _attacks(canary: Path, port: int) -> list[tuple[str, str]]:
    """Return what each attack is after, and its code, which raises where it is stopped."""
    package = Path(__file__).parent
    return [
        ("reading a file of the host", f"assert open({str(canary)!r}).read()"),
        ("reading the accounts' passwords", "assert open('/etc/shadow').read()"),
        ("importing the grader", "import grader.judge"),
        ("reading the grader's code", f"assert open({str(package / 'judge.py')!r}).read()"),
        (
            "connecting to a port of this machine",
            f"import socket\nsocket.create_connection(('127.0.0.1', {port}), 2)",
        ),
        (
            "writing outside the scratch folder",
            "import os, sys\nwith open(x := sys.prefix + '/canary', 'w'): os.remove(x)",
        ),
        (
            "seeing other processes",
            "import os\nassert sum(name.isdigit() for name in os.listdir('/proc')) > 9",
        ),
    ]
