"""Cut a student's file into code cells: a notebook, a percent script, or any other module.

Nothing is executed and no content raises anything but `SubmissionError`, whose text is the
reason told to student and instructor.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from grader.errors import SubmissionError
from grader.inside.pieces import compiles, pieces
from grader.model import Cell
from grader.submissions.asides import marks_of
from grader.submissions.parsing import joined, parsed

__all__ = ["MAX_CELLS", "MAX_SOURCE", "module_cells", "notebook_cells"]

_CURRENT = 4
"""The newest format of notebooks."""
MAX_CELLS = 2_000
"""More code cells or top-level statements than anybody hands in."""
MAX_PROSE = 20_000
"""Characters of Markdown between two code cells that are kept to be shown."""
MAX_SOURCE = 1_000_000
"""Characters of code; parsing needs several hundred times as many bytes."""

# Cell headers as Jupytext, Spyder, VS Code and `jupyter nbconvert --to script` write them.
_HEADER = re.compile(r"#\s*(%%|<codecell>|In\s?\[[\d ]*\]:?\s*$)")
_SURROGATES = re.compile("[\ud800-\udfff]")
_TRIPLE_QUOTE = re.compile(r"\"\"\"|'''")


def notebook_cells(text: str) -> tuple[tuple[Cell, ...], tuple[str, ...]]:
    """Return the code cells of a notebook in any nbformat, and remarks about it."""
    try:
        notebook, remarks = _read_notebook(text)
        raw_cells = notebook.get("cells")
        if not isinstance(raw_cells, list):
            raise SubmissionError("is not a notebook: `cells` is not a list")
        cells = tuple(_code_cells(raw_cells))
    except SubmissionError:
        raise
    except RecursionError:
        raise SubmissionError("is not a notebook: it is nested too deeply") from None
    except Exception as error:  # nbformat meets arbitrary content and raises whatever it likes
        raise SubmissionError(f"is not a notebook: {_short(error)}") from None
    return _bounded(cells), remarks


def module_cells(text: str) -> tuple[Cell, ...]:
    """Return a module's cells: those of a percent script, else its top-level statements.

    What does not compile is a cell of its own: running it shows the student the syntax error.
    """
    _refuse_too_much(text)
    lines = text.split("\n")
    if any(_HEADER.match(line) for line in lines):
        cells = tuple(_percent_cells(lines))
    else:
        cells = _statement_cells(text, lines)
    return _bounded(cells)


# ---------------------------------------------------------------- notebooks


def _read_notebook(text: str) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    document = _document(text)
    version = _version(document)
    if version > _CURRENT:
        raise SubmissionError(f"is in nbformat {version}; this grader reads up to nbformat 4")
    if version == _CURRENT:  # what grading needs of it needs no nbformat
        return document, ()
    import nbformat
    from nbformat import reader

    whole = isinstance(document.get("metadata"), dict)
    notebook = reader.reads(text if whole else json.dumps({**document, "metadata": {}}))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about ids and fields that grading does not need
        notebook = nbformat.convert(notebook, _CURRENT)
    return notebook, (f"The notebook was saved in nbformat {version} and has been upgraded to 4.",)


def _document(text: str) -> Any:
    try:
        return parsed(text)
    except ValueError as error:
        raise SubmissionError(f"is not a notebook: not valid JSON ({_short(error)})") from None


def _version(document: Any) -> int:
    version = document.get("nbformat") if isinstance(document, dict) else None
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise SubmissionError("is not a notebook: `nbformat` is missing or not a number")
    return version


_OUR_MAGICS = re.compile(r"\A\s*%%check\b|^[ \t]*(%check|%load_ext[ \t]+grader)\b", re.MULTILINE)
"""How students check their own work: nothing to grade, and unknown where a work is graded."""


def _code_cells(raw_cells: Sequence[Any]) -> Iterator[Cell]:
    found: list[Cell] = []
    prose = ""
    for number, raw in enumerate(raw_cells, start=1):
        source = joined(raw.get("source", "")) if isinstance(raw, dict) else None
        if source is None:
            raise SubmissionError(f"is not a notebook: cell {number} is not a cell with text")
        source = _SURROGATES.sub("\ufffd", source)
        source = _OUR_MAGICS.sub(r"# \g<0>", source)
        if raw.get("cell_type") == "code":
            tags, marks = _tags(raw.get("metadata")), marks_of(raw)
            found.append(Cell(len(found), source, tags, before=prose, marks=marks))
            prose = ""
        elif raw.get("cell_type") == "markdown":
            prose = f"{prose}\n\n{source}".strip("\n")[:MAX_PROSE]
    if found:
        yield from (*found[:-1], replace(found[-1], after=prose))


def _tags(metadata: Any) -> tuple[str, ...]:
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    tags = [tags] if isinstance(tags, str) else tags  # as some editors write a single one
    found = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    # nbformat knows no tag with a comma, and none twice.
    parts = (part.strip() for tag in found for part in tag.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


# ---------------------------------------------------------------- percent scripts


def _percent_cells(lines: Sequence[str]) -> Iterator[Cell]:
    index = 0
    for first, last in _percent_spans(lines):
        has_header = _HEADER.match(lines[first]) is not None
        kind, tags = _header(lines[first]) if has_header else ("code", ())
        start = _first_code_line(lines, first + has_header, last)
        if kind == "code" and start is not None:
            yield Cell(index, "\n".join(lines[start:last]).rstrip(), tags, line=start + 1)
            index += 1


def _percent_spans(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield each cell as (first line, line after the last), header included."""
    starts = [number for number, line in enumerate(lines) if _HEADER.match(line)]
    if len(starts) > MAX_CELLS:
        raise SubmissionError(f"has {len(starts)} cells; at most {MAX_CELLS} are read")
    first = _after_jupytext_header(lines)
    if first == len(lines):
        return
    bounds = [first, *(start for start in starts if start > first), len(lines)]
    position = 0
    while position < len(bounds) - 1:
        following = _cell_end(lines, bounds, position)
        yield bounds[position], bounds[following]
        position = following


def _cell_end(lines: Sequence[str], bounds: Sequence[int], position: int) -> int:
    """Return the position in `bounds` where the cell ends that starts at `position`.

    A header inside a string is no header. But a string that is never closed must not swallow
    the cells after it: so cells are joined only where that makes them parse.
    """
    following = position + 1
    if not _open_string("\n".join(lines[bounds[position] : bounds[following]])):
        return following
    for end in range(following + 1, len(bounds)):
        if _TRIPLE_QUOTE.search("\n".join(lines[bounds[end - 1] : bounds[end]])):
            joined = "\n".join(lines[bounds[position] : bounds[end]])
            return end if _parse(joined) is not None else following
    return following


def _open_string(source: str) -> bool:
    if not _TRIPLE_QUOTE.search(source):  # nothing to open one, and no need to parse
        return False
    try:
        _parse_or_raise(source)
    except SyntaxError as error:
        return "unterminated triple-quoted" in str(error.msg)
    except (ValueError, RecursionError, MemoryError):
        return False
    return False


def _after_jupytext_header(lines: Sequence[str]) -> int:
    """Return the first line after the commented YAML that Jupytext writes, 0 without one."""
    if lines[0].rstrip() != "# ---":
        return 0
    ends = (n for n, line in enumerate(lines[1:100], start=1) if line.rstrip() == "# ---")
    return next(ends, -1) + 1


def _header(line: str) -> tuple[str, tuple[str, ...]]:
    """Return kind and tags that a header gives its cell; most are alike."""
    return _read_header(line) if len(line) > _LONGEST_KEPT else _kept_header(line)


def _read_header(line: str) -> tuple[str, tuple[str, ...]]:
    import jupytext

    try:
        cell = jupytext.reads(line + "\n\n0\n", fmt="py:percent").cells[0]
    except Exception:  # a header that Jupytext cannot read still starts a cell
        return "code", ()
    return str(cell.cell_type), _tags(cell.metadata)


_LONGEST_KEPT = 200
_kept_header = lru_cache(1000)(_read_header)


# ---------------------------------------------------------------- other modules


def _statement_cells(text: str, lines: Sequence[str]) -> tuple[Cell, ...]:
    tree = _parse(text)
    if tree is not None and len(tree.body) > MAX_CELLS:
        raise SubmissionError(f"has {len(tree.body)} statements; at most {MAX_CELLS} are read")
    if tree is None or compiles(text) is not None:
        spans = list(_readable_spans(text, lines))
    else:
        spans = list(_statement_spans(tree, lines))
    return tuple(
        Cell(index, "\n".join(lines[start:end]), line=start + 1)
        for index, (start, end) in enumerate(spans)
    )


def _readable_spans(text: str, lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the statements that can be read of a file that does not compile, and the rest."""
    for first, last, whole in pieces(text):
        start = _first_code_line(lines, first, last)
        if start is None:
            continue
        tree = _parse("\n".join(lines[start:last])) if whole else None
        if tree is None:
            yield start, last
        else:
            for begin, end in _statement_spans(tree, lines[start:last]):
                yield start + begin, start + end


def _statement_spans(tree: ast.Module, lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the lines of each statement with the comments above it; together the whole file."""
    ends: list[int] = []
    for statement in tree.body:
        first, last = _span(statement)
        if ends and first < ends[-1]:
            ends[-1] = last  # `a = 1; b = 2` shares a line
        else:
            ends.append(last)
    start = 0
    for end in ends:
        code = _first_code_line(lines, start, end)
        yield (start if code is None else code), end
        start = end


def _span(statement: ast.stmt) -> tuple[int, int]:
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    return first - 1, statement.end_lineno or statement.lineno


def _parse(source: str) -> ast.Module | None:
    try:
        return _parse_or_raise(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _parse_or_raise(source: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the student's escapes; they see them when it runs
        return ast.parse(source)


# ---------------------------------------------------------------- bounds and words


def _first_code_line(lines: Sequence[str], start: int, end: int) -> int | None:
    return next((number for number in range(start, end) if lines[number].strip()), None)


def _bounded(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    if len(cells) > MAX_CELLS:
        raise SubmissionError(f"has {len(cells)} code cells; at most {MAX_CELLS} are read")
    _refuse_too_much(*(cell.source for cell in cells))
    if not any(cell.source.strip() for cell in cells):
        raise SubmissionError("holds no code")
    return cells


def _refuse_too_much(*sources: str) -> None:
    size = sum(map(len, sources))
    if size > MAX_SOURCE:
        raise SubmissionError(f"holds {size:,} characters of code; at most {MAX_SOURCE:,} are read")


def _short(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 200 else text[:199] + "…"
