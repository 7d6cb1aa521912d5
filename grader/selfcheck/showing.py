"""Put a student's own run into words: for a terminal, an editor, a notebook.

What holds is never called right: the values that decide the points are compared when the work
is handed in, and every rendering says so.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import TYPE_CHECKING

from grader.model import Outcome
from grader.report.sanitise import clean_text
from grader.selfcheck.findings import Checked, Finding, Tried

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["as_html", "as_lines", "as_rich", "holds_so_far", "what_was_checked"]

_OPEN = "left to grading"
_WORDS = {
    Outcome.PASS: "Holds so far",
    Outcome.FAIL: "Not right yet",
    Outcome.ERROR: "Raised an error",
    Outcome.MISSING: "Not written yet",
    Outcome.TIMEOUT: "Ran out of time",
    Outcome.KILLED: "Hit a limit",
    Outcome.SKIPPED: "Skipped",
}
_SIGNS = {Outcome.PASS: ("✓", "green"), Outcome.MISSING: ("–", "dim"), None: ("·", "dim")}
_WRONG = ("✗", "red")


def what_was_checked(checked: Checked) -> str:
    """Say how much was tried, and what this run cannot know."""
    if checked.tried == Tried():
        return (
            "Checked: whether everything is there. Not checked here: the values. They are "
            "compared when you have handed in, and decide the points."
        )
    return (
        f"Checked: {counted(checked.tried)}. Not checked here: hidden inputs, drawn after you "
        "hand in. They decide the points."
    )


def counted(tried: Tried) -> str:
    """Put the counts into words."""
    parts = [
        _count(tried.examples, "published example"),
        _count(tried.differences, "finite difference comparison"),
        _count(tried.drawn, "call")[: None if tried.drawn else 0],
    ]
    said = [part for part in parts if part]
    if tried.drawn:
        said[-1] += " with drawn inputs (does it run, repeat, leave its arguments alone)"
    return ", ".join(said)


def holds_so_far(finding: Finding) -> str:
    """Say what was tried of one check that nothing is wrong with."""
    tried = finding.tried
    parts = []
    if tried.examples:
        parts.append(f"agrees with {_count(tried.examples, 'published example')}")
    if tried.differences:
        parts.append("agrees with finite differences of your own function")
    if tried.drawn:
        parts.append(f"runs on {_count(tried.drawn, 'drawn input')}")
    return ", ".join(parts) or "is there"


# ---------------------------------------------------------------- renderings


def as_rich(checked: Checked) -> RenderableType:
    """Show it in a terminal."""
    from rich.console import Group
    from rich.text import Text

    parts = [
        Text.assemble(
            (_shown(checked.title), "bold"),
            (f"  {_shown(checked.path)}  {checked.seconds:.1f} s", "dim"),
        )
    ]
    for finding in (*checked.troubles, *checked.findings):
        sign, style = _SIGNS.get(finding.outcome, _WRONG)
        head = Text.assemble((f"{sign} ", style), (_shown(finding.name), "bold"))
        parts.append(head.append(f"  {_word(finding)}", style))
        parts += [Text(f"  {_shown(line)}{where}") for line, where in _lines(finding)]
    parts += [Text(f"\n{_shown(remark).replace('`', '')}") for remark in checked.remarks]
    parts.append(Text(f"\n{what_was_checked(checked)}", "dim"))
    return Group(*parts)


def as_lines(checked: Checked) -> list[str]:
    """Return `file:line: severity: message` lines, which editors turn into marks."""
    lines = []
    for finding in (*checked.troubles, *checked.findings):
        severity = "error" if finding.wrong else "info"
        place = checked.path
        if finding.place.startswith("cell "):
            place += f":{finding.place}"
        holds = holds_so_far(finding) if finding.outcome in (None, Outcome.PASS) else ""
        for line in _lines_of(finding) or [holds]:
            said = [f"{finding.name}: {_word(finding)}", line]
            text = " ".join(_shown(": ".join(filter(None, said))).split())
            lines.append(f"{_shown(place)}:{finding.line or 1}: {severity}: {text}")
    further = (*checked.remarks, what_was_checked(checked))
    return [*lines, *(f"{_shown(checked.path)}:1: info: {_shown(each)}" for each in further)]


def as_html(checked: Checked) -> str:
    """Show it below a notebook's cell; every word from the student's code is escaped."""
    colours = {"✓": "#1a7f37", "✗": "#b42318"}
    rows = []
    for finding in (*checked.troubles, *checked.findings):
        sign, _ = _SIGNS.get(finding.outcome, _WRONG)
        said = "<br>".join(html.escape(_shown(line)) for line, _ in _lines(finding))
        colour = colours.get(sign, "#667")
        rows.append(
            f'<div style="margin:.3em 0"><b style="color:{colour}">{sign}</b> '
            f"<b>{html.escape(_shown(finding.name))}</b> {html.escape(_word(finding))}"
            f'<div style="margin-left:1.3em">{said}</div></div>'
        )
    lines = "<br>".join(
        html.escape(_shown(each)) for each in (*checked.remarks, what_was_checked(checked))
    )
    return f'<div>{"".join(rows)}<div style="color:#667;margin-top:.5em">{lines}</div></div>'


def _word(finding: Finding) -> str:
    return _WORDS.get(finding.outcome, _OPEN) if finding.outcome else _OPEN


def _lines(finding: Finding) -> Iterator[tuple[str, str]]:
    if finding.outcome is Outcome.PASS:
        yield f"{holds_so_far(finding)}.", ""
    where = f" ({finding.place}, line {finding.line})" if finding.line and not finding.check else ""
    for line in _lines_of(finding):
        yield line.replace("`", ""), where


def _lines_of(finding: Finding) -> list[str]:
    """Return what was said, without a sentence that only repeats the outcome."""
    again = f"`{finding.name}` is not written yet."
    return [line for line in finding.said if line != again]


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"


def _shown(text: str) -> str:
    return clean_text(text)
