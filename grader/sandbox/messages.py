"""Read what a kernel sends, trusting none of it: bounded frames to checked Jupyter messages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from grader.inside import tracebacks
from grader.inside.wire import IOPUB, LINES, SHELL

__all__ = ["Malformed", "read_message"]

DEPTH = 32
NODES = 100_000
COMMAS = 1_000_000
"""Texts hold commas too: so there may be more of them than parts."""
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
Message = dict[str, Any]


class Malformed(ValueError):
    """A frame that no honest kernel sends."""


def read_message(channel: int, body: bytes) -> Message:
    """Return the Jupyter message of a frame; raises Malformed for anything odd."""
    # Before it is parsed, which takes half a second for millions of parts.
    _require(body.count(b",") <= COMMAS, "too many parts")
    try:
        frame = json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Malformed("no JSON") from None
    _require(type(frame) is dict and frame.keys() == {"type", "parent", "content"}, "keys")
    _bound(frame)
    if _SURROGATE.search(body):
        frame = _clean(frame)
    kind, parent, content = frame["type"], frame["parent"], frame["content"]
    _require(type(kind) is str and type(parent) is str and type(content) is dict, "types")
    check = _CHECKS.get((channel, kind))
    _require(check is not None, f"{kind!r} on channel {channel}")
    assert check is not None
    check(content)
    if kind in _SHOWING:
        content["data"] = {
            name: content["data"][name] for name in filter(_is_shown, content["data"])
        }
    return {
        "header": {"msg_type": kind, "msg_id": "", "date": None},
        "msg_type": kind,
        "msg_id": "",
        "parent_header": {"msg_id": parent},
        "metadata": {},
        "content": content,
        "buffers": [],
    }


def _refuse(constant: str) -> NoReturn:
    raise Malformed(f"{constant} is no JSON")


def _require(condition: bool, what: str) -> None:
    if not condition:
        raise Malformed(what)


def _bound(value: object) -> None:
    """Refuse what is nested too deep or has too many parts, without recursion."""
    level, count = [value], 0
    for _ in range(DEPTH):
        level = [child for parent in level for child in _children(parent)]
        count += len(level)
        _require(count <= NODES, "too many parts")
        if not level:
            return
    raise Malformed("nested too deep")


def _children(value: object) -> list[Any]:
    if type(value) is dict:
        return list(value.values())
    return value if type(value) is list else []


def _clean(value: Any) -> Any:
    """Replace lone surrogates, which no file in UTF-8 can hold."""
    if type(value) is str:
        return value.encode("utf-8", "replace").decode()
    if type(value) is list:
        return [_clean(item) for item in value]
    if type(value) is dict:
        return {_clean(key): _clean(item) for key, item in value.items()}
    return value


# ---------------------------------------------------------------- one check a message type


def _status(content: Message) -> None:
    _require(content.get("execution_state") in ("busy", "idle"), "state")


_SHOWING = ("display_data", "execute_result", "update_display_data")


def _is_shown(kind: str) -> bool:
    """Tell whether a page shows such a representation; others, as JSON, are not kept."""
    return kind.startswith(("text/", "image/"))


def _stream(content: Message) -> None:
    _require(content.get("name") in ("stdout", "stderr"), "stream name")
    _require(type(content.get("text")) is str, "stream text")


def _display(content: Message) -> None:
    _bundle(content.get("data"))
    _require(type(content.get("metadata")) is dict, "metadata")
    transient = content.get("transient", {})
    _require(type(transient) is dict and transient.keys() <= {"display_id"}, "transient")
    _require(all(type(value) is str for value in transient.values()), "display id")


def _bundle(data: object) -> None:
    _require(type(data) is dict, "data")
    assert isinstance(data, dict)
    for kind, value in data.items():
        _require(type(value) is str or kind.endswith("json"), f"value of {kind!r}")


def _execute_result(content: Message) -> None:
    _display(content)
    _count(content)


def _execute_input(content: Message) -> None:
    _require(type(content.get("code")) is str, "code")
    _count(content)


def _count(content: Message) -> None:
    count = content.get("execution_count")
    _require(type(count) is int and 0 <= count < 1 << 31, "execution count")


def _clear_output(content: Message) -> None:
    _require(type(content.get("wait")) is bool, "wait")


def _error(content: Message) -> None:
    _require(all(type(content.get(key)) is str for key in ("ename", "evalue")), "error texts")
    lines, line = content.get("traceback"), content.get("line")
    _require(type(lines) is list and len(lines) <= tracebacks.LINES, "traceback")
    assert isinstance(lines, list)
    # Every line is checked against a schema later, which costs far more than to read it.
    _require(all(type(text) is str and len(text) <= tracebacks.WIDTH for text in lines), "line")
    _require(line is None or (type(line) is int and 0 <= line < 1 << 31), "line")


def _execute_reply(content: Message) -> None:
    _require(content.get("status") in ("ok", "error"), "status")
    _count(content)
    if content["status"] == "error":
        _error(content)


def _lines(content: Message) -> None:
    lines = content.get("lines")
    _require(type(lines) is list and len(lines) <= LINES, "lines")
    assert isinstance(lines, list)
    for place in lines:
        _require(type(place) is list and len(place) == 2, "place")
        _require(type(place[0]) is str and len(place[0]) <= 255, "place's file")
        _require(type(place[1]) is int and 0 <= place[1] < 1 << 31, "place's line")


def _ok(content: Message) -> None:
    _require(content.get("status") == "ok", "status")


_CHECKS: Mapping[tuple[int, str], Callable[[Message], None]] = {
    (IOPUB, "status"): _status,
    (IOPUB, "stream"): _stream,
    (IOPUB, "display_data"): _display,
    (IOPUB, "update_display_data"): _display,
    (IOPUB, "execute_result"): _execute_result,
    (IOPUB, "execute_input"): _execute_input,
    (IOPUB, "clear_output"): _clear_output,
    (IOPUB, "error"): _error,
    (SHELL, "execute_reply"): _execute_reply,
    (SHELL, "interrupt_reply"): _lines,
    (SHELL, "setup_reply"): _ok,
    (SHELL, "file_reply"): _ok,
    (SHELL, "kernel_info_reply"): _ok,
}
