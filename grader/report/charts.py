"""Lay out small charts: numbers in, marks with coordinates out; the templates draw them.

A chart is 360 units wide, so that its text is readable on a telephone without scaling. Marks
carry a role (`expected`, `got`, …) instead of a colour: the style sheet knows light and dark.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

__all__ = [
    "Axis",
    "Box",
    "Chart",
    "Dot",
    "Mark",
    "Path",
    "Words",
    "axis",
    "compact",
    "frame",
    "place",
    "plot_area",
]

WIDTH, HEIGHT = 360, 220
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 26, 34


@dataclass(frozen=True)
class Path:
    """A line through points."""

    role: str
    points: tuple[tuple[float, float], ...]

    @property
    def d(self) -> str:
        """The points as an SVG path."""
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in self.points)


@dataclass(frozen=True)
class Dot:
    """A point; the role decides its shape, so that colour is never the only difference."""

    role: str
    x: float
    y: float


@dataclass(frozen=True)
class Box:
    """A filled rectangle."""

    role: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Words:
    """A text; `anchor` is start, middle or end."""

    role: str
    x: float
    y: float
    text: str
    anchor: str = "middle"


Mark = Path | Dot | Box | Words


@dataclass(frozen=True)
class Chart:
    """A picture with its caption, its text for those who cannot see it, and its marks."""

    caption: str
    description: str
    marks: tuple[Mark, ...]
    legend: tuple[tuple[str, str], ...] = ()
    """Pairs of role and label."""
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class Axis:
    """From numbers to places: linear, or logarithmic where all numbers are positive."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False
    ticks: tuple[float, ...] = field(default=())

    def __call__(self, value: float) -> float:
        """Place a number; what lies outside is put on the edge."""
        if self.logarithmic:
            low, high = math.log10(self.low), math.log10(self.high)
            share = (math.log10(max(value, self.low)) - low) / (high - low)
        else:
            # Halves keep the largest floats from overflowing.
            share = (value / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)


def axis(values: Iterable[float], start: float, end: float, *, log: bool = False) -> Axis:
    """Make an axis that holds all finite values, with three to six round ticks."""
    finite = [value for value in values if math.isfinite(value)]
    low, high = min(finite, default=0.0), max(finite, default=1.0)
    if log and low > 1e-300:
        first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
        last = max(last, first + 1)
        step = max(1, math.ceil((last - first) / 4))
        ticks = tuple(10.0**power for power in range(first, last + 1, step))
        return Axis(10.0**first, 10.0**last, start, end, True, ticks)
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        room = abs(high) / 2 or 1.0
    else:
        room = (high / 2 - low / 2) * 0.16
    low, high = low - room, high + room
    made = Axis(low, high, start, end)
    return replace(made, ticks=_ticks(low, high)) if math.isfinite(high - low) else made


def frame(
    x: Axis, y: Axis, x_label: str, y_label: str, *, x_ticks: bool = True
) -> tuple[Mark, ...]:
    """Draw horizontal grid lines, tick labels and the titles of both axes."""
    marks: list[Mark] = []
    for tick in y.ticks:
        at = y(tick)
        marks.append(Path("grid", ((x.start, at), (x.end, at))))
        marks.append(Words("tick", x.start - 6, at + 4, compact(tick), "end"))
    if x_ticks:
        marks += [Words("tick", x(tick), y.start + 15, compact(tick)) for tick in x.ticks]
    if x_label:
        marks.append(Words("label", (x.start + x.end) / 2, y.start + 30, x_label))
    marks.append(Words("label", 4, 11, y_label, "start"))
    return tuple(marks)


def plot_area(x: Sequence[float], y: Sequence[float], *, log: bool = False) -> tuple[Axis, Axis]:
    """Make both axes of a chart of the usual size."""
    return (
        axis(x, LEFT, WIDTH - RIGHT),
        axis(y, HEIGHT - BOTTOM, TOP, log=log),
    )


def compact(value: float) -> str:
    """Write a number in at most three digits, as `0.03`, `-12` or `3e-7`."""
    if value == 0:
        return "0"
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
    text = f"{value:.3g}" if 1e-3 <= abs(value) < 1e5 else f"{value:.2g}"
    mantissa, _, exponent = text.partition("e")
    return (f"{mantissa}e{int(exponent)}" if exponent else mantissa).replace("-", "−")


def place(
    x: Axis, y: Axis, points: Iterable[tuple[float, float]]
) -> tuple[tuple[float, float], ...]:
    """Place the finite points of a line."""
    finite = (p for p in points if math.isfinite(p[0]) and math.isfinite(p[1]))
    return tuple((x(a), y(b)) for a, b in finite)


def _ticks(low: float, high: float) -> tuple[float, ...]:
    rough = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    first = math.ceil(low / step)
    count = math.floor(high / step) - first
    return tuple((first + k) * step for k in range(count + 1))
