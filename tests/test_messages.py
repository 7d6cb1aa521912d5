"""What a kernel sends is checked before it is used."""

from __future__ import annotations

import json

import pytest

from grader.inside.tracebacks import LINES, WIDTH
from grader.inside.wire import IOPUB, SHELL
from grader.sandbox.messages import DEPTH, Malformed, read_message

ERROR = {"ename": "E", "evalue": "e", "traceback": ["line"], "line": 3}


def frame(kind: object, content: object, parent: object = "p") -> bytes:
    return json.dumps({"type": kind, "parent": parent, "content": content}).encode()


@pytest.mark.parametrize(
    ("channel", "kind", "content"),
    [
        (IOPUB, "status", {"execution_state": "busy"}),
        (IOPUB, "stream", {"name": "stdout", "text": "x"}),
        (IOPUB, "display_data", {"data": {"text/plain": "x"}, "metadata": {}}),
        (IOPUB, "display_data", {"data": {"image/png": "x"}, "metadata": {}}),
        (IOPUB, "execute_result", {"data": {}, "metadata": {}, "execution_count": 1}),
        (IOPUB, "error", ERROR),
        (IOPUB, "error", {**ERROR, "line": None}),
        (IOPUB, "clear_output", {"wait": True}),
        (SHELL, "execute_reply", {"status": "ok", "execution_count": 1}),
        (SHELL, "execute_reply", {"status": "error", "execution_count": 1, **ERROR}),
    ],
)
def test_what_an_honest_kernel_sends_is_read(
    channel: int, kind: str, content: dict[str, object]
) -> None:
    message = read_message(channel, frame(kind, content))
    assert message["msg_type"] == kind
    assert message["parent_header"] == {"msg_id": "p"}
    assert message["content"] == content


def nested(depth: int) -> object:
    return [nested(depth - 1)] if depth else 1


@pytest.mark.parametrize(
    ("channel", "body"),
    [
        (IOPUB, b""),
        (IOPUB, b"[]"),
        (IOPUB, b"\xff"),
        (IOPUB, b"[" * 100_000),
        (IOPUB, b'{"type": "status"}'),
        (IOPUB, b'{"type": NaN, "parent": "", "content": {}}'),
        (IOPUB, frame("status", {"execution_state": "dead"})),
        (IOPUB, frame("status", {"execution_state": "busy"}, parent=1)),
        (IOPUB, frame("status", [])),
        (IOPUB, frame(["status"], {})),
        (IOPUB, frame("comm_open", {"data": {}})),
        (IOPUB, frame("execute_reply", {"status": "ok", "execution_count": 1})),
        (IOPUB, frame("stream", {"name": "stdin", "text": "x"})),
        (IOPUB, frame("stream", {"name": "stdout", "text": 1})),
        (IOPUB, frame("display_data", {"data": {"text/plain": 1}, "metadata": {}})),
        (IOPUB, frame("display_data", {"data": {}, "metadata": []})),
        (IOPUB, frame("display_data", {"data": {}, "metadata": {}, "transient": {"x": 1}})),
        (IOPUB, frame("execute_result", {"data": {}, "metadata": {}, "execution_count": -1})),
        (IOPUB, frame("execute_result", {"data": {}, "metadata": {}, "execution_count": True})),
        (IOPUB, frame("error", {**ERROR, "traceback": [1]})),
        (IOPUB, frame("error", {**ERROR, "line": "3"})),
        (IOPUB, frame("error", {**ERROR, "traceback": [""] * (LINES + 1)})),
        (IOPUB, frame("error", {**ERROR, "traceback": ["x" * (WIDTH + 1)]})),
        (SHELL, frame("execute_reply", {"status": "aborted", "execution_count": 1})),
        (SHELL, frame("execute_reply", {"status": "error", "execution_count": 1})),
        (SHELL, frame("status", {"execution_state": "busy"})),
        (
            IOPUB,
            frame("display_data", {"data": {"a+json": nested(DEPTH)}, "metadata": {}}),
        ),
        (
            IOPUB,
            frame("display_data", {"data": {"a+json": [0] * 200_000}, "metadata": {}}),
        ),
    ],
)
def test_anything_else_is_refused(channel: int, body: bytes) -> None:
    with pytest.raises(Malformed):
        read_message(channel, body)


def test_lone_surrogates_do_not_get_into_the_record() -> None:
    body = b'{"type": "stream", "parent": "", "content": {"name": "stdout", "text": "a\\ud800"}}'
    assert read_message(IOPUB, body)["content"]["text"] == "a?"
