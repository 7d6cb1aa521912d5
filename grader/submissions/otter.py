"""Leave out what a notebook says to otter: it is not installed where grading happens.

`import otter`, `grader = otter.Notebook(…)`, `grader.check("q1")`: each of them would raise, and
with it would go what stands below it in the same cell. Whoever hands in did not write them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

from grader.model import Cell
from grader.submissions.statements import statements_of

__all__ = ["REMARK", "lines_for_otter", "notebooks_of_otter", "without_otter"]

REMARK = "Lines for otter were passed over: it is not needed where grading happens."


def without_otter(cells: tuple[Cell, ...]) -> tuple[tuple[Cell, ...], tuple[str, ...]]:
    """Return the cells with otter's lines as comments, and a remark where there were any."""
    names = notebooks_of_otter(cell.source for cell in cells)
    if names is None:
        return cells, ()
    found = tuple(replace(cell, source=_commented(cell.source, names)) for cell in cells)
    return found, (REMARK,) if found != cells else ()


def notebooks_of_otter(sources: Iterable[str]) -> frozenset[str] | None:
    """Return what otter's notebook object is called in these cells; None where otter is not."""
    suspected = [source for source in sources if "otter" in source]
    if not suspected:
        return None
    return frozenset(
        target.id
        for source in suspected
        for statement in statements_of(source)
        if isinstance(statement, ast.Assign) and _is_of(statement.value, {"otter"})
        for target in statement.targets
        if isinstance(target, ast.Name)
    )


def lines_for_otter(source: str, names: Iterable[str]) -> set[int]:
    """Return the numbers of the lines, from 1, on which nothing but otter's statements stand."""
    otters, others = set[int](), set[int]()
    for statement in statements_of(source):
        (otters if _for_otter(statement, {"otter", *names}) else others).update(_lines(statement))
    return otters - others


def _lines(statement: ast.stmt) -> range:
    return range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)


def _for_otter(statement: ast.stmt, names: set[str]) -> bool:
    if isinstance(statement, ast.Import):
        return all(alias.name.partition(".")[0] == "otter" for alias in statement.names)
    if isinstance(statement, ast.ImportFrom):
        return (statement.module or "").partition(".")[0] == "otter"
    return isinstance(statement, ast.Assign | ast.Expr) and _is_of(statement.value, names)


def _is_of(value: ast.expr, names: set[str]) -> bool:
    """Tell whether a value is a call of something that otter or its notebook has."""
    if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute)):
        return False
    owner = value.func.value
    return isinstance(owner, ast.Name) and owner.id in names


def _commented(source: str, names: frozenset[str]) -> str:
    numbers = lines_for_otter(source, names)
    lines = enumerate(source.split("\n"), 1)
    return "\n".join(f"# {line}" if number in numbers else line for number, line in lines)
