"""IPython without a terminal and without zmq: what a cell shows becomes frames."""

import ast
import base64
import json
import linecache
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any, cast

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from .tracebacks import describe

__all__ = ["Shell", "build_shell"]

Show = Callable[[str, dict[str, object]], None]
_dumps, _describe = json.dumps, describe


def bundle(data: Mapping[str, object]) -> dict[str, object]:
    """Return the part of a MIME bundle that can travel: texts, bytes as base64, JSON values."""
    kept: dict[str, object] = {}
    for kind, value in data.items():
        if isinstance(value, bytes):
            kept[str(kind)] = base64.b64encode(value).decode()
        elif isinstance(value, str):
            kept[str(kind)] = str(value)
        elif str(kind).endswith("json") and _is_json(value):
            kept[str(kind)] = value
    return kept


def _is_json(value: object) -> bool:
    try:
        _dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


class Compiler(CachingCompiler):
    """Names code after the student's own file or cell, with its true line numbers."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.own: set[str] = set()
        self.name, self.offset = "cell 0", 0
        self.sources: dict[str, str] = {}

    def place(self, name: str, line: int, code: str) -> None:
        """Say where the next cell comes from: file or cell name, and its first line."""
        # IPython drops empty lines at the start before it compiles.
        empty = len(code) - len(code.lstrip())
        self.name, self.offset = name, line - 1 + code[:empty].count("\n")
        self.own.add(name)

    def cache(self, transformed_code: str, number: int = 0, raw_code: str | None = None) -> str:
        """Make the source findable for tracebacks; return the name to compile it under."""
        text = self.sources.get(self.name, raw_code or transformed_code)
        lines = [line + "\n" for line in text.split("\n")]
        # Without a time of modification linecache keeps the entry for ever.
        linecache.cache[self.name] = (len(text), None, lines, self.name)
        return self.name

    def ast_parse(self, source: str, filename: str = "", symbol: str = "exec") -> ast.AST:
        """Parse a cell as if it stood at its own line of its own file."""
        try:
            tree = super().ast_parse(source, filename, symbol)
        except SyntaxError as error:
            error.lineno = (error.lineno or 1) + self.offset
            error.end_lineno = error.end_lineno and error.end_lineno + self.offset
            raise
        return ast.increment_lineno(tree, self.offset)


class ResultHook(DisplayHook):
    """Shows the value of a cell's last expression."""

    def write_output_prompt(self) -> None:
        """Show nothing: the number travels with the value."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        """Send the value in all its representations."""
        content = {
            "data": bundle(format_dict),
            "metadata": bundle(md_dict or {}),
            "execution_count": self.prompt_count,
        }
        shell: Any = self.shell
        shell.show("execute_result", content)

    def log_output(self, format_dict: Any) -> None:
        """Keep no copy."""

    def finish_displayhook(self) -> None:
        """Leave the streams alone."""
        self._is_active = False


class Publisher(DisplayPublisher):
    """Shows what `display` is given."""

    def publish(  # type: ignore[override]  # `source` is deprecated
        self,
        data: Any,
        metadata: Any = None,
        *,
        transient: Any = None,
        update: bool = False,
        **ignored: Any,
    ) -> None:
        """Send a MIME bundle."""
        transient = transient or {}
        content: dict[str, object] = {"data": bundle(data), "metadata": bundle(metadata or {})}
        if isinstance(transient.get("display_id"), str):
            content["transient"] = {"display_id": transient["display_id"]}
        kind = "update_display_data" if update else "display_data"
        self.shell.show(kind, content)

    def clear_output(self, wait: bool = False) -> None:
        """Ask for the cell's output to be cleared."""
        self.shell.show("clear_output", {"wait": bool(wait)})


class Shell(InteractiveShell):
    """An IPython shell whose output goes to `show`, and whose errors are described, not printed."""

    displayhook_class = Type(ResultHook)
    display_pub_class = Type(Publisher)
    compiler_class = Type(Compiler)

    show: Show = staticmethod(lambda kind, content: None)
    failure: dict[str, object] | None = None

    @property
    def compiler(self) -> Compiler:
        """Names the student's code."""
        return cast(Compiler, self.compile)

    def fail(self, error: BaseException) -> None:
        """Show an exception; the first one of a cell is what the cell failed with."""
        described = _describe(error, self.compiler.own, self.compiler.name)
        self.failure = self.failure or described
        self.show("error", described)

    def showtraceback(self, exc_tuple: Any = None, *args: Any, **kwargs: Any) -> None:
        """Show the exception at hand."""
        error = exc_tuple[1] if exc_tuple else sys.exc_info()[1]
        if error is not None:
            self.fail(error)

    def showsyntaxerror(self, *args: Any, **kwargs: Any) -> None:
        """Show the syntax error at hand."""
        self.showtraceback()

    def showindentationerror(self) -> None:
        """Show the indentation error at hand."""
        self.showtraceback()

    def _format_exception_for_storage(self, exception: Any, *args: Any, **kwargs: Any) -> Any:
        """Keep no formatted copy: it costs 45 ms an error."""
        return {}

    def enable_gui(self, gui: Any = None) -> None:
        """Do nothing: there is no window."""

    def ask_exit(self) -> None:
        """End the cell: `quit()` must not end the run."""
        raise SystemExit("quit() and exit() end the cell when a notebook is graded")

    def system(self, cmd: str) -> None:
        """Run a `!command`; what it prints is the cell's output."""
        expand: Callable[..., str] = self.var_expand
        done = subprocess.run(
            ["/bin/sh", "-c", expand(cmd, depth=1)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        sys.stdout.write(done.stdout.decode("utf-8", "replace"))
        self.user_ns["_exit_code"] = done.returncode

    def become_module(self, name: str, path: str) -> None:
        """Make the namespace that of an imported module: no IPython names, its own `__name__`."""
        for hidden in set(self.user_ns_hidden) - {"__builtins__"}:
            self.user_ns.pop(hidden, None)
        self.user_module.__name__, self.user_module.__file__ = name, path
        self.user_module.__doc__ = None
        sys.modules[name] = self.user_module
        self.ast_node_interactivity = "none"


def build_shell() -> Shell:
    """Return the one shell of this process, complete, without history and without threads."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    shell: Shell = Shell.instance(config=config)
    return shell
