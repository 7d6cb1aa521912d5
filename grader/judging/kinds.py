"""Say what kind of thing an answer is, in words of our own.

A class's name comes out of the sandbox and could spell a hidden input, so only names that we
know are said.
"""

from __future__ import annotations

from grader.judging.evidence import Array, Foreign, Value

__all__ = ["kind_of", "kind_of_foreign"]

_FOREIGN = {
    "function": "a function, which nobody has called",
    "method": "a method, which nobody has called",
    "builtin_function_or_method": "a function, which nobody has called",
    "type": "a class",
    "functools.partial": "a function, which nobody has called",
    "module": "a module",
    "set": "a set, which has no order",
    "frozenset": "a set, which has no order",
    "complex": "a complex number",
    "torch.complex64": "a complex tensor",
    "bytes": "bytes",
    "generator": "a generator",
    "coroutine": "a coroutine",
    "Ellipsis": "`...`",
    "ellipsis": "`...`",
    "a huge int": "an integer of more than 64 bits",
    "a tensor that is too large": "a tensor that is too large",
    "a tensor on meta": "a tensor on the device `meta`, which holds no numbers",
    "a tensor of torch.complex64": "a complex tensor",
    "a tensor of torch.complex128": "a complex tensor",
    "a numpy array of another kind": "an array of something else than numbers",
    "a value that is too deep or has too many parts": "a value with too many parts",
}


def kind_of_foreign(value: Foreign) -> str:
    """Return what to call a value that was not carried."""
    known = _FOREIGN.get(value.type_name)
    if known is None and value.type_name.startswith("a tensor "):
        return "a tensor of a kind that is not read"
    return known or "an object of another class"


def kind_of(value: Value) -> str:
    """Return what to call an answer as a whole."""
    if value is None:
        return "None"
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, int | float):
        return "one number"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, Foreign):
        return kind_of_foreign(value)
    if isinstance(value, Array):
        what = "tensor" if value.kind == "tensor" else "array"
        if value.values.ndim == 0:
            return "one number"
        return f"one {what} of shape {value.values.shape}"
    if isinstance(value, dict):
        return "a dict"
    return f"a {'list' if isinstance(value, list) else 'tuple'} of {len(value)}"
