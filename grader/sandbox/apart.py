"""Ask for the same again in a kernel in which autograd does not exist.

Which method a student used cannot be seen from inside the student's own process. But what still
gives the same numbers where nothing can differentiate was worked out by hand, and what is right
there did not need autograd. So the probes without `autograd` are put to a second kernel that never
had any, once the first one has answered the same questions.

A cell that differentiates stops there. So that it takes nothing else with it, cells are run
statement by statement, and first only the statements that the probed names lead to: nearly always
the answers are the same, and training, figures and tables are not run again. Where they are not,
though they are to be worked out by hand, everything is run.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from symtable import SymbolTable, symtable

from grader.model import Cell, Probe, Reply, Submission
from grader.sandbox.connection import Origin
from grader.sandbox.notebooks import origin
from grader.submissions.statements import statements_of

__all__ = ["Pieces", "asked_apart", "pieces_of", "same_answers"]

_DYNAMIC = frozenset({
    "globals", "locals", "vars", "exec", "eval", "compile", "getattr", "setattr", "delattr",
    "__import__", "importlib", "import_module", "modules", "inspect", "gc", "builtins", "__dict__",
    "__builtins__", "__globals__", "f_globals", "get_ipython", "user_ns",
})  # fmt: skip
"""Where a statement uses one of these, its names do not say what it leads to."""


@dataclass(frozen=True)
class Pieces:
    """Statements of a submission as cells of their own, and where each comes from."""

    submission: Submission
    origins: tuple[Origin, ...]
    whole: bool
    """Whether nothing is left out."""


@dataclass(frozen=True)
class _Statement:
    cell: Cell
    at: Origin
    node: ast.stmt | None
    """None for a cell that stays whole: no Python, or two statements in one line."""


def asked_apart(probes: Sequence[Probe], replies: Sequence[Reply]) -> list[tuple[Probe, Reply]]:
    """Return the probes to be put without autograd, each with the reply that there was with it.

    Where that was none, or an exception, there is nothing to find out.
    """
    with_autograd = {reply.check: reply for reply in replies}
    found = []
    for probe in probes:
        reply = with_autograd.get(probe.twin or "")
        if probe.twin is not None and reply is not None and _returned(reply, len(probe.cases)):
            found.append((probe, reply))
    return found


def _returned(reply: Reply, cases: int) -> bool:
    from grader.judging.evidence import Refused, decode_answers

    if reply.status != "answered":
        return False
    try:
        return all(answer.status == "returned" for answer in decode_answers(reply, cases))
    except Refused:
        return False


def same_answers(probe: Probe, reply: Reply, apart: Reply | None) -> bool:
    """Return whether both replies hold the very same values."""
    from grader.judging.evidence import Refused, decode_answers, same

    if apart is None or apart.status != "answered":
        return False
    try:
        pairs = zip(
            decode_answers(reply, len(probe.cases)),
            decode_answers(apart, len(probe.cases)),
            strict=True,
        )
        return all(b.status == "returned" and same(a.value, b.value) for a, b in pairs)
    except Refused:
        return False


# ---------------------------------------------------------------- statements


def pieces_of(submission: Submission, probes: Sequence[Probe], whole: bool) -> Pieces:
    """Return the statements that the probed names lead to, or all of them."""
    statements = [piece for cell in submission.cells for piece in _split(submission, cell)]
    kept = set(range(len(statements)))
    if not whole and not any(probe.after_cell for probe in probes):
        kept = _led_to(statements, _names_of_probes(probes)) or kept
    chosen = [statements[number] for number in sorted(kept)]
    cells = tuple(replace(piece.cell, index=number) for number, piece in enumerate(chosen))
    return Pieces(
        replace(submission, cells=cells),
        tuple(piece.at for piece in chosen),
        len(kept) == len(statements),
    )


def _split(submission: Submission, cell: Cell) -> Iterator[_Statement]:
    """Yield the statements of a cell; the last one bears its tags."""
    at = origin(submission, cell)
    nodes = statements_of(cell.source)
    firsts = [_first_line(node) for node in nodes]
    if not nodes or cell.source.lstrip().startswith("%%") or len(set(firsts)) < len(firsts):
        yield _Statement(cell, at, None)
        return
    lines = cell.source.split("\n")
    starts = [0, *(first - 1 for first in firsts[1:]), len(lines)]
    for number, node in enumerate(nodes):
        start, end = starts[number], starts[number + 1]
        tags = cell.tags if number == len(nodes) - 1 else ()
        line = None if cell.line is None else cell.line + start
        source = "\n".join(lines[start:end])
        piece = replace(cell, source=source, tags=tags, line=line, before="", after="")
        yield _Statement(piece, Origin(at.name, at.line + start), node)


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min(node.lineno, *(decorator.lineno for decorator in decorators), node.lineno)


def _names_of_probes(probes: Sequence[Probe]) -> set[str]:
    names = {probe.call for probe in probes if probe.call is not None}
    for probe in probes:
        for node in ast.walk(ast.parse(probe.source or "")):
            if isinstance(node, ast.Attribute):
                names.add(node.attr)
    return names


def _led_to(statements: Sequence[_Statement], names: set[str]) -> set[int] | None:
    """Return the statements that names lead to; None where that cannot be told from the text."""
    kept = {n for n, piece in enumerate(statements) if piece.node is None or _imports(piece.node)}
    wanted, grown = set(names), True
    while grown:
        grown = False
        for number, piece in enumerate(statements):
            if number in kept or piece.node is None or not _changes(piece.node) & wanted:
                continue
            scopes = _tables_of(piece.node)
            if scopes is None or _looks_up(piece.node):
                return None
            kept.add(number)
            wanted.update(*map(_read, scopes))
            grown = True
    return kept


def _imports(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def _changes(node: ast.stmt) -> set[str]:
    """Return the names of the module that a statement binds, or whose values it may change."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(part.name)
        elif isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load):
            found.add(part.id)
        elif isinstance(part, ast.Attribute | ast.Subscript):
            stored = not isinstance(part.ctx, ast.Load)
            found |= _root(part) if stored else set()
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            found |= _root(part.func)  # `weights.append(1)` changes weights
    return found


def _root(node: ast.AST) -> set[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def _tables_of(node: ast.stmt) -> list[SymbolTable] | None:
    """Return the scopes of a statement, its own first; None where Python has none for it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about escapes and the like
        try:
            scopes = [symtable(ast.unparse(node), "statement", "exec")]
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
    for scope in scopes:
        scopes.extend(scope.get_children())
    return scopes


def _read(scope: SymbolTable) -> set[str]:
    """Return the names of the module that a scope reads."""
    local = scope.get_type() == "function"
    return {
        symbol.get_name()
        for symbol in scope.get_symbols()
        if symbol.is_referenced() and (symbol.is_global() or not local)
    }


def _looks_up(node: ast.stmt) -> bool:
    """Return whether a statement looks names up in ways that its text does not show."""
    names: set[str | None] = set()
    for part in ast.walk(node):
        match part:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                names.add(name)
            case ast.ImportFrom(module=name):
                names.add(name)
    return bool(names & _DYNAMIC)
