"""Run the server on 127.0.0.1 until somebody ends it."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from grader.errors import UsageError
from grader.grading.class_gradebook import ClassGradebook
from grader.serve.app import application
from grader.serve.served import Served

__all__ = ["listening", "run", "server_of"]

_HOST = "127.0.0.1"


def run(book: ClassGradebook, who: str, port: int, say: Callable[[str], None]) -> None:
    """Serve a class; `say` hears the address with its token. Raises UsageError for a taken port."""
    served = Served(book, who)
    with listening(port) as listener:
        number = listener.getsockname()[1]
        say(f"http://{_HOST}:{number}/?token={served.known.token}")
        with contextlib.suppress(KeyboardInterrupt):  # that is how one ends it
            server_of(served, number).run(sockets=[listener])


def server_of(served: Served, port: int) -> uvicorn.Server:
    """Return the server, which keeps no log of addresses: one of them holds the token."""
    config = uvicorn.Config(
        application(served, port),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    return uvicorn.Server(config)


@contextmanager
def listening(port: int) -> Iterator[socket.socket]:
    """Listen on a port of this machine that nobody else's pages can reach."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((_HOST, port))
        except OSError as fault:
            raise UsageError(f"--port {port}: {fault.strerror or fault}") from None
        listener.listen()
        yield listener
    finally:
        listener.close()
