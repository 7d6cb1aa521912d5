"""What is said of an exception: the student's own line, and no value of a hidden case."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.judging.diagnosis.exceptions import Failure, explain
from grader.judging.diagnosis.reach import reached_source
from grader.judging.evidence import Raised
from grader.judging.sentences.raised import in_words, line_of
from grader.model import Cell, Submission

SOURCE = "class Odd(Exception):\n    pass\n\ndef f(x):\n    raise Odd(x)  # here\n"
MODULE = Submission("ada-l", "e", Path("e.py"), "module", "", (Cell(0, SOURCE, line=3),))
NOTEBOOK = Submission("ada-l", "e", Path("e.ipynb"), "notebook", "", (Cell(0, SOURCE),))

KNOWN = [
    "element 0 of tensors does not require grad and does not have a grad_fn",
    "One of the differentiated Tensors does not require grad",
    "The differentiated Tensor at index 1 appears to not have been used in the graph.",
    "a leaf Variable that requires grad is being used in an in-place operation.",
    "mat1 and mat2 shapes cannot be multiplied (3x4 and 5x6)",
    "The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 0",
    "shape '[3, 4]' is invalid for input of size 7",
    "inconsistent tensor size, expected tensor [3] and src [4] to have the same number",
    "expected m1 and m2 to have the same dtype, but got: float != double",
    "a Tensor with 3 elements cannot be converted to Scalar",
    "name 'np' is not defined",
    "'NoneType' object has no attribute 'zero_'",
    "unsupported operand type(s) for *: 'float' and 'NoneType'",
    "fit() missing 1 required positional argument: 'epochs'",
    "fit() takes 2 positional arguments but 5 were given",
    "fit() got an unexpected keyword argument 'lr'",
    "must be real number, not Tensor",
    "exp(): argument 'input' (position 1) must be Tensor, not float",
    "function CubeBackward returned an incorrect number of gradients (expected 1, got 2)",
    "list index out of range",
    "len() of a 0-d tensor",
]
HIDING = [
    "tensor([1, 0, 2])",
    "[1, 0, 2]",
    "labels 3 and 1 are odd",
    "tensor(0.1234, dtype=torch.float64)",
    "'secret'",
    "could not convert string to float: 'tensor(3.25)'",
    "One of the differentiated Tensors is tensor(-1.734375)",
    "index 4 is out of bounds",
]


@pytest.mark.parametrize("message", KNOWN)
def test_what_torch_and_python_say_of_shapes_and_names_is_quoted(message: str) -> None:
    said = in_words(Raised("RuntimeError", message, "e.py", 7, "ignored"), MODULE)
    assert said == f"RuntimeError: {message.rstrip('.')} (e.py, line 7: `raise Odd(x)  # here`)"


@pytest.mark.parametrize("message", HIDING)
def test_what_may_hold_a_value_is_not(message: str) -> None:
    said = in_words(Raised("ValueError", message, "e.py", 7, message), MODULE)
    assert said == "ValueError (e.py, line 7: `raise Odd(x)  # here`)"


@pytest.mark.parametrize(
    ("type_", "said"),
    [("Odd", "Odd"), ("KeyError", "KeyError"), ("x_1_734375", "an exception"), ("x", "x")],
)
def test_a_type_that_nobody_wrote_is_not_named(type_: str, said: str) -> None:
    assert in_words(Raised(type_, "", "", 0, ""), MODULE) == said


@pytest.mark.parametrize(
    ("submission", "file", "line", "text"),
    [
        (MODULE, "e.py", 6, "def f(x):"),
        (MODULE, "e.py", 2, ""),
        (MODULE, "other.py", 6, ""),
        (NOTEBOOK, "cell 1", 4, "def f(x):"),
        (NOTEBOOK, "cell 2", 4, ""),
        (NOTEBOOK, "cell 1", 60, ""),
    ],
)
def test_a_line_is_read_from_the_submission(
    submission: Submission, file: str, line: int, text: str
) -> None:
    assert line_of(Raised("E", "", file, line, "made up"), submission) == text


def test_what_a_call_can_reach() -> None:
    cells = [
        "import torch\nrate = 2.0\nunused = 1.0\n",
        'def helper(x):\n    "Not .item()."\n    return rate * x  # not .detach()\n',
        "%time broken",
        "def other(x):\n    return x.item()\n",
        "@torch.no_grad()\ndef asked(x):\n    return helper(x)\n",
    ]
    assert reached_source(cells, "asked") == (
        "import torch\nrate = 2.0\ndef helper(x):\n    return rate * x\n"
        "@torch.no_grad()\ndef asked(x):\n    return helper(x)"
    ).replace("import torch\n", "")
    assert "x.item()" in reached_source(cells, "absent")


NO_GRAPH = "element 0 of tensors does not require grad and does not have a grad_fn"
TWICE = "(g,) = grad(f(x), x{})\nreturn grad(g, x)[0]\nx.requires_grad_()"


@pytest.mark.parametrize(
    ("message", "line", "source", "sometimes", "slug"),
    [
        (NO_GRAPH, "return grad(g, x)[0]", TWICE.format(""), True, "no-graph-of-gradient"),
        (NO_GRAPH, "return grad(g, x)[0]", TWICE.format(", create_graph=True"), True,
         "constant-derivative"),
        (NO_GRAPH, "return grad(g, x)[0]", TWICE.format(", create_graph=True"), False,
         "no-history"),
        (NO_GRAPH, "(g,) = grad(f(x), x)", TWICE.format(""), False, "no-history"),
        (KNOWN[2], "return grad(g, x)[0]", TWICE.format(", create_graph=True"), True,
         "constant-derivative"),
        (KNOWN[2], "grad(f(x), x)", "grad(f(x), x)", True, "not-in-the-graph"),
        (KNOWN[1], "grad(f(x), x)", "x.requires_grad_()\nu = y.item()", True,
         "argument-not-tracked"),
        (NO_GRAPH, "y.backward()", "x = x.detach().requires_grad_()\nlosses.append(y.item())",
         False, "no-history"),
        (NO_GRAPH, "y.backward()", "@torch.no_grad()\ndef f(x):\n    y.backward()", False,
         "forward-in-no-grad"),
        (NO_GRAPH, "y.backward()",
         "@torch.no_grad()\ndef f(x):\n    pass\ndef g(x):\n    x.requires_grad_().backward()",
         False, "no-history"),
        ("'NoneType'", "x = x - lr * x.grad", "x = x - lr * x.grad", False, "parameter-replaced"),
        ("'NoneType'", "x -= lr * x.grad", "x -= lr * x.grad", False, "no-gradient"),
    ],
)  # fmt: skip
def test_what_stands_around_an_exception_explains_it(
    message: str, line: str, source: str, sometimes: bool, slug: str
) -> None:
    raised = Raised("RuntimeError", message, "e.py", 3, line)
    found = explain(Failure(raised, source, sometimes=sometimes))
    assert found is not None
    assert found.slug == slug


@pytest.mark.parametrize(
    "message",
    [
        "module 'torch' has no attribute 'v77192'",
        "'Tensor' object has no attribute 'v1734'",
        "name 'x734375' is not defined",
        "No module named 'v77192'",
        "mat1 and mat2 shapes cannot be multiplied (77192x2 and 77192x2)",
        "shape '[77192]' is invalid for input of size 1",
        "f() got an unexpected keyword argument 'v77192'",
        "f() takes 1 positional argument but 558 were given",
    ],
)
def test_a_message_of_a_known_form_carries_no_hidden_number(message: str) -> None:
    error = Raised("RuntimeError", message, "cell 1", 5, "")
    assert message not in in_words(error, MODULE)


def test_a_number_that_stands_in_the_source_is_quoted() -> None:
    cell = Cell(0, "import torch\nw1 = torch.ones(120)\n")
    own = Submission("ada-l", "e", Path("e.ipynb"), "notebook", "", (cell,))
    for message in ("name 'w1' is not defined", "The size of tensor a (120) must match 3"):
        assert message in in_words(Raised("RuntimeError", message, "", 0, ""), own)
