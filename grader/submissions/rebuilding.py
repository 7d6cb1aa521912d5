"""Write a work as a file again, from what was read of it.

The gradebook keeps cells, not files. What is written here gives the same cells, tags, Markdown
answers and prose when it is read again. Outputs, comments below a module's last statement and
formatting between cells are gone.
"""

from __future__ import annotations

import io
import json
import re
import tokenize
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from grader.errors import SubmissionError
from grader.model import Aside, Cell, Prose, Submission
from grader.submissions.asides import holds_code
from grader.submissions.cells import module_cells
from grader.submissions.prose import prose_of_module

__all__ = ["rebuilt"]

_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_HEADER = re.compile(r"#\s*(%%|<codecell>|In\s?\[)")
_SURROGATES = re.compile("[\ud800-\udfff]")


def rebuilt(submission: Submission) -> bytes:
    """Return a notebook or module that is read as this submission's cells, tags and prose.

    A module keeps the numbers of its lines where its tags have room between them.
    """
    return _module(submission) if submission.kind == "module" else _notebook(submission)


# ---------------------------------------------------------------- modules


def _module(submission: Submission) -> bytes:
    wanted = [(cell.source, cell.tags) for cell in submission.cells]
    text = ""
    for write in (_plain, _percent, _percent_apart):
        text = write(submission.cells, submission.prose)
        try:
            found = [(cell.source, cell.tags) for cell in module_cells(text)]
        except SubmissionError:
            continue
        if found == wanted and prose_of_module(text) == submission.prose:
            break
    return text.encode(_encoding(text), "replace")


def _encoding(text: str) -> str:
    """Return the encoding that a comment at the top names, else UTF-8 (PEP 263)."""
    try:
        name, _ = tokenize.detect_encoding(io.BytesIO(text.encode("utf-8", "replace")).readline)
        text.encode(name)
    except (SyntaxError, LookupError, ValueError):
        return "utf-8"
    return name


def _plain(cells: Sequence[Cell], _: Sequence[Prose]) -> str:
    """Put every cell at its line, as in a module without cell headers."""
    return _at_lines(cells, lambda cell, room: [""] * room)


def _percent(cells: Sequence[Cell], prose: Sequence[Prose]) -> str:
    """Put every cell at its line and a header above it, where there is room for one."""

    def between(cell: Cell, room: int) -> list[str]:
        if not room and not cell.index and not cell.tags:
            return []  # a file may begin without a header
        return [*[""] * max(0, room - 1), _header(cell.tags)]

    return _at_lines(cells, between) + _answers(prose)


def _percent_apart(cells: Sequence[Cell], prose: Sequence[Prose]) -> str:
    """Put cells below one another, each with a header."""
    return "\n".join(f"{_header(cell.tags)}\n{cell.source}\n" for cell in cells) + _answers(prose)


def _at_lines(cells: Sequence[Cell], between: Callable[[Cell, int], list[str]]) -> str:
    lines: list[str] = []
    for cell in cells:
        lines += between(cell, max(0, (cell.line or 0) - 1 - len(lines)))
        lines += cell.source.split("\n")
    return "\n".join(lines)


def _header(tags: Sequence[str], kind: str = "") -> str:
    header_tags = f" tags={json.dumps(list(tags), ensure_ascii=False)}" if tags else ""
    return f"# %%{kind}{header_tags}"


def _answers(prose: Sequence[Prose]) -> str:
    return "".join(
        "\n".join(["", _header(each.tags, " [markdown]"), *_commented(each.text), ""])
        for each in prose
    )


def _commented(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        commented = f"# {line}" if line else "#"
        yield line if _HEADER.match(commented) else commented


# ---------------------------------------------------------------- notebooks


def _notebook(submission: Submission) -> bytes:
    cells, asides, prose = submission.cells, submission.asides, list(submission.prose)
    with_ids = _have_ids([*cells, *asides])
    found: list[dict[str, Any]] = []
    for cell in cells:
        beside = [aside for aside in asides if aside.following == cell.index]
        found += _between(cell.before, beside, prose, with_ids)
        found.append(
            {
                **_cell("code", cell.source, cell.tags, cell.marks, with_ids),
                "execution_count": None,
                "outputs": [],
            }
        )
    beside = [aside for aside in asides if aside.following >= len(cells)]
    found += _between(cells[-1].after if cells else "", beside, prose, with_ids)
    # An older gradebook kept answers in words without their places.
    found += [_cell("markdown", each.text, each.tags, (), with_ids) for each in prose]
    if with_ids:
        taken = {cell["id"] for cell in found if "id" in cell}
        free = (name for n in range(2 * len(found)) if (name := f"cell-{n}") not in taken)
        found = [cell if "id" in cell else {**cell, "id": next(free)} for cell in found]
    minor = 5 if with_ids else 4
    written = {"cells": found, "metadata": {}, "nbformat": 4, "nbformat_minor": minor}
    return json.dumps(written, indent=1).encode("ascii")


def _have_ids(cells: Sequence[Cell | Aside]) -> bool:
    """Tell whether every cell bears what nbformat 4.5 takes for an id, and each its own."""
    ids = [cell.marks[0] if cell.marks else "" for cell in cells]
    return all(map(_ID.fullmatch, ids)) and len(set(ids)) == len(ids)


def _between(
    text: str, asides: Sequence[Aside], prose: list[Prose], with_ids: bool
) -> Iterator[dict[str, Any]]:
    """Yield the cells between two code cells: `text` is all Markdown of them, joined.

    Takes out of `prose` what stands here.
    """
    begin = 0
    for aside in asides:
        if aside.kind == "markdown" and (place := _place(aside, text, begin)) is not None:
            yield from _untagged(text[begin : place[0]])
            begin = place[1]
        elif aside.kind == "markdown" and aside.source.strip("\n"):
            yield from _untagged(text[begin:])  # the text was cut before it
            begin = len(text)
        tags = _tags(aside, prose)
        yield _cell(aside.kind, aside.source, tags, aside.marks, with_ids)
    yield from _untagged(text[begin:])


def _place(aside: Aside, text: str, begin: int) -> tuple[int, int] | None:
    """Return where an aside stands in the joined text, from `begin` on."""
    source = _SURROGATES.sub("\ufffd", aside.source).rstrip("\n")
    core = source.lstrip("\n")
    if not core:
        return None
    if not begin and re.match(rf"{re.escape(core)}(?=\n\n|\Z)", text):
        return 0, len(core)
    found = re.compile(rf"\n\n{re.escape(source)}(?=\n\n|\Z)").search(text, begin)
    return (found.start(), found.end()) if found else None


def _untagged(text: str) -> Iterator[dict[str, Any]]:
    """Yield Markdown without tags: one cell, or more where one would read as code."""
    text = text.removeprefix("\n\n")
    parts = text.split("\n\n") if holds_code(text) else [text]
    for part in parts:
        if part:
            yield {"cell_type": "markdown", "metadata": {}, "source": part}


def _tags(aside: Aside, prose: list[Prose]) -> Any:
    """Return an aside's tags as they were: in full where an answer has kept them so."""
    if aside.kind != "markdown" or not aside.tags:
        return list(aside.tags)
    text = aside.source.encode("utf-8", "replace").decode("utf-8").strip()
    if prose and text.startswith(prose[0].text):
        return list(prose.pop(0).tags)
    # Tags that are one string name no answer in words.
    return aside.tags[0] if len(aside.tags) == 1 else list(aside.tags)


def _cell(
    kind: str, source: str, tags: Any, marks: Sequence[str], with_ids: bool
) -> dict[str, Any]:
    metadata: dict[str, Any] = {"tags": list(tags) if isinstance(tags, tuple) else tags}
    if not tags:
        metadata = {}
    cell: dict[str, Any] = {"cell_type": kind, "metadata": metadata, "source": source}
    rest = list(marks)
    if rest and (with_ids or len(rest) > 2):
        cell["id"] = rest.pop(0)
    if rest:
        metadata["id"] = rest.pop(0)
    if rest:
        metadata["nbgrader"] = {"grade_id": rest.pop(0)}
    return cell
