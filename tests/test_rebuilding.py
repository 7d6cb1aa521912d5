"""A work that is written again from what was read of it is read as the same work."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.model import Submission
from grader.submissions.reading import read_submission
from grader.submissions.rebuilding import rebuilt

pytestmark = pytest.mark.slow

TEXTS = st.sampled_from(
    [
        "x = 1", "y = 2\nprint(y)", "def f(x):\n    return x", 'z = """a\n# %% no header\n"""',
        "x = (", "for i in range(3):\n    pass", "%time x = 1", "import otter\ngrader.check('q1')",
        "# Part 1", "Because of the chain rule.", "\n\nSlope $2x$.\n", "- a\n- b\n\n- c", "",
        "# a", "%% no", "for x in y:", "    z = 1", "In [1]:", "```python\nx = 1\n```", "é \ud83d",
        "x  \n", "def broken(:", "a = 1; b = 2", '"""A docstring."""',
        "# ---\n# jupyter: {}\n# ---",
    ]
)  # fmt: skip
TAGS = st.lists(st.sampled_from(["slope", "why", "raises-exception", "ä b", 'q"1', "a=b"]),
                unique=True, max_size=3)  # fmt: skip
MARKS = st.sampled_from([{}, {"id": "one"}, {"id": "é"}, {"metadata": "colab", "grade": "g1"}])


@st.composite
def notebook_cells(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["code", "code", "markdown", "markdown", "raw"]))
    tags, marks = draw(TAGS), draw(MARKS)
    metadata: dict[str, Any] = {"tags": tags} if tags else {}
    cell = {"cell_type": kind, "metadata": metadata, "source": draw(TEXTS)}
    if kind == "code":
        cell |= {"outputs": [], "execution_count": None}
    if "id" in marks:
        cell["id"] = marks["id"]
    if "metadata" in marks:
        metadata |= {"id": marks["metadata"], "nbgrader": {"grade_id": marks["grade"]}}
    return cell


NOTEBOOKS = st.lists(notebook_cells(), min_size=1, max_size=9).map(
    lambda cells: json.dumps(
        {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    ).encode()
)


@st.composite
def module_cells(draw: st.DrawFn) -> str:
    tags = draw(TAGS)
    told = f" tags={json.dumps(tags)}" if tags else ""
    text = draw(TEXTS).replace("\ud83d", "")
    if draw(st.booleans()):
        return f"# %%{told}\n{text}"
    lines = (f"# {line}" for line in text.split("\n"))
    return f"# %% [markdown]{told}\n" + "\n".join(lines)


PERCENT = st.lists(module_cells(), min_size=1, max_size=9).map("\n\n".join)
PLAIN = st.lists(TEXTS.map(lambda text: text.replace("\ud83d", "")), max_size=9).map("\n".join)


def read(folder: Path, name: str, content: bytes) -> Submission | None:
    path = folder / name
    path.write_bytes(content)
    found = read_submission(path, "ada-l", "squares")
    return found if isinstance(found, Submission) else None


def same(one: Submission, other: Submission, *, lines: bool = True) -> None:
    for mine, theirs in zip(one.cells, other.cells, strict=True):
        assert (mine.source, mine.tags, mine.marks) == (theirs.source, theirs.tags, theirs.marks)
        assert (mine.before, mine.after) == (theirs.before, theirs.after)
        assert not lines or mine.line == theirs.line
    assert one.prose == other.prose
    assert one.asides == other.asides


@settings(max_examples=400, deadline=None)
@given(content=NOTEBOOKS)
def test_a_notebook_is_read_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("work")
    work = read(folder, "squares.ipynb", content)
    if work is None:
        return
    again = read(folder, "squares.ipynb", rebuilt(work))
    assert again is not None
    same(work, again)


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(PERCENT, PLAIN))
def test_a_module_is_read_as_it_was(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("work")
    work = read(folder, "squares.py", text.encode())
    if work is None:
        return
    again = read(folder, "squares.py", rebuilt(work))
    assert again is not None
    same(work, again)


def test_tags_that_were_found_again_are_kept(tmp_path: Path) -> None:
    work = read(tmp_path, "squares.py", b"import math\nx = 1\n")
    assert work is not None
    cells = (work.cells[0], replace(work.cells[1], tags=("slope",)))
    again = read(tmp_path, "squares.py", rebuilt(replace(work, cells=cells)))
    assert again is not None
    assert [(cell.source, cell.tags) for cell in again.cells] == [
        ("import math", ()),
        ("x = 1", ("slope",)),
    ]


def test_a_rebuilt_notebook_opens_in_jupyter(tmp_path: Path) -> None:
    cells = [nbformat.v4.new_markdown_cell("# Part 1"), nbformat.v4.new_code_cell("x = 1")]
    cells[1].metadata["tags"] = ["slope"]
    cells.append(nbformat.v4.new_markdown_cell("It is $2x$.", metadata={"tags": ["why"]}))
    text = nbformat.writes(nbformat.v4.new_notebook(cells=cells))
    work = read(tmp_path, "squares.ipynb", text.encode())
    assert work is not None
    again = nbformat.reads(rebuilt(work).decode(), 4)
    nbformat.validate(again)
    assert [(cell.cell_type, cell.source) for cell in again.cells] == [
        (cell.cell_type, cell.source) for cell in cells
    ]
    assert again.cells[2].metadata["tags"] == ["why"]


def test_a_file_in_another_encoding_is_written_in_it(tmp_path: Path) -> None:
    text = "# -*- coding: latin-1 -*-\nname = 'é'\n"
    work = read(tmp_path, "squares.py", text.encode("latin-1"))
    assert work is not None
    assert rebuilt(work).decode("latin-1") == text.rstrip("\n")


def test_an_answer_of_an_older_gradebook_is_written_at_the_end(tmp_path: Path) -> None:
    text = json.dumps(
        {
            "cells": [
                {"cell_type": "markdown", "metadata": {"tags": ["why"]}, "source": "It is."},
                {"cell_type": "code", "metadata": {}, "source": "x = 1", "outputs": []},
            ],
            "metadata": {}, "nbformat": 4, "nbformat_minor": 4,
        }
    )  # fmt: skip
    work = read(tmp_path, "squares.ipynb", text.encode())
    assert work is not None
    again = read(tmp_path, "squares.ipynb", rebuilt(replace(work, asides=())))
    assert again is not None
    assert again.prose == work.prose
