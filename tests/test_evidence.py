"""Frames are decoded strictly: ours come back, all others are refused."""

from __future__ import annotations

import contextlib
import enum
import json
import math
import struct
from collections import OrderedDict, defaultdict, deque
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import numpy
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save

from grader.inside.values import MAX_ELEMENTS, encode
from grader.judging.evidence import Array, Foreign, Refused, decode, decode_answers
from grader.model import Reply


def plain(value: Any) -> Any:
    """Return arrays as lists, so that decoded values can be compared."""
    if isinstance(value, Array):
        return (value.kind, value.dtype, value.values.tolist())
    if isinstance(value, list | tuple):
        return type(value)(plain(item) for item in value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


class LyingFloat(float):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = float.__hash__


class LyingTensor(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):  # type: ignore
        return torch.zeros(7)

    @property
    def dtype(self) -> torch.dtype:  # type: ignore[override]
        raise RuntimeError


class LyingList(list[Any]):
    __class__ = int  # type: ignore[assignment]

    def __len__(self) -> int:
        return 10**9

    def __iter__(self) -> Any:
        while True:
            yield 7

    def __getitem__(self, place: object) -> Any:
        raise KeyboardInterrupt


class LyingTuple(tuple[Any, ...]):
    __slots__ = ()
    __iter__ = __len__ = __getitem__ = None  # type: ignore[assignment]


class LyingDict(dict[str, Any]):
    def items(self) -> Any:
        raise SystemExit

    keys = values = __iter__ = __getitem__ = items


class Meta(type):
    @property
    def __mro__(cls) -> Any:
        raise SystemExit

    __name__ = property(__mro__.fget)  # type: ignore[assignment,misc]

    def __instancecheck__(cls, instance: object) -> bool:
        return True


class LyingArray(numpy.ndarray[Any, Any], metaclass=Meta):
    def __array_finalize__(self, other: object) -> None:
        if type(self) is not LyingArray:
            raise SystemExit

    dtype = shape = property(lambda self: 1 / 0)  # type: ignore[assignment]


class Pair(NamedTuple):
    da: object
    db: object


class Word(str, enum.Enum):  # noqa: UP042 - as students write it
    LEFT = "left"


class Rank(enum.IntEnum):
    FIRST = 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (3, 3),
        (-(2**63), -(2**63)),
        (0.1, 0.1),
        (math.inf, math.inf),
        ("text", "text"),
        ([1, (2.0, None)], [1, (2.0, None)]),
        ({"W1": 1.5}, {"W1": 1.5}),
        (torch.tensor(2.5), ("tensor", "float32", 2.5)),
        (torch.ones(2, requires_grad=True), ("tensor", "float32", [1.0, 1.0])),
        (torch.ones(1, 2, dtype=torch.bfloat16), ("tensor", "bfloat16", [[1.0, 1.0]])),
        (torch.tensor([1, 2]), ("tensor", "int64", [1, 2])),
        (torch.tensor(True), ("tensor", "bool", True)),
        (torch.eye(2)[:, :1].T, ("tensor", "float32", [[1.0, 0.0]])),
        (torch.zeros(0, 3), ("tensor", "float32", [])),
        (numpy.float32(0.5), 0.5),
        (numpy.bool_(True), True),
        (numpy.array([1.0, 2.0]), ("numpy", "float64", [1.0, 2.0])),
        (numpy.array(3.0, dtype=">f8"), ("numpy", "float64", 3.0)),
        (torch.nn.Parameter(torch.ones(1)), ("tensor", "float32", [1.0])),
        (LyingFloat(0.5), 0.5),
        (torch.ones(1).as_subclass(LyingTensor), ("tensor", "float32", [1.0])),
        (LyingList([1, 2]), [1, 2]),
        (LyingTuple((1, 2)), (1, 2)),
        (LyingDict(a=1), {"a": 1}),
        (numpy.ones(2).view(LyingArray), ("numpy", "float64", [1.0, 1.0])),
        (OrderedDict(a=1, b=2), {"a": 1, "b": 2}),
        (defaultdict(int, a=1), {"a": 1}),
        (Pair(1, torch.tensor(2)), (1, ("tensor", "int64", 2))),
        (torch.max(torch.tensor([3, 4]), 0), (("tensor", "int64", 4), ("tensor", "int64", 1))),
        (torch.ones(2, 3).shape, (2, 3)),
        (deque([1, 2]), [1, 2]),
        (range(3), (0, 1, 2)),
        (Word.LEFT, "left"),
        (Rank.FIRST, 1),
        (numpy.str_("a"), "a"),
        ({Word.LEFT: 1}, {"left": 1}),
        (Fraction(1, 4), 0.25),
        (Decimal("0.25"), 0.25),
        (2 + 0j, 2.0),
        (numpy.complex128(2), 2.0),
        (numpy.longdouble(2), 2.0),
        (torch.tensor([2 + 0j]), ("tensor", "float32", [2.0])),
        (numpy.array([2 + 0j]), ("numpy", "float64", [2.0])),
        (torch.eye(2).to_sparse(), ("tensor", "float32", [[1.0, 0.0], [0.0, 1.0]])),
        (torch.tensor([3], dtype=torch.uint16), ("tensor", "int64", [3])),
        (numpy.array([3], dtype="uint8"), ("numpy", "uint8", [3])),
        (numpy.array([3], dtype="uint16"), ("numpy", "int64", [3])),
        (numpy.array([1, Fraction(1, 2)], dtype=object), [1, 0.5]),
    ],
)
def test_plain_values_come_back(value: object, expected: object) -> None:
    assert plain(decode(encode(value))) == expected


def test_nan_comes_back() -> None:
    assert math.isnan(decode(encode(math.nan)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value",
    [
        lambda: 1,
        numpy.array(["text"]),
        1 << 70,
        torch.ones(2, device="meta"),
        {1, 2},
        1 + 2j,
        torch.tensor(1j),
        torch.ones(1).expand(MAX_ELEMENTS + 1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_plain_value_is_named_and_not_carried(value: object) -> None:
    assert isinstance(decode(encode(value)), Foreign)


def test_a_cycle_ends() -> None:
    cycle: list[object] = []
    cycle.append(cycle)
    assert b"too deep" in encode(cycle)


def frame(tree: object, blob: bytes = b"") -> bytes:
    head = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    return struct.pack(">I", len(head)) + head + blob


ONE = save({"0": torch.ones(1)})
NODE = {"t": "0", "k": "tensor", "d": "float32"}


@pytest.mark.parametrize(
    "odd",
    [
        b"",
        b"\0\0",
        struct.pack(">I", 1 << 31) + b"{}",
        frame(b"{"),
        frame(b"\xff\xfe"),
        frame(3),
        frame([]),
        frame("text"),
        frame({}),
        frame({"i": "1", "f": "1"}),
        frame({"i": 3}),
        frame({"i": "zz"}),
        frame({"i": "9" * 50}),
        frame({"f": "nonsense"}),
        frame({"s": "x" * 5_000}),
        frame({"l": {}}),
        frame({"d": [["a"]]}),
        frame({"d": [["a", None], ["a", None]]}),
        frame({"d": [[1, None]]}),
        frame({"q": None}),
        frame({"l": [None] * 50_000}),
        frame(b'{"l":[' * 30 + b"null" + b"]}" * 30),
        frame(b'{"l":[' * 100_000),
        frame(NODE),
        frame(NODE, b"no safetensors"),
        frame({"l": [NODE, NODE]}, ONE),
        frame(None, ONE),
        frame({**NODE, "d": "float64"}, ONE),
        frame({**NODE, "k": "pickle"}, ONE),
        frame({**NODE, "more": 1}, ONE),
        frame({"t": "0"}, ONE),
    ],
)
def test_anything_odd_is_refused(odd: bytes) -> None:
    with pytest.raises(Refused):
        decode(odd)


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_refused(noise: bytes) -> None:
    with contextlib.suppress(Refused):
        decode(noise)


@pytest.mark.slow
@settings(max_examples=300)
@given(st.integers(min_value=0, max_value=10_000), st.integers(min_value=0, max_value=255))
def test_no_changed_byte_raises_anything_but_refused(place: int, byte: int) -> None:
    changed = bytearray(encode([torch.ones(3), {"a": 1.5, "b": (True, None)}, "text"]))
    changed[place % len(changed)] = byte
    with contextlib.suppress(Refused):
        decode(bytes(changed))


@pytest.mark.parametrize(
    "answers",
    [
        {"status": "returned"},
        [],
        [{"status": "returned"}],
        [{"status": "passed", "value": 1}],
        [{"status": "returned", "value": 1, "used": "autograd"}],
        [{"status": "returned", "value": 1, "arguments": []}],
        [{"status": "raised", "error": {"type": 3}}],
        [{"status": "raised"}],
        [3],
    ],
)
def test_an_answer_of_another_shape_is_refused(answers: object) -> None:
    with pytest.raises(Refused):
        decode_answers(Reply("c", "answered", encode(answers)), 1)
