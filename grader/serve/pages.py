"""Render the pages of the server with the report's templates, style, words and sanitiser."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader

from grader import __version__
from grader.report.pages import environment, style_of, words_of

__all__ = ["render", "script", "style"]


def render(template: str, look: Path | None, **values: Any) -> str:
    """Render one page."""
    return _templates(look).get_template(template).render(version=__version__, **values)


@cache
def _templates(look: Path | None) -> Environment:
    report = environment(look)
    assert report.loader is not None
    ours = PackageLoader("grader.serve", "templates")
    found = report.overlay(loader=ChoiceLoader([ours, report.loader]))
    found.globals = {**report.globals, "words": words_of(look)}
    return found


def style(look: Path | None) -> str:
    """Return the style of the report, and ours after it."""
    return style_of(look) + _text("serve.css")


def script() -> str:
    """Return the script for the keyboard; everything works without it."""
    return _text("serve.js")


@cache
def _text(name: str) -> str:
    return resources.files("grader.serve").joinpath("templates", name).read_text("utf-8")
