"""An exception is told in a few lines, with the line at which the running cell failed."""

from __future__ import annotations

from typing import Any

import pytest

from grader.inside.tracebacks import LINES, WIDTH, describe

CELLS = {
    "cell 1": "def slope(x):\n    y = x ** 2\n    return y.no_such()",
    "cell 2": "a = 1\n\nslope(a)",
    "cell 3": "b = 2\nb.no_such",
    "cell 4": "raise AttributeError('\\n'.join(f'{n:0>900}' for n in range(200)))",
}


def told(*names: str, place: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {}
    for name in names:
        try:
            exec(compile(CELLS[name], name, "exec"), namespace)
        except AttributeError as error:
            return describe(error, set(CELLS), place)
    raise AssertionError


@pytest.mark.parametrize(
    ("names", "line"),
    [(("cell 1", "cell 2"), 3), (("cell 3",), 2)],
)
def test_the_line_is_one_of_the_cell_that_ran(names: tuple[str, ...], line: int) -> None:
    assert told(*names, place=names[-1])["line"] == line


def test_the_traceback_names_the_other_cells_line_too() -> None:
    lines = "\n".join(told("cell 1", "cell 2", place="cell 2")["traceback"])
    assert 'File "cell 1", line 3' in lines
    assert 'File "cell 2", line 3' in lines


def test_the_line_of_another_cell_is_not_taken_for_one_of_this_cell() -> None:
    assert told("cell 3", place="cell 2")["line"] is None


def test_a_long_traceback_is_cut_in_the_middle_to_what_the_grader_reads() -> None:
    lines = told("cell 4", place="cell 4")["traceback"]
    assert len(lines) <= LINES
    assert max(map(len, lines)) <= WIDTH
    assert lines[0].startswith("Traceback")
    assert any("lines left out" in line for line in lines)
