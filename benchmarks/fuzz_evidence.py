"""Feed the readers of what leaves the sandbox with what coverage finds new ways through (atheris).

    .venv/bin/pip install 'gradient-grader[fuzz]'
    .venv/bin/python benchmarks/fuzz_evidence.py [--seconds 60]

Frames of evidence and messages of kernels: a refusal is an answer, anything else that is raised
ends the run with the input and exit code 1. Such an input becomes a case in tests/test_evidence.py.
"""

from __future__ import annotations

import contextlib
import json
import struct
import sys
from pathlib import Path

import atheris
from fuzzing import fuzz

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

with atheris.instrument_imports(include=["grader.judging.evidence", "grader.sandbox.messages"]):
    from grader.judging.evidence import Array, Refused, decode, decode_answers
    from grader.sandbox.messages import Malformed, read_message

from grader.inside.values import Encoder
from grader.inside.wire import IOPUB, SHELL
from grader.judging.numbers import numeric
from grader.judging.sentences.wording import value_text
from grader.model import Reply


def _frame(content: bytes) -> None:
    """Decode a frame, and do with it what every check does with a value."""
    with contextlib.suppress(Refused):
        value = decode(content)
        value_text(value)
        if isinstance(value, Array | int | float | list | tuple):
            numeric(value)


def _head(content: bytes) -> None:
    """Decode a frame whose length is right, so that what stands in it is reached."""
    _frame(struct.pack(">I", len(content)) + content)


def _answers(content: bytes) -> None:
    with contextlib.suppress(Refused):
        decode_answers(Reply("check", "answered", struct.pack(">I", len(content)) + content), 1)


def _shell(content: bytes) -> None:
    with contextlib.suppress(Malformed):
        read_message(SHELL, content)


def _iopub(content: bytes) -> None:
    with contextlib.suppress(Malformed):
        json.dumps(read_message(IOPUB, content), ensure_ascii=False).encode()


def _good_inputs() -> tuple[bytes, ...]:
    import torch

    encoder = Encoder()
    value = {"w": torch.ones(2, 2), "b": [1, 2.5, None, "text", True], "t": (float("nan"), 3)}
    whole = encoder.frame(encoder.node(value))
    plain = Encoder()
    small = plain.frame(plain.node([1, "a", {"k": 2.0}]))
    answering = Encoder()
    answer = {
        "d": [
            ["status", {"s": "returned"}],
            ["value", answering.node(1.0)],
            ["again", answering.node(1.0)],
            ["arguments", answering.node({"x": 2.0})],
            ["used", answering.node(["autograd"])],
        ]
    }
    one = answering.frame({"l": [answer]})
    message = {"type": "stream", "parent": "1", "content": {"name": "stdout", "text": "a,b"}}
    reply = {
        "type": "execute_reply",
        "parent": "1",
        "content": {"status": "ok", "execution_count": 1},
    }
    return whole, small[4:], one[4:], json.dumps(reply).encode(), json.dumps(message).encode()


_READERS = (_frame, _head, _answers, _shell, _iopub)

if __name__ == "__main__":
    fuzz(_READERS, _good_inputs(), __doc__)
