"""The part of a submission's source that a call can reach: what an explanation may look at.

Found by names alone: the definition asked for, and every definition and assignment at the top of
the file that it names, and so on. A cell that does not parse is left out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence

__all__ = ["reached_names", "reached_source"]

_Part = tuple[frozenset[str | None], set[str | None], str]
"""Of a top-level statement: the names that it binds, those that it uses, and its lines."""
_COMMENT = re.compile(r"\s*#.*$")


def reached_source(cells: Sequence[str], name: str | None) -> str:
    """Return the lines that a call of `name` can reach, without comments and docstrings.

    All lines where nothing of that name is defined.
    """
    parts = _all_parts(cells)
    chosen, _ = _reached(parts, {name})
    return "\n".join(parts[index][2] for index in sorted(chosen) or range(len(parts)))


def reached_names(cells: Sequence[str], names: Collection[str]) -> frozenset[str]:
    """Return the names themselves, and all that their definitions use."""
    _, found = _reached(_all_parts(cells), set(names))
    return frozenset(filter(None, found))


def _reached(parts: Sequence[_Part], names: set[str | None]) -> tuple[set[int], set[str | None]]:
    wanted, found = list(names), set(names)
    chosen: set[int] = set()
    while wanted:
        sought = wanted.pop()
        for index, (binds, uses, _) in enumerate(parts):
            if sought in binds and index not in chosen:
                chosen.add(index)
                wanted += uses - found
                found |= uses
    return chosen, found


def _all_parts(cells: Sequence[str]) -> list[_Part]:
    return [part for cell in cells for part in _parts(cell)]


def _parts(cell: str) -> list[_Part]:
    """Return for each top-level statement the names it binds, those it uses, and its lines."""
    try:
        body = ast.parse(cell).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    lines = cell.splitlines()
    return [(_binds(node), _uses(node), _text(node, lines)) for node in body]


def _binds(node: ast.stmt) -> frozenset[str | None]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return frozenset({node.name})
    stored = (n for n in ast.walk(node) if isinstance(n, ast.Name))
    return frozenset(n.id for n in stored if isinstance(n.ctx, ast.Store))


def _uses(node: ast.stmt) -> set[str | None]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def _text(node: ast.stmt, lines: Sequence[str]) -> str:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(found.lineno for found in decorators)])
    left_out = {line for text in _texts(node, lines) for line in range(text.lineno, _end(text) + 1)}
    kept = [
        _COMMENT.sub("", lines[number - 1])
        for number in range(first, _end(node) + 1)
        if number not in left_out
    ]
    return "\n".join(line for line in kept if line.strip())


def _texts(node: ast.AST, lines: Sequence[str]) -> list[ast.Expr]:
    """Return the statements that are nothing but a text, docstrings among them."""
    return [
        found
        for found in ast.walk(node)
        if isinstance(found, ast.Expr)
        and isinstance(found.value, ast.Constant)
        and isinstance(found.value.value, str)
        and not lines[found.lineno - 1].encode()[: found.col_offset].strip()
    ]


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno
