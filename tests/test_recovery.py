"""One line that is no Python, or one import that fails, costs what hangs on it, in the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from grader.inside.pieces import pieces, statements
from grader.judging.causes import remarks_on_run
from grader.judging.evidence import decode_answers
from grader.model import Submission
from tests.sandbox_room import Room, notebook, probe, room


@pytest.mark.parametrize(
    ("source", "whole"),
    [
        ("a = 1\nb = (\nc = 3\n", [True, False, True]),
        ("def f():\n    '''\ntext\n    '''\n    return 1 +\nc = 3", [False, True]),
        ("@d\ndef f()\n    pass\nc = 3", [False, True]),
        ("def f():\n    a = 1\nreturn a\nc = 3", [False, True]),
        ("c = (1,\n2,\n)\n)", [True, False]),
        ("", [True]),
    ],
)
def test_pieces(source: str, whole: list[bool]) -> None:
    found = pieces(source)
    assert [each for _, _, each in found] == whole
    assert [first for first, _, _ in found] == [0, *(last for _, last, _ in found[:-1])]
    assert found[-1][1] == len(source.split("\n"))


@pytest.mark.slow
@pytest.mark.parametrize("line", ["x = (\n", "def f(): return (\n", '"""\nx = 1\n', "x = [" * 50])
def test_hopeless_source_ends_in_time(line: str) -> None:
    assert len(pieces(line * 4_000)) >= 1


def test_statements_keep_their_lines() -> None:
    assert [node.lineno for node in statements("a = 1\n\nb = (\nc = 3\n")] == [1, 4]


@pytest.fixture(scope="module")
def den() -> Iterator[Room]:
    with room(None) as opened:
        yield opened


def left(den: Room, submission: Submission, name: str) -> tuple[Any, list[str], tuple[str, ...]]:
    """Return a variable after the last cell, what the cells said, and remarks."""
    asked = probe("after", after_cell="last", expressions={f"asked {name}": name})
    run, evidence = den.run(submission, asked)
    (answer,) = decode_answers(evidence.replies[0], len(asked.cases))
    value = answer.value[f"asked {name}"] if isinstance(answer.value, dict) else answer.status
    return value, [cell.message for cell in run.cells], remarks_on_run(submission, run)


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("cell", "value", "message"),
    [
        ("a = 1\nb = (\nfound = a + 1\n", 2, "SyntaxError: '(' was never closed"),
        ("%matplotlib inline\nfound = 3\nb = = 2", 3, "SyntaxError: invalid syntax"),
        ("import nothing_like_it\nimport math\nfound = int(math.sqrt(16))", 4, "ModuleNotFound"),
        ("import nothing_like_it, math\nfound = int(math.sqrt(25))", 5, "ModuleNotFound"),
        ("from math import sqrt, nothing_like_it\nfound = int(sqrt(36))", 6, "ImportError"),
        ("import nothing_like_it as n\nn.go()\nfound = 7", 7, "ModuleNotFound"),
        ("1 / 0\nfound = 8", "missing", "ZeroDivisionError"),
    ],
)
def test_a_cell_is_run_around_its_fault(den: Room, cell: str, value: object, message: str) -> None:
    found, said, remarks = left(den, notebook(cell, tags={0: ("last",)}), "found")
    assert found == value
    assert said[0].startswith(message)
    assert len(remarks) == (value != "missing")


@pytest.mark.sandbox
def test_gradients_stay_off_as_in_jupyter(den: Room) -> None:
    submission = notebook(
        "import torch\nfound = torch.set_grad_enabled(False) and 1",
        "found = torch.is_grad_enabled()",
        tags={0: ("first",), 1: ("last",)},
    )
    before = probe("before", after_cell="first", expressions={"asked found": "found"})
    after = probe("after", after_cell="last", expressions={"asked found": "found"})
    _, evidence = den.run(submission, before, after)
    (answer,) = decode_answers(evidence.replies[1], len(after.cases))
    assert answer.value == {"asked found": False}
