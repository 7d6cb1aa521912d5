"""Say where something stands in a student's file."""

from __future__ import annotations

from grader.model import CellRun, Submission

__all__ = ["place_of"]


def place_of(submission: Submission, guilty: CellRun | None) -> str:
    """Return where a cell is, in words; nothing for no cell."""
    if guilty is None:
        return ""
    if submission.kind == "notebook":
        line = f" (line {guilty.line})" if guilty.line else ""
        return f"cell {guilty.index + 1}{line}"
    first = next((cell.line for cell in submission.cells if cell.index == guilty.index), None)
    return f"{submission.path.name} (line {guilty.line or first or 1})"
