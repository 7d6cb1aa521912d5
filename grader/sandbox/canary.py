"""Code that tries to get out: an attack is one cell, which finishes only if it gets through."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.inside.numbers import number

__all__ = ["Attack", "attacks", "targets"]


@dataclass(frozen=True)
class Attack:
    """What is tried, and the cell that tries it."""

    what: str
    code: str


@dataclass(frozen=True)
class Targets:
    """Things of this machine that student code must not reach."""

    file: Path
    port: int
    victim: int
    """A process of the grader's user."""


@contextlib.contextmanager
def targets() -> Iterator[Targets]:
    """Put up a file that anybody may read and write, a port, and a process."""
    with contextlib.ExitStack() as stack:
        file = stack.enter_context(tempfile.NamedTemporaryFile("w", suffix=".canary"))
        file.write("nobody may read this")
        file.flush()
        Path(file.name).chmod(0o666)
        port = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        sleeper = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(600)"]
        victim = stack.enter_context(subprocess.Popen(sleeper))
        stack.callback(victim.kill)
        yield Targets(Path(file.name), port.getsockname()[1], victim.pid)


def attacks(at: Targets) -> tuple[Attack, ...]:
    """Return the attacks; a cell that does not raise got through."""
    call = "import ctypes\nassert ctypes.CDLL(None).syscall({}) >= 0"
    return (
        Attack("read a file of this machine", f"open({str(at.file)!r}).read()"),
        Attack("write to a file of this machine", f"open({str(at.file)!r}, 'r+').write('x')"),
        Attack("read the grader's code", f"open({__file__!r}).read()"),
        Attack("import the grader", "import grader.judging.judge"),
        Attack(
            "write beside the installed packages",
            "import torch, pathlib\n"
            "pathlib.Path(torch.__file__).parents[1].joinpath('canary').write_text('')",
        ),
        Attack(
            "connect to a port of this machine",
            f"import socket\nsocket.create_connection(('127.0.0.1', {at.port}), 2)",
        ),
        Attack("open an internet socket", "import socket\nsocket.socket(socket.AF_INET)"),
        Attack(
            "read the environment of another process",
            f"open('/proc/{at.victim}/environ', 'rb').read()",
        ),
        Attack("signal another process", f"import os\nos.kill({at.victim}, 0)"),
        Attack("trace another process", call.format(f"{_PTRACE}, 16, {at.victim}, 0, 0")),
        Attack("limit another process", call.format(f"{_PRLIMIT}, {at.victim}, 0, bytes(16), 0")),
        Attack("slow another process down", f"import os\nos.setpriority(0, {at.victim}, 19)"),
        Attack(
            "change the mode of a file of this machine",
            f"import os\nos.chmod({str(at.file)!r}, 0o600)\n"
            f"assert os.stat({str(at.file)!r}).st_mode & 0o777 == 0o600",
        ),
        Attack(
            "hold up whoever opens a file",
            "import fcntl, inside.wire\n"
            "fcntl.fcntl(open(inside.wire.__file__), fcntl.F_SETLEASE, fcntl.F_RDLCK)",
        ),
        Attack("make a new user namespace", "import ctypes\n"
               "assert ctypes.CDLL(None).unshare(0x10000000) == 0"),
        Attack("be root", "import os\nassert os.geteuid() == 0"),
        Attack(
            "raise its own memory limit",
            "import resource as r\nlow, high = r.getrlimit(r.RLIMIT_DATA)\n"
            "r.setrlimit(r.RLIMIT_DATA, (high + 1, high + 1))",
        ),
        Attack(
            "start more processes than it may",
            "import os, time\nfor _ in range(200):\n    if os.fork() == 0: time.sleep(60)",
        ),
        Attack("take 20 GB of memory", "held = [bytearray(1 << 28) for _ in range(80)]"),
        Attack(
            "fill its scratch folder without end",
            "import time\nfor n in range(300): open(f'f{n}', 'wb').write(bytes(1 << 20))\n"
            "time.sleep(2)",
        ),
    )  # fmt: skip


_PTRACE = 101 if os.uname().machine == "x86_64" else 117
_PRLIMIT = number("prlimit64")
