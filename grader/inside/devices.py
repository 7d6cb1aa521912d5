"""Run on the CPU what names another device: `cuda`, `mps`, `xpu` stand for `cpu` in here.

There is no GPU where work is graded. Only what takes a device is wrapped, and only in work whose
source names one, so that arithmetic costs nothing more (a `TorchFunctionMode` made training a
small model take 1.7 times as long). `is_available()` stays False, so careful code goes its own way.
"""

import functools
import re
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch.utils import _device

__all__ = ["map_to_cpu", "noticed", "undo"]

_OTHER = re.compile(r"(cuda|mps|xpu|hip)(:\d+)?$")
_METHODS = ("to", "new_empty", "new_zeros", "new_ones", "new_full", "new_tensor")
_LIKE = ("zeros", "ones", "full", "empty", "rand", "randn", "randint")
_PLACES = ("cuda", "mps", "xpu")
_SILENT = (
    "synchronize", "set_device", "empty_cache", "ipc_collect", "init", "reset_peak_memory_stats",
    "reset_max_memory_allocated", "current_stream", "default_stream", "set_stream",
)  # fmt: skip
_TENSORS = ("Float", "Double", "Half", "BFloat16", "Long", "Int", "Short", "Byte", "Bool")
_before: list[tuple[Any, str, Any]] = []
_used: set[str] = set()


class Idle:
    """A stream or event of a device that is not there: it does nothing, at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take whatever a stream, an event or the choice of a device takes."""

    def __enter__(self) -> "Idle":
        return self

    def __exit__(self, *raised: object) -> None:
        pass

    def record(self, *args: Any) -> None:
        """Note nothing."""

    wait = synchronize = wait_event = wait_stream = record_event = record

    def query(self) -> bool:
        """Return that all work is done."""
        return True

    def elapsed_time(self, other: object) -> float:
        """Return that no time has passed."""
        return 0.0


class Generator(torch.Generator):
    """A source of random numbers on the CPU, whatever device it was asked for."""

    def __new__(cls, device: Any = "cpu") -> "Generator":
        """Make one on the CPU."""
        made: Generator = super().__new__(cls, here(device))  # type: ignore[call-arg]
        return made


def noticed() -> set[str]:
    """Return the word `device` where one was named and the CPU was taken, else nothing."""
    return set(_used)


def here(device: Any, number: bool = True) -> Any:
    """Return the CPU for another device, and anything else as it is."""
    kind = type(device)
    other = (
        (kind is str and _OTHER.match(device))
        or (kind is torch.device and device.type in _PLACES)
        or (number and kind is int)
    )
    if not other:
        return device
    _used.add("device")
    return torch.device("cpu")


def map_to_cpu() -> None:
    """Let other devices stand for the CPU from now on in this process."""
    if _before:
        return
    _torch_itself()
    _tensors()
    for name in _PLACES:
        _place(getattr(torch, name))


def undo() -> None:
    """Let devices be what they were."""
    while _before:
        place, name, value = _before.pop()
        if value is None:
            delattr(place, name)
        else:
            setattr(place, name, value)
    _used.clear()


def _put(place: Any, name: str, value: Any) -> None:
    _before.append((place, name, vars(place).get(name)))
    setattr(place, name, value)


def _torch_itself() -> None:
    for place, name in _constructors():
        if hasattr(place, name):
            _put(place, name, _with_device(getattr(place, name)))
    _put(torch, "Generator", Generator)
    _put(torch, "load", _loading(torch.load))
    _put(torch, "set_default_tensor_type", _of_type(torch.set_default_tensor_type, 0))
    made = _device.DeviceContext.__init__
    _put(_device.DeviceContext, "__init__", lambda self, device: made(self, here(device)))


def _constructors() -> Iterator[tuple[Any, str]]:
    for function in _device._device_constructors():
        place = torch.fft if hasattr(torch.fft, function.__name__) else torch
        yield place, function.__name__
    yield from ((torch, name + "_like") for name in _LIKE)


def _tensors() -> None:
    for name in _METHODS:
        _put(torch.Tensor, name, _with_device(getattr(torch.Tensor, name), name == "to"))
    for name in ("cuda", "xpu", "pin_memory"):
        _put(torch.Tensor, name, _stays)
    _put(torch.Tensor, "type", _of_type(torch.Tensor.type, 1))


def _place(place: Any) -> None:
    """Let the functions of one kind of device do nothing."""
    for name in _SILENT:
        if hasattr(place, name):
            _put(place, name, lambda *args, **kwargs: Idle())
    for name in ("Stream", "Event", "device", "stream"):
        if hasattr(place, name):
            _put(place, name, Idle)
    for name, value in (("current_device", 0), ("get_device_name", "cpu"), ("is_available", False)):
        if hasattr(place, name):
            _put(place, name, _answering(value))
    for kind in _TENSORS if place is torch.cuda else ():
        _put(place, f"{kind}Tensor", getattr(torch, f"{kind}Tensor"))


def _answering(value: object) -> Callable[..., object]:
    return lambda *args, **kwargs: value


def _with_device(function: Callable[..., Any], first: bool = False) -> Callable[..., Any]:
    """Return a function whose `device` is the CPU; `first` where it may stand without its name."""

    @functools.wraps(function)
    def on_cpu(*args: Any, **kwargs: Any) -> Any:
        if "device" in kwargs:
            kwargs["device"] = here(kwargs["device"])
        if kwargs.get("pin_memory"):
            del kwargs["pin_memory"]
        if first and len(args) > 1:
            args = (args[0], here(args[1]), *args[2:])
        return function(*args, **kwargs)

    return on_cpu


def _stays(tensor: Any, *args: Any, **kwargs: Any) -> Any:
    _used.add("device")
    return tensor


def _loading(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def load(file: Any, map_location: Any = None, **kwargs: Any) -> Any:
        return function(file, "cpu" if map_location is None else here(map_location), **kwargs)

    return load


def _of_type(function: Callable[..., Any], place: int) -> Callable[..., Any]:
    """Return a function for which `torch.cuda.FloatTensor` is `torch.FloatTensor`."""

    @functools.wraps(function)
    def named(*args: Any, **kwargs: Any) -> Any:
        if len(args) > place and type(args[place]) is str:
            plain = args[place].replace("torch.cuda.", "torch.")
            _used.update({"device"} if plain != args[place] else ())
            args = (*args[:place], plain, *args[place + 1 :])
        return function(*args, **kwargs)

    return named
