"""Read from a cell's source what it leaves behind: names, gradients, printed lines."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from grader.inside.expressions import PRINTED, alternatives
from grader.inside.pieces import statements
from grader.model import Check
from grader.submissions.statements import statements_of

__all__ = ["Item", "Left", "items_of_check", "left_by", "meant_by", "own_names"]

_GRADIENT = re.compile(r"(\w+)\.grad(\.\w+\(\))?$")
_DIFFERENTIATES = re.compile(r"\.backward\s*\(|autograd\.grad\s*\(|\bgrad\s*\(")
_CHANGES = re.compile(r"(append|extend|insert|\w*[a-z]_)$")
LONGEST = 100_000


@dataclass(frozen=True)
class Left:
    """What a cell leaves behind, as far as its text says."""

    names: frozenset[str]
    """Names that it binds, or whose values it changes."""
    words: frozenset[str]
    """All names in it."""
    differentiates: bool
    prints: bool


@dataclass(frozen=True)
class Item:
    """One thing that is asked of a cell, and the ways in which it may be left."""

    names: tuple[str, ...]
    slopes: tuple[str, ...]
    """Names whose `.grad` is meant."""
    printed: bool

    def named_by(self, left: Left) -> bool:
        """Tell whether a cell leaves it under a name."""
        return any(name in left.names for name in self.names)

    def left_by(self, left: Left) -> bool:
        """Tell whether a cell leaves it."""
        return (
            self.named_by(left)
            or (left.differentiates and any(name in left.words for name in self.slopes))
            or (self.printed and left.prints)
        )


def items_of_check(expressions: Mapping[str, str]) -> tuple[Item, ...]:
    """Return what the expressions of a check need."""
    return tuple(_item(alternatives(text)) for text in expressions.values())


def own_names(check: Check, checks: Sequence[Check]) -> set[str]:
    """Return the names that one check asks for and no other has to do with."""
    others = {
        name
        for other in checks
        if other.id != check.id
        for item in (*items_of_check(other.asked), *items_of_check(other.given))
        for name in (*item.names, *item.slopes)
    }
    return {name for item in items_of_check(check.asked) for name in item.names} - others


def meant_by(checks: Sequence[Check], source: str) -> list[Check]:
    """Return the checks that a cell answers, as far as its text says.

    These are the checks whose own names it leaves. Where it leaves none, it is the one of which it
    leaves everything, the most of it in names and gradients.
    """
    left = left_by(source)
    named = [check for check in checks if own_names(check, checks) & left.names]
    if named:
        return named
    whole: dict[tuple[float, int], Check] = {}
    for check in checks:
        items = (*items_of_check(check.given), *items_of_check(check.asked))
        if all(item.left_by(left) for item in items):
            kept = sum(replace(item, printed=False).left_by(left) for item in items)
            whole.setdefault((kept / len(items), kept), check)
    return [whole[max(whole)]] if whole else []


def _item(ways: tuple[str, ...]) -> Item:
    slopes = [found[1] for way in ways if (found := _GRADIENT.match(way))]
    plain = [way for way in ways if way != PRINTED and not _GRADIENT.match(way)]
    names = [node.id for way in plain for node in ast.walk(ast.parse(way, mode="eval"))
             if isinstance(node, ast.Name)]  # fmt: skip
    return Item(tuple(names), tuple(slopes), PRINTED in ways)


_OWN_SCOPE = ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@lru_cache(maxsize=4_096)
def left_by(source: str) -> Left:
    """Return what a cell leaves behind; nothing for one that is too long or no Python."""
    body = (statements_of(source) or statements(source)) if len(source) <= LONGEST else []
    words = frozenset(re.findall(r"\w+", source)) if body else frozenset[str]()
    names = frozenset(name for node in body for name in _bound(node))
    prints = any(
        isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "print"
        for node in body
        for part in ast.walk(node)
    )
    return Left(names, words, bool(body) and bool(_DIFFERENTIATES.search(source)), prints)


def _bound(statement: ast.AST) -> Iterator[str]:
    """Yield the names that a statement binds or changes; it may be nested as deep as it likes."""
    waiting = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif not isinstance(node, _OWN_SCOPE):
            yield from _bound_by(node)
            waiting.extend(ast.iter_child_nodes(node))


def _bound_by(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
        yield from _root(node)
    elif (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and _CHANGES.match(node.func.attr)
    ):
        yield from _root(node.func)


def _root(node: ast.AST) -> Iterator[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id
