"""Constructs are found where they stand, by whatever name, and nowhere else."""

from __future__ import annotations

import pytest

from grader.course.rules import is_construct
from grader.judging.constructs import Place, defined, find_construct
from grader.model import Cell


def cells(*sources: str) -> list[Cell]:
    return [Cell(index, source) for index, source in enumerate(sources)]


@pytest.mark.parametrize(
    ("construct", "source", "line"),
    [
        ("for", "x = 1\nfor i in range(3):\n    x += i", 2),
        ("for", "x = [i for i in range(3)]", None),
        ("loop", "x = [i for i in range(3)]", 1),
        ("loop", "def f(x):\n    while x:\n        x -= 1", 2),
        ("loop", "x = sum(map(abs, y))", None),
        ("operator @", "y = W @ x", 1),
        ("operator @", "W @= V", 1),
        ("operator @", "y = W * x", None),
        ("recursion", "def f(n):\n    return n and f(n - 1)", 2),
        ("recursion", "def f(n):\n    return g(n - 1)", None),
        ("import torch", "import numpy\nimport torch.nn as nn", 2),
        ("import torch", "from torch import nn", 1),
        ("import torch", "import torchvision", None),
        ("import torch", "t = __import__('torch')", 1),
        ("import torch", "import importlib\nt = importlib.import_module('torch.nn')", 2),
        ("torch.autograd.grad", "import torch\ng = torch.autograd.grad(y, x)", 2),
        ("torch.autograd.grad", "import torch as t\ng = t.autograd.grad(y, x)", 2),
        ("torch.autograd.grad", "from torch.autograd import grad as d\ng = d(y, x)", 1),
        ("torch.autograd.grad", "from torch import autograd\ng = autograd.grad(y, x)", 2),
        ("torch.autograd.grad", "import torch\nd = torch.autograd\ng = d.grad(y, x)", 3),
        ("torch.autograd.grad", "g = grad(y, x)  # torch.autograd.grad", None),
        (".backward", "loss.mean().backward()", 1),
        (".backward", "def backward(x):\n    return x", None),
        ("sum", "y = sum(x)", 1),
        ("sum", "y = x.sum()", None),
        ("while", "%timeit f(x)\nwhile True:\n    break", 2),
        ("for", "def broken(:\n    for x in y: pass", None),
    ],
)
def test_a_construct_is_found_at_its_line(construct, source, line):
    found = find_construct(cells(source), construct)
    assert found == (None if line is None else Place(0, line))


def test_the_search_follows_what_a_function_uses():
    code = cells(
        "import torch",
        "def total(x):\n    s = 0\n    for v in x:\n        s += v\n    return s",
        "def loss(x):\n    return total(x)",
        "for i in range(3):\n    print(i)",
        "def other(x):\n    return x",
    )
    assert find_construct(code, "for", ["loss"]) == Place(1, 3)
    assert find_construct(code, "for", ["other"]) is None
    assert find_construct(code, "for", ["not_there"]) is None
    assert find_construct(code, "for") == Place(1, 3)
    assert defined(code, "loss")
    assert not defined(code, "s")


@pytest.mark.parametrize(
    ("written", "known"),
    [("for", True), ("operator @", True), ("operator &&", False), ("import torch.nn", True),
     ("import", True), (".backward", True), ("torch.einsum", True), ("for loops", False),
     ("", False), ("a-b", False)],
)  # fmt: skip
def test_what_names_a_construct(written, known):
    assert is_construct(written) is known


def test_deep_nesting_is_no_harm():
    assert find_construct(cells("x = " + "(" * 5000 + "1" + ")" * 5000), "for") is None
    assert find_construct(cells("x = " + "-" * 900 + "1"), "for") is None
    assert find_construct(cells("x = a" + ".b" * 3000), "a.c") is None
