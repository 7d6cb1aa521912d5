"""Every promise on the security page names tests, and every one of them exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "security.md"
ROW = re.compile(
    r"^\| (?P<where>[^|]+) \| (?P<promise>[^|]+) \| (?P<tests>`test_[^|]+) \|$", re.MULTILINE
)


def promises(text: str) -> list[tuple[str, list[str]]]:
    """Return every promise with the names of its tests."""
    section = text.partition("## Promises")[2].partition("\n## ")[0]
    return [
        (row["promise"], re.findall(r"`([^`]+)`", row["tests"])) for row in ROW.finditer(section)
    ]


@cache
def defined_in(module: str) -> frozenset[str]:
    (path,) = TESTS.rglob(f"{module}.py")
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize(
    ("promise", "named"), promises(PAGE.read_text("utf-8")), ids=lambda value: str(value)[:40]
)
def test_every_test_of_a_promise_exists(promise: str, named: list[str]) -> None:
    assert named
    for name in named:
        module, _, function = name.partition("::")
        assert function in defined_in(module), name


def test_every_row_is_a_promise_with_its_tests() -> None:
    section = PAGE.read_text("utf-8").partition("## Promises")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")]
    assert len(promises(PAGE.read_text("utf-8"))) == len(rows) - 1, "all but the heading"


@pytest.mark.parametrize("where", ["`full`", "`reduced`", "`none`", "in CI", "in pytest",
                                   "on import", "reader of a page"])  # fmt: skip
def test_something_is_promised_everywhere(where: str) -> None:
    text = PAGE.read_text("utf-8")
    assert any(where in row["where"] for row in ROW.finditer(text))
