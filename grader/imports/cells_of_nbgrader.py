"""Read nbgrader's metadata of a notebook's cells, of every schema that was ever in use.

Schemas 1 and 2 are read as nbgrader itself upgrades them. What counts is what nbgrader does, not
what the flags say: a graded cell that is no solution is locked, task cells carry points although
`grade` is false, and a Markdown answer is graded by hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from grader.errors import UsageError
from grader.imports.source_cells import STUB, Role, SourceCell, text_of, without_bodies

__all__ = ["source_cells"]

NEWEST = 3
_SOLUTION = re.compile(
    r"^[ \t]*### BEGIN SOLUTION.*?^[ \t]*### END SOLUTION[^\n]*\n?", re.MULTILINE | re.DOTALL
)
_MARKS = re.compile(r"^[ \t]*### (BEGIN|END) (SOLUTION|HIDDEN TESTS)[^\n]*\n?", re.MULTILINE)


def source_cells(notebook: Mapping[str, Any], where: str) -> tuple[SourceCell, ...]:
    """Return every cell with its role; raises UsageError for a schema that is too new."""
    found = []
    seen: set[str] = set()
    for number, cell in enumerate(notebook["cells"], 1):
        metadata = cell.get("metadata", {})
        about = metadata.get("nbgrader") if isinstance(metadata, Mapping) else None
        text, kind = text_of(cell), str(cell.get("cell_type", "raw"))
        if not isinstance(about, Mapping):
            found.append(SourceCell(Role.PLAIN, kind, text, text))
            continue
        place = f"{where}: cell {number}"
        role = _role(about, kind, place)
        name = str(about.get("grade_id", ""))
        if role is not Role.PLAIN and name in seen:
            raise UsageError(f"{place}: grade_id {name!r} is there twice")
        seen.add(name)
        points = _points(about, role, place)
        found.append(SourceCell(role, kind, _MARKS.sub("", text), _given(text, role), points, name))
    return tuple(found)


def _given(text: str, role: Role) -> str:
    """Return what students get of a cell."""
    if role is Role.TESTS:
        return ""
    if role is Role.PLAIN:
        return text
    shortened = _SOLUTION.sub(_stub, text)
    return shortened if shortened != text else without_bodies(text)


def _stub(match: re.Match[str]) -> str:
    indent = match[0][: len(match[0]) - len(match[0].lstrip())]
    return f"{indent}{STUB}\n"


def _role(about: Mapping[str, Any], kind: str, place: str) -> Role:
    schema = about.get("schema_version", 1)
    if not isinstance(schema, int) or schema < 1:
        raise UsageError(f"{place}: nbgrader.schema_version: expected 1, 2 or 3, not {schema!r}")
    if schema > NEWEST:
        raise UsageError(
            f"{place}: nbgrader.schema_version is {schema}; this reads up to {NEWEST}: "
            "a newer grader may know it"
        )
    grade, solution = bool(about.get("grade")), bool(about.get("solution"))
    if about.get("task") and schema == NEWEST:
        return Role.TASK
    if grade and solution:
        return Role.BY_HAND
    if grade:
        return Role.TESTS if kind == "code" else Role.BY_HAND
    if solution:
        return Role.ANSWER if kind == "code" else Role.BY_HAND
    return Role.READ_ONLY if about.get("locked") else Role.PLAIN


def _points(about: Mapping[str, Any], role: Role, place: str) -> float:
    if role not in (Role.TESTS, Role.BY_HAND, Role.TASK):
        return 0.0
    try:
        points = float(about.get("points") or 0)
    except (TypeError, ValueError):
        raise UsageError(f"{place}: nbgrader.points: expected a number") from None
    if not 0 <= points <= 1000:
        raise UsageError(f"{place}: nbgrader.points: expected 0 to 1000, not {points:g}")
    return points
