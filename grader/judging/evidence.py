"""Decode what came out of the sandbox, trusting none of it.

A frame (format: `grader.inside.values`) becomes plain values: None, bool, int, float, str, list,
tuple, dict, `Array` for tensors and numpy arrays, and `Foreign` for anything that was not carried.
Whatever is malformed, too large, too deep or unknown raises `Refused`, and nothing else does.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn, TypeAlias
from weakref import WeakKeyDictionary

import numpy
from safetensors import SafetensorError
from safetensors.numpy import load

from grader.model import Probe, Reply

__all__ = [
    "Answer",
    "Array",
    "Foreign",
    "Raised",
    "Refused",
    "Value",
    "decode",
    "decode_answers",
    "encode_probe",
    "question",
    "same",
]

MAX_FRAME = 64 << 20
MAX_HEAD = 8 << 20
MAX_NODES = 40_000
MAX_DEPTH = 24
MAX_TEXT = 4_000
MAX_TENSORS = 4_000
MAX_DIMENSIONS = 8
_CARRIED = frozenset({"float64", "float32", "int64", "int32", "int16", "int8", "uint8", "bool"})
_HALVES = frozenset({"float16", "bfloat16"})


class Refused(ValueError):
    """The frame is not one that our own encoder makes."""


@dataclass(frozen=True, eq=False)
class Array:
    """A tensor or numpy array: `values` of any shape, and the dtype that it had over there."""

    values: numpy.ndarray[Any, Any]
    dtype: str
    kind: Literal["tensor", "numpy"] = "tensor"


@dataclass(frozen=True)
class Foreign:
    """A value that is not carried; only the name of its type is known."""

    type_name: str


Value: TypeAlias = (
    bool | int | float | str | list[Any] | tuple[Any, ...] | dict[str, Any] | Array | Foreign | None
)


@dataclass(frozen=True)
class Raised:
    """An exception of the student's code; `line` is 0 where none of their lines is to blame."""

    type: str
    message: str
    file: str
    line: int
    text: str


@dataclass(frozen=True)
class Answer:
    """The answer to one case of a probe."""

    status: Literal["returned", "missing", "raised"]
    value: Value = None
    again: Value = None
    """The second call with the very same arguments, where there was one (`repeated`)."""
    repeated: bool = False
    arguments: Mapping[str, Value] = field(default_factory=dict)
    used: tuple[str, ...] = ()
    noticed: tuple[str, ...] = ()
    """What was taken although it is not quite what was asked: words of `grader.inside.plain`."""
    error: Raised | None = None
    message: str = ""


# ---------------------------------------------------------------- asking


def question(probe: Probe, *, to_student: bool = False) -> dict[str, Any]:
    """Return what `grader.inside.probes` answers, with arguments in the case's dtype.

    A student may be asked with numpy's arrays, a reference is always asked with tensors.
    """
    arrays = to_student and probe.arrays == "numpy"
    return {
        "call": probe.call,
        "function": probe.function,
        "source": probe.source,
        "expressions": dict(probe.expressions),
        "grad": probe.grad,
        "observe": probe.observe,
        "repeat": probe.repeat,
        "seed": probe.seed,
        "cases": [
            {
                "arguments": {
                    name: _cast(value, case.dtype, arrays) for name, value in case.arguments.items()
                },
                "requires_grad": case.requires_grad,
                "layout": case.layout,
            }
            for case in probe.cases
        ],
    }


def encode_probe(probe: Probe) -> bytes:
    """Return the payload of a probe frame; asked for the same probe again, the same bytes.

    A plan's probes are put to every submission, and nothing changes them.
    """
    from grader.inside.values import encode

    kept = _encoded.get(id(probe))
    if kept is None or kept[0] is not probe:
        if len(_encoded) >= _MOST_ENCODED:
            _encoded.clear()
        kept = _encoded[id(probe)] = probe, encode(question(probe, to_student=True))
    return kept[1]


_encoded: dict[int, tuple[Probe, bytes]] = {}
_MOST_ENCODED = 1000


def _cast(value: Any, dtype: str, arrays: bool = False) -> Any:
    """Return a fresh copy of an argument, its floating tensors in `dtype`; maybe as arrays."""
    import torch

    if isinstance(value, torch.Tensor):
        own = getattr(torch, dtype) if value.is_floating_point() else value.dtype
        copy = value.detach().to(own, copy=True)
        return copy.numpy() if arrays else copy
    if isinstance(value, list | tuple):
        return type(value)(_cast(item, dtype, arrays) for item in value)
    if isinstance(value, dict):
        return {key: _cast(item, dtype, arrays) for key, item in value.items()}
    return value


# ---------------------------------------------------------------- decoding


def decode(frame: bytes) -> Value:
    """Return the value of one frame; raises Refused for anything odd, and nothing else."""
    try:
        head, blob = _split(frame)
        tree = json.loads(head, parse_constant=_bare, parse_float=_bare, parse_int=_bare)
        tensors = _tensors(blob)
        reader = _Reader(tensors)
        value = reader.value(tree, 0)
    except (RecursionError, UnicodeDecodeError, OverflowError, MemoryError) as error:
        raise Refused(f"the reply cannot be parsed: {type(error).__name__}") from None
    except json.JSONDecodeError:
        raise Refused("the reply is not JSON") from None
    if len(reader.used) != len(tensors):
        raise Refused("the reply carries tensors that nothing refers to")
    return value


def decode_answers(reply: Reply, cases: int) -> tuple[Answer, ...]:
    """Return one answer a case; raises Refused when the frame is no list of `cases` answers.

    A reply is looked at several times, and read once: answers are for reading only.
    """
    kept = _decoded.get(reply)
    if kept is None or len(kept) != cases:
        kept = _decoded[reply] = _read_answers(reply, cases)
    return kept


_decoded: WeakKeyDictionary[Reply, tuple[Answer, ...]] = WeakKeyDictionary()


def _read_answers(reply: Reply, cases: int) -> tuple[Answer, ...]:
    answers = decode(reply.frame)
    if not isinstance(answers, list) or len(answers) != cases:
        raise Refused(f"expected {cases} answers")
    return tuple(_answer(answer) for answer in answers)


def same(value: Value, other: Value) -> bool:
    """Return whether two decoded values are the same, bit by bit but for the kind of NaN."""
    if type(value) is not type(other):
        return False
    if isinstance(value, Array) and isinstance(other, Array):
        floating = value.values.dtype.kind == "f"
        return value.dtype == other.dtype and bool(
            numpy.array_equal(value.values, other.values, equal_nan=floating)
        )
    if isinstance(value, list | tuple) and isinstance(other, list | tuple):
        return len(value) == len(other) and all(map(same, value, other))
    if isinstance(value, dict) and isinstance(other, dict):
        return value.keys() == other.keys() and all(same(value[k], other[k]) for k in value)
    return value == other or (value != value and other != other)


def _answer(node: Value) -> Answer:
    if not isinstance(node, dict):
        raise Refused("an answer is no mapping")
    status = node.get("status")
    if status == "missing":
        return Answer("missing", message=_text(node.get("message")))
    if status == "raised":
        return Answer("raised", error=_raised(node.get("error")))
    if status != "returned" or "value" not in node:
        raise Refused(f"an answer has no known status: {str(status)[:40]!r}")
    arguments = node.get("arguments", {})
    if not isinstance(arguments, dict):
        raise Refused("the arguments of an answer are no mapping")
    return Answer(
        "returned",
        value=node["value"],
        again=node.get("again"),
        repeated="again" in node,
        arguments=arguments,
        used=_texts(node.get("used", [])),
        noticed=_texts(node.get("noticed", [])),
    )


def _texts(node: Value) -> tuple[str, ...]:
    if not isinstance(node, list):
        raise Refused("the labels of an answer are no list")
    return tuple(map(_text, node))


def _raised(node: Value) -> Raised:
    if not isinstance(node, dict):
        raise Refused("an error is no mapping")
    line = node.get("line")
    return Raised(
        type=_text(node.get("type")),
        message=_text(node.get("message")),
        file=_text(node.get("file")),
        line=line if isinstance(line, int) and 0 <= line < 1 << 31 else 0,
        text=_text(node.get("text")),
    )


def _text(value: Value) -> str:
    if not isinstance(value, str):
        raise Refused("expected text")
    return value


def _split(frame: bytes) -> tuple[bytes, bytes]:
    if not 4 <= len(frame) <= MAX_FRAME:
        raise Refused(f"a reply of {len(frame)} bytes")
    (length,) = struct.unpack_from(">I", frame)
    if length > MAX_HEAD or 4 + length > len(frame):
        raise Refused("the reply's header has a wrong length")
    return frame[4 : 4 + length], frame[4 + length :]


def _tensors(blob: bytes) -> Mapping[str, numpy.ndarray[Any, Any]]:
    if not blob:
        return {}
    try:
        tensors = load(blob)  # its parser checks offsets, overlaps, dtypes and sizes
    except (SafetensorError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise Refused(f"the reply's tensors cannot be read: {type(error).__name__}") from None
    if len(tensors) > MAX_TENSORS:
        raise Refused("too many tensors")
    for array in tensors.values():
        if array.dtype.name not in _CARRIED or array.ndim > MAX_DIMENSIONS:
            raise Refused(f"a tensor of {array.dtype.name} with {array.ndim} dimensions")
    return tensors


def _bare(_: str) -> NoReturn:
    raise Refused("a bare number")


class _Reader:
    """Read nodes, counting them; every tensor may be referred to once."""

    def __init__(self, tensors: Mapping[str, numpy.ndarray[Any, Any]]) -> None:
        self.tensors = tensors
        self.used: set[str] = set()
        self.nodes = 0

    def value(self, node: Any, depth: int) -> Value:
        self.nodes += 1
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            raise Refused("the reply is too deep or has too many parts")
        if node is None or node is True or node is False:
            return node
        if type(node) is not dict:
            raise Refused("a node is no object")
        if "t" in node:
            return self._array(node)
        if len(node) != 1:
            raise Refused("a node has several keys")
        ((tag, content),) = node.items()
        return self._plain(tag, content, depth)

    def _plain(self, tag: str, content: Any, depth: int) -> Value:
        if tag in ("i", "f", "s", "x"):
            return _scalar(tag, content)
        if tag in ("l", "u"):
            items = [self.value(item, depth + 1) for item in _sequence(content)]
            return items if tag == "l" else tuple(items)
        if tag == "d":
            return self._mapping(content, depth)
        raise Refused("a node of an unknown kind")

    def _mapping(self, content: Any, depth: int) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for pair in _sequence(content):
            if type(pair) is not list or len(pair) != 2 or type(pair[0]) is not str:
                raise Refused("a mapping's entry is no pair")
            if pair[0] in found:
                raise Refused("a mapping has a key twice")
            found[pair[0]] = self.value(pair[1], depth + 1)
        return found

    def _array(self, node: dict[str, Any]) -> Array:
        key, kind, own = node.get("t"), node.get("k"), node.get("d")
        if set(node) != {"t", "k", "d"} or type(key) is not str or type(own) is not str:
            raise Refused("a tensor's node has the wrong keys")
        if kind not in ("tensor", "numpy") or key not in self.tensors or key in self.used:
            raise Refused("a tensor's node refers to nothing, or to a tensor twice")
        array = self.tensors[key]
        if array.dtype.name != own and not (own in _HALVES and array.dtype.name == "float32"):
            raise Refused("a tensor's dtype is not the one announced")
        self.used.add(key)
        return Array(array, own, kind)


def _scalar(tag: str, content: Any) -> Value:
    if type(content) is not str or len(content) > (MAX_TEXT if tag in ("s", "x") else 40):
        raise Refused("a scalar is no short text")
    if tag == "s":
        return content
    if tag == "x":
        return Foreign(content)
    try:
        return int(content, 16) if tag == "i" else float.fromhex(content)
    except ValueError:
        raise Refused("a number cannot be read") from None


def _sequence(content: Any) -> Sequence[Any]:
    if type(content) is not list:
        raise Refused("a sequence is no list")
    return content
