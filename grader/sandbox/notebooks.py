"""A submission as nbclient runs it: as a notebook; and as a kernel is set up for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grader.model import Cell, Limits, Submission
from grader.sandbox.allowance import DISPLAYS, IDS, LARGEST
from grader.sandbox.connection import Origin

__all__ = ["new_notebook", "notebook_client", "origin", "setup", "source_of", "tidied",
           "too_many_outputs"]  # fmt: skip

_DEVICE = re.compile(r"cuda|\bmps\b|\bxpu\b|\bhip\b|\bpin_memory\b")
SEED = 0
"""Every submission starts from the same random state, so that a run can be repeated."""


def origin(submission: Submission, cell: Cell) -> Origin:
    """Return where a cell comes from, as its tracebacks will say."""
    if submission.kind == "notebook":
        return Origin(f"cell {cell.index + 1}")
    return Origin(submission.path.name, cell.line or 1)


def setup(submission: Submission, observe: bool, limits: Limits) -> dict[str, object]:
    """Return what the kernel must know: for a module its name, file name and source.

    With `observe` the library calls that cells make are noted, for checks of what cells leave.
    """
    known: dict[str, object] = {
        "seed": SEED,
        "observe": observe,
        "devices": limits.devices == "cpu" and names_device(submission.cells),
    }
    if submission.kind == "notebook":
        return {"module": None, "file": "", "source": "", **known}
    name = submission.path.name
    return {
        "module": submission.path.stem,
        "file": name,
        "source": source_of(submission.cells),
        **known,
    }


def names_device(cells: Sequence[Cell]) -> bool:
    """Return whether the code may name a device other than the CPU."""
    return any(_DEVICE.search(cell.source) for cell in cells)


def source_of(cells: Sequence[Cell]) -> str:
    """Return the text of a module from its cells, every line at its own number."""
    lines: list[str] = []
    for cell in cells:
        lines += [""] * ((cell.line or 1) - 1 - len(lines))
        lines += cell.source.split("\n")
    return "\n".join(lines) + "\n"


def new_notebook(cells: Sequence[Cell]) -> Any:
    """Return the notebook of a submission, not yet run."""
    from nbformat import v4

    return v4.new_notebook(
        cells=[
            # By `line` a report marks the guilty line of a module, whose errors count from its top.
            v4.new_code_cell(cell.source, metadata={"tags": list(cell.tags), "line": cell.line})
            for cell in cells
        ]
    )


def notebook_client() -> Any:
    """Return nbclient's class without its poll for dead kernels: a connection says so at once."""
    from nbclient import NotebookClient

    class Client(NotebookClient):
        async def _async_poll_kernel_alive(self) -> None:
            return

    return Client


def tidied(notebook: Any, cells: Sequence[Cell] = ()) -> Mapping[str, Any]:
    """Return the notebook with each run of pieces of one stream joined, and its prose back in."""
    for cell in notebook.cells:
        joined: list[Any] = []
        pieces: list[str] = []
        for output in cell.outputs:
            last = joined[-1] if joined else None
            same = last is not None and output.output_type == last.output_type == "stream"
            if same and last is not None and output.name == last.name:
                pieces.append(output.text)
            else:
                _close(joined, pieces)
                joined.append(output)
                pieces = [output.text] if output.output_type == "stream" else []
        _close(joined, pieces)
        cell.outputs = joined
    notebook.cells = list(_with_prose(notebook.cells, cells))
    return dict(notebook)


def too_many_outputs() -> Any:
    """Return the output that stands for all that were left out."""
    from nbformat import v4

    text = (
        f"\nThe grader left out further outputs. One run may show {DISPLAYS:,} figures, tables, "
        f"values and errors, may update {IDS} of them, "
        f"and each of them may be as large as {LARGEST >> 20} MiB.\n"
    )
    return v4.new_output("stream", name="stderr", text=text)


def _with_prose(ran: Sequence[Any], cells: Sequence[Cell]) -> Iterator[Any]:
    from nbformat import v4

    for number, cell in enumerate(ran):
        before, after = (cells[number].before, cells[number].after) if cells else ("", "")
        if before:
            yield v4.new_markdown_cell(before)
        yield cell
        if after:
            yield v4.new_markdown_cell(after)


def _close(joined: list[Any], pieces: list[str]) -> None:
    if joined and len(pieces) > 1:
        joined[-1].text = "".join(pieces)
