"""Find the first cause of what is not there: read from the submission's source and its run.

Whatever follows from a cell that stopped, an import that failed, a `del` or a second use of a name
is told as that. Everything here is a fact about the file; nothing is guessed but "did you mean".
"""

from __future__ import annotations

import ast
import builtins
import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from grader.inside.pieces import statements
from grader.judging.sentences.feedback import capital
from grader.judging.sentences.left_behind import at_hand, left_behind
from grader.judging.sentences.places import place_of
from grader.model import CellRun, Run, Submission
from grader.submissions.statements import statements_of

__all__ = [
    "absent_name",
    "called_value",
    "cause_of_name",
    "grad_left_off",
    "name_not_defined",
    "remarks_on_run",
    "unwritten",
]

_NOT_DEFINED = re.compile(r"name '(\w+)' is not defined")
_DEFINITION = re.compile(r"^\s*(?:async\s+def|def|class)\s+(\w+)", re.MULTILINE)
_NO_PYTHON = re.compile(r"(SyntaxError|IndentationError|TabError)\b")
_IMPORT = re.compile(r"(ModuleNotFoundError|ImportError)\b")
_NEAR = 0.8
_OFF = re.compile(r"(no_grad|inference_mode)\(\)|set_grad_enabled\(\s*(mode\s*=\s*)?False\s*\)")


@dataclass(frozen=True)
class Binding:
    """One place that gives a name a meaning, or takes it away."""

    name: str
    kind: str
    """`def`, `class`, `import`, `=` or `del`."""
    cell: int
    line: int
    """In the student's file, or in the cell of a notebook."""


def cause_of_name(name: str, submission: Submission, run: Run) -> str:
    """Say why a name is not defined: the cell that should have defined it, and why it stopped."""
    seen: set[str] = set()
    stopped = {cell.index: cell for cell in run.cells if cell.status != "ok"}
    guilty: CellRun | None = None
    sought = name
    while sought not in seen:
        seen.add(sought)
        found = [each for each in _bindings(submission) if each.name == sought]
        cells = [stopped[each.cell] for each in found if each.cell in stopped]
        if not cells:
            if not found and guilty is None and not hasattr(builtins, name):
                return f"Your file uses `{name}`, and no line of it defines or imports `{name}`."
            break
        guilty = cells[0]
        sought = name_not_defined(guilty.message) or sought
    if guilty is None:
        return ""
    said = guilty.message.strip().split("\n", 1)[0].rstrip(".")
    return f"`{name}` is not there, because {place_of(submission, guilty)} stopped: {said}."


def name_not_defined(message: str) -> str:
    """Return the name that a NameError complains of, empty for another exception."""
    found = _NOT_DEFINED.search(message)
    return found[1] if found else ""


def absent_name(message: str, asked: str | None, source: str | None) -> str | None:
    """Return which name a probe did not find; only one that the question itself holds."""
    found = re.match(r"(\w+) is not (defined|written yet)$", message)
    if found and found[1] != asked and source and f"student.{found[1]}" in source:
        return found[1]
    return asked


def unwritten(name: str, submission: Submission, asked: Sequence[str]) -> str:
    """Say what became of a name that is not there at the end; empty where it was never written.

    `asked` are all names that the exercise asks for: one of those is no misspelling of another.
    """
    found = [each for each in _bindings(submission) if each.name == name]
    written = [each for each in found if each.kind != "del"]
    if written:
        at = f"`{name}` is defined in {_place(submission, written[-1])}"
        gone = [each for each in found if each.kind == "del"]
        if gone:
            return f"{at}, and {_place(submission, gone[-1])} deletes it."
        return f"{at}, but it is not there when everything has run."
    if outer := _inside(submission, name):
        return f"`{name}` is defined inside `{outer}`, so nobody else can call it: move it out."
    near = _nearest(name, submission, asked)
    if near is None:
        return ""
    what = {"def": "a function", "class": "a class"}.get(near.kind, "a name")
    return (
        f"`{name}` is not there, but {what} `{near.name}` is ({_place(submission, near)}). "
        f"Did you mean that one? Names must be the same, capitals included."
    )


def called_value(name: str | None, text: str, submission: Submission) -> str:
    """Say which name was called and stands for a value, after "object is not callable".

    `name` is what was asked for; with `text`, the line that raised, the names that it calls.
    """
    called = re.findall(r"(?<![\w.])(\w+)\s*\(", text) if text else [name or ""]
    for each in called:
        found = [other for other in _bindings(submission) if other.name == each]
        if found and found[-1].kind == "=":
            at = _place(submission, found[-1])
            before = [other for other in found if other.kind in ("def", "class")]
            if before:
                first = _place(submission, before[-1])
                return (
                    f"`{each}` is defined in {first}, and {at} gives the same name to a value. "
                    "Choose another name there."
                )
            return f"`{each}` stands for a value since {at}, so it cannot be called any more."
    return ""


def grad_left_off(submission: Submission, cell: int | None = None) -> str:
    """Say where gradients were switched off for good before a cell, or the end of the file."""
    off: tuple[int, int] | None = None
    contexts: set[str] = set()
    for index, body, first in _read(submission):
        if cell is not None and index > cell:
            break
        for node in body:
            text = ast.unparse(node) if isinstance(node, ast.Expr | ast.Assign) else ""
            if isinstance(node, ast.Assign) and _OFF.search(text):
                contexts |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
                if "set_grad_enabled" not in text:
                    continue
            entered = re.match(r"(\w+)\.__enter__\(\)$", text)
            if "set_grad_enabled(False)" in text or (
                "__enter__" in text and (_OFF.search(text) or (entered and entered[1] in contexts))
            ):
                off = (index, node.lineno + first - 1)
            elif re.search(r"set_grad_enabled\((mode=)?True\)|__exit__", text):
                off = None
    if off is None:
        return ""
    at = _place(submission, Binding("", "", *off))
    return f"Gradients are switched off in {at}, and nothing switches them on again."


def remarks_on_run(submission: Submission, run: Run, given: Sequence[str] = ()) -> tuple[str, ...]:
    """Say once what did not compile or was not there to import, and that the rest was run.

    `given` are the names of the exercise's files.
    """
    names = (*given, *(file.name for file in submission.files))
    found: list[str] = []
    for cell in run.cells:
        if cell.status != "error":
            continue
        at = place_of(submission, cell)
        if _NO_PYTHON.match(cell.message):
            found.append(
                f"{capital(at)} is not valid Python. The code around it was run without it."
            )
        if _IMPORT.match(cell.message) and _several(submission, cell):
            found.append(
                f"An import failed in {at}. The other lines of that cell were run without it."
            )
        if behind := left_behind(cell.message, submission) or at_hand(cell.message, names):
            found.append(f"{capital(at)} stopped: {behind}")
    return tuple(found)


def _several(submission: Submission, cell: CellRun) -> bool:
    source = next(other.source for other in submission.cells if other.index == cell.index)
    return len(statements_of(source)) > 1


# ---------------------------------------------------------------- what the source binds


def _read(submission: Submission) -> Iterator[tuple[int, list[ast.stmt], int]]:
    """Yield index, readable statements and first line of every cell."""
    for cell in submission.cells:
        body = statements_of(cell.source) or statements(cell.source)
        yield cell.index, body, cell.line or 1


@lru_cache(maxsize=8)
def _bindings(submission: Submission) -> tuple[Binding, ...]:
    found: list[Binding] = []
    for index, body, first in _read(submission):
        own = [
            Binding(name, kind, index, line + first - 1)
            for node in body
            for name, kind, line in _bound(node)
        ]
        known = {each.name for each in own}
        source = next(cell.source for cell in submission.cells if cell.index == index)
        for match in _DEFINITION.finditer(source) if not body or _broken(source) else ():
            if match[1] not in known:  # it stands in what cannot be read
                line = source.count("\n", 0, match.start(1)) + first
                own.append(Binding(match[1], "def", index, line))
        found += own
    return tuple(found)


def _broken(source: str) -> bool:
    return not statements_of(source)


def _bound(node: ast.AST) -> Iterator[tuple[str, str, int]]:
    """Yield what a statement binds at the top of a file, in the order of its lines."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name, "class" if isinstance(node, ast.ClassDef) else "def", node.lineno
        return
    if isinstance(node, ast.Import | ast.ImportFrom):
        for name in node.names:
            yield name.asname or name.name.split(".")[0], "import", node.lineno
        return
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
        yield from ((n.id, "def", n.lineno) for n in node.targets if isinstance(n, ast.Name))
        return
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id, "del" if isinstance(node.ctx, ast.Del) else "=", node.lineno
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.comprehension | ast.ListComp | ast.GeneratorExp):
            yield from _bound(child)


def _inside(submission: Submission, name: str) -> str:
    """Return the function or class inside which a name is defined, empty for none."""
    for _, body, _ in _read(submission):
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                for inner in ast.walk(node):
                    if inner is not node and getattr(inner, "name", None) == name:
                        return node.name
    return ""


def _nearest(name: str, submission: Submission, asked: Sequence[str]) -> Binding | None:
    own = [
        each
        for each in _bindings(submission)
        if each.kind in ("def", "class", "=") and each.name not in asked
    ]
    alike = [(_likeness(name, each.name), number) for number, each in enumerate(own)]
    best = max(alike, default=(0.0, -1))
    return own[best[1]] if best[0] >= _NEAR else None


def _likeness(name: str, other: str) -> float:
    plain, near = (text.replace("_", "").casefold() for text in (name, other))
    return 1.0 if plain == near else difflib.SequenceMatcher(None, plain, near).ratio()


def _place(submission: Submission, binding: Binding) -> str:
    return place_of(submission, CellRun(binding.cell, "", 0.0, line=binding.line))
