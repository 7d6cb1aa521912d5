"""Feed what makes pages of students' text with what coverage finds new ways through (atheris).

    .venv/bin/pip install 'gradient-grader[fuzz]'
    .venv/bin/python benchmarks/fuzz_pages.py [--seconds 60]

Markdown, formulas, terminal colours, HTML outputs, pictures and whole notebooks: what comes out
may hold no script, no handler and no address but of an inline picture. What raises or breaks that
ends the run with the input and exit code 1. It becomes a case in tests/test_report_hostile.py.
"""

from __future__ import annotations

import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import atheris
from fuzzing import fuzz

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

with atheris.instrument_imports(include=["grader.report", "latex2mathml", "markdown_it"]):
    from grader.report.notebook import shown_cells
    from grader.report.prose import formula, markdown, sentences
    from grader.report.sanitise import clean_html, clean_text, colours, picture_source

from grader.model import CellRun, Isolation, Run

_PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,")
_NEVER = {"script", "style", "iframe", "object", "embed", "form", "input", "link", "meta", "base"}


class _Watch(HTMLParser):
    """Raise AssertionError at anything that could run, load or send."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in _NEVER, tag
        for name, value in attrs:
            assert not name.startswith("on"), name
            assert name not in ("style", "href", "action", "formaction", "srcset"), name
            assert name != "src" or _PICTURE.match(value or ""), value


def _look(html: str) -> None:
    watch = _Watch()
    watch.feed(html)
    watch.close()


def _markdown(content: bytes) -> None:
    _look(markdown(_text(content)))


def _sentences(content: bytes) -> None:
    _look(sentences(_text(content)))


def _formula(content: bytes) -> None:
    _look(formula(_text(content)[:600], block=True))


def _colours(content: bytes) -> None:
    _look(colours(_text(content)))


def _html(content: bytes) -> None:
    _look(clean_html(_text(content)))


def _plain(content: bytes) -> None:
    shown = clean_text(_text(content))
    assert "\x1b" not in shown
    assert "\x00" not in shown


def _picture(content: bytes) -> None:
    source = picture_source("image/png", _text(content))
    assert source is None or _PICTURE.match(source)


def _notebook(content: bytes) -> None:
    """Show a notebook as it came out of a kernel: JSON of any form."""
    try:
        notebook = json.loads(content)
    except (ValueError, RecursionError):
        return
    cells = (CellRun(0, "ok", 0.1),)
    run = Run("completed", Isolation.FULL, 0.1, 0.1, 1.0, cells=cells, notebook=notebook)
    for cell in shown_cells(run):
        for output in cell.outputs:
            _look(str(getattr(output, "html", "")))


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")


def _good_inputs() -> tuple[bytes, ...]:
    output = {"output_type": "display_data", "data": {"text/html": "<b>1</b>", "text/plain": "1"}}
    stream = {"output_type": "stream", "name": "stdout", "text": "a\x1b[31mb\x1b[0m"}
    cell = {"cell_type": "code", "source": "x = 1", "outputs": [output, stream], "metadata": {}}
    return (
        b"# Title\n\n$x^2$ and `code`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n![p](http://a/b.png)",
        b"A sentence with `code` and $\\frac{1}{2}$.",
        rb"\sum_{i=1}^n \frac{\partial L}{\partial w_i} \begin{matrix}a&b\\c&d\end{matrix}",
        b"\x1b[1;31mred\x1b[0m\x1b]8;;http://a\x07link\rover",
        b'<b onclick="a()">1</b><img src="data:image/png;base64,iVBORw0KGgo=" alt="a"><mi>x</mi>',
        "a\u202eb\x00".encode(),
        b"iVBORw0KGgo=",
        json.dumps({"cells": [cell]}).encode(),
    )


_READERS = (_markdown, _sentences, _formula, _colours, _html, _plain, _picture, _notebook)

if __name__ == "__main__":
    fuzz(_READERS, _good_inputs(), __doc__)
