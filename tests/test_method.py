"""The method is judged by what a function does where autograd does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.judging.judge import Judge
from grader.model import Isolation, Limits, Score, Submission
from grader.submissions.reading import read_submission
from tests.in_process import judge_of
from tests.sandbox_room import Room, notebook, room

LIMITS = Limits(cell_s=10.0, run_s=40.0)
EXERCISE = "chain-rule"
BY_AUTOGRAD = """
import torch
def f(x):
    return (x**2 + 1) ** 3
def chain_rule_by_autograd(x):
    leaf = x.detach().requires_grad_()
    return torch.autograd.grad(f(leaf), leaf)[0]
"""
RIGHT = """
def chain_rule_by_hand(x):
    g = x**2 + 1
    return 3 * g**2, 2 * x, 6 * x * g**2
"""
DIFFERENTIATED = """
def differentiated(x):
    with torch.enable_grad():
        leaf = x.detach().clone().requires_grad_()
        inner = leaf**2 + 1
        outer = inner**3
        first = torch.autograd.grad(outer, inner, retain_graph=True)[0]
        second = torch.autograd.grad(inner, leaf, retain_graph=True)[0]
        return first, second, torch.autograd.grad(outer, leaf)[0]
"""
SLOPES = """
def chain_rule_by_hand(x):
    g = x**2 + 1
    outer, inner = lambda g: g**3, lambda x: x**2 + 1
    return slope(outer, g), slope(inner, x), slope(lambda x: outer(inner(x)), x)
"""
"""What is left to write is `slope`: the derivative of a function of one number."""

HONEST = {
    "plain": RIGHT,
    "complex step": SLOPES
    + """
def slope(function, x):
    step = torch.tensor(1e-30, dtype=torch.float64)
    return function(torch.complex(x.double(), step)).imag / 1e-30
""",
    "dual numbers of one's own": SLOPES
    + """
class Dual:
    def __init__(self, value, slope):
        self.value, self.slope = value, slope
    def __add__(self, number):
        return Dual(self.value + number, self.slope)
    def __pow__(self, n):
        return Dual(self.value**n, n * self.value ** (n - 1) * self.slope)
def slope(function, x):
    return function(Dual(x, 1)).slope
""",
    "numpy": """
import numpy as np
def chain_rule_by_hand(x):
    x = np.asarray(x)
    g = x**2 + 1
    return 3 * g**2, 2 * x, 6 * x * g**2
""",
    "a cell that shows autograd first": """
w = torch.tensor(2.0, requires_grad=True)
w.square().backward()
print(w.grad.item())
two = 2
def chain_rule_by_hand(x):
    g = x**two + 1
    return 3 * g**two, two * x, 6 * x * g**two
""",
    "names that cannot be followed": RIGHT.replace("_by_hand", "_really")
    + """
chain_rule_by_hand = lambda x: globals()["chain_rule" + "_really"](x)
""",
    "training before it": """
loss = torch.zeros(())
for step in range(20):
    v = torch.ones(2, requires_grad=True)
    (v**2).sum().backward()
    g = v.grad
def chain_rule_by_hand(x):
    with torch.no_grad():
        g = x.detach() ** 2 + 1
        return 3 * g**2, 2 * x, 6 * x * g**2
""",
    "a library that nobody has loaded yet": """
def chain_rule_by_hand(x):
    from scipy import special
    g = x**2 + 1
    return 3 * g**2, float(special.gamma(3)) * x, 6 * x * g**2
""",
}

NEEDS_AUTOGRAD = {
    "profiling switched off": DIFFERENTIATED + """
import sys
def chain_rule_by_hand(x):
    sys.setprofile(None)
    return differentiated(x)
""",
    "in a thread": DIFFERENTIATED + """
from concurrent.futures import ThreadPoolExecutor
def chain_rule_by_hand(x):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(differentiated, x).result()
""",
    "the engine itself": SLOPES + """
engine = torch.autograd.Variable._execution_engine
backward = engine.run_backward
def slope(function, x):
    with torch.enable_grad():
        leaf = x.detach().clone().requires_grad_()
        out = function(leaf)
        one = torch.ones_like(out)
        return backward((out,), (one,), False, False, (leaf,), allow_unreachable=True)[0]
""",
    "without the engine, node by node": SLOPES + """
def slope(function, x):
    with torch.enable_grad():
        leaf = x.detach().clone().requires_grad_()
        found, todo = 0, [(function(leaf).grad_fn, torch.ones_like(x))]
        while todo:
            node, grad = todo.pop()
            if hasattr(node, "variable"):
                found = found + grad
            elif node is not None:
                grads = node(grad)
                grads = grads if isinstance(grads, tuple) else (grads,)
                pairs = zip(node.next_functions, grads)
                todo += [(after, g) for (after, _), g in pairs if g is not None]
        return found
""",
    "forward mode": SLOPES + """
import torch.autograd.forward_ad as forward
def slope(function, x):
    with forward.dual_level():
        return forward.unpack_dual(function(forward.make_dual(x, torch.ones_like(x)))).tangent
""",
    "torch.func": SLOPES + """
slope = lambda function, x: torch.func.grad(function)(x)
""",
    "torch.func, forwards": SLOPES + """
slope = lambda function, x: torch.func.jvp(function, (x,), (torch.ones_like(x),))[1]
""",
    "torch.autograd.functional": SLOPES + """
slope = lambda function, x: torch.enable_grad()(torch.autograd.functional.jacobian)(function, x)
""",
    "the operator that calls the engine": SLOPES + """
def slope(function, x):
    with torch.enable_grad():
        leaf = x.detach().clone().requires_grad_()
        torch.ops.aten._backward(function(leaf), [leaf])
        return leaf.grad
""",
    "torch loaded again": SLOPES + """
import importlib, sys
for name in [name for name in sys.modules if name.startswith("torch.autograd")]:
    importlib.reload(sys.modules[name])
slope = lambda function, x: torch.enable_grad()(torch.autograd.functional.jacobian)(function, x)
""",
    "another process, which would have autograd": RIGHT + """
import subprocess, sys
by_hand = chain_rule_by_hand
def chain_rule_by_hand(x):
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return by_hand(x)
""",
    "a fork": DIFFERENTIATED + """
import os, pickle
def chain_rule_by_hand(x):
    end, start = os.pipe()
    if os.fork() == 0:
        try:
            os.write(start, pickle.dumps([v.item() for v in differentiated(x)]))
        finally:
            os._exit(0)
    os.close(start)
    return tuple(torch.tensor(v) for v in pickle.loads(os.fdopen(end, "rb").read()))
""",
    "a copy of torch's libraries": DIFFERENTIATED + """
import os
library = os.path.join(os.path.dirname(torch.__file__), "lib", "libtorch_cpu.so")
def chain_rule_by_hand(x):
    open(library, "rb").read(1)  # the first step of loading them a second time
    return differentiated(x)
""",
    "kernels put back": DIFFERENTIATED + """
import gc
for found in gc.get_objects():
    if "DispatchModule" in type(found).__name__:
        found.reset()
chain_rule_by_hand = differentiated
""",
    "an answer only where autograd is": RIGHT + """
def _probe():
    x = torch.ones((), requires_grad=True)
    return (x * x).requires_grad
if not _probe():
    raise ImportError("no module named secret")
original = chain_rule_by_hand
del chain_rule_by_hand
if _probe():
    chain_rule_by_hand = original
""",
    "values that autograd has left": """
w = torch.tensor(2.0, requires_grad=True)
(w * w).backward()
def chain_rule_by_hand(x):
    g = x**2 + 1
    return 3 * g**2, 2 * x, 6 * x * g**2 * (w.grad / 4)
""",
}  # fmt: skip

NOT_BY_AUTOGRAD = {
    "no autograd at all": "slope = lambda x: 6 * x * (x * x + 1) ** 2",
    "a call that fails": """
def slope(x):
    try:
        torch.autograd.grad(None, None)
    except Exception:
        pass
    return 6 * x * (x * x + 1) ** 2
""",
    "a call whose result nobody uses": """
def slope(x):
    try:
        with torch.enable_grad():
            leaf = x.detach().clone().requires_grad_()
            f(leaf).backward()
    except RuntimeError:
        pass
    return 6 * x * (x * x + 1) ** 2
""",
}


@pytest.fixture(scope="module", params=[Isolation.FULL, Isolation.REDUCED])
def den(request: pytest.FixtureRequest) -> Iterator[Room]:
    with room(request.param) as opened:
        yield opened


@pytest.fixture(scope="module")
def judge() -> Judge:
    return judge_of(EXERCISE)


def graded(den: Room, judge: Judge, submission: Submission) -> Score:
    run, evidence = den.run(submission, *judge.plan.probes, limits=LIMITS)
    return judge.score(submission, run, evidence, graded_at="now", environment={})


def in_a_notebook(*sources: str) -> Submission:
    return notebook(BY_AUTOGRAD, *(f"import torch\n{source}" for source in sources))


@pytest.mark.sandbox
@pytest.mark.slow
@pytest.mark.parametrize("source", HONEST.values(), ids=HONEST)
def test_what_works_without_autograd_is_by_hand(den: Room, judge: Judge, source: str) -> None:
    by_hand, by_autograd = graded(den, judge, in_a_notebook(source)).checks
    assert (str(by_hand.outcome), by_hand.method) == ("pass", "proved"), by_hand.feedback
    assert (str(by_autograd.outcome), by_autograd.method) == ("pass", "observed")


@pytest.mark.sandbox
@pytest.mark.slow
@pytest.mark.parametrize("source", NEEDS_AUTOGRAD.values(), ids=NEEDS_AUTOGRAD)
def test_what_needs_autograd_is_not_by_hand(den: Room, judge: Judge, source: str) -> None:
    score = graded(den, judge, in_a_notebook(source))
    by_hand, by_autograd = score.checks
    assert (by_hand.earned, score.status) == (0, "graded"), by_hand.feedback
    assert str(by_hand.outcome) in ("fail", "error", "missing")
    assert by_autograd.earned == by_autograd.possible


@pytest.mark.sandbox
@pytest.mark.slow
@pytest.mark.parametrize("source", NOT_BY_AUTOGRAD.values(), ids=NOT_BY_AUTOGRAD)
def test_what_is_right_without_autograd_did_not_use_it(
    den: Room, judge: Judge, source: str
) -> None:
    score = graded(den, judge, in_a_notebook(RIGHT, f"{source}\nchain_rule_by_autograd = slope"))
    by_hand, by_autograd = score.checks
    assert by_hand.earned == by_hand.possible
    points = by_autograd.possible - judge.plan.checks[1].check.method_points
    assert (str(by_autograd.outcome), by_autograd.earned) == ("fail", points)
    assert "Without autograd your code gives the same numbers." in by_autograd.feedback
    assert by_autograd.method == "proved"
    if "torch.autograd" in source or "backward" in source:
        (note,) = score.integrity
        assert note.kind == "method"
        assert "a call of autograd was seen" in note.detail


@pytest.mark.sandbox
@pytest.mark.slow
def test_a_module_is_asked_without_autograd_too(den: Room, judge: Judge, tmp_path: Path) -> None:
    path = tmp_path / "chain-rule.py"
    path.write_text(BY_AUTOGRAD + DIFFERENTIATED + "chain_rule_by_hand = differentiated\n")
    submission = read_submission(path, "ada-l", EXERCISE)
    assert isinstance(submission, Submission)
    by_hand, by_autograd = graded(den, judge, submission).checks
    assert (by_hand.earned, by_autograd.earned) == (0, by_autograd.possible)
    assert "Without autograd your code stops: RuntimeError" in by_hand.feedback
