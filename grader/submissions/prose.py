"""The tagged Markdown cells of a notebook or percent script: what students answer in words.

The text is the student's, kept within bounds and never run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from grader.model import Prose
from grader.submissions.parsing import joined, parsed

__all__ = ["prose_of_module", "prose_of_notebook"]

_MOST, _LONGEST = 200, 20_000
_LONGEST_TAG = 100
_HEADER = re.compile(r"#\s*%%")
_MARKDOWN = re.compile(r"#\s*%%.*\[(markdown|md)\]")
_TAGS = re.compile(r"\btags\s*=\s*(\[[^\]]*\])")


def prose_of_notebook(text: str) -> tuple[Prose, ...]:
    """Return the Markdown cells that bear tags; nothing of a document that cannot be read."""
    try:
        cells = parsed(text)["cells"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ()
    found = (_of_cell(cell) for cell in (cells if isinstance(cells, list) else [])[:10_000])
    return tuple(prose for prose in found if prose is not None)[:_MOST]


def _of_cell(cell: Any) -> Prose | None:
    if not isinstance(cell, dict) or cell.get("cell_type") != "markdown":
        return None
    metadata, source = cell.get("metadata"), joined(cell.get("source", ""))
    tags = _tags(metadata.get("tags") if isinstance(metadata, dict) else None)
    return _prose(tags, source) if source is not None and tags else None


def prose_of_module(text: str) -> tuple[Prose, ...]:
    """Return the Markdown cells of a percent script that bear tags."""
    return tuple(_of_lines(text.split("\n")))[:_MOST]


def _of_lines(lines: list[str]) -> Iterator[Prose]:
    starts = [number for number, line in enumerate(lines) if _HEADER.match(line)]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=False):
        found = _TAGS.search(lines[start]) if _MARKDOWN.match(lines[start]) else None
        try:
            tags = _tags(json.loads(found[1])) if found else ()
        except (ValueError, RecursionError):
            continue
        if tags:
            body = [re.sub(r"^# ?", "", line) for line in lines[start + 1 : end]]
            yield _prose(tags, "\n".join(body))


def _tags(found: Any) -> tuple[str, ...]:
    if not isinstance(found, list):
        return ()
    return tuple(tag for tag in found[:20] if isinstance(tag, str) and len(tag) <= _LONGEST_TAG)


def _prose(tags: tuple[str, ...], source: str) -> Prose:
    plain = source.encode("utf-8", "replace").decode("utf-8")  # lone surrogates
    return Prose(tags, plain.strip()[:_LONGEST])
