"""A bed of functions for judges of gradients: smooth, kinked, ill-conditioned, tiny and huge.

Each row has a function of tensors, how its arguments are drawn (`grader.course.inputs`), and where
one is worth having a gradient by hand, written as students write it. From each right gradient
`wrong_of` makes wrong ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch

__all__ = ["BED", "Row", "right_of", "wrong_of"]

Function = Callable[..., Any]
V, M, SQ, S = "normal(n)", "normal(n, m)", "normal(n, n)", "normal()"


@dataclass(frozen=True)
class Row:
    """One function of the bed."""

    name: str
    function: Function
    inputs: Mapping[str, str]
    by_hand: Function | None = None
    kind: str = "smooth"
    fixed: Mapping[str, Any] = field(default_factory=dict)


def row(
    name: str,
    function: Function,
    by_hand: Function | None = None,
    kind: str = "smooth",
    **inputs: str,
) -> Row:
    return Row(name, function, inputs, by_hand, kind)


def doubled(x: Any) -> Any:
    """Double until the sum is large, as in the tutorial on dynamic graphs."""
    y = x * 2
    while y.abs().sum() < 1000:
        y = y * 2
    return y.sum() if y.sum() > 0 else 100 * y.sum()


def hilbert(n: int, dtype: Any) -> Any:
    """Return the Hilbert matrix, the classic of ill conditioning."""
    index = torch.arange(n, dtype=dtype)
    return 1 / (index[:, None] + index[None, :] + 1)


def near_optimum(x: Any) -> Any:
    """Return a quadratic with its optimum at ones, where gradients cancel."""
    H = hilbert(len(x), x.dtype)
    return 0.5 * x @ (H @ x) - x @ (H @ torch.ones_like(x))


def cross_entropy(W: Any, X: Any) -> Any:
    """Return the mean cross-entropy of scores X W."""
    labels = torch.arange(len(X)) % W.shape[1]
    scores = X @ W
    return (torch.logsumexp(scores, 1) - scores[torch.arange(len(X)), labels]).mean()


def cross_entropy_by_loops(W: Any, X: Any) -> Any:
    """Return its gradients sample by sample."""
    dW, dX = torch.zeros_like(W), torch.zeros_like(X)
    for i in range(len(X)):
        p = torch.softmax(X[i] @ W, 0)
        p[i % W.shape[1]] -= 1
        dW += torch.outer(X[i], p) / len(X)
        dX[i] = W @ p / len(X)
    return dW, dX


def in_place(x: Any) -> Any:
    """Return a value computed with changes in place."""
    y = x.clone()
    y[0] = y[0] * 3
    y += x**2
    return (y**2).sum()


def by_loops(x: Any, y: Any, w: Any, b: Any) -> Any:
    """Return the gradients for w and b sample by sample."""
    n = len(x)
    dw = db = 0
    for i in range(n):
        e = w * x[i] + b - y[i]
        dw, db = dw + 2 * e * x[i] / n, db + 2 * e / n
    return dw, db


def recursive(x: Any) -> Any:
    """Return the last state of a recursion."""
    total = x[0] * 0
    for value in x:
        total = torch.tanh(total * value + value)
    return total


BED: tuple[Row, ...] = (
    row("square", lambda x: x**2, lambda x: 2 * x, x=S),
    row("cubic", lambda a, b: a**3 - b**2 + 3, lambda a, b: (3 * a**2, -2 * b), a=S, b=S),
    row("mixed quadratic", lambda x, y: 2 * x**2 + x * y + 3 * y**2,
        lambda x, y: (4 * x + y, x + 6 * y), x=S, y=S),
    row("chain", lambda x: (x**2 + 1) ** 3, lambda x: 6 * x * (x**2 + 1) ** 2, x=S),
    row("graph", lambda x, y, w: (x + y) * w, lambda x, y, w: (w, w, x + y), x=S, y=S, w=S),
    row("sum of squares", lambda x: (x**2).sum(), lambda x: 2 * x, x=V),
    row("sum of squares of a matrix", lambda x: (x**2).sum(), lambda x: 2 * x, x=M),
    row("mean", lambda x: x.mean(), lambda x: torch.ones_like(x) / x.numel(), x=V),
    row("linear map", lambda W, x: (W @ x).sum(),
        lambda W, x: (x.expand_as(W), W.sum(0)), W=M, x="normal(m)"),
    row("squared map", lambda W, x: ((W @ x) ** 2).sum(),
        lambda W, x: (torch.outer(2 * (W @ x), x), 2 * W.T @ (W @ x)), W=M, x="normal(m)"),
    row("quadratic form", lambda A, x: x @ A @ x,
        lambda A, x: (torch.outer(x, x), (A + A.T) @ x), A=SQ, x=V),
    row("bilinear", lambda x, A, y: x @ A @ y,
        lambda x, A, y: (A @ y, torch.outer(x, y), A.T @ x), x=V, A=M, y="normal(m)"),
    row("Frobenius of a product", lambda A, B: ((A @ B) ** 2).sum(),
        lambda A, B: (2 * (A @ B) @ B.T, 2 * A.T @ (A @ B)), A=M, B="normal(m, k)"),
    row("trace of a cube", lambda A: torch.trace(A @ A @ A), lambda A: 3 * (A @ A).T, A=SQ),
    row("determinant", lambda A: torch.linalg.det(A + 4 * torch.eye(len(A), dtype=A.dtype)), A=SQ),
    row("log determinant", lambda A: torch.logdet(A @ A.T + torch.eye(len(A), dtype=A.dtype)),
        A=SQ),
    row("inverse", lambda A: torch.linalg.inv(A + 6 * torch.eye(len(A), dtype=A.dtype)).sum(),
        A=SQ),
    row("mse", lambda x, y, w, b: ((w * x + b - y) ** 2).mean(),
        lambda x, y, w, b: (2 * (w * x + b - y) * w / len(x), -2 * (w * x + b - y) / len(x),
                            2 * ((w * x + b - y) * x).mean(), 2 * (w * x + b - y).mean()),
        x=V, y=V, w=S, b=S),
    row("residuals", lambda X, w, y: ((X @ w - y) ** 2).mean(),
        lambda X, w, y: (2 * torch.outer(X @ w - y, w) / len(y), 2 * X.T @ (X @ w - y) / len(y),
                         -2 * (X @ w - y) / len(y)), X=M, w="normal(m)", y=V),
    row("ridge", lambda X, w: ((X @ w) ** 2).mean() + 0.25 * (w**2).sum(), X=M, w="normal(m)"),
    row("logistic", lambda X, w: torch.log1p(torch.exp(-(X @ w))).mean(),
        lambda X, w: (-torch.outer(torch.sigmoid(-(X @ w)), w) / len(X),
                      -X.T @ torch.sigmoid(-(X @ w)) / len(X)), X=M, w="normal(m)"),
    row("cross-entropy", cross_entropy, cross_entropy_by_loops, W="normal(m, k)", X=M),
    row("log-sum-exp", lambda x: torch.logsumexp(x, 0), lambda x: torch.softmax(x, 0), x=V),
    row("softmax entry", lambda x: torch.softmax(x, 0)[0], x=V),
    row("entropy", lambda x: -(torch.softmax(x, 0) * torch.log_softmax(x, 0)).sum(), x=V),
    row("tanh", lambda x: torch.tanh(x).sum(), lambda x: 1 - torch.tanh(x) ** 2, x=V),
    row("sigmoid", lambda x: torch.sigmoid(x).sum(),
        lambda x: torch.exp(-x) / (1 + torch.exp(-x)) ** 2, x=V),
    row("sine", lambda x: torch.sin(x).sum(), lambda x: torch.cos(x), x=V),
    row("fast sine", lambda x: torch.sin(20 * x).sum(), lambda x: 20 * torch.cos(20 * x), x=V),
    row("Gaussian bump", lambda x: torch.exp(-(x**2).sum()), x=V),
    row("reciprocals", lambda x: (1 / x).sum(), lambda x: -1 / x**2, x="positive(n)"),
    row("logarithms", lambda x: torch.log(x).sum(), lambda x: 1 / x, x="positive(n)"),
    row("roots", lambda x: torch.sqrt(x).sum(), lambda x: 0.5 / torch.sqrt(x), x="positive(n)"),
    row("log plus reciprocal", lambda x: (torch.log(x) + 1 / x).sum(), x="positive(n)"),
    row("power 20", lambda x: (x**20).sum(), lambda x: 20 * x**19, x="uniform(0.5, 1.5, n)"),
    row("product", lambda x: x.prod(), lambda x: x.prod() / x, x=V),
    row("norm", lambda x: torch.linalg.vector_norm(x),
        lambda x: x / torch.linalg.vector_norm(x), x=V),
    row("cosine of two vectors", lambda x, y: x @ y / (x.norm() * y.norm()), x=V, y=V),
    row("variance", lambda x: x.var(correction=0), lambda x: 2 * (x - x.mean()) / len(x), x=V),
    row("standard deviation", lambda x: x.std(correction=0),
        x="uniform(-3, 3, k)"),
    row("running sums", lambda x: (torch.cumsum(x, 0) ** 2).sum(), x=V),
    row("running products", lambda x: torch.cumprod(x, 0).sum(), x=V),
    row("convolution", lambda x, y: (torch.outer(x, y) * torch.outer(x, y).flip(0)).sum(),
        x=V, y=V),
    row("polynomial", lambda x: (3 * x**4 - 2 * x**3 + x - 5).sum(),
        lambda x: 12 * x**3 - 6 * x**2 + 1, x=V),
    row("Rosenbrock", lambda x: (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum(),
        x="normal(k)"),
    row("Himmelblau", lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
        lambda x, y: (4 * x * (x**2 + y - 11) + 2 * (x + y**2 - 7),
                      2 * (x**2 + y - 11) + 4 * y * (x + y**2 - 7)), x=S, y=S),
    row("in place", in_place, x=V),
    row("recursion", recursive, x=V),
    row("two-layer net", lambda X, W, v: (torch.tanh(X @ W) @ v).mean(),
        X=M, W="normal(m, k)", v="normal(k)"),
    row("gradient penalty", lambda x, w: ((w * torch.cos(x * w)) ** 2).sum(), x=V, w=V),
    row("ReLU net", lambda X, W, v: (torch.relu(X @ W) @ v).pow(2).mean(), kind="kinked",
        X=M, W="normal(m, k)", v="normal(k)"),
    row("ReLU", lambda x: torch.relu(x).sum(), lambda x: (x > 0).to(x.dtype), "kinked", x=V),
    row("absolute values", lambda x: x.abs().sum(), lambda x: torch.sign(x), "kinked", x=V),
    row("mean absolute error", lambda x, y: (x - y).abs().mean(), kind="kinked", x=V, y=V),
    row("maximum", lambda x: x.max() ** 2, kind="kinked", x=V),
    row("pairwise maximum", lambda x, y: torch.maximum(x, y).sum(), kind="kinked", x=V, y=V),
    row("clamped", lambda x: (x.clamp(-0.5, 0.5) * x).sum(), kind="kinked", x=V),
    row("Huber", lambda x: torch.where(x.abs() < 1, 0.5 * x**2, x.abs() - 0.5).sum(),
        lambda x: torch.where(x.abs() < 1, x, torch.sign(x)), "kinked", x=V),
    row("leaky ReLU", lambda x: torch.where(x > 0, x, 0.1 * x).sum(), kind="kinked", x=V),
    row("hinge", lambda X, w: torch.relu(1 - X @ w).mean(), kind="kinked", X=M, w="normal(m)"),
    row("doubling loop", doubled, kind="kinked", x=V),
    row("sorted weights", lambda x: (torch.sort(x).values * torch.arange(
        1, len(x) + 1, dtype=x.dtype)).sum(), kind="kinked", x=V),
    row("branch on the sign", lambda x: (x**2).sum() if x.sum() > 0 else (x**3).sum(),
        kind="kinked", x=V),
    row("tiny", lambda x: 1e-7 * (x**2).sum(), lambda x: 2e-7 * x, "magnitude", x=V),
    row("tinier", lambda x: 1e-12 * (x**3).sum(), lambda x: 3e-12 * x**2, "magnitude", x=V),
    row("huge", lambda x: 1e18 * (x**2).sum(), lambda x: 2e18 * x, "magnitude", x=V),
    row("large", lambda x: 1e6 * torch.sin(x).sum(), lambda x: 1e6 * torch.cos(x), "magnitude",
        x=V),
    row("tiny beside large", lambda x, y: (1e-6 * x**2).sum() + (1e6 * y**2).sum(),
        lambda x, y: (2e-6 * x, 2e6 * y), "magnitude", x=V, y=V),
    row("Hilbert matrix", lambda x: 0.5 * x @ (hilbert(len(x), x.dtype) @ x),
        lambda x: hilbert(len(x), x.dtype) @ x, "ill-conditioned", x=V),
    row("Hilbert matrix near its optimum", near_optimum,
        lambda x: hilbert(len(x), x.dtype) @ (x - 1), "ill-conditioned",
        x="uniform(0.9, 1.1, n)"),
    row("offset", lambda x: ((x - 100) ** 2).sum(), lambda x: 2 * (x - 100), "ill-conditioned",
        x="uniform(99, 101, n)"),
    row("difference of squares", lambda x, y: ((x**2 - y**2) ** 2).sum(), kind="ill-conditioned",
        x="uniform(2, 3, n)", y="uniform(2, 3, n)"),
    row("thousand coordinates", lambda x: (torch.sin(x) * x).sum(),
        lambda x: torch.cos(x) * x + torch.sin(x), "large", x="normal(1000)"),
    row("loops", lambda x, y, w, b: ((w * x + b - y) ** 2).mean(), None, x=V, y=V, w=S, b=S),
)  # fmt: skip


# ---------------------------------------------------------------- students' gradients


def by_autograd(function: Function, *arguments: Any) -> tuple[Any, ...]:
    """Return the gradients by autograd, in the dtype of the arguments."""
    with torch.enable_grad():
        leaves = [a.detach().clone().requires_grad_() for a in arguments]
        found = torch.autograd.grad(function(*leaves), leaves, materialize_grads=True)
    return tuple(found)


def right_of(row: Row) -> Iterator[tuple[str, Function]]:
    """Yield right gradients in several styles."""

    def autograd(*arguments: Any) -> Any:
        return by_autograd(row.function, *arguments)

    def in_float32(*arguments: Any) -> Any:
        return by_autograd(row.function, *(a.float() for a in arguments))

    def widened(*arguments: Any) -> Any:
        found = by_autograd(row.function, *(a.float() for a in arguments))
        return tuple(
            (g.double() * 3).to(a.dtype) / 3 for g, a in zip(found, arguments, strict=True)
        )

    yield "autograd", autograd
    yield "float32 inside", in_float32
    yield "float32 inside, widened", widened
    if row.by_hand is not None:
        yield "by hand", _as_tuple(row.by_hand)
    if row.name == "loops":
        yield "by loops", lambda x, y, w, b: (*autograd(x, y, w, b)[:2], *by_loops(x, y, w, b))


def _as_tuple(function: Function) -> Function:
    def wrapped(*arguments: Any) -> Any:
        found = function(*arguments)
        return found if isinstance(found, tuple) else (found,)

    return wrapped


Change = Callable[[tuple[Any, ...], tuple[Any, ...]], tuple[Any, ...]]


def _each(change: Function) -> Change:
    return lambda found, _: tuple(change(g) for g in found)


def _first(change: Function) -> Change:
    return lambda found, _: (change(found[0]), *found[1:])


def _last(change: Function) -> Change:
    return lambda found, _: (*found[:-1], change(found[-1]))


def _entry(factor: float) -> Function:
    def change(g: Any) -> Any:
        flat = g.clone().reshape(-1)
        flat[len(flat) // 2] *= factor
        return flat.reshape(g.shape)

    return change


def _turned(g: Any) -> Any:
    """Return a matrix transposed but in its old shape, a vector in reverse, a number negated."""
    if g.ndim == 2:
        return g.T.reshape(g.shape)
    return g.flip(0) if g.ndim else -g


_CHANGES: Mapping[str, Change] = {
    "times 1.001": _each(lambda g: 1.001 * g),
    "half": _each(lambda g: g / 2),
    "the wrong sign": _each(lambda g: -g),
    "zero": _each(lambda g: 0 * g),
    "times the number of entries": _each(lambda g: g * (g.numel() + 1)),
    "one entry 1 % off": _first(_entry(1.01)),
    "one entry zero": _last(_entry(0.0)),
    "one entry 1e-4 off": _last(_entry(1 + 1e-4)),
    "transposed": _first(_turned),
    "the first twice": lambda found, _: (2 * found[0], *found[1:]),
    "times its argument": lambda found, at: tuple(g * a for g, a in zip(found, at, strict=True)),
    "signs lost": _each(lambda g: g.abs() + 0.01 * g.abs().mean()),
}


def wrong_of(row: Row) -> Iterator[tuple[str, Function]]:
    """Yield wrong gradients; whether one differs from the right one is for the caller to see."""
    for name, change in _CHANGES.items():

        def wrong(*arguments: Any, change: Change = change) -> Any:
            return change(by_autograd(row.function, *arguments), arguments)

        yield name, wrong
