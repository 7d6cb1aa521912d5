"""The cells of an instructor's notebook, whatever tool they were marked up for."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from grader.submissions.statements import statements_of

__all__ = [
    "STUB",
    "Role",
    "SourceCell",
    "functions_of",
    "text_of",
    "without_bodies",
]

STUB = "raise NotImplementedError"


class Role(Enum):
    """What the tool does with a cell."""

    PLAIN = "plain"
    ANSWER = "autograded answer"
    TESTS = "autograder tests"
    BY_HAND = "manually graded answer"
    TASK = "manually graded task"
    READ_ONLY = "read-only"


@dataclass(frozen=True)
class SourceCell:
    """One cell of a source notebook."""

    role: Role
    kind: str
    """`code`, `markdown` or `raw`."""
    source: str
    """As the instructor has it, without the tool's marks."""
    given: str = ""
    """What students get of it; empty where they get nothing."""
    points: float = 0.0
    name: str = ""


def text_of(cell: Mapping[str, Any]) -> str:
    """Return the text of a notebook's cell, which may be kept as a list of lines."""
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def functions_of(source: str) -> Iterator[ast.FunctionDef]:
    """Yield the functions that a code cell defines."""
    yield from (node for node in statements_of(source) if isinstance(node, ast.FunctionDef))


def without_bodies(source: str) -> str:
    """Put stubs for the bodies of functions; docstrings stay."""
    lines = source.split("\n")
    for node in reversed(list(functions_of(source))):
        keep = ast.get_docstring(node, clean=False) is not None
        if keep and len(node.body) == 1:
            continue
        first = node.body[1] if keep else node.body[0]
        indent = lines[first.lineno - 1][: first.col_offset]
        lines[first.lineno - 1 : node.end_lineno] = [f"{indent}{STUB}"]
    return "\n".join(lines)
