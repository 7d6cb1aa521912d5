"""The slips that students make in a formula beyond those that a proof of the checks tries.

A factor, a term or a power left out, a factor that comes in twice, a number too small, one
variable in the place of another. Too many for a proof, they are tried on wrong numbers only.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from functools import partial

__all__ = ["replacements_at", "slips_at"]

Change = tuple[str, Callable[[], None]]
_PARTS = {ast.Mult: "a factor", ast.Div: "a factor", ast.MatMult: "a factor", ast.Add: "a term",
          ast.Sub: "a term", ast.Pow: "a power"}  # fmt: skip


def slips_at(node: ast.AST) -> Iterator[Change]:
    """Yield the slips at one node: something left out, twice there, or too small."""
    if isinstance(node, ast.Constant) and type(node.value) is int and node.value > 0:
        yield "one number in it is too small", partial(setattr, node, "value", node.value - 1)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        twice = ast.BinOp(node.right, ast.Mult(), node.right)
        yield "a factor comes in twice", partial(setattr, node, "right", twice)
    for child, put in _children(node):
        if isinstance(child, ast.BinOp) and type(child.op) in _PARTS:
            words = f"{_PARTS[type(child.op)]} is left out"
            yield words, partial(put, child.left)
            if isinstance(child.op, ast.Mult | ast.Add | ast.MatMult):
                yield words, partial(put, child.right)


def replacements_at(node: ast.AST, variables: Sequence[str]) -> Iterator[Change]:
    """Yield the changes that put another variable of the function in the place of one."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in variables:
        for other in variables:
            if other != node.id:
                yield (
                    "one variable stands where another belongs",
                    partial(setattr, node, "id", other),
                )


def _children(node: ast.AST) -> Iterator[tuple[ast.AST, Callable[[ast.expr], None]]]:
    """Yield what is directly inside a node, and how to put something else there."""
    for name, child in ast.iter_fields(node):
        if isinstance(child, list):
            for index, each in enumerate(child):
                yield each, partial(child.__setitem__, index)
        elif isinstance(child, ast.AST):
            yield child, partial(setattr, node, name)
