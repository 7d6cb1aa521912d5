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

from . import plain

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

_WIDER = {torch.uint16: torch.int64, torch.uint32: torch.int64, torch.uint64: torch.float64}

# Bound before any student code runs, so that a patched module changes nothing here.
_dumps, _loads, _save, _load = json.dumps, json.loads, save, load
_type, _len = type, len
_Tensor, _Array = torch.Tensor, numpy.ndarray
_plain, _class_name = plain.plain, plain.class_name
_NoDispatch = torch._C._DisableTorchDispatch
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
        self.noticed: set[str] = set()
        """Words of `inside.plain.NOTICED`."""
        self.nodes = 0
        self.elements = 0

    def node(self, value: Any, depth: int = 0) -> Any:
        """Return the node of `value`; whatever is not plain becomes the name of its type."""
        self.nodes += 1
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            return {"x": "a value that is too deep or has too many parts"}
        try:
            found = _plain(value, self.noticed)
        except Exception:  # a class that is built to be read by nobody
            return {"x": _class_name(value)}
        kind = _type(found)
        if found is None or kind is bool:
            return found
        if kind is int:
            return {"i": hex(found)} if -(1 << 64) < found < 1 << 64 else {"x": "a huge int"}
        if kind is float:
            return {"f": found.hex()}
        if kind is str:
            return {"s": found[:MAX_TEXT]}
        if kind is list or kind is tuple:
            items = [self.node(item, depth + 1) for item in found[:MAX_NODES]]
            return {"l" if kind is list else "u": items}
        if kind is dict:
            return {"d": self._pairs(found, depth)}
        if kind is _Tensor:
            return self._tensor(found)
        if kind is _Array:
            return self._array(found, depth)
        return {"x": "complex" if kind is complex else _class_name(value)}

    def frame(self, root: Any) -> bytes:
        """Return the bytes of a frame whose tree is `root`, a node."""
        head = _dumps(root).encode()
        blob = _save(self.tensors) if self.tensors else b""
        return _LENGTH.pack(_len(head)) + head + blob

    def _pairs(self, value: dict[str, Any], depth: int) -> list[Any]:
        pairs = list(value.items())[:MAX_NODES]
        return [[name[:MAX_TEXT], self.node(item, depth + 1)] for name, item in pairs]

    def _tensor(self, value: torch.Tensor) -> dict[str, str]:
        with _NoDispatch():
            return self._plain_tensor(value)

    def _plain_tensor(self, value: torch.Tensor) -> dict[str, str]:
        if value.device.type != "cpu" or value.is_quantized:
            return {"x": f"a tensor on {value.device.type}"}
        if not self._fits(value.numel()):
            return {"x": "a tensor that is too large"}
        plain = value.detach()
        if plain.layout is not _strided:
            self.noticed.add("sparse")
            plain = plain.to_dense()
        plain = plain.resolve_conj().resolve_neg()
        if plain.dtype.is_complex and not bool(plain.imag.any()):
            self.noticed.add("complex")
            plain = plain.real
        plain = plain.to(_WIDER.get(plain.dtype, plain.dtype))
        if plain.dtype not in DTYPES or plain.is_meta:
            return {"x": f"a tensor of {plain.dtype}"}
        own = DTYPES[plain.dtype]
        if own in ("float16", "bfloat16"):
            plain = plain.to(_float32)  # exact, and every reader knows float32
        return self._keep(plain.contiguous().clone(), "tensor", own)

    def _array(self, value: numpy.ndarray[Any, Any], depth: int) -> dict[str, Any]:
        if value.dtype.kind not in "fiubcO" or not self._fits(value.size):
            return {"x": "a numpy array of another kind"}
        if value.dtype.kind == "O":  # its parts may still be numbers
            parts: list[Any] = value.reshape(-1).tolist() if value.ndim == 1 else []
            return {"l": [self.node(item, depth + 1) for item in parts]}
        if value.dtype.kind == "c":
            if value.imag.any():
                return {"x": "complex"}
            self.noticed.add("complex")
            value = value.real
        own = value.dtype.name
        own = {"uint16": "int64", "uint32": "int64", "uint64": "float64"}.get(own, own)
        own = "float64" if own in ("float96", "float128", "longdouble") else own
        plain = value.astype("float32" if own == "float16" else own)
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
