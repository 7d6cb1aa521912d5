"""A class that is served on this machine while a test runs, and somebody who asks for pages."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from grader.grading.class_gradebook import ClassGradebook
from grader.serve.running import listening, server_of
from grader.serve.served import Served

__all__ = ["Answer", "Visitor", "serving"]


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str

    def hidden(self, name: str) -> str:
        """Return the value of the first hidden field of a name."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found, f"no field {name} in {self.text[:2000]}"
        return found[1]


@dataclass
class Visitor:
    """A browser of one person, without a browser."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> Answer:
        """Send one request, follow nothing."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent.setdefault("Cookie", "; ".join(f"{k}={v}" for k, v in self.cookies.items()))
        if method == "POST":
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        connection.request(method, path, body.encode(), sent)
        answer = connection.getresponse()
        got = answer.read().decode()
        for value in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        connection.close()
        return Answer(answer.status, {k.lower(): v for k, v in answer.headers.items()}, got)

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, form: dict[str, str], **headers: str) -> Answer:
        """Send a form."""
        return self.ask("POST", path, urlencode(form), **headers)

    def decide(self, path: str, page: Answer, **form: str) -> Answer:
        """Send a form of a page with what is hidden in it."""
        hidden = {name: page.hidden(name) for name in ("form", "version", "at")}
        return self.post(path, {**hidden, **form})


@dataclass(frozen=True)
class Room:
    """What a test needs of a server that runs."""

    served: Served
    port: int

    @property
    def address(self) -> str:
        """The address that `grader serve` would print."""
        return f"http://127.0.0.1:{self.port}/?token={self.served.known.token}"

    def visitor(self) -> Visitor:
        """Let somebody in."""
        visitor = Visitor(self.port)
        answer = visitor.get(f"/?token={self.served.known.token}")
        assert (answer.status, answer.headers["location"]) == (303, "/")
        return visitor


@contextmanager
def serving(book: ClassGradebook, who: str = "lecturer") -> Iterator[Room]:
    """Serve a class in a thread."""
    served = Served(book, who)
    with listening(0) as listener:
        port = listener.getsockname()[1]
        server = server_of(served, port)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield Room(served, port)
        finally:
            server.should_exit = True
            thread.join()


def opened(out: Path, course: Path) -> ClassGradebook:
    """Open what was graded."""
    return ClassGradebook.open(out, None, course)
