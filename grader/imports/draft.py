"""Turn an nbgrader source notebook into the draft of an exercise: three files to finish by hand.

What can be carried over is: the statement, the functions, their solutions, the points. What a
check should draw and compare cannot be read from asserts, so every assert stands as a comment
beside the check of the function that it calls.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError
from grader.imports.cells_of_nbgrader import Role, SourceCell, source_cells
from grader.outdir import write_whole
from grader.submissions.handedin import MAX_BYTES

__all__ = ["Draft", "draft_of", "write_draft"]

_SOLUTION = re.compile(
    r"^[ \t]*### BEGIN SOLUTION.*?^[ \t]*### END SOLUTION[^\n]*\n?", re.MULTILINE | re.DOTALL
)
_MARKS = re.compile(r"^[ \t]*### (BEGIN|END) (SOLUTION|HIDDEN TESTS)[^\n]*\n?", re.MULTILINE)
_STUB = "raise NotImplementedError"


@dataclass(frozen=True)
class Draft:
    """The three files of an exercise as far as a notebook tells, and what is left to do."""

    contract: str
    starter: str
    reference: str
    left: tuple[str, ...]


def draft_of(path: Path) -> Draft:
    """Read a source notebook; raises UsageError that names file and cell."""
    import nbformat

    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError(f"{path}: has more than {MAX_BYTES >> 20} MiB")
        notebook = nbformat.convert(nbformat.reader.reads(path.read_text("utf-8")), 4)
        cells = source_cells(notebook, str(path))
    except UsageError:
        raise
    except Exception as error:  # nbformat raises whatever it likes
        first = str(error).partition("\n")[0][:200]
        raise UsageError(f"{path}: is not a notebook: {first}") from None
    if not any(cell.role is Role.ANSWER for cell in cells):
        raise UsageError(
            f"{path}: has no autograded answer cell; is it a source notebook of nbgrader?"
        )
    return _draft(path.stem, cells)


def _draft(name: str, cells: Sequence[SourceCell]) -> Draft:
    answers = [cell for cell in cells if cell.role is Role.ANSWER]
    functions = {node.name: node for cell in answers for node in _functions(cell.source)}
    tests = [cell for cell in cells if cell.role is Role.TESTS]
    left = [
        f"{cell.role.value} {cell.grade_id or '?'} ({cell.points:g} points) stays with a person"
        for cell in cells
        if cell.role in (Role.BY_HAND, Role.TASK)
    ]
    left += [
        f"answer {cell.grade_id or '?'} defines no function: tag the cell and write a cell check"
        for cell in answers
        if not list(_functions(cell.source))
    ]
    orphans = [test for test in tests if not _called(test, functions)]
    left += [
        f"tests {test.grade_id or '?'} ({test.points:g} points) call none of the functions"
        for test in orphans
    ]
    left.append("choose what each input is drawn from, and which checks are gradients")
    return Draft(
        contract=_contract(name, functions, tests, orphans),
        starter=_starter(cells),
        reference=_reference(answers),
        left=tuple(left),
    )


def _functions(source: str) -> Iterator[ast.FunctionDef]:
    try:
        tree = ast.parse(_plain_python(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    yield from (node for node in tree.body if isinstance(node, ast.FunctionDef))


def _plain_python(source: str) -> str:
    """Return source without the lines that only IPython reads."""
    return "\n".join("pass" if line[:1] in "%!" and line else line for line in source.split("\n"))


def _called(test: SourceCell, functions: dict[str, ast.FunctionDef]) -> list[str]:
    """Return the functions that a test cell mentions, in their order."""
    words = set(re.findall(r"\w+", test.source))
    return [name for name in functions if name in words]


# ---------------------------------------------------------------- the three files


def _contract(
    name: str,
    functions: dict[str, ast.FunctionDef],
    tests: Sequence[SourceCell],
    orphans: Sequence[SourceCell],
) -> str:
    inputs = dict.fromkeys(
        argument.arg for node in functions.values() for argument in node.args.args
    )
    lines = [
        f"# A draft made from an nbgrader notebook: {_comment(name)}",
        f"title = {_quoted(name.replace('_', ' ').replace('-', ' ').capitalize())}",
        "",
        "[dimensions]",
        "n = {}",
        "",
        "[inputs]  # choose what each is drawn from: normal(n), number(low, high), labels(N, C), …",
        *(f'{argument} = "normal(n)"' for argument in inputs),
    ]
    for function in functions:
        mine = [test for test in tests if _called(test, functions)[:1] == [function]]
        points = sum(test.points for test in mine) or 1
        lines += [
            "",
            "[[check]]",
            f"call = {_quoted(function)}",
            f"points = {points:g}",
            '# If it returns a gradient: gradient = { of = "…", wrt = ["…"] }, and no reference.',
            *_asserts(mine),
        ]
    if orphans:
        lines += ["", "# These call none of the functions:", *_asserts(orphans)]
    return "\n".join(lines) + "\n"


def _asserts(tests: Sequence[SourceCell]) -> Iterator[str]:
    for test in tests:
        yield f"# nbgrader tested it so ({_comment(test.grade_id)}, {test.points:g} points):"
        for line in _MARKS.sub("", test.source).splitlines():
            if line.strip():
                yield f"#     {_comment(line)}"


def _starter(cells: Sequence[SourceCell]) -> str:
    parts = []
    for cell in cells:
        if cell.role is Role.TESTS:
            continue
        source = _without_solution(cell.source) if cell.role is not Role.PLAIN else cell.source
        if cell.kind == "code":
            parts.append(f"# %%\n{_magics_commented(source).rstrip()}\n")
        else:
            text = "\n".join(f"# {line}".rstrip() for line in source.split("\n"))
            parts.append(f"# %% [markdown]\n{text}\n")
    return "\n".join(parts)


def _magics_commented(source: str) -> str:
    """Write `%magic` and `!command` as Jupytext does in a script, and reads them back."""
    return re.sub(r"^(?=[%!])", "# ", source, flags=re.MULTILINE)


def _without_solution(source: str) -> str:
    def stub(match: re.Match[str]) -> str:
        indent = match[0][: len(match[0]) - len(match[0].lstrip())]
        return f"{indent}{_STUB}\n"

    shortened = _SOLUTION.sub(stub, source)
    return shortened if shortened != source else _bodies_removed(source)


def _bodies_removed(source: str) -> str:
    """Put stubs for the bodies of functions that have no marked solution."""
    lines = source.split("\n")
    for node in reversed(list(_functions(source))):
        keep = ast.get_docstring(node, clean=False) is not None
        first = node.body[1] if keep and len(node.body) > 1 else node.body[0]
        if keep and len(node.body) == 1:
            continue
        indent = lines[first.lineno - 1][: first.col_offset]
        lines[first.lineno - 1 : node.end_lineno] = [f"{indent}{_STUB}"]
    return "\n".join(lines)


def _reference(answers: Sequence[SourceCell]) -> str:
    parts = [
        '"""The solutions as the notebook had them; see `grader verify` for what is left."""',
        "import torch",
        "from grader.authoring import mistake  # noqa: F401 - declare the usual mistakes",
    ]
    for cell in answers:
        source = _MARKS.sub("", cell.source)
        parts += [ast.unparse(node) for node in _functions(source)]
    return "\n\n\n".join(parts) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _comment(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def write_draft(draft: Draft, course: Path, exercise: str) -> tuple[Path, ...]:
    """Write the three files; raises UsageError when one is there already."""
    files = {
        course / "exercises" / exercise / "exercise.toml": draft.contract,
        course / "exercises" / exercise / "starter.py": draft.starter,
        course / "reference" / f"{exercise}.py": draft.reference,
    }
    for path in files:
        if path.exists():
            raise UsageError(f"{path}: is there already; choose another id")
    for path, text in files.items():
        write_whole(path, text)
    return tuple(files)
