"""Find the cell of a submission whose variables a check reads."""

from __future__ import annotations

from collections.abc import Sequence

from grader.model import Cell

__all__ = ["last_with"]


def last_with(cells: Sequence[Cell], tag: str | None) -> int | None:
    """Return the index of the last cell that bears a tag, None where none does."""
    return next((cell.index for cell in reversed(cells) if tag in cell.tags), None)
