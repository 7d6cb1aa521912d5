"""Write a file from the cells that were read of one: read again, it gives the same cells.

Code, tags, ids and what was answered in words come back; outputs were never kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from grader.model import Aside, Cell, Prose, Submission

__all__ = ["rebuilt"]

_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def rebuilt(submission: Submission) -> bytes:
    """Return a notebook, or a percent script where a module was handed in."""
    if submission.kind == "module":
        return "\n\n".join(_percent_cells(submission)).encode("utf-8", "replace") + b"\n"
    cells = list(_notebook_cells(submission))
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, indent=1).encode("ascii")


# ---------------------------------------------------------------- percent scripts


def _percent_cells(submission: Submission) -> Iterator[str]:
    for cell in submission.cells:
        yield f"# %%{_tagged(cell.tags)}\n{cell.source.rstrip()}"
    for prose in submission.prose:
        yield f"# %% [markdown]{_tagged(prose.tags)}\n{_commented(prose)}"


def _tagged(tags: tuple[str, ...]) -> str:
    return f" tags={json.dumps(list(tags))}" if tags else ""


def _commented(prose: Prose) -> str:
    return "\n".join(f"# {line}".rstrip() for line in prose.text.split("\n"))


# ---------------------------------------------------------------- notebooks


def _notebook_cells(submission: Submission) -> Iterator[dict[str, Any]]:
    for cell in submission.cells:
        yield from _words(cell.before, [a for a in submission.asides if a.following == cell.index])
        yield _code(cell)
    last = submission.cells[-1]
    yield from _words(last.after, [a for a in submission.asides if a.following > last.index])


def _words(text: str, asides: list[Aside]) -> Iterator[dict[str, Any]]:
    """Yield the cells between two code cells: `text` is what all Markdown of them says."""
    for aside in asides:
        if aside.kind == "markdown":
            before, found, after = text.partition(aside.source.strip("\n"))
            if found:
                yield from _markdown(before)
                text = after
        yield {
            "cell_type": aside.kind,
            "source": aside.source,
            **_named(aside.tags, aside.marks),
        }
    yield from _markdown(text)


def _markdown(text: str) -> Iterator[dict[str, Any]]:
    text = text.strip("\n")
    if text:
        yield {"cell_type": "markdown", "metadata": {}, "source": text}


def _code(cell: Cell) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "outputs": [],
        "source": cell.source,
        **_named(cell.tags, cell.marks),
    }


def _named(tags: tuple[str, ...], marks: tuple[str, ...]) -> dict[str, Any]:
    """Return tags and ids as a notebook has them: its own id, Colab's, nbgrader's."""
    metadata: dict[str, Any] = {"tags": list(tags)} if tags else {}
    own, rest = (marks[:1], marks[1:]) if marks and _ID.fullmatch(marks[0]) else ((), marks)
    if rest:
        metadata["nbgrader"] = {"grade_id": rest[-1]}
    if len(rest) > 1:
        metadata["id"] = rest[0]
    return {"metadata": metadata, **({"id": own[0]} if own else {})}
