"""Questions that a person grades: find what was handed in for one, and wait.

An answer is a tagged Markdown cell, a docstring, a figure that the run made, or a further file.
What is empty, or still the starter's own words, is not written yet.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from grader.errors import SubmissionError
from grader.judging.unanswered import no_points
from grader.model import Cell, Check, CheckVerdict, Exercise, Manual, Outcome, Run, Submission
from grader.submissions.cells import module_cells
from grader.submissions.further import handed_files
from grader.submissions.prose import prose_of_module
from grader.submissions.statements import statements_of

__all__ = ["await_person", "starter_answer"]

_AWAITING = "A person reads this one and gives the points; nothing is lost until then."
_LOST_TAG = (
    "No text cell bears the tag `{of}` any more, so a person looks for the answer among all your "
    "text. Nothing is lost."
)
_LONGEST = 20_000
_PARAGRAPHS = re.compile(r"\n[ \t]*\n|^%%.*$", re.MULTILINE)
_NAMES = {
    "prose": "the text cell `{of}`",
    "docstring": "the docstring of `{of}`",
    "figure": "the figure of the cell `{of}`",
    "file": "the file `{of}`",
}


def await_person(
    check: Check, exercise: Exercise, submission: Submission, run: Run
) -> CheckVerdict:
    """Return the verdict until somebody has graded it: `awaiting`, or `missing`."""
    manual = check.manual
    assert manual is not None
    name = _NAMES[manual.kind].format(of=manual.of)
    answer = _answer(manual, submission, run)
    if manual.kind == "prose" and answer is None and (text := _own_text(submission, exercise)):
        verdict = no_points(check, Outcome.AWAITING, _LOST_TAG.format(of=manual.of))
        return _with_rubric(verdict, manual, text)
    if manual.kind in ("prose", "docstring") and answer is not None:
        given = starter_answer(manual, exercise)
        if _plain(answer) == _plain(given or ""):
            answer = ""
    if not answer:
        words = f"{name[0].upper()}{name[1:]} is not written yet."
        verdict = no_points(check, Outcome.MISSING, words)
    else:
        verdict = no_points(check, Outcome.AWAITING, _AWAITING)
    return _with_rubric(verdict, manual, answer or "")


def _with_rubric(verdict: CheckVerdict, manual: Manual, answer: str) -> CheckVerdict:
    return replace(
        verdict, answer=answer, criteria=manual.criteria, one_criterion=manual.choose == "one"
    )


def _own_text(submission: Submission, exercise: Exercise) -> str:
    """Return the text cells of a notebook that are not the starter's, tags or not."""
    try:
        given = (exercise.directory / "starter.py").read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        given = ""
    starter = {_plain(part) for part in _PARAGRAPHS.split(re.sub("(?m)^# ?", "", given))}
    texts = [text for cell in submission.cells for text in (cell.before, cell.after)]
    paragraphs = [part for text in texts for part in _PARAGRAPHS.split(text)]
    kept = [part for part in paragraphs if _plain(part) not in ("", *starter)]
    return "\n\n".join(kept)[:_LONGEST]


def starter_answer(manual: Manual, exercise: Exercise) -> str | None:
    """Return what the starter has in the place of an answer; None where there is no such place."""
    try:
        text = (exercise.directory / "starter.py").read_text("utf-8")
        cells = module_cells(text)
    except (OSError, UnicodeDecodeError, SubmissionError):
        return None
    if manual.kind == "prose":
        found = [prose.text for prose in prose_of_module(text) if manual.of in prose.tags]
        return found[-1] if found else None
    if manual.kind == "docstring":
        return _docstring(cells, manual.of)
    if manual.kind == "figure":
        return "" if any(manual.of in cell.tags for cell in cells) else None
    return ""


def _plain(text: str) -> str:
    return " ".join(text.split())


def _answer(manual: Manual, submission: Submission, run: Run) -> str | None:
    """Return the answer as text, or in words where it is none; None where there is no place."""
    if manual.kind == "prose":
        found = [prose.text for prose in submission.prose if manual.of in prose.tags]
        return found[-1] if found else None
    if manual.kind == "docstring":
        return _docstring(submission.cells, manual.of)
    if manual.kind == "figure":
        return _figure(manual.of, submission, run)
    files = [file for file in handed_files(submission) if file.name == manual.of]
    if not files or not files[0].size:
        return None
    return files[0].text or f"{manual.of}, {files[0].size:,} bytes"


def _docstring(cells: Sequence[Cell], name: str) -> str | None:
    """Return the docstring of a function, class or method `Class.method`."""
    found = None
    for cell in cells:
        for statement in statements_of(cell.source):
            for named, node in _definitions(statement, ""):
                if named == name:
                    found = ast.get_docstring(node) or ""
    return found


_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _definitions(node: ast.stmt, path: str) -> Iterator[tuple[str, _Definition]]:
    if isinstance(node, _Definition):
        yield f"{path}{node.name}", node
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                yield from _definitions(inner, f"{path}{node.name}.")


def _figure(tag: str, submission: Submission, run: Run) -> str | None:
    """Say which cell made the picture; None where the tagged one made none."""
    notebook = run.notebook if isinstance(run.notebook, Mapping) else {}
    ran = notebook.get("cells")
    code = [cell for cell in ran if _is_code(cell)] if isinstance(ran, list) else []
    for cell in submission.cells:
        if tag in cell.tags and cell.index < len(code) and _has_picture(code[cell.index]):
            return f"the picture of cell {cell.index + 1}"
    return None


def _is_code(cell: Any) -> bool:
    return isinstance(cell, Mapping) and cell.get("cell_type") == "code"


def _has_picture(cell: Mapping[str, Any]) -> bool:
    outputs = cell.get("outputs")
    return any(
        isinstance(output, Mapping)
        and isinstance(output.get("data"), Mapping)
        and any(str(kind).startswith("image/") for kind in output["data"])
        for output in (outputs if isinstance(outputs, list) else [])
    )
