"""A scheduler and two workers of Dask as real processes, started by the documented commands."""

from __future__ import annotations

import contextlib
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.in_process import ROOT

__all__ = ["Cluster", "dask_cluster"]

PAGE = (ROOT / "docs" / "operations.md").read_text()
DASK = re.findall(r"^\$ (dask .*)$", PAGE, re.MULTILINE)


@dataclass(frozen=True)
class Cluster:
    """Where it is, and the processes that start workers."""

    executor: str
    workers: tuple[int, ...]


@contextlib.contextmanager
def dask_cluster() -> Iterator[Cluster]:
    """Run the documented commands, on a free port."""
    pytest.importorskip("distributed")
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = str(found.getsockname()[1])
    started = []
    with contextlib.ExitStack() as stack:
        for command in DASK:
            words = shlex.split(command.replace("8786", port))
            assert words[0] == "dask"
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *words[1:]],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
            started.append((words[1], process.pid))
        _wait_for_workers(port, 2)
        workers = tuple(pid for what, pid in started if what == "worker")
        yield Cluster(f"dask://127.0.0.1:{port}", workers)


def _wait_for_workers(port: str, count: int) -> None:
    from distributed import Client

    for _ in range(60):
        with contextlib.suppress(OSError), Client(f"tcp://127.0.0.1:{port}", timeout=5) as client:
            client.wait_for_workers(count, timeout=60)
            return
        time.sleep(0.5)
