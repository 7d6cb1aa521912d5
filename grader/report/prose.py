"""Typeset the sentences of a course: `code` in backticks, $formulas$ as MathML, and Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape
from mdit_py_plugins.dollarmath import dollarmath_plugin

from grader.report.sanitise import clean_html, clean_math, clean_text, shortened

__all__ = ["formula", "markdown", "sentence", "sentences"]

_LONGEST_FORMULA = 600
"""Characters; what is longer stays as it was typed."""


@lru_cache(maxsize=4096)
def sentence(text: str) -> Markup:
    """Typeset one line; everything but backticks and dollar signs is plain text."""
    html = _plain().renderInline(clean_text(shortened(text)[0]))
    return clean_html(html)


@lru_cache(maxsize=4096)
def sentences(text: str) -> Markup:
    """Typeset paragraphs; a blank line begins the next one."""
    return clean_html(_plain().render(clean_text(shortened(text)[0])))


def markdown(text: str) -> Markup:
    """Render a Markdown cell; HTML in it is shown, never used."""
    return clean_html(_full().render(clean_text(shortened(text)[0])))


@lru_cache(maxsize=1024)
def formula(latex: str, block: bool = False) -> Markup:
    """Typeset LaTeX as MathML; what cannot be read stays as it was typed."""
    latex = clean_text(latex)
    if len(latex) > _LONGEST_FORMULA:
        return Markup("<code>{}</code>").format(latex)
    from latex2mathml.converter import convert

    try:
        html = convert(latex, display="block" if block else "inline")
    except Exception:  # the library has no one error for what it cannot read
        return Markup("<code>{}</code>").format(latex)
    return clean_math(html)


@cache
def _plain() -> MarkdownIt:
    # Typed by people who think of Python: `x ** 2` and `_w_` mean themselves.
    return _with_formulas(MarkdownIt("zero").enable("backticks"))


@cache
def _full() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable("table")
    reader.add_render_rule("image", _alt_text)
    return _with_formulas(reader)


def _with_formulas(reader: MarkdownIt) -> MarkdownIt:
    return reader.use(dollarmath_plugin, allow_space=False, allow_digits=False, renderer=_typeset)


def _typeset(latex: str, options: dict[str, Any]) -> str:
    return str(formula(latex.strip(), bool(options.get("display_mode"))))


def _alt_text(_: object, tokens: Sequence[Token], index: int, *__: object) -> str:
    """Show what a picture is called instead of fetching it."""
    return f"<em>{escape(tokens[index].content)}</em>"
