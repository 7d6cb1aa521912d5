"""Say where an exception came from: in the student's own file or cell, in a few lines."""

import traceback
from collections.abc import Collection
from types import TracebackType

__all__ = ["LINES", "WIDTH", "describe"]

LINES = 60
WIDTH = 500
"""A traceback has at most so many lines, of so many characters each."""

_TracebackException, _StackSummary = traceback.TracebackException, traceback.StackSummary


def describe(error: BaseException, own: Collection[str], place: str) -> dict[str, object]:
    """Return name, text, traceback lines and failing line of an exception.

    `own` are the file names that stand for the student's code, `place` the one of them that ran:
    the failing line is the last one in there. Frames of libraries are left out, except the very
    last one, which tells what refused the call.
    """
    trace = _from_student(error.__traceback__, own)
    shown = _TracebackException(type(error), error, trace, compact=True)
    _shorten(shown, own)
    lines = [line for chunk in shown.format() for line in chunk.rstrip("\n").split("\n")]
    return {
        "ename": type(error).__name__[:WIDTH],
        "evalue": _text(error)[: 4 * WIDTH],
        "traceback": _middle_out(lines),
        "line": _line(error, trace, place),
    }


def _from_student(trace: TracebackType | None, own: Collection[str]) -> TracebackType | None:
    """Return a traceback from the first frame of the student's code on; None when there is none."""
    start = trace
    while start is not None and start.tb_frame.f_code.co_filename not in own:
        start = start.tb_next
    return start


def _shorten(shown: traceback.TracebackException, own: Collection[str]) -> None:
    seen: set[int] = set()
    while shown is not None and id(shown) not in seen:
        seen.add(id(shown))
        frames = list(shown.stack)
        kept = [frame for frame in frames if frame.filename in own or frame is frames[-1]]
        shown.stack = _StackSummary.from_list(kept)
        shown = shown.__cause__ or shown.__context__  # type: ignore[assignment]


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except BaseException:
        return ""


def _middle_out(lines: list[str]) -> list[str]:
    if len(lines) > LINES:
        half = LINES // 2 - 1
        left_out = len(lines) - 2 * half
        lines = [*lines[:half], f"  ... {left_out} lines left out ...", *lines[-half:]]
    return [line[:WIDTH] for line in lines]


def _line(error: BaseException, trace: TracebackType | None, place: str) -> int | None:
    if isinstance(error, SyntaxError) and error.filename == place:
        return error.lineno
    line = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == place:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
