"""Cut a long list into pages, and say which one is shown and where the others are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from starlette.datastructures import URL

__all__ = ["MOST", "Part", "part_of"]

MOST = 100
"""Rows of one page."""

T = TypeVar("T")


@dataclass(frozen=True)
class Part(Generic[T]):
    """What one page shows of a list."""

    rows: Sequence[T]
    total: int
    number: int
    """Of the page, from 1."""
    pages: int
    first: int
    """Number of the first row, from 1; 0 where there is none."""
    before: str
    after: str
    """Addresses of the pages beside this one; empty where there is none."""

    @property
    def last(self) -> int:
        """Number of the last row."""
        return self.first + len(self.rows) - 1 if self.rows else 0


def part_of(found: Sequence[T], url: URL, asked: str) -> Part[T]:
    """Return the page that is asked for, or the nearest that there is."""
    pages = max(1, -(-len(found) // MOST))
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else 1
    number = min(max(1, number), pages)
    start = (number - 1) * MOST

    def address(other: int) -> str:
        there = url.include_query_params(page=other)
        return f"{there.path}?{there.query}" if 1 <= other <= pages else ""

    rows = found[start : start + MOST]
    first = start + 1 if rows else 0
    return Part(rows, len(found), number, pages, first, address(number - 1), address(number + 1))
