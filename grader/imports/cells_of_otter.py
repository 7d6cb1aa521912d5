"""Read the source notebooks of Otter Assign, as they are now and as they were before version 3.

Now raw cells open and close what belongs together (`# BEGIN QUESTION` with YAML below it,
`# BEGIN SOLUTION`, `# BEGIN TESTS`, `# BEGIN PROMPT`). Before, a fenced block in a Markdown cell
opened a question, and a first line such as `## Test ##` told what a code cell is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from grader.errors import UsageError
from grader.imports.points_of_otter import number, shares, total
from grader.imports.solutions_of_otter import parted, without_ignored
from grader.imports.source_cells import Role, SourceCell, text_of
from grader.submissions.otter import lines_for_otter, notebooks_of_otter

__all__ = ["source_cells"]

_EDGE = re.compile(
    r"#\s*(?P<edge>BEGIN|END)\s+(?P<what>QUESTION|SOLUTION|TESTS|PROMPT)\b", re.IGNORECASE
)
_ASSIGNMENT = re.compile(r"#\s*ASSIGNMENT CONFIG", re.IGNORECASE)
_FENCED = re.compile(
    r"```\s*\n\s*BEGIN (?P<what>QUESTION|ASSIGNMENT)\b(?P<config>.*?)```", re.DOTALL
)
_OLD_TEST = re.compile(r"\s*##\s*(?P<hidden>hidden)?\s*test\s*##[^\n]*\n?", re.IGNORECASE)
_OLD_SOLUTION = re.compile(r"\s*(\*\*|<strong>|#+ )?solution\b", re.IGNORECASE)
_CONFIG = re.compile(
    r"(\"\"\"|''')\s*#\s*BEGIN TEST CONFIG\s*\n(?P<config>.*?)\n\1\s*#\s*END TEST CONFIG\s*\n?",
    re.DOTALL | re.IGNORECASE,
)
_HIDDEN = re.compile(r"#\s*HIDDEN\s*\n", re.IGNORECASE)


@dataclass
class _Question:
    """A question while it is being read."""

    config: Mapping[str, Any]
    place: str
    name: str
    old: bool = False
    """Opened by a fenced block: the next Markdown cell that is no solution ends it."""
    prompted: bool = False
    """Students get a prompt of its own instead of what is left of the solution."""
    cells: list[SourceCell] = field(default_factory=list)
    worth: list[float | None] = field(default_factory=list)
    """Points of each test that says so itself."""


def source_cells(notebook: Mapping[str, Any], where: str) -> tuple[SourceCell, ...]:
    """Return every cell with its role; raises UsageError for what cannot be read."""
    about = notebook.get("metadata", {}).get("kernelspec", {})
    language = str(about.get("language") or "python").lower()
    if language != "python":
        raise UsageError(f"{where}: is written in {language}; expected a Python notebook")
    reading = _Reading(where)
    for at, cell in enumerate(notebook["cells"], 1):
        reading.take(cell, f"{where}: cell {at}")
    reading.close()
    return tuple(reading.found)


class _Reading:
    """Where in the notebook we are: in which question, in which block of it."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.found: list[SourceCell] = []
        self.question: _Question | None = None
        self.block = ""

    def take(self, cell: Mapping[str, Any], place: str) -> None:
        """Read the next cell."""
        kind, text = str(cell.get("cell_type", "raw")), text_of(cell)
        edge = _EDGE.match(text) if kind == "raw" else None
        fenced = _FENCED.search(text) if kind == "markdown" else None
        if edge is not None:
            self._edge(edge["edge"].upper(), edge["what"].upper(), text, place)
        elif fenced is not None:
            self._fenced(fenced, text, place)
        elif kind == "raw" and _ASSIGNMENT.match(text):
            return
        elif self.question is None or self._ends_old(kind, text):
            self.close()
            self.found.append(_plain(kind, text))
        else:
            self._within(self.question, cell, kind, text, place)

    def close(self) -> None:
        """End the question, if there is one: only now the points of its tests are known."""
        if self.question is not None:
            self.found += _with_points(self.question)
        self.question, self.block = None, ""

    def _edge(self, edge: str, what: str, text: str, place: str) -> None:
        if what == "QUESTION":
            self.close()
            if edge == "BEGIN":
                self.question = _question(text.partition("\n")[2], place)
        elif self.question is None:
            raise UsageError(f"{place}: {edge} {what} is in no question")
        else:
            self.block = what if edge == "BEGIN" else ""
            self.question.prompted |= what == "PROMPT"

    def _fenced(self, fenced: re.Match[str], text: str, place: str) -> None:
        self.close()
        rest = (text[: fenced.start()] + text[fenced.end() :]).strip()
        if fenced["what"] == "QUESTION":
            self.question = replace(_question(fenced["config"], place), old=True)
            self.question.cells.append(SourceCell(Role.PLAIN, "markdown", rest, rest))
        elif rest:
            self.found.append(SourceCell(Role.PLAIN, "markdown", rest, rest))

    def _ends_old(self, kind: str, text: str) -> bool:
        question = self.question
        if question is None or not question.old or kind != "markdown":
            return False
        return not (question.config.get("manual") or _OLD_SOLUTION.match(text))

    def _within(
        self, question: _Question, cell: Mapping[str, Any], kind: str, text: str, place: str
    ) -> None:
        old_test = _OLD_TEST.match(text) if question.old and kind == "code" else None
        if self.block == "TESTS" or old_test:
            test, worth = _test(text, cell, question, place)
            question.cells.append(test)
            question.worth.append(worth)
        elif self.block == "SOLUTION" or (question.old and kind == "code"):
            question.cells.append(_answer(question, kind, text))
        elif question.old and _OLD_SOLUTION.match(text):
            question.cells.append(SourceCell(Role.BY_HAND, kind, text, name=question.name))
        else:
            question.cells.append(_plain(kind, text))


# ---------------------------------------------------------------- cells of a question


def _plain(kind: str, text: str) -> SourceCell:
    """Return a cell that students get as it is, but for what it says to otter."""
    if kind == "code":
        skipped = lines_for_otter(text, notebooks_of_otter([text]) or ())
        lines = enumerate(text.split("\n"), 1)
        text = "\n".join(line for at, line in lines if at not in skipped)
    return SourceCell(Role.PLAIN, kind, text, text)


def _question(config: str, place: str) -> _Question:
    read = _yaml(config, place)
    return _Question(read, place, _name(read, "?"))


def _name(config: Mapping[str, Any], other: str) -> str:
    name = config.get("name")
    return str(name) if isinstance(name, str | int) else other


def _answer(question: _Question, kind: str, text: str) -> SourceCell:
    solution, given = parted(text) if kind == "code" else (text, "")
    by_hand = bool(question.config.get("manual")) or kind != "code"
    role = Role.BY_HAND if by_hand else Role.ANSWER
    return SourceCell(role, kind, solution, "" if question.prompted else given, name=question.name)


def _test(
    text: str, cell: Mapping[str, Any], question: _Question, place: str
) -> tuple[SourceCell, float | None]:
    """Return a test with what the notebook shows it to give, and its own points if it has any."""
    known, old = _CONFIG.match(text), _OLD_TEST.match(text)
    config = _yaml(known["config"], place) if known else {}
    body = text[known.end() if known else old.end() if old else 0 :]
    hidden = config.get("hidden") or _HIDDEN.match(body) or (old is not None and old["hidden"])
    lines = [
        *(["# hidden from students"] if hidden else []),
        without_ignored(_HIDDEN.sub("", body)),
    ]
    lines += [f"# gives {line}" for line in _shown(cell.get("outputs", ())).splitlines()[:20]]
    worth = None if config.get("points") is None else number(config["points"], place)
    name = _name(config, question.name)
    return SourceCell(Role.TESTS, "code", "\n".join(lines), name=name), worth


def _shown(outputs: object) -> str:
    """Return what a cell printed and returned when the instructor ran it: that is the test."""
    said = []
    for output in outputs if isinstance(outputs, list) else ():
        bundle = output.get("data", {})
        text = output.get("text", bundle.get("text/plain", "") if isinstance(bundle, dict) else "")
        said.append("".join(map(str, text)) if isinstance(text, list) else str(text))
    return "\n".join(said)


def _yaml(text: str, place: str) -> dict[str, Any]:
    import yaml

    try:
        read = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        first = " ".join(str(error).split())[:120]
        raise UsageError(f"{place}: is not YAML: {first}") from None
    if read is None:
        return {}
    if not isinstance(read, dict):
        raise UsageError(f"{place}: expected keys and values in YAML")
    return read


def _with_points(question: _Question) -> Iterator[SourceCell]:
    """Yield the question's cells with the points that otter gives them."""
    points, worth, place = question.config.get("points"), question.worth, question.place
    of_tests = iter(shares(points, worth, place) if worth else ())
    by_hand = total(points, len(worth), place)
    for cell in question.cells:
        if cell.role is Role.TESTS:
            yield replace(cell, points=next(of_tests))
        elif cell.role is Role.BY_HAND:
            yield replace(cell, points=by_hand)
            by_hand = 0.0
        else:
            yield cell
