"""Answer a probe: call what a namespace defines with the given arguments and return plain values.

The same question is put to the student's namespace inside the sandbox and to the reference's in
the judge, so nothing in this file knows what is right.

A question is a dict with the keys `call`, `function`, `source`, `expressions`, `grad`, `observe`,
`repeat`, `seed` and `cases`; a case has `arguments` (name to value, in order), `requires_grad` and
`layout`. The reply is a list with one dict a case; its `status` is

    returned   with `value`, `again` (the second call with the very same arguments), `arguments`
               (as the calls left them), `used` (labels of `inside.observe`) and `noticed`
               (words of `inside.plain`)
    missing    the name is not defined, or is still a stub
    raised     with `error`: `type`, `message`, `file`, `line`, `text`
"""

import contextlib
import dis
import linecache
import math
import random
import types
from collections.abc import Callable
from functools import lru_cache
from types import CodeType, FrameType
from typing import Any

import numpy
import torch

from . import devices, figures, observe, plain, printed, values
from .expressions import ASKED, GIVEN, PRINTED, alternatives

__all__ = [
    "Missing",
    "answer",
    "answer_frame",
    "is_stub",
]

_observed, _noted, _settled = observe.observed, observe.noted, plain.settled
_Encoder, _decode = values.Encoder, values.decode
_devices_noticed = devices.noticed
_zeros = torch.zeros
_set_grad_enabled = torch.set_grad_enabled
_is_grad_enabled = torch.is_grad_enabled
_seed_torch = torch.default_generator.manual_seed
_seed_random, _seed_numpy = random.seed, numpy.random.seed
_getline = linecache.getline
_FunctionType = types.FunctionType
_NONE_ONLY = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}
_REFUSES_ONLY = {"RESUME", "NOP", "LOAD_CONST", "LOAD_GLOBAL", "PUSH_NULL", "PRECALL", "CALL",
                 "RAISE_VARARGS"}  # fmt: skip


class Missing(Exception):
    """A name that a probe needs is not there, or is a stub."""


class Student:
    """What a probe function sees of a namespace: its names as attributes."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace

    def __getattr__(self, name: str) -> Any:
        return find(self._namespace, name)


def find(namespace: dict[str, Any], name: str) -> Any:
    """Return what `name` stands for; raises Missing for an absent name and for a stub."""
    if name not in namespace:
        raise Missing(f"{name} is not defined")
    found = namespace[name]
    if is_stub(found):
        raise Missing(f"{name} is not written yet")
    return found


def is_stub(found: object) -> bool:
    """Return whether a function's body does nothing: `pass`, `...`, a docstring.

    One that does no more than `raise NotImplementedError` is a stub, too. So is a class that
    defines no function, or only such ones.
    """
    if type(found) is _FunctionType:
        return _does_nothing(found.__code__)
    if isinstance(found, type):
        parts = [getattr(part, "__func__", part) for part in vars(found).values()]
        functions = [part for part in parts if type(part) is _FunctionType]
        return all(is_stub(function) for function in functions) and bool(
            functions or found.__bases__ in ((object,), (torch.autograd.Function,))
        )
    return False


@lru_cache(maxsize=256)  # every call of a probe looks up its function
def _does_nothing(code: CodeType) -> bool:
    steps = list(dis.get_instructions(code))
    if {step.opname for step in steps} <= _REFUSES_ONLY:
        named = [step.argval for step in steps if step.opname == "LOAD_GLOBAL"]
        return named == ["NotImplementedError"]
    return all(step.opname in _NONE_ONLY for step in steps) and all(
        step.argval is None for step in steps if step.opname in ("LOAD_CONST", "RETURN_CONST")
    )


def answer_frame(payload: bytes, namespace: dict[str, Any]) -> bytes:
    """Return the reply frame to an encoded question; never raises for what student code does."""
    return answer(_decode(payload), namespace)


def answer(question: dict[str, Any], namespace: dict[str, Any]) -> bytes:
    """Return the reply frame to a question: one answer a case."""
    encoder = _Encoder()
    asked = prepare(question)
    nodes = [answer_case(question, asked, case, namespace, encoder) for case in question["cases"]]
    return encoder.frame({"l": nodes})


def prepare(question: dict[str, Any]) -> Callable[..., Any] | None:
    """Return the probe function of a question, or None for a plain call."""
    if question["source"] is None:
        return None
    scope: dict[str, Any] = {"torch": torch, "numpy": numpy, "math": math, "__name__": "probe"}
    scope["describe_figure"] = figures.describe
    exec(compile(question["source"], "<probe>", "exec"), scope)  # noqa: S102 - the judge wrote it
    function: Callable[..., Any] = scope[question["function"]]
    return function


def answer_case(
    question: dict[str, Any],
    asked: Callable[..., Any] | None,
    case: dict[str, Any],
    namespace: dict[str, Any],
    encoder: values.Encoder,
) -> dict[str, Any]:
    """Return the node of one case's answer."""
    try:
        arguments = case["arguments"]
        if case["layout"]:
            arguments = lay(arguments, case["layout"])
        if case["requires_grad"]:
            track(arguments)
        call = bind(question, asked, arguments, namespace, encoder.noticed)
        value, used = guarded(question, call)
        node = {"status": {"s": "returned"}, "value": encoder.node(value)}
        if asked is None and question["call"] is not None and question["repeat"]:
            again, _ = guarded(question, call)
            node["again"] = encoder.node(again)
            node["arguments"] = encoder.node(arguments)
        node["used"] = encoder.node(used)
        node["noticed"] = encoder.node(sorted(encoder.noticed | _devices_noticed()))
    except Missing as missing:
        node = {"status": {"s": "missing"}, "message": encoder.node(str(missing))}
    except BaseException as raised:
        if case["layout"] and (what := about_layout(raised)):
            encoder.noticed.add(what)
            return answer_case(question, asked, case | {"layout": ""}, namespace, encoder)
        node = refusal(raised, namespace, encoder)
    return {"d": list(map(list, node.items()))}


def bind(
    question: dict[str, Any],
    asked: Callable[..., Any] | None,
    arguments: dict[str, Any],
    namespace: dict[str, Any],
    noticed: set[str],
) -> Callable[[], Any]:
    """Return the call without arguments that a case stands for."""
    if question["expressions"]:
        return lambda: evaluated(question["expressions"], namespace)
    if asked is not None:
        student = Student(namespace)
        return lambda: asked(student, **arguments)
    function = find(namespace, question["call"])
    return lambda: _settled(function(*arguments.values()), noticed)


def evaluated(expressions: dict[str, str], namespace: dict[str, Any]) -> dict[str, Any]:
    """Return the values of expressions, without those whose variables are not there.

    Raises Missing where a given value is not there, or none of those that are asked for.
    """
    found: dict[str, Any] = {}
    for name, text in expressions.items():
        try:
            found[name] = first_there(text, namespace)
        except NameError:
            if name.startswith(GIVEN):
                raise Missing(f"{text} needs a variable that is not there") from None
    printed.asked()
    if not any(name.startswith(ASKED) for name in found):
        raise Missing("none of the variables that were asked for is there")
    return found


def first_there(text: str, namespace: dict[str, Any]) -> Any:
    """Return the value of the first alternative that is there; raises NameError for none.

    Where there are several, None is no value: it is what `.grad` is before any backward pass.
    """
    ways = alternatives(text)
    for way in ways:
        value = None
        if way == PRINTED and printed.text():
            return printed.text()
        with contextlib.suppress(*((NameError, AttributeError) if len(ways) > 1 else ())):
            value = eval(compile(way, "<expression>", "eval"), namespace)  # noqa: S307 - as above
        if value is not None or len(ways) == 1:
            return value
    raise NameError(text)


def guarded(question: dict[str, Any], call: Callable[[], Any]) -> tuple[Any, list[str]]:
    """Call under the seed and grad mode of the question; return the value and the tools used.

    What a cell has left behind is looked up: the tools are those of the cell itself.
    """
    seed = question["seed"]
    _seed_torch(seed)
    _seed_random(seed)
    _seed_numpy(seed % (1 << 32))
    before = _is_grad_enabled()
    try:
        with _set_grad_enabled(question["grad"]):
            if question["expressions"]:
                used = _noted()
                return call(), used if question["observe"] else []
            return _observed(call) if question["observe"] else (call(), [])
    finally:
        _set_grad_enabled(before)  # as the student's cells left it


def lay(value: Any, layout: str) -> Any:
    """Return floating tensors with gaps in memory; `expanded`: one row for all that are equal."""
    if type(value) is dict:
        return {name: lay(item, layout) for name, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(lay(item, layout) for item in value)
    if type(value) is not torch.Tensor or not value.is_floating_point() or value.ndim == 0:
        return value
    if layout == "expanded" and value.shape[0] > 1 and bool((value == value[:1]).all()):
        return value[:1].expand(value.shape)
    *rows, last = value.shape
    room = _zeros((*rows, last + 1, 2), dtype=value.dtype)
    room[..., :last, 0] = value
    return room[..., :last, 0]


def track(arguments: Any) -> None:
    """Make every floating tensor among the arguments a leaf that requires grad."""
    for value in arguments.values() if type(arguments) is dict else arguments:
        if type(value) is torch.Tensor and value.is_floating_point():
            value.requires_grad_()
        elif type(value) in (list, tuple, dict):
            track(value)


def refusal(
    raised: BaseException, namespace: dict[str, Any], encoder: values.Encoder
) -> dict[str, Any]:
    """Return the node of an exception: whose line it was, and what it said."""
    frames: list[tuple[FrameType, int]] = []
    trace = raised.__traceback__
    while trace is not None and len(frames) < 5_000:
        frames.append((trace.tb_frame, trace.tb_lineno))
        trace = trace.tb_next
    own = [place for place in frames if place[0].f_globals is namespace]
    if isinstance(raised, NotImplementedError) and is_unwritten(frames, own):
        return {"status": {"s": "missing"}, "message": {"s": "it is not written yet"}}
    file, line, text = "", 0, ""
    if own:
        file, line = own[-1][0].f_code.co_filename, own[-1][1]
        text = _getline(file, line).strip()
    error: dict[str, Any] = {"type": type(raised).__name__[:80], "message": words(raised)}
    error |= {"file": file[:200], "line": line, "text": text[:200]}
    return {"status": {"s": "raised"}, "error": encoder.node(error)}


def about_layout(raised: BaseException) -> str:
    """Return what stumbled over how our tensors lie in memory, which is no fault: empty for no."""
    said = words(raised) if isinstance(raised, RuntimeError) else ""
    if said.startswith("view size is not"):
        return "view"
    # A copy that keeps one row for all, as `copy.deepcopy` makes it, was written to. Whoever writes
    # to the argument itself is seen when it is compared with what was passed in.
    return "row" if "refers to a single memory location" in said else ""


def is_unwritten(frames: list[tuple[FrameType, int]], own: list[tuple[FrameType, int]]) -> bool:
    """Return whether NotImplementedError comes from a stub of the student's, not an operator."""
    last = frames[-1][0] if frames else None
    return last is not None and (
        (own and own[-1][0] is last)
        or last.f_code.co_filename.endswith("torch/autograd/function.py")
    )


def words(raised: BaseException) -> str:
    """Return the text of an exception; one that cannot say it gets none."""
    with contextlib.suppress(BaseException):
        return str(raised)[:1_000]
    return ""
