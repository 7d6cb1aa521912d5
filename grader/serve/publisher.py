"""Write the pages that decisions change in a thread of its own: who grades does not wait for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from grader.grading.publishing import Published

__all__ = ["Publisher"]

_log = logging.getLogger(__name__)
_PAUSE_S = 1.0
"""Several decisions in a row are written once."""


class Publisher:
    """Calls `publish` after every change, and once more at the end."""

    def __init__(self, publish: Callable[[], Published]) -> None:
        self._publish = publish
        self._due = threading.Event()
        self._stopped = threading.Event()
        self.trouble = ""
        """Why the last pages could not be written; empty when they were."""
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Say that something was changed."""
        self._due.set()

    def close(self) -> None:
        """Write what is due, and end."""
        self._stopped.set()
        self._due.set()
        self._thread.join()

    def _run(self) -> None:
        changed = False
        while not self._stopped.is_set():
            self._due.wait()
            changed = True
            self._stopped.wait(_PAUSE_S)
            if not self._stopped.is_set():
                self._due.clear()
                self._write()
                changed = self._due.is_set()
        if changed:
            self._write()

    def _write(self) -> None:
        try:
            published = self._publish()
        except Exception as fault:  # every decision is kept; the next run of any command writes it
            _log.warning("pages could not be written: %s", fault)
            self.trouble = str(fault)
        else:
            self.trouble = published.trouble() if published.failed else ""
