"""What a student's file may hold to break or run something in a page: texts, outputs, names."""

from __future__ import annotations

from typing import Any

from grader.model import CellRun, CheckVerdict, Integrity, Outcome, Score
from tests.made_class import png
from tests.made_scores import code_cell, make_case, make_check, make_item, make_run, make_score

__all__ = ["HTML", "TEXTS", "hostile_notebook", "hostile_score"]

_RUN = "window.hacked=(window.hacked||0)+1"

TEXTS = (
    f"<script>{_RUN}</script>",
    f"<img src=x onerror='{_RUN}'>",
    f"<svg onload='{_RUN}'>",
    f"'\"><script>{_RUN}</script>",
    f"</code></pre></style></title></script><script>{_RUN}</script>",
    f"<!--<script>--><script>{_RUN}</script>",
    f"javascript:{_RUN}",
    f"{{{{ 7 * 7 }}}} {{% raw %}} ${{{_RUN}}}",
    f"`<img src=x onerror='{_RUN}'>`",
    f"$\\href{{javascript:{_RUN}}}{{x}}$",
    f"$</math><script>{_RUN}</script>$",
    f"[x](javascript:{_RUN})",
    f"![x](https://outside.invalid/x.png)<iframe srcdoc='<script>{_RUN}</script>'>",
    "\x00\x07\x1b[2J\x1b]0;title\x07\x9b31m\u202edetacerp\u2066 \ud800 \ufffe",
    "]]>&lt;script&gt;&#60;script&#62;",
    "x" * 5000,
)

HTML = (
    *TEXTS[:6],
    f"<a href='javascript:{_RUN}'>x</a><a href='https://outside.invalid'>y</a>",
    "<img src='https://outside.invalid/x.png' srcset='https://outside.invalid/y.png 2x'>",
    "<link rel=stylesheet href='https://outside.invalid/x.css'>",
    "<style>@import 'https://outside.invalid/x.css'; body { display: none }</style>",
    "<div style='background: url(https://outside.invalid/x.png); position: fixed'>z</div>",
    "<div class='skip code check' id='content'>x</div><form name=body><input name=cookie></form>",
    "<meta http-equiv='refresh' content='0; url=https://outside.invalid'>",
    "<base href='https://outside.invalid/'>",
    f"<iframe src='javascript:{_RUN}'></iframe><object data='data:text/html,x'></object>",
    "<video src='https://outside.invalid/x.mp4' autoplay></video><audio controls></audio>",
    f"<math><mi><img src=x onerror='{_RUN}'></mi><annotation-xml><script>{_RUN}</script>",
    f"<svg><foreignObject><script>{_RUN}</script></foreignObject><use href='data:x'/></svg>",
    f"<noscript><p title='</noscript><img src=x onerror={_RUN}>'>",
    f"<template><script>{_RUN}</script></template>",
    f"<math><mtext><table><mglyph><style><!--</style><a title='--&gt;&lt;img onerror={_RUN}&gt;'>",
    "</div></main></body></html><p>after the end",
    "<table><tr><td>" * 3000,
    "<b>" * 20_000,
    "<p>" + "&" * 50_000,
)

_SVG = f"<svg xmlns='http://www.w3.org/2000/svg' onload='{_RUN}'><script>{_RUN}</script></svg>"


def hostile_notebook() -> dict[str, Any]:
    """A notebook whose outputs are the whole corpus, and whose shape is wrong in many places."""
    shown = [{"output_type": "display_data", "data": {"text/html": html}} for html in HTML]
    printed = [{"output_type": "stream", "name": "stdout", "text": text} for text in TEXTS]
    raised = [
        {"output_type": "error", "ename": text, "evalue": text, "traceback": [text, 7, None]}
        for text in TEXTS
    ]
    pictures = [
        {"image/png": "no base64 <script>"},
        {"image/png": "PHNjcmlwdD4="},
        {"image/png": png(), "text/html": TEXTS[0]},
        {"image/jpeg": [png(), "'><script>"]},
        {"image/svg+xml": _SVG, "text/plain": "a figure"},
        {"text/latex": TEXTS[9], "text/plain": "x"},
        {"text/latex": "$" + "{" * 5000, "text/plain": "x"},
        {"application/javascript": _RUN, "text/plain": "<Javascript object>"},
        {"text/html": 7, "text/plain": ["a", 7, None]},
        {"application/vnd.jupyter.widget-view+json": {"model_id": "x"}},
    ]
    displayed = [{"output_type": "display_data", "data": bundle} for bundle in pictures]
    broken: list[Any] = [None, 7, "text", {}, {"output_type": "display_data"}, {"data": []}]
    outputs = [*shown, *printed, *raised, *displayed, *broken]
    groups = [outputs[at : at + 15] for at in range(0, len(outputs), 15)]
    cells: list[Any] = [code_cell(text, *group) for text, group in zip(TEXTS, groups, strict=False)]
    markdown = [{"cell_type": "markdown", "source": text} for text in (*TEXTS, *HTML[6:])]
    wrong: list[Any] = [None, [], "cell", {"cell_type": 7, "source": {"a": 1}}, {"outputs": 7}]
    return {"cells": [*cells, *markdown, *wrong], "metadata": None}


def hostile_score(text: str, notebook: dict[str, Any] | None = None) -> Score:
    """A score with one hostile text in every place that students can influence."""
    item = make_item(text, agrees=False, note=text, expected=text, got=text)
    check = make_check(
        Outcome.FAIL,
        id=text,
        call=text,
        title=text,
        feedback=text,
        mistake=text,
        mistake_title=text,
        items=(item, item),
        public=(make_case(agrees=False, inputs={text: text}), make_case(items=(item,))),
        remarks=(text,),
    )
    run = make_run(message=text, notebook=notebook, cells=_cell_runs(text))
    checks: tuple[CheckVerdict, ...] = (check, make_check())
    return make_score(
        text,
        text,
        checks=checks,
        title=text,
        path=text,
        message=text,
        remarks=(text,),
        integrity=(Integrity(text, text),),
        status="provisional",
        run=run,
    )


def _cell_runs(text: str) -> tuple[CellRun, ...]:
    return tuple(CellRun(index, "error", 0.1, text, 10**9) for index in range(3))
