"""Render records as HTML pages: pure functions, self-contained pages, escaping everywhere.

A course may lay its own `style.css`, `words.toml` and templates over ours: a template of the
same name replaces ours, and can extend it as `grader/student.html.j2`.
"""

from __future__ import annotations

import base64
import hashlib
import shlex
import tomllib
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
)
from markupsafe import Markup

from grader import __version__
from grader.errors import CourseError
from grader.model import Score
from grader.outdir import CLASS_PAGE
from grader.report.class_lines import ScoreLine
from grader.report.class_view import Progress, class_view, link
from grader.report.notebook import shown_cells
from grader.report.phrases import filters
from grader.report.pictures import pictures
from grader.report.reading_order import best_next_step, in_reading_order, said_already
from grader.report.sanitise import clean_text
from grader.report.similarity import Alike
from grader.report.student_view import (
    changes_since,
    file_name,
    public_only,
    score_bar,
)
from grader.term.missing import Missing

__all__ = [
    *("environment", "render_class", "render_class_pages", "render_student", "student_values"),
    *("style_of", "words_of"),
]

Words = Mapping[str, Any]

_POLICY: Final = "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'"


def render_student(
    score: Score,
    *,
    previous: Score | None = None,
    counts: Score | None = None,
    look: Path | None = None,
) -> str:
    """Render one student's page.

    `previous` is the attempt before, `counts` the one that counts, `look` the course's folder.
    """
    return _page("student.html.j2", look, **student_values(score, previous, counts, look))


def student_values(
    score: Score, previous: Score | None, counts: Score | None, look: Path | None
) -> dict[str, Any]:
    """Return what the templates of one student's work need; see `render_student`."""
    words = words_of(look)
    score = public_only(score)
    ordered = in_reading_order(score)
    return {
        "score": score,
        "passed": sum(check.outcome.value == "pass" for check in score.checks),
        "ordered": ordered,
        "said_already": said_already(score, ordered),
        "next_step": best_next_step(score),
        "changes": None if previous is None else changes_since(previous, score),
        "charts": {check.id: pictures(check, words["picture"]) for check in score.checks},
        "score_bar": score_bar(score),
        "counts": counts if counts is not None and counts.attempt != score.attempt else None,
        "cells": shown_cells(score.run, module=score.kind == "module", checks=score.checks),
        "file": file_name(score),
        "command": words["student"]["command"].format(
            path=shlex.quote(file_name(score)),
            exercise=shlex.quote(score.exercise),
            seed="SEED",  # instructors know it; a page is for students
        ),
    }


def render_class(
    scores: Iterable[Score | ScoreLine],
    *,
    alike: Sequence[Alike] = (),
    missing: Sequence[Missing] = (),
    has_roster: bool = False,
    progress: Progress | None = None,
    look: Path | None = None,
) -> str:
    """Render the class page; with `progress` it says how far grading is and renews itself."""
    pages = render_class_pages(
        scores,
        alike=alike,
        missing=missing,
        has_roster=has_roster,
        progress=progress,
        look=look,
    )
    return next(pages)[1]


def render_class_pages(
    scores: Iterable[Score | ScoreLine],
    *,
    alike: Sequence[Alike] = (),
    missing: Sequence[Missing] = (),
    has_roster: bool = False,
    progress: Progress | None = None,
    look: Path | None = None,
) -> Iterator[tuple[str, str]]:
    """Render the class page, then the pages on which a long table of scores goes on.

    Gives the name of each file with its text, one at a time. With `has_roster` it is known that
    nobody else is in the class.
    """
    view = class_view(scores, words_of(look), missing)
    script = _text("table.js")
    yield (
        CLASS_PAGE,
        _page(
            "class.html.j2",
            look,
            script=script if view.rows or progress else "",
            view=view,
            alike=alike,
            missing=missing,
            has_roster=has_roster or bool(missing),
            progress=progress,
        ),
    )
    if progress is None:
        for page in view.pages[1:]:
            text = _page(
                "scores.html.j2", look, script=script, view=view, page=page, home=CLASS_PAGE
            )
            yield page.href, text


@cache
def words_of(look: Path | None) -> Words:
    """Read all English text, with a course's own words laid over it."""
    words: dict[str, Any] = tomllib.loads(_text("words.toml", folder=""))
    own = None if look is None else look / "words.toml"
    if own is None or not own.is_file():
        return words
    try:
        theirs = tomllib.loads(own.read_text("utf-8"))
    except (OSError, ValueError) as fault:
        raise CourseError(f"{own}: cannot be read as TOML: {fault}") from None
    for section, entries in theirs.items():
        if section not in words or type(entries) is not type(words[section]):
            raise CourseError(f"{own}: {section}: expected one of {', '.join(words)}")
        if isinstance(entries, dict):  # theirs come first: of two ideas the first counts
            entries = entries | {k: v for k, v in words[section].items() if k not in entries}
        words[section] = entries
    return words


def _page(template: str, look: Path | None, script: str = "", **values: object) -> str:
    style = style_of(look)
    policy = f"{_POLICY}; style-src {_source(style)}"
    if script:
        policy += f"; script-src {_source(script)}"
    try:
        return (
            environment(look)
            .get_template(template)
            .render(
                style=Markup(style),  # noqa: S704  # the course's own and ours
                script=Markup(script),  # noqa: S704  # ours
                policy=Markup(policy),  # noqa: S704  # ours
                version=__version__,
                **values,
            )
        )
    except TemplateError as fault:
        if look is None:
            raise
        raise CourseError(f"{_place_of(fault, look)}: {fault.message or fault}") from None


def _place_of(fault: TemplateError, look: Path) -> str:
    """Name the file and line of a course's own template that a fault comes from."""
    if isinstance(fault, TemplateSyntaxError):
        return f"{fault.filename or look}:{fault.lineno}"
    frames = traceback.extract_tb(fault.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(look)]
    return f"{own[-1].filename}:{own[-1].lineno}" if own else str(look)


@cache
def environment(look: Path | None) -> Environment:
    """Return the templates with their words and filters, a course's own laid over ours."""
    ours = PackageLoader("grader.report", "templates")
    own = [] if look is None else [FileSystemLoader(look)]
    environment = Environment(
        loader=ChoiceLoader([*own, ours, PrefixLoader({"grader": ours})]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    words = words_of(look)
    environment.globals["words"] = words
    environment.filters.update(filters(words), link_to=link)
    return environment


@cache
def style_of(look: Path | None) -> str:
    """Return the style of all pages, a course's own after ours."""
    style = _text("style.css")
    own = None if look is None else look / "style.css"
    if own is None or not own.is_file():
        return style
    try:
        return style + own.read_text("utf-8")
    except (OSError, ValueError) as fault:
        raise CourseError(f"{own}: cannot be read: {fault}") from None


@cache
def _source(text: str) -> str:
    """Name a style or script for the Content-Security-Policy: nothing else is let run."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _text(name: str, folder: str = "templates") -> str:
    return resources.files("grader.report").joinpath(folder, name).read_text("utf-8")


def _finalize(value: object) -> object:
    """Write out control characters of every value that a template prints."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return clean_text(value)
    return value
