"""Say what can be said from reading a file alone, without running it: at once, and without torch.

A file in which nothing of what is asked for is written yet, and nothing else happens, needs no
run. Wherever running could tell more, this says nothing.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from grader.inside.pieces import statements
from grader.model import Cell, Check, Exercise, Outcome, Submission
from grader.selfcheck.findings import Finding

__all__ = ["Place", "definition_of", "nothing_to_run"]

_USUAL = frozenset({"matplotlib", "numpy", "torch"})
"""Modules that exercises come with."""
_MAGIC = ("%", "!", "?")


@dataclass(frozen=True)
class Place:
    """A file or a cell, as tracebacks name it, and a line in it."""

    name: str
    line: int


@dataclass(frozen=True)
class _Read:
    """One cell after it was parsed; with a `fault` its tree holds what stands around it."""

    cell: Cell
    tree: ast.Module | None
    fault: SyntaxError | None = None


def definition_of(name: str, handed: Submission) -> Place | None:
    """Find where a function or class is defined last, or a name gets its value."""
    for read in reversed([_read(cell) for cell in handed.cells]):
        for statement in reversed(read.tree.body if read.tree else []):
            if name in _bound_by(statement):
                return _place(handed, read.cell, statement.lineno)
    return None


def nothing_to_run(
    exercise: Exercise, handed: Submission
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]] | None:
    """Return findings and troubles where every check is of a name that is missing or a stub.

    None where the file has to run. Troubles are the cells that no Python can read.
    """
    if any(check.call is None or not check.by_probe for check in exercise.checks):
        return None
    read = [_read(cell) for cell in handed.cells]
    faulty = (each for each in read if each.tree is None or each.fault is not None)
    if any(_has_magic(each.cell) for each in faulty):
        return None
    trees = [each.tree for each in read if each.tree is not None]
    if not all(_is_harmless(each) for tree in trees for each in tree.body):
        return None
    bound = {name: statement for tree in trees for name, statement in _bindings(tree)}
    findings = []
    for check in exercise.checks:
        assert check.call is not None
        statement = bound.get(check.call)
        if statement is not None and not _is_stub(statement):
            return None
        findings.append(_missing(check, definition_of(check.call, handed)))
    troubles = tuple(_unreadable(handed, each) for each in read if each.fault is not None)
    return tuple(findings), troubles


def _missing(check: Check, place: Place | None) -> Finding:
    name = str(check.call)
    said = (f"`{name}` is not written yet.",)
    found = Finding(check.id, name, check.title, Outcome.MISSING, said)
    return replace(found, place=place.name, line=place.line) if place else found


def _unreadable(handed: Submission, read: _Read) -> Finding:
    assert read.fault is not None
    place = _place(handed, read.cell, read.fault.lineno or 1)
    said = (f"SyntaxError: {read.fault.msg}",)
    return Finding("", place.name, "", Outcome.ERROR, said, place=place.name, line=place.line)


def _read(cell: Cell) -> _Read:
    try:
        return _Read(cell, ast.parse(cell.source))
    except SyntaxError as fault:
        return _Read(cell, ast.Module(statements(cell.source), []), fault)
    except (ValueError, RecursionError, MemoryError):
        return _Read(cell, None)


def _place(handed: Submission, cell: Cell, line: int) -> Place:
    if handed.kind == "notebook":
        return Place(f"cell {cell.index + 1}", line)
    return Place(handed.path.name, (cell.line or 1) + line - 1)


def _has_magic(cell: Cell) -> bool:
    lines = (line.strip() for line in cell.source.splitlines())
    return any(line.startswith(_MAGIC) or line.endswith("?") or "= %" in line for line in lines)


def _is_harmless(statement: ast.stmt) -> bool:
    """Whether a statement can neither fail nor define more than is seen."""
    if isinstance(statement, ast.FunctionDef):
        return not statement.decorator_list
    if isinstance(statement, ast.Import):
        return all(_is_installed(each.name) for each in statement.names)
    if isinstance(statement, ast.ImportFrom):
        whole = any(each.name == "*" for each in statement.names)
        return not whole and not statement.level and _is_installed(statement.module or "")
    if isinstance(statement, ast.Expr | ast.Assign):
        return isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.Pass)


def _is_installed(module: str) -> bool:
    top = module.partition(".")[0]
    return top in sys.stdlib_module_names or top in _USUAL


def _bindings(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """Yield each name that the module gets, with the statement that gives it; the last counts."""
    for statement in tree.body:
        for name in _bound_by(statement):
            yield name, statement


def _bound_by(statement: ast.stmt) -> Iterable[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return (statement.name,)
    names = {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    for node in ast.walk(statement):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(each.asname or each.name).partition(".")[0] for each in node.names}
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)  # under an `if` or in a `try`
    return names


def _is_stub(statement: ast.stmt) -> bool:
    """Whether a definition does nothing yet: `pass`, `...`, a docstring, NotImplementedError."""
    if not isinstance(statement, ast.FunctionDef) or statement.decorator_list:
        return False
    return all(_does_nothing(each) for each in statement.body)


def _does_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Pass):
        return True
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.Raise):
        raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
        return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
    return False
