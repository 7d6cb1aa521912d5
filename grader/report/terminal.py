"""Show a record in the terminal with rich: the same words as on the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.model import CheckVerdict, Outcome, Score
from grader.report.class_lines import ScoreLike
from grader.report.class_statistics import exercise_figures, graded, mistakes
from grader.report.pages import words_of
from grader.report.phrases import (
    capital,
    earned,
    margin_said,
    named,
    number,
    percent,
    points,
    shown,
    tidy,
    to_gain,
)
from grader.report.reading_order import best_next_step, in_reading_order
from grader.report.sanitise import clean_text

__all__ = ["class_in_terminal", "student_in_terminal"]

_STYLES = {
    "pass": ("✓", "green"),
    "partly": ("✗", "yellow"),
    "fail": ("✗", "red"),
    "error": ("✗", "red"),
    "missing": ("–", "dim"),
    "skipped": ("–", "dim"),
}
_OTHER = ("!", "yellow")


def student_in_terminal(score: Score, *, look: Path | None = None) -> RenderableType:
    """Show one score: what is right, what is not, and what to do next."""
    words = words_of(look)["student"]
    parts: list[RenderableType] = [_head(score, look)]
    if score.message:
        parts.append(_text(score.message, "yellow"))
    elif score.status == "provisional":
        status = words_of(look)["status"]["awaiting" if score.awaits else score.status]
        parts.append(_text(f"{status}.", "yellow"))
    if score.late and score.late.points:
        lost = points(score.late.points)
        parts.append(_text(words["final"].format(earned=points(score.earned), lost=lost), "yellow"))
    for _, check in in_reading_order(score):
        parts.extend(_check(check, look))
    step = best_next_step(score)
    if step is not None:
        gain = to_gain(step[2], words_of(look))
        parts.append(_text(f"\n{words['next_step']} {named(step[1])}, {gain}.", "bold"))
    return Group(*parts)


def class_in_terminal(scores: Sequence[ScoreLike], *, look: Path | None = None) -> RenderableType:
    """Show a class in one screen: every exercise, and the commonest misunderstandings."""
    words = words_of(look)["class"]
    final = graded(scores)
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(words["exercise"])
    for heading in (words["submissions"], words["mean"], words["full_marks"]):
        table.add_column(heading, justify="right")
    for line in exercise_figures(final):
        table.add_row(_text(line.id), str(line.submissions), percent(line.mean), percent(line.full))
    parts: list[RenderableType] = [table]
    ranking = mistakes(final)[:5]
    if ranking:
        parts.append(_text(f"\n{words['mistakes']}", "bold"))
    for mistake in ranking:
        count = words["mistake_count"].format(count=len(mistake.students), all=mistake.of)
        parts.append(_text(f"  {count}  {capital(_plain(mistake.title))}  ({mistake.check})"))
    return Group(*parts)


def _head(score: Score, look: Path | None) -> Text:
    page = words_of(look)["page"]
    total = f"{earned(score)} {page['of']} {points(score.possible)} {page['points']}"
    head = _text(_plain(score.title or score.exercise), "bold")
    head.append(f"  {clean_text(score.student)}  ", "dim")
    return head.append(total, "bold")


def _check(check: CheckVerdict, look: Path | None) -> list[RenderableType]:
    words = words_of(look)
    sign, style = _STYLES.get(shown(check), _OTHER)
    line = _text(f"{sign} ", style).append(clean_text(named(check)), "bold")
    line.append(f"  {words['outcome'][shown(check)]}", style)
    line.append(f"  {points(check.earned)}/{points(check.possible)}", "dim")
    said = [_text(_plain(check.feedback))] if check.feedback else []
    mistake = check.mistake_title or check.mistake
    if mistake and mistake.lower() not in check.feedback.lower():
        title = capital(_plain(mistake))
        said.append(_text(f"{words['student']['mistake']}: {title}", "red"))
    said += [_text(_plain(remark), "dim") for remark in check.remarks]
    if check.outcome is Outcome.FAIL:
        said += _measured(check, look)
    hidden = check.hidden
    if hidden.cases:
        counted = words["student"]["hidden_passed"].format(passed=hidden.passed, cases=hidden.cases)
        counted = f"{words['student']['hidden']}: {counted}."
        if hidden.margin is not None and (hidden.margin > 1 or hidden.passed == hidden.cases):
            counted += f" {margin_said(hidden.margin, words)}"
        said.append(_text(counted, "dim"))
    return [line, *(Padding(part, (0, 0, 0, 2)) for part in said)]


def _measured(check: CheckVerdict, look: Path | None) -> list[Text]:
    words = words_of(look)["student"]
    lines = []
    for count, case in enumerate(check.public, start=1):
        place = f"{words['cases']} {count}, " if len(check.public) > 1 else ""
        for item in case.items:
            if item.agrees:
                continue
            line = f"{place}{item.name}: {words['expected'].lower()} {tidy(item.expected)}, "
            line += f"{words['got'].lower()} {tidy(item.got)}"
            if item.error is not None:
                line += f" ({words['error'].lower()} {number(item.error)}, "
                line += f"{words['limit'].lower()} {number(item.tolerance)})"
            lines.append(_text(f"{line} {item.note}".rstrip()))
    return lines


def _plain(text: str) -> str:
    """Drop the marks of code and formulas, which a terminal does not set."""
    return text.replace("`", "").replace("$", "")


def _text(text: str, style: str = "") -> Text:
    """Take text as it is: no markup, no control characters."""
    return Text(clean_text(text), style)
