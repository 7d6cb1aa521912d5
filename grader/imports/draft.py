"""Turn the source notebook of another grader into a draft: three files to finish by hand.

What can be carried over is: the statement, the functions, their solutions, the points. What a
check should draw and compare cannot be read from tests, so every test stands as a comment beside
the check of the function that it calls.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError
from grader.imports import cells_of_nbgrader, cells_of_otter
from grader.imports.source_cells import Role, SourceCell, functions_of
from grader.outdir import write_whole
from grader.submissions.reading import MAX_BYTES
from grader.submissions.statements import statements_of

__all__ = ["Draft", "draft_of", "write_draft"]

_READERS = {
    "nbgrader": cells_of_nbgrader.source_cells,
    "otter": cells_of_otter.source_cells,
}
_TOOLS = frozenset({"otter", "nbgrader", "IPython", "google"})
"""What a notebook imports for its tool's sake."""


@dataclass(frozen=True)
class Draft:
    """The three files of an exercise as far as a notebook tells, and what is left to do."""

    contract: str
    starter: str
    reference: str
    left: tuple[str, ...]


def draft_of(path: Path, tool: str) -> Draft:
    """Read a source notebook of `nbgrader` or `otter`; raises UsageError with file and cell."""
    import nbformat

    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError(f"{path}: has more than {MAX_BYTES >> 20} MiB")
        notebook = nbformat.convert(nbformat.reader.reads(path.read_text("utf-8")), 4)
        cells = _READERS[tool](notebook, str(path))
    except UsageError:
        raise
    except Exception as error:  # nbformat raises whatever it likes
        first = str(error).partition("\n")[0][:200]
        raise UsageError(f"{path}: is not a notebook: {first}") from None
    if not any(cell.role is Role.ANSWER for cell in cells):
        raise UsageError(f"{path}: has no autograded answer; is it a source notebook of {tool}?")
    return _draft(path.stem, tool, cells)


def _draft(name: str, tool: str, cells: Sequence[SourceCell]) -> Draft:
    answers = [cell for cell in cells if cell.role is Role.ANSWER]
    functions = {node.name: node for cell in answers for node in functions_of(cell.source)}
    tests = [cell for cell in cells if cell.role is Role.TESTS]
    orphans = [test for test in tests if not _called(test, functions)]
    return Draft(
        contract=_contract(name, tool, functions, tests, orphans),
        starter=_starter(cells),
        reference=_reference(cells),
        left=(
            *_left(cells, orphans),
            "choose what each input is drawn from, and which checks are gradients",
        ),
    )


def _left(cells: Sequence[SourceCell], orphans: Sequence[SourceCell]) -> Iterator[str]:
    """Say what could not be carried over."""
    for cell in cells:
        if cell.role in (Role.BY_HAND, Role.TASK):
            worth = f"{cell.name or '?'} ({cell.points:g} points)"
            yield f"{cell.role.value} {worth} stays with a person"
        elif cell.role is Role.ANSWER and not any(functions_of(cell.source)):
            left_to_do = "defines no function: tag the cell and write a cell check"
            yield f"answer {cell.name or '?'} {left_to_do}"
    for test in orphans:
        yield f"tests {test.name or '?'} ({test.points:g} points) call none of the functions"


def _called(test: SourceCell, functions: dict[str, ast.FunctionDef]) -> list[str]:
    """Return the functions that a test cell mentions, in their order."""
    words = set(re.findall(r"\w+", test.source))
    return [name for name in functions if name in words]


# ---------------------------------------------------------------- the three files


def _contract(
    name: str,
    tool: str,
    functions: dict[str, ast.FunctionDef],
    tests: Sequence[SourceCell],
    orphans: Sequence[SourceCell],
) -> str:
    inputs = dict.fromkeys(
        argument.arg for node in functions.values() for argument in node.args.args
    )
    lines = [
        f"# A draft made from a notebook of {tool}: {_comment(name)}",
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
            *_tests(tool, mine),
        ]
    if orphans:
        lines += ["", "# These call none of the functions:", *_tests(tool, orphans)]
    return "\n".join(lines) + "\n"


def _tests(tool: str, tests: Sequence[SourceCell]) -> Iterator[str]:
    for test in tests:
        yield f"# {tool} tested it so ({_comment(test.name)}, {test.points:g} points):"
        for line in test.source.splitlines():
            if line.strip():
                yield f"#     {_comment(line)}"


def _starter(cells: Sequence[SourceCell]) -> str:
    parts = []
    for cell in cells:
        if not cell.given.strip():
            continue
        if cell.kind == "code":
            parts.append(f"# %%\n{_magics_commented(cell.given).rstrip()}\n")
        else:
            text = "\n".join(f"# {line}".rstrip() for line in cell.given.split("\n"))
            parts.append(f"# %% [markdown]\n{text}\n")
    return "\n".join(parts)


def _magics_commented(source: str) -> str:
    """Write `%magic` and `!command` as Jupytext does in a script, and reads them back."""
    return re.sub(r"^(?=[%!])", "# ", source, flags=re.MULTILINE)


def _reference(cells: Sequence[SourceCell]) -> str:
    """Return what the solutions need: imports, constants, functions and classes, in their order."""
    parts = [
        '"""The solutions as the notebook had them; see `grader verify` for what is left."""',
        "import torch",
        "from grader.authoring import mistake  # noqa: F401 - declare the usual mistakes",
    ]
    roles = (Role.PLAIN, Role.READ_ONLY, Role.ANSWER)
    for cell in cells:
        if cell.kind == "code" and cell.role in roles:
            parts += [ast.unparse(node) for node in statements_of(cell.source) if _kept(node)]
    return "\n\n\n".join(dict.fromkeys(parts)) + "\n"


def _kept(node: ast.stmt) -> bool:
    if isinstance(node, ast.Import):
        return not any(alias.name.partition(".")[0] in _TOOLS for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").partition(".")[0] not in _TOOLS and not node.level
    if isinstance(node, ast.Assign):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.FunctionDef | ast.ClassDef)


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
