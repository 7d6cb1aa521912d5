"""Find constructs of Python in a student's source, seen from outside, in its syntax tree.

A construct is written as an instructor says it (`grader.course.rules`). Names are followed through
imports and plain renamings (`import torch as t`, `grad = torch.autograd.grad`). Whoever wants to
hide a call can (`getattr`, `exec`), which is why a rule has points of its own and no others hang
on it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from grader.course.rules import IMPORT
from grader.model import Cell
from grader.submissions.statements import statements_of

__all__ = ["Place", "defined", "find_construct"]

_NODES: Mapping[str, tuple[type[ast.AST], ...]] = {
    "for": (ast.For, ast.AsyncFor),
    "while": (ast.While,),
    "comprehension": (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
    "if": (ast.If, ast.IfExp),
    "lambda": (ast.Lambda,),
    "class": (ast.ClassDef,),
}
_LOOP = (*_NODES["for"], *_NODES["while"], *_NODES["comprehension"])
_OPERATORS: Mapping[str, type[ast.operator]] = {
    "@": ast.MatMult, "*": ast.Mult, "**": ast.Pow, "/": ast.Div, "//": ast.FloorDiv, "%": ast.Mod,
}  # fmt: skip
_LONGEST = 200
"""Characters; longer names are nobody's, and renamings of renamings could grow without end."""


@dataclass(frozen=True, order=True)
class Place:
    """Where a construct stands: the cell's index and the line in the cell, from 1."""

    cell: int
    line: int


@dataclass
class _Source:
    """The statements of a submission, by what they define, with the names that imports give."""

    statements: list[tuple[int, ast.stmt]] = field(default_factory=list)
    definitions: dict[str, tuple[int, ast.stmt]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)


def defined(cells: Sequence[Cell], name: str) -> bool:
    """Tell whether a function or class of this name is defined at the top level."""
    return name in _read(cells).definitions


def find_construct(
    cells: Sequence[Cell],
    construct: str,
    within: Sequence[str] = (),
    modules: frozenset[str] = frozenset(),
) -> Place | None:
    """Return the first place where a construct stands, or None.

    With `within` only these functions and classes count, and what they use: of the same cells, as
    `f`, or as `helper.f` where `helper` is among the `modules` that the cells hold too.
    """
    source = _read(cells)
    places = [
        Place(cell, getattr(node, "lineno", 1))
        for cell, tree in _searched(source, within, modules)
        for node in (_recursive(tree) if construct == "recursion" else ast.walk(tree))
        if construct == "recursion" or _is(node, construct, source.aliases)
    ]
    return min(places, default=None)


def _read(cells: Sequence[Cell]) -> _Source:
    return _read_once(tuple(cells))


@lru_cache(maxsize=2)
def _read_once(cells: tuple[Cell, ...]) -> _Source:
    """Read the same cells once for all constructs that are looked for in them."""
    source = _Source()
    for cell in cells:
        for statement in statements_of(cell.source):
            source.statements.append((cell.index, statement))
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                source.definitions[statement.name] = (cell.index, statement)
            for node in ast.walk(statement):
                source.aliases.update(_aliases(node, source.aliases))
    return source


def _aliases(node: ast.AST, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the names that an import or a plain renaming gives to something."""
    if isinstance(node, ast.Import):
        for name in node.names:
            if name.asname:
                yield name.asname, name.name
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        for name in node.names:
            yield name.asname or name.name, f"{node.module}.{name.name}"
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute | ast.Name):
        dotted = _dotted(node.value, known) or ""
        for target in node.targets:
            if isinstance(target, ast.Name) and 0 < len(dotted) <= _LONGEST:
                yield target.id, dotted


def _searched(
    source: _Source, within: Sequence[str], modules: frozenset[str]
) -> Iterator[tuple[int, ast.stmt]]:
    """Yield the statements that count: all, or some definitions and those that they use."""
    if not within:
        yield from source.statements
        return
    todo, seen = list(within), set(within)
    while todo:
        found = source.definitions.get(todo.pop())
        if found is None:
            continue
        yield found
        used = {name for node in ast.walk(found[1]) for name in _used(node, source, modules)}
        further = (used & source.definitions.keys()) - seen
        seen |= further
        todo.extend(sorted(further))


def _used(node: ast.AST, source: _Source, modules: frozenset[str]) -> Iterator[str]:
    """Yield the definition that a node may mean: `f`, or `helper.f` of a module."""
    if isinstance(node, ast.Name):
        yield source.aliases.get(node.id, node.id).rpartition(".")[2]
        yield node.id
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        root = node.value.id
        if source.aliases.get(root, root) in modules:
            yield node.attr


def _is(node: ast.AST, construct: str, aliases: Mapping[str, str]) -> bool:
    if construct == "loop":
        return isinstance(node, _LOOP)
    if construct in _NODES:
        return isinstance(node, _NODES[construct])
    if construct.startswith("operator "):
        operator = _OPERATORS[construct.removeprefix("operator ")]
        return isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, operator)
    if imported := IMPORT.fullmatch(construct):
        return any(_within(name, imported[1]) for name in _imports(node))
    return _names(node, construct, aliases)


def _recursive(tree: ast.stmt) -> Iterator[ast.AST]:
    """Yield the calls by which functions call themselves; Python nests at most 100 functions."""
    for outer in ast.walk(tree):
        if isinstance(outer, ast.FunctionDef):
            for node in ast.walk(outer):
                called = node.func if isinstance(node, ast.Call) else None
                if isinstance(called, ast.Name) and called.id == outer.name:
                    yield node


def _imports(node: ast.AST) -> Iterator[str]:
    """Yield the modules that a node imports, by a statement or by the usual functions."""
    if isinstance(node, ast.Import):
        yield from (name.name for name in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module
        yield from (f"{node.module}.{name.name}" for name in node.names)
    elif isinstance(node, ast.Call) and node.args:
        first = node.args[0]
        called = node.func.attr if isinstance(node.func, ast.Attribute) else None
        called = node.func.id if isinstance(node.func, ast.Name) else called
        if called in ("__import__", "import_module") and isinstance(first, ast.Constant):
            yield str(first.value)


def _within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def _names(node: ast.AST, construct: str, aliases: Mapping[str, str]) -> bool:
    """Tell whether a node is the asked name: a method on anything, or a name from an import."""
    if construct.startswith("."):
        return isinstance(node, ast.Attribute) and node.attr == construct[1:]
    if isinstance(node, ast.ImportFrom) and node.module:
        return any(f"{node.module}.{name.name}" == construct for name in node.names)
    if isinstance(node, ast.Attribute | ast.Name):
        return _dotted(node, aliases) == construct
    return False


def _dotted(node: ast.expr, aliases: Mapping[str, str]) -> str | None:
    """Return the full dotted name of an expression such as `t.autograd.grad`, or None."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([aliases.get(node.id, node.id), *reversed(parts)])
