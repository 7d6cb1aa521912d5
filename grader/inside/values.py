"""Carry values across the trust boundary as a JSON tree and one safetensors blob.

This file enters the sandbox, so it imports nothing of `grader`. Both directions use `Encoder`
and `encode`; `decode` here rebuilds the *judge's* arguments for the student's function. What
comes back is decoded by `grader.judging.evidence`, which trusts nothing.

A frame is a 4-byte big-endian length, that many bytes of JSON, and the safetensors blob. A node
of the JSON tree is `null`, `true`, `false` or an object with one of these keys:

    i  integer (hexadecimal text)          l  list of nodes      d  list of [text, node] pairs
    f  float (hexadecimal text)            u  tuple of nodes     x  name of a type we do not carry
    s  text                                t  key of a tensor in the blob, with
                                              "k" (tensor or numpy) and "d" (its own dtype)
"""

import json
import struct
from typing import Any

import numpy
import torch
from safetensors.torch import load, save

__all__ = [
    "DTYPES",
    "MAX_DEPTH",
    "MAX_ELEMENTS",
    "MAX_NODES",
    "MAX_TEXT",
    "Encoder",
    "decode",
    "encode",
]

MAX_NODES = 20_000
MAX_DEPTH = 16
MAX_TEXT = 4_000
MAX_ELEMENTS = 4_000_000
"""Elements over all tensors of one frame: 32 MB of float64."""

DTYPES = {
    torch.float64: "float64",
    torch.float32: "float32",
    torch.float16: "float16",
    torch.bfloat16: "bfloat16",
    torch.int64: "int64",
    torch.int32: "int32",
    torch.int16: "int16",
    torch.int8: "int8",
    torch.uint8: "uint8",
    torch.bool: "bool",
}

# Bound before any student code runs, so that a patched module changes nothing here.
_dumps, _loads, _save, _load = json.dumps, json.loads, save, load
_type, _len, _isinstance = type, len, isinstance
_Tensor, _Parameter, _Array, _Generic = (
    torch.Tensor,
    torch.nn.Parameter,
    numpy.ndarray,
    numpy.generic,
)
_from_numpy, _ascontiguous, _float32, _strided = (
    torch.from_numpy,
    numpy.ascontiguousarray,
    torch.float32,
    torch.strided,
)
_LENGTH = struct.Struct(">I")


class Encoder:
    """Turn objects into nodes one by one; a tensor is copied at that moment."""

    def __init__(self) -> None:
        self.tensors: dict[str, torch.Tensor] = {}
        self.nodes = 0
        self.elements = 0

    def node(self, value: Any, depth: int = 0) -> Any:
        """Return the node of `value`; whatever is not plain becomes the name of its type."""
        self.nodes += 1
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            return {"x": "a value that is too deep or has too many parts"}
        kind = _type(value)
        if value is None or kind is bool:
            return value
        if kind is int:
            return {"i": hex(value)} if -(1 << 64) < value < 1 << 64 else {"x": "a huge int"}
        if kind is float:
            return {"f": value.hex()}
        if kind is str:
            return {"s": value[:MAX_TEXT]}
        if kind is list:
            return {"l": [self.node(item, depth + 1) for item in value[:MAX_NODES]]}
        if kind is tuple:
            return {"u": [self.node(item, depth + 1) for item in value[:MAX_NODES]]}
        if kind is dict:
            return {"d": self._pairs(value, depth)}
        if kind is _Tensor or kind is _Parameter:
            return self._tensor(value)
        if kind is _Array:
            return self._array(value)
        if (
            _isinstance(value, _Generic)
            and kind.__module__ == "numpy"
            and value.dtype.kind in "fiub"
        ):
            return self.node(value.item(), depth + 1)
        return {"x": _name(kind)}

    def frame(self, root: Any) -> bytes:
        """Return the bytes of a frame whose tree is `root`, a node."""
        head = _dumps(root).encode()
        blob = _save(self.tensors) if self.tensors else b""
        return _LENGTH.pack(_len(head)) + head + blob

    def _pairs(self, value: dict[Any, Any], depth: int) -> list[Any]:
        pairs = []
        for key in list(value)[:MAX_NODES]:
            name = key if _type(key) is str else "?" + _name(_type(key))
            pairs.append([name[:MAX_TEXT], self.node(value[key], depth + 1)])
        return pairs

    def _tensor(self, value: torch.Tensor) -> dict[str, str]:
        if value.layout is not _strided or value.dtype not in DTYPES or value.device.type != "cpu":
            return {"x": f"a tensor of {value.dtype} on {value.device.type}"}
        if not self._fits(value.numel()):
            return {"x": "a tensor that is too large"}
        own = DTYPES[value.dtype]
        plain = value.detach().resolve_conj().resolve_neg()
        if own in ("float16", "bfloat16"):
            plain = plain.to(_float32)  # exact, and every reader knows float32
        return self._keep(plain.contiguous().clone(), "tensor", own)

    def _array(self, value: numpy.ndarray[Any, Any]) -> dict[str, str]:
        if value.dtype.kind not in "fiub" or value.dtype.itemsize > 8 or not self._fits(value.size):
            return {"x": f"a numpy array of {value.dtype.name}"[:80]}
        own = value.dtype.name
        if own in ("uint16", "uint32", "uint64"):
            return {"x": f"a numpy array of {own}"}
        native = value.dtype.newbyteorder("=")
        plain = value.astype("float32" if own == "float16" else native)
        return self._keep(
            _from_numpy(_ascontiguous(plain).reshape(value.shape).copy()), "numpy", own
        )

    def _keep(self, tensor: torch.Tensor, kind: str, own: str) -> dict[str, str]:
        key = str(_len(self.tensors))
        self.tensors[key] = tensor
        return {"t": key, "k": kind, "d": own}

    def _fits(self, elements: int) -> bool:
        self.elements += elements
        return self.elements <= MAX_ELEMENTS


def encode(value: Any) -> bytes:
    """Return the frame of one value."""
    encoder = Encoder()
    return encoder.frame(encoder.node(value))


def decode(frame: bytes) -> Any:
    """Rebuild the value of a frame that the judge made; arrays and tensors keep their kind."""
    (length,) = _LENGTH.unpack_from(frame)
    tree = _loads(frame[4 : 4 + length])
    blob = bytes(frame[4 + length :])
    return _build(tree, _load(blob) if blob else {})


def _build(node: Any, tensors: dict[str, torch.Tensor]) -> Any:
    if node is None or _type(node) is bool:
        return node
    if "t" in node:
        tensor = tensors[node["t"]]
        return tensor.numpy() if node["k"] == "numpy" else tensor.to(getattr(torch, node["d"]))
    ((tag, content),) = node.items()
    if tag == "i":
        return int(content, 16)
    if tag == "f":
        return float.fromhex(content)
    if tag == "s":
        return content
    if tag == "l":
        return [_build(item, tensors) for item in content]
    if tag == "u":
        return tuple(_build(item, tensors) for item in content)
    if tag == "d":
        return {key: _build(item, tensors) for key, item in content}
    raise ValueError(f"unknown node {tag!r}")


def _name(kind: type) -> str:
    """Name a type without running any of its code."""
    module = type.__getattribute__(kind, "__module__")
    name = type.__getattribute__(kind, "__name__")
    module = module if _type(module) is str else "?"
    return f"{module}.{name}"[:80] if module != "builtins" else name[:80]
