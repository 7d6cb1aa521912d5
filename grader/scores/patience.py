"""Wait for a database that cannot be used just now, and say in one line when it stays so.

A lock passes, a server comes back, a disk is cleared. Everything else is told at once.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from grader.errors import InternalError

__all__ = ["GradebookLost", "Trouble", "patient", "trouble_with"]

_log = logging.getLogger(__name__)

LOCKED_S = 120.0
FULL_S = 10.0
_SAID_AFTER_S = 2.0
_LONGEST_PAUSE_S = 2.0
_RACES = 20
"""How often two writers may begin the same student's next attempt at once."""

P = ParamSpec("P")
T = TypeVar("T")


class GradebookLost(InternalError):
    """The gradebook cannot be read or written any more; what it holds is safe."""


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a database, how long that is worth waiting for, and what helps."""

    patience_s: float
    advice: str


_LOCKED = Trouble(LOCKED_S, "another program keeps it locked; end that program")
_LOST = Trouble(LOCKED_S, "the database server does not answer; see to it")
_FULL = Trouble(FULL_S, "its disk is full; free some space")
_DENIED = Trouble(0.0, "this user may not write it; change its owner or permissions")
_DAMAGED = Trouble(
    0.0, "the file is damaged; put back a backup, or move it away and grade everything again"
)
_SAID = (
    (_LOCKED, ("is locked", "is busy", "lock timeout", "deadlock detected")),
    (_FULL, ("is full", "no space left", "disk i/o error", "quota exceeded")),
    (_DENIED, ("readonly database", "permission denied", "unable to open database file")),
    (_DAMAGED, ("malformed", "not a database", "corrupt")),
)
_ADMIN_ENDED = ("57P", "08", "53300")
"""SQL states of a server that is shut down, of a broken connection, of too many connections."""


def trouble_with(fault: DBAPIError) -> Trouble | None:
    """Return what is wrong with the database; None where the fault is in what was asked of it."""
    words = str(fault.orig).lower()
    for trouble, signs in _SAID:
        if any(sign in words for sign in signs):
            return trouble
    state = str(getattr(fault.orig, "sqlstate", None) or "")
    if fault.connection_invalidated or state.startswith(_ADMIN_ENDED):
        return _LOST
    if isinstance(fault, OperationalError) and not state:
        return _LOST
    return None


class _Named(Protocol):
    name: str


N = TypeVar("N", bound=_Named)


def patient(
    method: Callable[Concatenate[N, P], T],
) -> Callable[Concatenate[N, P], T]:
    """Let a method that is one transaction try again; raises GradebookLost when it is no use."""

    @wraps(method)
    def call(self: N, /, *arguments: P.args, **options: P.kwargs) -> T:
        return _persist(partial(method, self, *arguments, **options), self.name)

    return call


def _persist(attempt: Callable[[], T], name: str) -> T:
    began = time.monotonic()
    pause, races, said = 0.05, 0, False
    while True:
        try:
            return attempt()
        except IntegrityError:
            races += 1
            if races == _RACES:
                raise
            time.sleep(random.uniform(0, 0.02 * races))  # noqa: S311 - only keeps them apart
            continue
        except DBAPIError as fault:
            trouble, words = trouble_with(fault), _first_line(fault)
            if trouble is None:
                raise
        waited = time.monotonic() - began
        if waited >= trouble.patience_s:
            raise GradebookLost(_told(name, words, trouble))
        if not said and waited > _SAID_AFTER_S:
            _log.warning("waiting for the gradebook %s: %s", name, words)
            said = True
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_S)


def _told(name: str, words: str, trouble: Trouble) -> str:
    waited = f" (waited {trouble.patience_s:g} s)" if trouble.patience_s else ""
    return f"gradebook {name}: {words}{waited}: {trouble.advice}"


def _first_line(fault: DBAPIError) -> str:
    said: Any = fault.orig
    return str(said).strip().partition("\n")[0] or type(said).__name__
