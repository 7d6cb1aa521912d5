"""A file made from the cells of one that is gone gives the same cells when it is read."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.model import Cell, Submission
from grader.submissions.handedin import read_submission
from grader.submissions.rebuilding import rebuilt

MODULE = '''"""A docstring."""
import torch

# What it is for.
def square(x):
    """Return it."""
    return x**2


class Both: pass
a = 1; b = 2
'''
SCRIPT = '''# ---
# jupyter: {}
# ---
# %% [markdown]
# Not tagged, so nothing of it is kept.

# %% tags=["first", "second one"]
import torch

# %%
x = """
# %% no header
"""

# %% [markdown] tags=["essay"]
# Because *each* row counts.
#
#     indented
# %% tags=["last"]
def square(x):
    return x**2
'''


def cell(kind: str, source: str, *tags: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": kind, "source": source, "metadata": {"tags": list(tags)}, **more}


NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {},
    "cells": [
        cell("markdown", "# Title\n\nSome words.", id="a1"),
        cell("markdown", "Because each row counts.\n\nAnd so on.", "essay", id="a2"),
        cell("markdown", "More words.\n"),
        cell("code", "import torch", id="c-1"),
        cell("raw", "raw words", "kept"),
        cell("code", "x = 1\n%check squares", "first", "second"),
        cell("markdown", "y = x + 1", id="a5"),
        {
            "cell_type": "code",
            "source": "z = 2\n",
            "metadata": {"nbgrader": {"grade_id": "task 1"}, "id": "colab"},
        },
        cell("markdown", "The same.", "end", "again"),
        cell("markdown", "The same.", "end2"),
    ],
}


def handed(folder: Path, name: str, text: str) -> Submission:
    path = folder / name
    path.write_text(text)
    found = read_submission(path, "ada-l", "squares", [])
    assert isinstance(found, Submission)
    return found


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("squares.py", MODULE),
        ("squares.py", SCRIPT),
        ("squares.py", "def broken(:\n    pass\n\nx = 1\n"),
        ("squares.ipynb", json.dumps(NOTEBOOK)),
        ("squares.ipynb", json.dumps({**NOTEBOOK, "cells": NOTEBOOK["cells"][3:4]})),  # type: ignore[index]
    ],
)
def test_it_reads_as_the_same(tmp_path: Path, name: str, text: str) -> None:
    first = handed(tmp_path, name, text)
    again = handed(tmp_path, f"again-{name}", rebuilt(first).decode())
    assert list(map(_but_for_its_place, again.cells)) == list(map(_but_for_its_place, first.cells))
    assert again.prose == first.prose
    assert again.asides == first.asides
    assert rebuilt(again) == rebuilt(first)


def _but_for_its_place(cell: Cell) -> Cell:
    return replace(cell, line=None, source=cell.source.rstrip())


def test_nothing_of_it_is_empty(tmp_path: Path) -> None:
    """Else the test above would compare nothing with nothing."""
    script = handed(tmp_path, "squares.py", SCRIPT)
    notebook = handed(tmp_path, "squares.ipynb", json.dumps(NOTEBOOK))
    assert [each.tags for each in script.cells] == [("first", "second one"), (), ("last",)]
    assert [each.tags for each in script.prose] == [("essay",)]
    assert [each.kind for each in notebook.asides] == ["markdown", "raw", *["markdown"] * 3]
    assert notebook.cells[2].marks == ("colab", "task 1")
    assert notebook.cells[0].before.endswith("More words.")
