"""How somebody wants to see things: their name, the order of the queue, names shown or not."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal, cast
from urllib.parse import parse_qsl, urlencode

from grader.grading.queue import Order
from grader.report.sanitise import clean_text

__all__ = ["View"]

_LONGEST_NAME = 80


@dataclass(frozen=True)
class View:
    """Kept in a cookie of each browser."""

    name: str = ""
    """Who decides; the history says it."""
    order: Order = "student"
    names: Literal["shown", "hidden"] = "shown"
    """Whether students are named, or are `Submission 12`."""
    keys: Literal["on", "off"] = "on"
    """Whether single keys do something."""

    @classmethod
    def read(cls, fields: str | dict[str, str], name: str) -> View:
        """Read a cookie or a form; what is not known is as by default, and so is no name."""
        given = dict(parse_qsl(fields[:1000])) if isinstance(fields, str) else fields
        chosen = clean_text(given.get("name", "").strip())[:_LONGEST_NAME]
        return cls(
            chosen or name,
            cast("Order", _one_of(given.get("order"), "student", "question")),
            "hidden" if given.get("names") == "hidden" else "shown",
            "off" if given.get("keys") == "off" else "on",
        )

    def written(self) -> str:
        """Write it as a cookie's value."""
        return urlencode(asdict(self))

    def named(self, student: str, key: int) -> str:
        """Name a student, or only the submission."""
        return student if self.names == "shown" else f"Submission {key}"


def _one_of(given: str | None, *known: str) -> str:
    return given if given in known else known[0]
