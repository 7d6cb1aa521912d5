"""The small changes: one slip of the pen each."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import partial

__all__ = ["changes_at"]

Change = tuple[str, Callable[[], None]]

_BINARY: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.Pow: ast.Mult,
}  # fmt: skip
_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_COMPARE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}  # fmt: skip
_OTHER_METHOD = {"mean": "sum", "sum": "mean", "zeros_like": "ones_like", "ones_like": "zeros_like",
                 "max": "min", "min": "max", "sin": "cos", "exp": "sin"}  # fmt: skip
_DROPPED = {"abs", "sqrt", "exp", "log", "detach", "tanh", "relu", "norm", "diag", "squeeze"}


def changes_at(node: ast.AST) -> Iterator[Change]:
    """Yield the changes that apply to one node: in words, and the action that makes it."""
    if isinstance(node, ast.BinOp):
        yield from _of_operator(node)
    elif isinstance(node, ast.Compare):
        yield from _of_comparison(node)
    elif isinstance(node, ast.Constant):
        yield from _of_constant(node)
    elif isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
        yield from _of_returned(node.value)
    elif isinstance(node, ast.IfExp | ast.If):
        yield "the condition is turned round", partial(_negate, node)
    for body in (getattr(node, "body", None), getattr(node, "orelse", None)):
        if isinstance(body, list):
            yield from _of_statements(body)
    yield from _of_children(node)


def _of_operator(node: ast.BinOp) -> Iterator[Change]:
    other = _BINARY.get(type(node.op))
    if other is not None:
        signs = f"{_SIGNS[type(node.op)]} becomes {_SIGNS[other]}"
        yield signs, partial(setattr, node, "op", other())
    if isinstance(node.op, ast.Sub | ast.Div | ast.MatMult):
        yield "the operands change places", partial(_swap, node)


def _of_comparison(node: ast.Compare) -> Iterator[Change]:
    other = _COMPARE.get(type(node.ops[0]))
    if other is not None:
        yield "the comparison is turned round", partial(node.ops.__setitem__, 0, other())


def _of_constant(node: ast.Constant) -> Iterator[Change]:
    value = node.value
    if isinstance(value, bool):
        yield f"{value} becomes {not value}", partial(setattr, node, "value", not value)
    elif isinstance(value, int):
        yield f"{value} becomes {value + 1}", partial(setattr, node, "value", value + 1)
    elif isinstance(value, float):
        other = 2 * value if value else 1.0
        yield f"{value} becomes {other}", partial(setattr, node, "value", other)


def _of_call(node: ast.Call) -> Iterator[Change]:
    name = _called(node)
    if name in _OTHER_METHOD and isinstance(node.func, ast.Attribute):
        other = _OTHER_METHOD[name]
        yield f"{name} becomes {other}", partial(setattr, node.func, "attr", other)
    if name == "range" and len(node.args) == 1:
        one = ast.BinOp(node.args[0], ast.Sub(), ast.Constant(1))
        yield "the loop stops one turn early", partial(node.args.__setitem__, 0, one)
    if len(node.args) > 1 and not any(isinstance(arg, ast.Starred) for arg in node.args[:2]):
        yield "the first two arguments change places", partial(_exchange, node.args)


def _of_returned(node: ast.Tuple) -> Iterator[Change]:
    if len(node.elts) > 1:
        yield "the first two returned items change places", partial(_exchange, node.elts)


def _of_statements(body: list[ast.stmt]) -> Iterator[Change]:
    """Yield the changes that leave out a statement which nothing else needs to run."""
    for index, statement in enumerate(body):
        docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        alone = isinstance(statement, ast.Expr | ast.AugAssign) and not docstring
        if alone:
            words = f"`{ast.unparse(statement)[:60]}` is left out"
            yield words, partial(body.__setitem__, index, ast.Pass())


def _of_children(node: ast.AST) -> Iterator[Change]:
    """Yield the changes that put an operand in the place of the operation on it."""
    for name, child in ast.iter_fields(node):
        if isinstance(child, list):
            for index, each in enumerate(child):
                if isinstance(each, ast.expr):
                    yield from _unwrapped(each, partial(child.__setitem__, index))
        elif isinstance(child, ast.expr):
            yield from _unwrapped(child, partial(setattr, node, name))


def _unwrapped(child: ast.expr, put: Callable[[ast.expr], None]) -> Iterator[Change]:
    if isinstance(child, ast.UnaryOp) and isinstance(child.op, ast.USub):
        yield "a minus sign is dropped", partial(put, child.operand)
    if isinstance(child, ast.Attribute) and child.attr in ("T", "mT"):
        yield "a transpose is dropped", partial(put, child.value)
    if isinstance(child, ast.Call) and _called(child) in _DROPPED:
        inner = _operand(child)
        if inner is not None:
            yield f"{_called(child)} is dropped", partial(put, inner)


def _operand(call: ast.Call) -> ast.expr | None:
    """Return what a method or a function of torch is applied to."""
    assert isinstance(call.func, ast.Attribute | ast.Name)
    if call.args:
        return call.args[0]
    return call.func.value if isinstance(call.func, ast.Attribute) else None


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _swap(node: ast.BinOp) -> None:
    node.left, node.right = node.right, node.left


def _exchange(found: list[ast.expr]) -> None:
    found[0], found[1] = found[1], found[0]


def _negate(node: ast.IfExp | ast.If) -> None:
    node.test = ast.UnaryOp(ast.Not(), node.test)
