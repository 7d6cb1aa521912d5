"""The walls of the house, read from its imports: who may know whom, and what is never used."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "grader"
FILES = sorted(PACKAGE.rglob("*.py"))
INSIDE = sorted((PACKAGE / "inside").glob("*.py"))
OUTSIDE = [path for path in FILES if path not in INSIDE]
MAP = (PACKAGE.parent / "CONTRIBUTING.md").read_text("utf-8")
JUDGING = sorted(
    path for part in ("course", "judging", "proof") for path in (PACKAGE / part).rglob("*.py")
)


def name(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(
        ".__init__"
    )


def imported(path: Path) -> Iterator[str]:
    """Yield the absolute names of everything that a file imports, at any depth of nesting."""
    package = name(path) if path.name == "__init__.py" else name(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")[: len(package.split(".")) + 1 - node.level]
            base = ".".join(parts) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def reach(start: str) -> set[str]:
    """Return every file of the package that a module imports, directly or through others."""
    known = {name(path): path for path in FILES}
    found: set[str] = set()
    todo = [start]
    while todo:
        module = todo.pop()
        if module in known and module not in found:
            found.add(module)
            todo += imported(known[module])
    return found


def test_the_graph_is_seen() -> None:
    assert "grader.judging.oracle" in reach("grader.judging.judge")
    assert any(module.startswith("grader.sandbox") for module in reach("grader.sandbox.execution"))


def rows() -> dict[str, int]:
    """Return the row of every part of the package in the first map of the house."""
    table = MAP[MAP.index("| part | for |") : MAP.index("In `grader/judging/`")]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {part: k for k, cell in enumerate(cells) for part in re.findall(r"`(\w+)/?`", cell)}


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_part_imports_nothing_that_the_map_puts_below_it(path: Path) -> None:
    row = rows()
    own = name(path).split(".")[1:2]
    for module in imported(path) if own else ():
        part = module.removeprefix("grader.").partition(".")[0]
        if module.startswith("grader.") and part in row:
            assert row[part] <= row[own[0]], module


@pytest.mark.parametrize("path", JUDGING, ids=name)
def test_nothing_that_judges_knows_the_sandbox(path: Path) -> None:
    reached = reach(name(path))
    assert reached
    forbidden = ("grader.sandbox", "grader.grading", "grader.cli")
    assert [module for module in reached if module.startswith(forbidden)] == []


@pytest.mark.parametrize("path", INSIDE, ids=lambda path: path.name)
def test_what_enters_the_sandbox_knows_nothing_of_the_grader(path: Path) -> None:
    # Relative imports of its own folder resolve to grader.inside here; nothing else may.
    known = {name(inside) for inside in INSIDE}
    for module in imported(path):
        if module.startswith("grader"):
            assert module in known or module.rpartition(".")[0] in known, module
        assert not (module == "grader" and path.name != "__init__.py")


OF_THE_COURSE = {
    ("grader.judging.starter", "exec"),
    ("grader.judging.starter", "compile"),
    ("grader.proof.verify", "compile"),
    ("grader.course.reference", "exec"),
    ("grader.judging.diagnosis.formulas", "compile"),
}
"""Starters and references are the course's own files, and so are slips made of a reference."""
FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}


@pytest.mark.parametrize("path", OUTSIDE, ids=name)
def test_nothing_outside_the_sandbox_unpickles_or_evaluates(path: Path) -> None:
    for module in imported(path):
        assert module.partition(".")[0] not in FORBIDDEN_MODULES
        assert module not in {"torch.load", "numpy.load", "builtins.exec", "builtins.eval"}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if (name(path), called) not in OF_THE_COURSE:
                assert called not in {"eval", "exec", "compile", "__import__"}, ast.unparse(node)
            assert called not in {"torch.load", "numpy.load", "np.load"}, ast.unparse(node)


def test_the_rules_would_be_broken_by_what_they_forbid(tmp_path: Path) -> None:
    enters = PACKAGE / "inside" / "probes.py"
    calls = {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(enters.read_text("utf-8")))
        if isinstance(node, ast.Call)
    }
    assert {"exec", "eval"} <= calls, "the search finds them where they are allowed"


@pytest.mark.slow
@pytest.mark.parametrize("module", ["grader.cli", "grader.course.loading", "grader.model"])
def test_what_the_command_line_needs_first_does_not_import_torch(module: str) -> None:
    code = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
