"""Say which line of a file ran when its time was up: the loop that it is in, if it is in one.

The kernel says which lines ran. It may lie, so only lines that are there are shown.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.model import Cell, Submission
from grader.sandbox.connection import Origin
from grader.sandbox.notebooks import origin

__all__ = ["Line", "line_that_ran"]

LONGEST = 60
"""Characters of the line that are quoted."""


@dataclass(frozen=True)
class Line:
    """A line of a student's file."""

    name: str
    """`cell 3`, or the name of the file."""
    number: int
    text: str
    loops: bool
    """Whether it is the head of a loop, in which the line that ran stands."""

    @property
    def said(self) -> str:
        """Return where the code was, as the end of a sentence."""
        place = f"line {self.number} of {self.name}"
        quoted = f": `{self.text}`" if self.text and "`" not in self.text else ""
        return f"it was in the loop on {place}{quoted}" if self.loops else f"{place} ran{quoted}"


def line_that_ran(submission: Submission, running: Sequence[Origin]) -> Line | None:
    """Return the innermost loop among the lines that ran, else the innermost line."""
    found = [line for place in running if (line := _line(submission, place)) is not None]
    return next((line for line in found if line.loops), found[0] if found else None)


def _line(submission: Submission, place: Origin) -> Line | None:
    for cell in submission.cells:
        first = origin(submission, cell)
        lines = cell.source.split("\n")
        if first.name == place.name and 0 <= place.line - first.line < len(lines):
            number = place.line - first.line + 1
            head = _loop_around(cell, number)
            text = lines[(head or number) - 1].strip()
            shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
            return Line(place.name, (head or number) + first.line - 1, shown, head is not None)
    return None


def _loop_around(cell: Cell, number: int) -> int | None:
    """Return the first line of the innermost loop in which a line of a cell stands."""
    try:
        tree = ast.parse(cell.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    around = [node.lineno for node in _loops(tree) if node.lineno <= number <= _last(node)]
    return max(around, default=None)


def _loops(tree: ast.AST) -> Iterator[ast.For | ast.While]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.For | ast.While))


def _last(node: ast.For | ast.While) -> int:
    return node.end_lineno or node.lineno
