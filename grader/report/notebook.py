"""Render an executed notebook: code with the guilty line marked, outputs made harmless.

The notebook comes from the student's kernel, so nothing about its shape is taken for granted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from grader.model import CellRun, CheckVerdict, Run
from grader.report.phrases import named
from grader.report.prose import formula, markdown
from grader.report.sanitise import clean_html, clean_text, colours, picture_source, shortened

__all__ = ["Line", "Output", "ShownCell", "shown_cells"]

_MOST_CELLS = 300
_MOST_OUTPUTS = 20
_LONGEST_SOURCE = 20_000
_TEXT_BUDGET = 200_000
_PICTURE_BUDGET = 600_000
"""Characters over a whole notebook, so that a page stays below a few hundred KB."""
_CELL = re.compile(r"cell (\d{1,4})")
_FRAME = re.compile(r'File "cell (\d{1,4})", line (\d{1,6})')


_Call = tuple[str, str, int]
"""Name of a check whose call raised, the file or cell, and the line there."""


@dataclass(frozen=True)
class Line:
    """One line of code, and whether the error came from it."""

    html: Markup
    guilty: bool = False


@dataclass(frozen=True)
class Output:
    """One output of a cell; `left_out` counts characters that are not shown."""

    kind: Literal["text", "error", "html", "picture"]
    html: Markup | str = ""
    source: str = ""
    """Of a picture: its data address."""
    left_out: int = 0


@dataclass(frozen=True)
class ShownCell:
    """One cell ready to be shown; `number` counts code cells from 1."""

    number: int | None
    prose: Markup
    lines: tuple[Line, ...]
    outputs: tuple[Output, ...]
    run: CellRun | None
    left_out: int = 0
    line: int | None = None
    """In a module: the line of the file at which it begins, where that is known."""
    raised: tuple[tuple[str, int], ...] = ()
    """Names of the checks whose calls raised in this cell, each with the line."""
    joined: bool = False
    """In a module: that it goes on right where the one before ended."""

    @property
    def stopped(self) -> bool:
        """True when the cell did not run to its end."""
        return self.run is not None and self.run.status not in ("ok", "skipped")

    @property
    def failed(self) -> bool:
        """True when something is to be said about how the cell, or a call into it, ended."""
        return self.stopped or bool(self.raised)


class _Budget:
    """Characters that may still be shown of one notebook."""

    def __init__(self) -> None:
        self.text = _TEXT_BUDGET
        self.pictures = _PICTURE_BUDGET

    def spend(self, text: str) -> tuple[str, int]:
        kept, left_out = shortened(text, min(12_000, self.text), min(2_000, self.text))
        self.text = max(0, self.text - len(kept))
        return kept, left_out


def shown_cells(
    run: Run, *, module: bool = False, checks: Sequence[CheckVerdict] = ()
) -> tuple[ShownCell, ...]:
    """Prepare the cells of the executed notebook; empty when there is none.

    The statements of a module are shown as the one text that they are. Lines at which the calls
    of `checks` raised are marked like those that stopped their cells.
    """
    notebook = run.notebook if isinstance(run.notebook, Mapping) else {}
    cells = notebook.get("cells")
    if not isinstance(cells, Sequence):
        return ()
    runs = {cell.index: cell for cell in run.cells}
    calls = tuple((named(check), *check.raised_at) for check in checks if check.raised_at)
    shown = tuple(_shown(list(cells)[:_MOST_CELLS], runs, module, calls))
    return tuple(_joined(shown)) if module else shown


def _joined(cells: Sequence[ShownCell]) -> Iterator[ShownCell]:
    for before, cell in zip((None, *cells), cells, strict=False):
        ended = before is None or before.failed or bool(before.outputs)
        yield replace(cell, joined=not ended)


def _shown(
    cells: Sequence[Any], runs: Mapping[int, CellRun], module: bool, calls: Sequence[_Call]
) -> Iterator[ShownCell]:
    budget, index = _Budget(), 0
    guilty = _guilty(cells, runs, module)
    raised: dict[int | None, list[tuple[str, int]]] = defaultdict(list)
    for name, place, at in calls:
        found = _CELL.fullmatch(place)
        key = int(found[1]) - 1 if found and not module else None
        guilty[key].add(at)
        raised[key].append((name, at))
    for cell in cells:
        if not isinstance(cell, Mapping):
            continue
        source = _text(cell.get("source"))
        if cell.get("cell_type") != "code":
            kept, left_out = budget.spend(source)
            yield ShownCell(None, markdown(kept), (), (), None, left_out)
            continue
        run = runs.get(index)
        index += 1
        kept, left_out = budget.spend(source)
        line = _first_line(cell) if module else None
        # Without its place in the file, or with something left out, a line has no number.
        sure = not left_out and (line is not None or not module)
        marked = guilty.get(None if module else index - 1, ()) if sure else ()
        lines = _lines(kept, line or 1, marked)
        outputs = tuple(_outputs(cell.get("outputs"), budget))
        first = line or 1
        here = tuple(
            (name, at)
            for name, at in raised.get(None if module else index - 1, ())
            if first <= at < first + source.count("\n") + 1
        )
        yield ShownCell(index, Markup(""), lines, outputs, run, left_out, line, here)


def _first_line(cell: Mapping[str, Any]) -> int | None:
    metadata = cell.get("metadata")
    line = metadata.get("line") if isinstance(metadata, Mapping) else None
    return line if isinstance(line, int) else None


def _guilty(
    cells: Sequence[Any], runs: Mapping[int, CellRun], module: bool
) -> dict[int | None, set[int]]:
    """Find the failing lines: by cell in a notebook, under None in a module, which is one file.

    A call of an earlier cell's function fails in both cells; the traceback names the other one.
    """
    found: dict[int | None, set[int]] = defaultdict(set)
    for run in runs.values():
        if run.status != "ok" and run.line is not None:
            found[None if module else run.index].add(run.line)
    for output in _errors(cells) if not module else ():
        for number, line in _FRAME.findall("\n".join(_strings(output.get("traceback")))):
            found[int(number) - 1].add(int(line))
    return found


def _errors(cells: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
    for cell in cells:
        outputs = cell.get("outputs") if isinstance(cell, Mapping) else None
        for output in outputs if isinstance(outputs, list) else ():
            if isinstance(output, Mapping) and output.get("output_type") == "error":
                yield output


def _lines(source: str, first: int, guilty: Collection[int]) -> tuple[Line, ...]:
    source = clean_text(source)
    skipped = len(source) - len(source.lstrip("\n"))
    source = source.strip("\n")
    if len(source) > _LONGEST_SOURCE:
        html = str(Markup.escape(source))
    else:
        html = highlight(source, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True))
    return tuple(
        Line(Markup(line), number in guilty)  # noqa: S704  # escaped by pygments
        for number, line in enumerate(html.rstrip("\n").split("\n"), start=first + skipped)
    )


def _outputs(outputs: object, budget: _Budget) -> Iterator[Output]:
    if not isinstance(outputs, Sequence) or isinstance(outputs, str):
        return
    for output in outputs[:_MOST_OUTPUTS]:
        if isinstance(output, Mapping):
            yield _output(output, budget)
    if len(outputs) > _MOST_OUTPUTS:
        yield Output("text", left_out=len(outputs) - _MOST_OUTPUTS)


def _output(output: Mapping[str, Any], budget: _Budget) -> Output:
    if output.get("output_type") == "stream":
        return _printed("text", _text(output.get("text")), budget)
    if output.get("output_type") == "error":
        traceback = "\n".join(_strings(output.get("traceback")))
        said = f"{_text(output.get('ename'))}: {_text(output.get('evalue'))}"
        return _printed("error", traceback or said, budget)
    bundle = output.get("data")
    return _displayed(bundle if isinstance(bundle, Mapping) else {}, budget)


def _displayed(bundle: Mapping[str, Any], budget: _Budget) -> Output:
    """Show the richest form that can be made harmless."""
    for kind in ("image/png", "image/jpeg", "image/gif"):
        encoded = _text(bundle.get(kind))
        if not encoded:
            continue
        if len(encoded) > budget.pictures:
            return Output("picture", left_out=len(encoded))
        source = picture_source(kind, encoded)
        if source is not None:
            budget.pictures -= len(source)
            return Output("picture", source=source)
    html = _text(bundle.get("text/html"))
    if html and len(html) <= budget.text:
        budget.text -= len(html)
        return Output("html", clean_html(html))
    latex = _text(bundle.get("text/latex"))
    if latex:
        return Output("html", formula(latex.strip("$ \n"), block=True))
    return _printed("text", _text(bundle.get("text/plain")), budget)


def _printed(kind: Literal["text", "error"], text: str, budget: _Budget) -> Output:
    kept, left_out = budget.spend(text)
    return Output(kind, colours(kept), left_out=left_out)


def _text(value: object) -> str:
    return value if isinstance(value, str) else "".join(_strings(value))


def _strings(value: object) -> list[str]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return [part for part in value if isinstance(part, str)]
