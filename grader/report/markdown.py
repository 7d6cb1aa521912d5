"""Show records as GitHub-flavoured Markdown: for job summaries and comments.

What students can influence is escaped, so that no link, picture or mention comes of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from grader.model import CheckVerdict, Outcome, Score
from grader.report.class_statistics import exercise_figures, graded, mistakes
from grader.report.pages import words_of
from grader.report.phrases import (
    capital,
    earned,
    named,
    percent,
    points,
    shown,
    to_gain,
    without_folders,
)
from grader.report.reading_order import best_next_step, in_reading_order
from grader.report.sanitise import clean_text, shortened

__all__ = ["class_as_markdown", "student_as_markdown"]

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+!|~@:$&.-])")
_CODE = re.compile(r"`([^`\n]{1,500})`")
_LONGEST = 2_000
"""Characters of one text; a summary is no place for more."""
_SIGNS = {Outcome.PASS: "✅", Outcome.MISSING: "➖", Outcome.SKIPPED: "➖", Outcome.BROKEN: "⚠️"}


def student_as_markdown(score: Score, *, look: Path | None = None, whose: str = "") -> str:
    """Sum one score up: the total, and a table of checks with what to know about each.

    `whose` it is stands in the heading; without it, the student's handle does.
    """
    words = words_of(look)
    page, student = words["page"], words["student"]
    total = f"{earned(score)} {page['of']} {points(score.possible)} {page['points']}"
    owner = _safe(whose or score.student)
    lines = [f"## {owner}, {_safe(score.title or score.exercise)}: {total}", ""]
    if score.status != "graded":
        lines += [f"**{words['status']['awaiting' if score.awaits else score.status]}.**", ""]
    if score.message:
        lines += [f"> {_safe(without_folders(score.message))}", ""]
    if score.late and score.late.points:
        lost = points(score.late.points)
        lines += [f"{student['final'].format(earned=points(score.earned), lost=lost)}.", ""]
    head = (student["verdict"], student["check"], student["score"], student["to_know"])
    if score.checks:
        lines += _table(
            head, (_row(check, words["outcome"]) for _, check in in_reading_order(score))
        )
    step = best_next_step(score)
    if step is not None:
        gain = to_gain(step[2], words)
        lines.append(f"{student['next_step']} **{_safe(named(step[1]))}**, {gain}.")
    return "\n".join(lines).rstrip() + "\n"


def _row(check: CheckVerdict, outcomes: Mapping[str, str]) -> tuple[str, ...]:
    known = " ".join((check.feedback, *check.remarks))
    if check.mistake_title and check.mistake_title.lower() not in known.lower():
        known = f"{capital(check.mistake_title)}. {known}"
    outcome = f"{_SIGNS.get(check.outcome, '❌')} {outcomes[shown(check)]}"
    return outcome, _safe(check.title or named(check)), _of(check), _safe(known)


def class_as_markdown(scores: Sequence[Score], *, look: Path | None = None) -> str:
    """Sum a class up: every exercise, and the commonest misunderstandings."""
    words = words_of(look)["class"]
    final = graded(scores)
    head = (words["exercise"], words["submissions"], words["mean"], words["full_marks"])
    rows = [
        (_safe(line.id), str(line.submissions), percent(line.mean), percent(line.full))
        for line in exercise_figures(final)
    ]
    lines = [f"## {words['title']}", "", *_table(head, rows)]
    ranking = mistakes(final)[:10]
    if ranking:
        lines += [f"### {words['mistakes']}", ""]
    for mistake in ranking:
        count = words["mistake_count"].format(count=len(mistake.students), all=mistake.of)
        lines.append(f"- {count}: {_safe(capital(mistake.title))} ({_safe(mistake.check)})")
    return "\n".join(lines).rstrip() + "\n"


def _of(check: CheckVerdict) -> str:
    return f"{points(check.earned)} / {points(check.possible)}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    ruler = "|".join("---" for _ in head)
    lines = [f"| {' | '.join(row)} |" for row in (head, *rows)]
    return [lines[0], f"|{ruler}|", *lines[1:], ""]


def _safe(text: str) -> str:
    """Escape all that Markdown or HTML would read as more than a letter; keep `code` as code."""
    kept = " ".join(clean_text(shortened(text, _LONGEST, 0)[0]).split())
    parts = _CODE.split(kept)
    return "".join(_code(part) if at % 2 else _escaped(part) for at, part in enumerate(parts))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _code(text: str) -> str:
    """Write a code span, in which nothing but the bar of a table has a meaning."""
    plain = text.strip().replace("\\", "∖") if text.rstrip().endswith("\\") else text.strip()
    return f"`{plain.replace('|', '∣')}`" if plain else _escaped(f"`{text}`")
