"""Find the Python files of a reference: one file, or a folder with several of them.

`reference/<id>.py` and the folder `reference/<id>/` mean the same. The folder is a package whose
modules import one another (`from .functions import squares`); what they define counts together.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.errors import CourseError

__all__ = ["Statement", "content_of", "files_of", "reference_at", "statements_of"]

FUNCTIONS = "functions.py"
"""What every folder has: the right functions and classes."""


def reference_at(folder: Path, exercise: str) -> Path:
    """Return where the reference of an exercise is; raises CourseError where it is there twice."""
    one, several = folder / f"{exercise}.py", folder / exercise
    if not several.is_dir():
        return one
    if one.exists():
        raise CourseError(f"{several}: {one.name} lies beside it; keep one of the two")
    return several


def files_of(reference: Path) -> tuple[Path, ...]:
    """Return the files of a reference, its functions first; none where there is no reference.

    Raises CourseError for a folder without `functions.py`.
    """
    if reference.is_file():
        return (reference,)
    if not reference.is_dir():
        return ()
    first, found = reference / FUNCTIONS, sorted(reference.glob("*.py"))
    if first not in found:
        raise CourseError(f"{reference}: expected {FUNCTIONS} with the right functions in it")
    return (first, *(path for path in found if path != first))


def content_of(reference: Path) -> bytes:
    """Return all that a reference says, for its fingerprint; raises CourseError without one."""
    try:
        files = files_of(reference)
        if not reference.is_dir():
            return reference.read_bytes()
        return b"\0".join(path.name.encode() + b"\0" + path.read_bytes() for path in files)
    except OSError as error:
        said = error.strerror or error
        raise CourseError(f"{reference}: {said}; the file is needed") from None


@dataclass(frozen=True)
class Statement:
    """One statement at the top of a file."""

    node: ast.stmt
    """Its line numbers are those of its own file."""
    text: str


def statements_of(reference: Path) -> tuple[Statement, ...]:
    """Read a reference as if it were one file; raises SyntaxError."""
    files = files_of(reference) or (reference,)
    found = [each for path in files for each in _statements(path.read_text(encoding="utf-8"))]
    if len(files) > 1:
        found = [each for each in found if not _is_of_one_file(each.node)]
    return tuple(found)


def _statements(text: str) -> Iterator[Statement]:
    # The lines as Python counts them; other breaks may stand within a string.
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", text)
    for node in ast.parse(text).body:
        marks = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(mark.lineno for mark in marks)])
        yield Statement(node, "".join(lines[first - 1 : node.end_lineno]))


def _is_of_one_file(node: ast.stmt) -> bool:
    """Tell whether a statement says nothing where the files are one: docstrings, own imports."""
    if isinstance(node, ast.ImportFrom):
        return node.level > 0 or node.module == "__future__"
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
