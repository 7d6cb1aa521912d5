"""How much a kernel may show: counted before nbclient sees a message, whose work can be quadratic.

An update of a display id is written to every place where that id was shown, and to clear a cell
every id is looked at. So ids, places and what updating them costs are bounded. What is beyond is
dropped and counted; the bytes of all messages are bounded by the connection, which ends a kernel.
"""

from __future__ import annotations

from typing import Any

__all__ = ["DISPLAYS", "IDS", "KINDS", "LARGEST", "UPDATED_PLACES", "Allowance"]

DISPLAYS = 1_000
"""Pictures, tables, values and errors of one run; a page with more is of use to nobody."""
IDS = 100
"""Displays of one run that can be updated."""
UPDATED_PLACES = 20_000
"""A progress bar is shown at one place; an update of it counts once."""
KINDS = 40
"""Representations of one value: text, HTML, a picture and the like."""
LARGEST = 4 << 20
"""Bytes of one output that are read at all: no page shows more, and a large one holds others up."""


class Allowance:
    """Counts what one kernel shows; `dropped` says how much was too much."""

    def __init__(self) -> None:
        self.dropped = 0
        self._displays = 0
        self._updated = 0
        self._places: dict[str, int] = {}

    def admits(self, message: dict[str, Any]) -> bool:
        """Whether a checked message may be shown; if not, it is counted as dropped."""
        admitted = self._admits(message["msg_type"], message["content"])
        self.dropped += not admitted
        return admitted

    def _admits(self, kind: str, content: dict[str, Any]) -> bool:
        if kind == "error":
            return self._is_one_more()
        if kind not in ("display_data", "execute_result", "update_display_data"):
            return True
        if max(len(content["data"]), len(content["metadata"])) > KINDS:
            return False
        name = content.get("transient", {}).get("display_id")
        if not name:
            return kind == "update_display_data" or self._is_one_more()
        if not self._may_update(name):
            return False
        return kind == "update_display_data" or self._is_shown_again(name)

    def _is_one_more(self) -> bool:
        self._displays += 1
        return self._displays <= DISPLAYS

    def _may_update(self, name: str) -> bool:
        self._updated += self._places.get(name, 0)
        return self._updated <= UPDATED_PLACES

    def _is_shown_again(self, name: str) -> bool:
        if name not in self._places and len(self._places) >= IDS:
            return False
        if not self._is_one_more():
            return False
        self._places[name] = self._places.get(name, 0) + 1
        return True
