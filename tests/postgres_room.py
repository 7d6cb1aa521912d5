"""A PostgreSQL server of its own for tests: Debian's package, a free port, an ordinary user."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

__all__ = ["Server", "postgres_server"]

_NOBODY = "nobody"


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]

    def new_database(self) -> str:
        """Make an empty database; returns its URL."""
        import psycopg

        name = f"class_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self._conninfo("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return f"postgresql://grader@127.0.0.1:{self.port}/{name}"

    def cut_connections(self) -> None:
        """End every connection, as a restart of the server does."""
        import psycopg

        with psycopg.connect(self._conninfo("postgres"), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )

    def _conninfo(self, database: str) -> str:
        return f"host=127.0.0.1 port={self.port} user=grader dbname={database}"


def _programs() -> Path | None:
    """Return the folder of the newest server that is installed."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return folders[-1].parent if folders else None


@contextlib.contextmanager
def postgres_server() -> Iterator[Server]:
    """Start a server in a folder that goes away with it; skip where none is installed."""
    pytest.importorskip("psycopg")
    programs = _programs()
    if programs is None:
        pytest.skip("needs PostgreSQL's server (apt install postgresql)")
    user = _NOBODY if os.geteuid() == 0 else None  # the server refuses to be root
    if not _has_name(os.geteuid()):
        pytest.skip("PostgreSQL's server needs a user with a name")
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        data = Path(folder) / "data"
        data.mkdir(mode=0o700)
        if user is not None:
            entry = pwd.getpwnam(user)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
            os.chown(data, entry.pw_uid, entry.pw_gid)
        initdb = [str(programs / "initdb"), "-D", str(data), "-U", "grader", "-A", "trust",
                  "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync"]  # fmt: skip
        subprocess.run(initdb, user=user, cwd=folder, check=True, capture_output=True)
        with _free_port() as port:
            pass
        serve = [str(programs / "postgres"), "-D", str(data), "-p", str(port), "-F",
                 "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]  # fmt: skip
        with (Path(folder) / "log").open("wb") as log:
            process = subprocess.Popen(serve, user=user, cwd=folder, stdout=log, stderr=log)
        try:
            _wait(process, port)
            yield Server(port, process)
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait(30)


def _has_name(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the server takes connections."""
    import psycopg

    for _ in range(300):
        assert process.poll() is None, "the server ended"
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(f"host=127.0.0.1 port={port} user=grader dbname=postgres").close()
            return
        time.sleep(0.1)
    raise TimeoutError("the server takes no connections")


@contextlib.contextmanager
def _free_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        yield found.getsockname()[1]
