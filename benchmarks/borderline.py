"""Submissions near the border between right and wrong, for `bench_flips.py`.

Most have one odd thing about them, which shows in few cases or in few digits.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BORDERLINE", "Borderline"]


@dataclass(frozen=True)
class Borderline:
    """One submission for one exercise, of some of its functions."""

    exercise: str
    name: str
    source: str


def _of(exercise: str, template: str, **filled: dict[str, str]) -> list[Borderline]:
    """Return the submissions that a template makes of each row of what is filled in."""
    found = []
    for name, words in filled.items():
        source = template
        for key, text in words.items():
            source = source.replace(key, text)
        found.append(Borderline(exercise, name.replace("_", " "), "import torch\n" + source))
    return found


def _rows(key: str, *texts: str) -> dict[str, dict[str, str]]:
    return {text: {key: text} for text in texts}


SOFTMAX = """
def softmax_loss(W, X, y, reg):
    scores = X @ W
    scores = scores - scores.max(1, keepdim=True).values
    p = scores.exp() / scores.exp().sum(1, keepdim=True)
    return LOSS + reg * (W * W).sum()
"""
SOFTMAX_GRADIENT = """
def softmax_gradient(W, X, y, reg):
    p = torch.softmax(X @ W, 1)
    hot = HOT
    return X.T @ (p - hot) / len(X) + REG
"""
HOT = "torch.nn.functional.one_hot(y, W.shape[1]).to(W.dtype)"
POWER = """
def max_learning_rate(X):
    A = 2 / len(X) * X.T @ X
    v = START
    for _ in range(STEPS):
        v = A @ v
        v = v / v.norm()
    return 2 / (v @ A @ v)
"""
LARGEST = """
def max_learning_rate(X):
    return ANSWER
"""
SQUARES = """
def sum_of_squares_gradient(x):
    return ANSWER
"""
MAP = """
def squared_map_gradients(W, x):
    BEFORE
    return ANSWER
"""
CHAIN = """
def slope(f, x):
    return SLOPE

def chain_rule_by_hand(x):
    outer = slope(lambda g: g**3, x**2 + 1)
    inner = slope(lambda x: x**2 + 1, x)
    return outer, inner, outer * inner
"""
SCALED_CHAIN = """
def chain_rule_by_hand(x):
    g = x**2 + 1
    found = 3 * g**2, 2 * x, 6 * x * g**2
    return tuple(value * SCALE for value in found)
"""
SECOND = """
def second_derivative(f, x):
    x = x.detach()CAST
    slope = torch.func.grad(f)
    return (slope(x + H) - slope(x - H)) / (2 * H)
"""
MSE = """
def mse(y_pred, y):
    return ANSWER
"""
BY_HAND = """
def gradients_by_hand(x, y, w, b):
    BEFORE
    e = w * x + b - y
    return WEIGHT, (2 * e).mean()
"""
FIT = """
def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    w, b = torch.tensor(w0).to(x.dtype), torch.tensor(b0).to(x.dtype)
    losses = []
    for epoch in range(epochs):
        e = w * x + b - y
        losses.append((e * e).mean().item())
        w, b = w - lr * STEP * (e * x).mean(), b - lr * STEP * e.mean()
        STOP
    return w, b, losses
"""
NET = """
def two_layer_loss(X, y, W1, b1, W2, b2, reg):
    scores = ACTIVATION(X @ W1 + b1) @ W2 + b2
    scores = scores - scores.max(1, keepdim=True).values
    p = scores.exp() / scores.exp().sum(1, keepdim=True)
    return -torch.log(p[torch.arange(len(y)), y] + EPSILON).mean() + REG
"""
SQUARE = """
def square_gradient(x):
    x = x.detach()CAST.clone().requires_grad_()
    (x**2).backward()
    return x.grad * SCALE
"""
RIGHT = "p[torch.arange(len(y)), y]"
REG = "reg * ((W1**2).sum() + (W2**2).sum())"
NET_WORDS = {"ACTIVATION": "torch.relu", "EPSILON": "0", "REG": REG}

BORDERLINE: tuple[Borderline, ...] = (
    *_of("softmax-classifier", SOFTMAX, **{
        "ε in the log: 1e-12": {"LOSS": f"-torch.log({RIGHT} + 1e-12).mean()"},
        "ε in the log: 1e-9": {"LOSS": f"-torch.log({RIGHT} + 1e-9).mean()"},
        "ε in the log: 1e-8": {"LOSS": f"-torch.log({RIGHT} + 1e-8).mean()"},
        "ε in the log: 1e-4": {"LOSS": f"-torch.log({RIGHT} + 1e-4).mean()"},
        "p clamped at 1e-7": {"LOSS": f"-torch.log({RIGHT}.clamp(1e-7, 1)).mean()"},
        "one_hot without the number of classes": {
            "LOSS": "-(torch.nn.functional.one_hot(y) * p.log()).sum(1).mean()"},
        "as many classes as labels show": {
            "LOSS": "-(torch.eye(int(y.max()) + 1, dtype=W.dtype)[y] * p.log()).sum(1).mean()"},
        "a loop that adds floats": {
            "LOSS": "sum(-p[i, y[i]].log().item() for i in range(len(y))) / len(y)"},
        "a float32 sum": {
            "LOSS": f"-torch.log({RIGHT}).float().mean()"},
        "squeezed": {"LOSS": "-p.squeeze()[torch.arange(len(y)), y].log().mean()"},
        "a view of X": {
            "LOSS": "-p[torch.arange(len(y)), y].log().mean() + 0 * X.view(-1).sum()"},
    }),
    *_of("softmax-classifier", SOFTMAX_GRADIENT, **{
        "right": {"HOT": HOT, "REG": "2 * reg * W"},
        "one_hot without the number of classes, by hand": {
            "HOT": "torch.nn.functional.one_hot(y)", "REG": "2 * reg * W"},
        "identity in float32": {"HOT": "torch.eye(W.shape[1])[y]", "REG": "2 * reg * W"},
        "matrix product with float32": {
            "HOT": "torch.eye(W.shape[1])[y] @ torch.eye(W.shape[1])", "REG": "2 * reg * W"},
        "reg alone where it is 0": {"HOT": HOT, "REG": "(2 * reg * W if reg else reg)"},
        "a decay that is always there": {"HOT": HOT, "REG": "2 * max(reg, 1e-3) * W"},
        "reg as a tensor in float32": {
            "HOT": HOT, "REG": "2 * torch.tensor(reg) * W"},
    }),
    *_of("learning-rate", POWER, **{
        f"power iteration, {steps} steps": {
            "STEPS": str(steps), "START": "torch.ones(X.shape[1], dtype=X.dtype)"}
        for steps in (5, 10, 30, 60, 1_000, 3_000)
    }),
    *_of("learning-rate", LARGEST, **{
        "singular values": {"ANSWER": "len(X) / torch.linalg.svdvals(X)[0] ** 2"},
        "complex eigenvalues": {
            "ANSWER": "1 / torch.linalg.eigvals(X.T @ X / len(X)).real.max()"},
        "a ridge of 1e-9": {"ANSWER": "1 / torch.linalg.eigvalsh("
                            "X.T @ X / len(X) + 1e-9 * torch.eye(X.shape[1]))[-1]"},
        "a ridge of 1e-3": {"ANSWER": "1 / torch.linalg.eigvalsh("
                            "X.T @ X / len(X) + 1e-3 * torch.eye(X.shape[1]))[-1]"},
        "the trace": {"ANSWER": "len(X) / (X * X).sum()"},
        "in float32": {"ANSWER": "len(X) / torch.linalg.svdvals(X.float())[0] ** 2"},
    }),
    *_of("matrix-gradients", SQUARES, **_rows("ANSWER", "2 * x", "2 * x * (1 + 1e-9)",
         "2 * x.double() * (1 + 1e-9)", "2 * x * (1 + 1e-4)", "2 * x.float()", "2 * x.squeeze()",
         "2 * x.abs()", "2 * x.view(-1).reshape(x.shape)", "x + x.clone().contiguous()",
         "torch.where(x > 4, 8, 2 * x)")),
    *_of("matrix-gradients", MAP, **{
        "squeezed": {"BEFORE": "y = (W @ x).squeeze()",
                     "ANSWER": "torch.outer(2 * y, x), 2 * y @ W"},
        "right": {"BEFORE": "y = W @ x", "ANSWER": "torch.outer(2 * y, x), W.T @ (2 * y)"},
        "relu by mistake": {"BEFORE": "y = (W @ x).relu()",
                            "ANSWER": "torch.outer(2 * y, x), W.T @ (2 * y)"},
    }),
    *_of("chain-rule", CHAIN, **{
        f"differences: {name}": {"SLOPE": slope}
        for name, slope in {
            "central 1e-4": "(f(x.double() + 1e-4) - f(x.double() - 1e-4)) / 2e-4",
            "central 1e-5": "(f(x.double() + 1e-5) - f(x.double() - 1e-5)) / 2e-5",
            "central 1e-7": "(f(x.double() + 1e-7) - f(x.double() - 1e-7)) / 2e-7",
            "forward 1e-6": "(f(x.double() + 1e-6) - f(x.double())) / 1e-6",
            "central 1e-3 in the dtype": "(f(x + 1e-3) - f(x - 1e-3)) / 2e-3",
        }.items()
    }),
    *_of("chain-rule", SCALED_CHAIN, **_rows("SCALE", "(1 + 1e-12)", "(1 + 1e-9)", "(1 + 1e-7)",
         "(1 + 1e-4)")),
    *_of("higher-order", SECOND, **{
        "differences of the slope, 1e-3": {"CAST": "", "H": "1e-3"},
        "differences of the slope, 1e-5 in float64": {"CAST": ".double()", "H": "1e-5"},
        "differences of the slope, 1e-7 in float64": {"CAST": ".double()", "H": "1e-7"},
    }),
    *_of("linear-regression", MSE, **{
        "squeezed": {"ANSWER": "((y_pred.squeeze() - y.squeeze()) ** 2).mean()"},
        "seen flat": {"ANSWER": "((y_pred.view(-1) - y.view(-1)) ** 2).mean()"},
        "reshaped flat": {"ANSWER": "((y_pred.reshape(-1) - y.reshape(-1)) ** 2).mean()"},
        "n - 1": {"ANSWER": "((y_pred - y) ** 2).sum() / max(len(y) - 1, 1)"},
    }),
    *_of("linear-regression", BY_HAND, **{
        "centred": {"BEFORE": "x = x - 0 * x.mean()", "WEIGHT": "(2 * e * x).mean()"},
        "wrong for small x": {"BEFORE": "pass", "WEIGHT": "(2 * e * x.clamp(min=-1.5)).mean()"},
    }),
    *_of("linear-regression", FIT, **{
        "right": {"STEP": "2", "STOP": "pass"},
        "a factor in float32": {"STEP": "torch.tensor(2.0)", "STOP": "pass"},
        "stops when it is good": {"STEP": "2", "STOP": "if losses[-1] < 1e-3: break"},
    }),
    *_of("two-layer-net", NET, **{
        "right": NET_WORDS,
        "ε in the log: 1e-9": NET_WORDS | {"EPSILON": "1e-9"},
        "leaky": NET_WORDS | {"ACTIVATION": "torch.nn.functional.leaky_relu"},
        "b1 regularised": NET_WORDS | {"REG": REG + " + reg * 1e-6 * (b1**2).sum()"},
    }),
    *_of("scalar-gradients", SQUARE, **{
        "right": {"CAST": "", "SCALE": "1"},
        "float32": {"CAST": ".float()", "SCALE": "1"},
        "1 + 1e-9": {"CAST": "", "SCALE": "(1 + 1e-9)"},
    }),
)  # fmt: skip
