"""The whole exercises of the documentation, tried with works that their pages do not show."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from grader.course.loading import Course
from grader.course.reference import load_reference
from grader.judging.judge import Judge
from grader.judging.plan import make_plan
from grader.model import Score
from grader.submissions.cells import module_cells
from tests.in_process import ROOT, score_cells
from tests.test_docs_blocks import blocks

PARAMS = """
import torch

def two_layer_net(params, X, y=None, reg=0.0):
    W1, b1, W2, b2 = (params[k] for k in ("W1", "b1", "W2", "b2"))
    pre = X.mm(W1) + b1
    hidden = torch.where(pre > 0, pre, torch.zeros_like(pre))
    scores = hidden.mm(W2) + b2
    if y is None:
        return scores
    n = X.shape[0]
    shifted = scores - scores.max(1, keepdim=True).values
    exps = shifted.exp()
    probs = exps / exps.sum(1, keepdim=True)
    loss = -torch.log(probs[range(n), y]).sum() / n + reg * ((W1 * W1).sum() + (W2 * W2).sum())
    d = probs.clone()
    d[range(n), y] -= 1
    d /= n
    dh = d.mm(W2.t())
    dh[pre <= 0] = 0
    grads = {"W1": X.t().mm(dh) + 2 * reg * W1, "b1": dh.sum(0)}
    grads["W2"] = hidden.t().mm(d) + 2 * reg * W2
    grads["b2"] = d.sum(0)
    return loss, grads
"""
SVM = """
import torch

def svm_loss_naive(W, X, y, reg):
    loss, dW = 0.0, torch.zeros_like(W)
    for i in range(len(X)):
        scores = X[i] @ W
        for j in range(W.shape[1]):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss = loss + margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    n = len(X)
    return loss / n + reg * (W * W).sum(), dW / n + 2 * reg * W

def svm_loss_vectorized(W, X, y, reg):
    n, rows = len(X), torch.arange(len(X))
    scores = X @ W
    margins = (scores - scores[rows, y].view(-1, 1) + 1).clamp(min=0)
    margins[rows, y] = 0
    mask = (margins > 0).to(W.dtype)
    mask[rows, y] = -mask.sum(1)
    return margins.sum() / n + reg * (W * W).sum(), X.t() @ mask / n + 2 * reg * W

def softmax_loss(W, X, y, reg):
    n, rows = len(X), torch.arange(len(X))
    logp = torch.log_softmax(X @ W, 1)
    p = logp.exp()
    p[rows, y] -= 1
    return -logp[rows, y].mean() + reg * (W * W).sum(), X.t() @ p / n + 2 * reg * W
"""
MODULE = """
import torch
from torch import nn

class TwoLayer(nn.Module):
    def __init__(self, inputs, hidden, classes):
        super().__init__()
        self.fc1 = nn.Linear(inputs, hidden)
        self.fc2 = nn.Linear(hidden, classes)

    def forward(self, X):
        return self.fc2(torch.nn.functional.relu(self.fc1(X)))

def train_step(net, X, y, lr):
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    optimizer.zero_grad()
    loss = nn.CrossEntropyLoss()(net(X), y)
    loss.backward()
    optimizer.step()
    return loss.item()
"""
NUMPY = """
import numpy as np

def loss(X, y, W1, w2):
    return np.mean((np.tanh(X.dot(W1)).dot(w2) - y) ** 2)

def gradients(X, y, W1, w2):
    h = np.tanh(X.dot(W1))
    d = 2.0 / X.shape[0] * (h.dot(w2) - y)
    back = d[:, None] * w2[None, :] * (1 - h * h)
    return X.T.dot(back), h.T.dot(d)
"""
ENGINE = """
import math

class Value:
    def __init__(self, data, children=(), back=lambda out: None):
        self.data, self.grad = data, 0.0
        self.children, self.back = children, back

    def __add__(self, other):
        def back(out):
            self.grad += out.grad
            other.grad += out.grad
        return Value(self.data + other.data, (self, other), back)

    def __mul__(self, other):
        def back(out):
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        return Value(self.data * other.data, (self, other), back)

    def tanh(self):
        t = math.tanh(self.data)
        def back(out):
            self.grad += (1 - t * t) * out.grad
        return Value(t, (self,), back)

    def relu(self):
        def back(out):
            self.grad += (self.data > 0) * out.grad
        return Value(max(0.0, self.data), (self,), back)

    def backward(self):
        topo, visited = [], set()
        def build(v):
            if v not in visited:
                visited.add(v)
                for child in v.children:
                    build(child)
                topo.append(v)
        build(self)
        self.grad = 1.0
        for v in reversed(topo):
            v.back(v)
"""
ITERATIVE = ENGINE.replace(
    """        def build(v):
            if v not in visited:
                visited.add(v)
                for child in v.children:
                    build(child)
                topo.append(v)
        build(self)
""",
    """        stack = [(self, iter(self.children))]
        visited.add(self)
        while stack:
            v, rest = stack[-1]
            child = next(rest, None)
            if child is None:
                topo.append(v)
                stack.pop()
            elif child not in visited:
                visited.add(child)
                stack.append((child, iter(child.children)))
""",
)
LAYERS = """
import torch

def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mu = x.mean(0)
    var = ((x - mu) ** 2).mean(0)
    std = (var + eps).sqrt()
    xhat = (x - mu) / std
    return gamma * xhat + beta, (xhat, std, gamma)

def batchnorm_backward(dout, cache):
    xhat, std, gamma = cache
    n = dout.shape[0]
    dxhat = dout * gamma
    dx = (n * dxhat - dxhat.sum(0) - xhat * (dxhat * xhat).sum(0)) / (n * std)
    return dx, (dout * xhat).sum(0), dout.sum(0)

def conv_forward(x, w, b):
    n, c, H, W = x.shape
    f, _, h, k = w.shape
    out = x.new_zeros(n, f, H - h + 1, W - k + 1)
    for i in range(H - h + 1):
        for j in range(W - k + 1):
            patch = x[:, :, i:i + h, j:j + k]
            out[:, :, i, j] = torch.einsum("nchk,fchk->nf", patch, w) + b
    return out, (x, w)

def conv_backward(dout, cache):
    x, w = cache
    h, k = w.shape[2:]
    dx, dw = torch.zeros_like(x), torch.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            d = dout[:, :, i, j]
            dx[:, :, i:i + h, j:j + k] += torch.einsum("nf,fchk->nchk", d, w)
            dw += torch.einsum("nf,nchk->fchk", d, x[:, :, i:i + h, j:j + k])
    return dx, dw, dout.sum((0, 2, 3))
"""
AUTOGRAD = """
import torch

def loss_of(W1, b1, W2, b2, X, y, reg):
    scores = torch.relu(X @ W1 + b1) @ W2 + b2
    data = torch.nn.functional.cross_entropy(scores, y)
    return data + reg * ((W1**2).sum() + (W2**2).sum())

def two_layer_net(params, X, y=None, reg=0.0):
    if y is None:
        return torch.relu(X @ params["W1"] + params["b1"]) @ params["W2"] + params["b2"]
    names = ("W1", "b1", "W2", "b2")
    at = [params[name].detach().clone().requires_grad_() for name in names]
    loss = loss_of(*at, X, y, reg)
    return loss.detach(), dict(zip(names, torch.autograd.grad(loss, at)))
"""


@cache
def judge_of(page: str) -> Judge:
    """Make the course of a page and return the judge of its exercise."""
    folder = Path(mkdtemp(prefix="examples-"))
    for block in blocks(ROOT / "docs/examples" / f"{page}.md"):
        if block.file:
            (folder / block.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.file).write_text(block.body, "utf-8")
    course = Course(folder)
    exercise = course.load(course.exercise_ids[0])
    return Judge(make_plan(exercise, load_reference(exercise), 4711))


def graded(page: str, work: str) -> Score:
    return score_cells(judge_of(page), module_cells(work))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "work", "earned", "said"),
    [
        ("params-dict", PARAMS, 13, ""),
        ("params-dict", AUTOGRAD, 2, "formulas of your own"),
        ("params-dict", PARAMS.replace('    grads["b2"] = d.sum(0)\n', ""), 10, "grads.b2"),
        ("params-dict", PARAMS.replace("2 * reg * W1", "reg * W1"), 10, "a factor"),
        ("params-dict", PARAMS.replace("reg * W", "reg / 2 * W"), 8, "the power comes down"),
        ("params-dict", PARAMS.replace("    d /= n\n", "    d /= n\n    b1 -= 1\n"), 2, "`params`"),
        ("params-dict", PARAMS.replace("    d /= n\n", "    for i in range(n): d[i] /= n\n"),
         12, "A `for` loop stands in"),
        ("params-dict", PARAMS.replace("return loss, grads", "return grads"), 2, "a pair"),
        ("svm-softmax", SVM, 15, ""),
        ("svm-softmax", SVM.replace("mask[rows, y] = -mask.sum(1)",
                                    "mask[rows, y] = -sum(m for m in mask.T)"), 13, "A loop"),
        ("svm-softmax", SVM[: SVM.index("def svm_loss_vec")].replace("naive", "vectorized")
         + SVM[SVM.index("def svm_loss_vec"):].replace("vectorized", "naive"), 12, "`for` loop"),
        ("svm-softmax", SVM.replace("    p[rows, y] -= 1\n", ""), 13, "the right class gets 1"),
        ("module", MODULE, 9, ""),
        ("module", MODULE.replace("return loss.item()", "return loss"), 9, ""),
        ("module", MODULE.replace("optimizer.zero_grad()", ""), 7 + 1 / 3, "Gradients add up"),
        ("module", MODULE.replace("fc2", "out"), 0, "fc2"),
        ("numpy-backprop", NUMPY, 12, ""),
        ("numpy-backprop", "import torch\n" + NUMPY, 9, "An import of `torch`"),
        ("numpy-backprop", NUMPY.replace("h.T.dot(d)", "-h.T.dot(d)"), 6, "dw2"),
        ("numpy-backprop", NUMPY.replace(" * (1 - h * h)", ""), 6, "the gradient passes tanh"),
        ("value-engine", ENGINE, 10, "RecursionError"),
        ("value-engine", ITERATIVE, 11, ""),
        ("value-engine", ITERATIVE.replace("grad += ", "grad = "), 7, "twice"),
        ("value-engine", "import torch\n" + ITERATIVE, 10, "An import of `torch`"),
        ("layers", LAYERS, 17, ""),
        ("layers", LAYERS.replace("(xhat, std, gamma)\n\n", "None\n\n", 1), 11, "unpack"),
        ("layers", LAYERS.replace("dout.sum((0, 2, 3))", "dout.mean((0, 2, 3))"), 15, "mean"),
        ("layers", LAYERS + "\nnorm = torch.nn.functional.layer_norm\n", 16, "`torch.nn`"),
        ("layers", LAYERS.replace("def conv_forward", "def convolve"), 8, "conv_forward"),
    ],
)  # fmt: skip
def test_works_get_what_they_are_worth(page: str, work: str, earned: float, said: str) -> None:
    score = graded(page, work)
    words = [f"{check.id}: {check.earned:g}: {check.feedback}" for check in score.checks]
    assert score.earned == pytest.approx(earned), "\n".join(words)
    assert said in "\n".join(words), "\n".join(words)
    if not said:
        assert {check.outcome.value for check in score.checks} == {"pass"}
