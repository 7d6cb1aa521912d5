"""A probe is answered from a namespace: values, stubs, errors, methods, repeated calls."""

from __future__ import annotations

import textwrap
import warnings
from typing import Any

import pytest
import torch

from grader.inside.probes import answer_frame
from grader.judging.evidence import Answer, Array, decode_answers, encode_probe
from grader.model import Case, Probe, Reply


def namespace(source: str) -> dict[str, Any]:
    found: dict[str, Any] = {"__name__": "submission"}
    exec(compile(textwrap.dedent(source), "submission.py", "exec"), found)
    return found


def ask(source: str, *arguments: Any, **options: Any) -> Answer:
    case = Case("c", True, dict(zip("abcdef", arguments, strict=False)))
    case = Case(**{**vars(case), **options.pop("case", {})})
    return _answer(Probe("check", options.pop("call", "f"), (case,), **options), source)


def put(source: str, asked: str) -> Answer:
    probe = Probe("check", None, (Case("c", True, {"a": X}),), function="asked", source=asked)
    return _answer(probe, source)


def _answer(probe: Probe, source: str) -> Answer:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own, about parts of itself
        reply = Reply("check", "answered", answer_frame(encode_probe(probe), namespace(source)))
    return decode_answers(reply, 1)[0]


X = torch.tensor(3.0, dtype=torch.float64)


@pytest.mark.parametrize(
    "body",
    [
        "def f(x): pass",
        "def f(x): ...",
        'def f(x):\n    """Return it."""',
        "def f(x): return None",
        "def f(x): raise NotImplementedError",
        "def f(x): raise NotImplementedError('to do')",
        "class f: pass",
        "class f:\n    def forward(self, x): pass",
        "g = 1",
    ],
)
def test_a_stub_is_missing(body: str) -> None:
    assert ask(body, X).status == "missing"


@pytest.mark.parametrize(
    "body", ["def f(x): return 0", "def f(x): x", "def f(x): return ...", "f = lambda x: 1.0"]
)
def test_what_does_anything_is_no_stub(body: str) -> None:
    assert ask(body, X).status == "returned"


def test_an_operator_that_is_not_implemented_is_an_error_not_a_stub() -> None:
    answer = ask("import torch\ndef f(x): return torch.ones(2).to_sparse().bernoulli()", X)
    assert answer.status == "raised"


def test_an_error_names_the_students_own_line() -> None:
    answer = ask("import torch\n\ndef f(x):\n    y = x + 1\n    return torch.stack(y)", X)
    assert answer.error is not None
    assert (answer.error.type, answer.error.file, answer.error.line) == (
        "TypeError",
        "submission.py",
        5,
    )


@pytest.mark.parametrize(
    "body",
    [
        "def f(x): raise SystemExit(0)",
        "def f(x): raise KeyboardInterrupt",
        "class E(Exception):\n    def __str__(self): raise ValueError\ndef f(x): raise E",
        "def f(x): return f(x)",
    ],
)
def test_whatever_is_raised_becomes_an_answer(body: str) -> None:
    assert ask(body, X).status == "raised"


def test_the_second_call_gets_the_very_same_tensors() -> None:
    source = """
        def f(x):
            x.requires_grad_()
            (x**2).backward()
            return x.grad
    """
    answer = ask(source, X)
    assert isinstance(answer.value, Array)
    assert isinstance(answer.again, Array)
    assert (answer.value.values.tolist(), answer.again.values.tolist()) == (6.0, 12.0)


def test_the_arguments_come_back_as_the_calls_left_them() -> None:
    answer = ask("def f(x):\n    x += 1\n    return x.clone()", X)
    after = answer.arguments["a"]
    assert isinstance(after, Array)
    assert after.values.tolist() == 5.0


def test_autograd_can_be_switched_off() -> None:
    source = """
        import torch
        def f(x):
            x = x.detach().requires_grad_()
            return torch.autograd.grad(x**2, x)[0]
    """
    assert ask(source, X, grad=False).status == "raised"
    assert ask(source, X).status == "returned"


def test_a_grad_mode_left_off_does_not_reach_the_next_call() -> None:
    source = """
        import torch
        def f(x):
            torch.set_grad_enabled(False)
            return torch.is_grad_enabled()
        def g(x):
            return torch.is_grad_enabled()
    """
    ask(source, X)
    assert ask(source, X, call="g").value is True


@pytest.mark.parametrize(
    ("body", "used"),
    [
        ("(x**2).backward()", ("autograd",)),
        ("torch.autograd.grad(x**2, x)", ("autograd",)),
        ("torch.func.grad(lambda t: t**2)(x)", ("autograd",)),
        ("torch.func.jacrev(lambda t: t**2)(x)", ("autograd",)),
        ("torch.func.jvp(lambda t: t**2, (x,), (x,))", ("autograd",)),
        ("torch.autograd.functional.jacobian(lambda t: t**2, x)", ("autograd",)),
        ("torch.func.vmap(lambda t: t**2)(x.reshape(1))", ()),
        ("x.detach() * 2", ()),
        ("torch.nn.functional.mse_loss(x, x)", ("loss",)),
        ("torch.nn.MSELoss()(x, x)", ("loss",)),
        ("torch.nn.functional.cross_entropy(x.reshape(1, 1), torch.tensor([0]))", ("loss",)),
        ("torch.nn.functional.softmax(x.reshape(1), 0)", ()),
        ("torch.nn.Linear(1, 1)(x.float().reshape(1))", ("layer",)),
        ("torch.nn.functional.linear(x.reshape(1), x.reshape(1, 1))", ("layer",)),
        ("torch.optim.SGD([torch.ones(1, requires_grad=True)], 0.1).step()", ("optimizer",)),
    ],
)
def test_ready_made_tools_are_noted(body: str, used: tuple[str, ...]) -> None:
    source = f"import torch\ndef f(x):\n    {body}\n    return 1.0"
    answer = ask(source, X, observe=True, case={"requires_grad": True})
    assert answer.used == used, answer.error


def test_a_module_of_the_students_own_is_no_ready_made_layer() -> None:
    source = """
        import torch
        class Mine(torch.nn.Module):
            def forward(self, x):
                return x * 2
        def f(x):
            return Mine()(x)
    """
    assert ask(source, X, observe=True).used == ()


def test_a_probe_function_sees_the_students_names_and_nothing_else() -> None:
    asked = "def asked(student, a):\n    return {'twice': student.f(a), 'sum': torch.sum(a)}"
    answer = put("def f(x): return 2 * x", asked)
    assert isinstance(answer.value, dict)
    assert list(answer.value) == ["twice", "sum"]
    assert put("g = 1", asked).status == "missing"


def test_expressions_read_variables_and_miss_absent_ones() -> None:
    asked = {"expressions": {"dy/dx": "x.grad"}, "call": None}
    assert ask("x = 1", **asked).status == "raised"
    assert ask("y = 1", **asked).status == "missing"


def test_every_call_starts_from_the_same_seed() -> None:
    source = "import torch, random\ndef f(x): return float(torch.rand(1)) + random.random()"
    answer = ask(source, X)
    assert answer.value == answer.again
