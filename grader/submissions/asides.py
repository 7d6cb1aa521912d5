"""Keep the cells of a notebook that are no code, where an answer may stand in them by mistake.

One key too many turns a cell into Markdown. It is not run then, but it is not nothing either.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from grader.model import Aside
from grader.submissions.parsing import parsed
from grader.submissions.statements import statements_of

__all__ = ["asides_of", "holds_code", "marks_of"]

MOST = 200
LONGEST = 20_000
"""Characters of one cell that are kept."""


def asides_of(text: str) -> tuple[Aside, ...]:
    """Return the cells of a notebook in nbformat 4 that are no code and bear a tag or hold code."""
    document = parsed(text)
    cells = document.get("cells") if isinstance(document, dict) else None
    return tuple(_asides(cells if isinstance(cells, list) else []))[:MOST]


def marks_of(cell: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a notebook calls a cell beside its tags: its id, nbgrader's `grade_id`."""
    metadata = cell.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    of_nbgrader = metadata.get("nbgrader")
    of_nbgrader = of_nbgrader if isinstance(of_nbgrader, dict) else {}
    # Colab keeps a cell's id among its metadata.
    found = (cell.get("id"), metadata.get("id"), of_nbgrader.get("grade_id"))
    return tuple(dict.fromkeys(mark[:80] for mark in found if isinstance(mark, str) and mark))


def _asides(cells: list[Any]) -> Iterator[Aside]:
    code = 0
    for cell in cells:
        if not isinstance(cell, dict):
            return
        kind = cell.get("cell_type")
        code += kind == "code"
        if kind not in ("markdown", "raw"):
            continue
        source = cell.get("source", "")
        source = "".join(map(str, source)) if isinstance(source, list) else str(source)
        metadata = cell.get("metadata")
        tags = metadata.get("tags") if isinstance(metadata, dict) else None
        tags = [tags] if isinstance(tags, str) else tags if isinstance(tags, list) else []
        tags = tuple(tag[:80] for tag in tags if isinstance(tag, str))
        if tags or holds_code(source):
            yield Aside(kind, source[:LONGEST], code, tags, marks_of(cell))


def holds_code(source: str) -> bool:
    """Tell whether text is Python that does something, and not prose or a comment."""
    body = statements_of(source) if len(source) <= LONGEST else []
    return any(not isinstance(node, ast.Expr) for node in body)
