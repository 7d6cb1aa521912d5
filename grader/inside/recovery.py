"""Run a cell; where Jupyter would run nothing or stop, run what does not hang on the fault.

One line that is not valid Python costs the statement that it stands in, and one import that fails
costs what it would have brought. The cell has failed all the same, with that first fault.
"""

import ast
from collections.abc import Sequence
from typing import Any

from . import pieces

__all__ = ["run_cell"]

_statements, _Module = pieces.statements, ast.Module


def run_cell(shell: Any, code: str, store_history: bool, silent: bool) -> None:
    """Run a cell in a `Shell`; what it failed with first is `shell.failure`."""
    source = _as_python(shell, code)
    if source is not None and (error := _refused(shell, source)) is not None:
        shell.fail(error)
        _run_all(shell, _moved(_statements(source), shell.compiler.offset))
        return
    result = shell.run_cell(code, store_history=store_history, silent=silent)
    error = result.error_before_exec or result.error_in_exec
    if not result.success and shell.failure is None:
        shell.fail(error)
    if isinstance(error, ImportError) and source is not None and shell.failure is not None:
        body = _moved(ast.parse(source).body, shell.compiler.offset)
        _run_all(shell, _after_import(body, shell.failure["line"]))


def _as_python(shell: Any, code: str) -> str | None:
    """Return the cell as Python, IPython's own lines translated; None where that fails."""
    try:
        return str(shell.transform_cell(code))
    except Exception:
        return None


def _refused(shell: Any, source: str) -> SyntaxError | None:
    """Return why a cell does not compile, with its line in the student's file."""
    error = pieces.compiles(source)
    if error is not None:
        compiler = shell.compiler
        compiler.cache(source, 0, source)
        error.filename, error.lineno = compiler.name, (error.lineno or 1) + compiler.offset
        error.end_lineno = error.end_lineno and error.end_lineno + compiler.offset
    return error


def _moved(body: Sequence[ast.stmt], offset: int) -> list[ast.stmt]:
    for statement in body:
        ast.increment_lineno(statement, offset)
    return list(body)


def _after_import(body: Sequence[ast.stmt], line: object) -> list[ast.stmt]:
    """Return the parts of the import that failed and what follows; none for another statement."""
    for place, statement in enumerate(body):
        if statement.lineno <= _number(line) <= (statement.end_lineno or 0) and isinstance(
            statement, ast.Import | ast.ImportFrom
        ):
            return [*(_parts(statement) if len(statement.names) > 1 else ()), *body[place + 1 :]]
    return []


def _number(line: object) -> int:
    return line if isinstance(line, int) else 0


def _parts(statement: ast.stmt) -> list[ast.stmt]:
    """Return an import of several names as one of each, and any other statement as it is."""
    if not isinstance(statement, ast.Import | ast.ImportFrom):
        return [statement]
    return [
        ast.copy_location(
            ast.Import([name])
            if isinstance(statement, ast.Import)
            else ast.ImportFrom(statement.module, [name], statement.level),
            statement,
        )
        for name in statement.names
    ]


def _run_all(shell: Any, body: Sequence[ast.stmt]) -> None:
    """Run statements one by one; each that raises is shown, and the next one runs."""
    for statement in [part for whole in body for part in _parts(whole)]:
        try:
            code = compile(_Module([statement], []), shell.compiler.name, "exec")
            exec(code, shell.user_ns)  # noqa: S102 - what the cell itself would have run
        except BaseException as error:
            shell.fail(error)
