"""Choose the pictures that say more than the numbers: one function a picture, from the record.

Only public cases have numbers, so no picture can show a hidden input or expected value.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from grader.model import CheckVerdict, Entries, Measured, MeasuredItem
from grader.report.charts import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Axis,
    Box,
    Chart,
    Dot,
    Mark,
    Path,
    Words,
    axis,
    compact,
    frame,
    place,
    plot_area,
)

__all__ = ["pictures"]

_MOST_BARS = 16
_MOST_SQUARES = 12
"""Rows or columns of a heat map."""
_CALLS = 2
"""A history may be there as often as the function was called, one row a call."""
_LEAST_BAND = 8.0
"""A thinner band could not be seen; the legend says so."""


def pictures(check: CheckVerdict, words: Mapping[str, str]) -> tuple[Chart, ...]:
    """Draw the public cases of a check; `words` are the captions of `words.toml`."""
    drawn: list[Chart] = []
    for case in check.public:
        drawn.extend(_of_case(case, words))
    return tuple(drawn[:6])


def _of_case(case: Measured, words: Mapping[str, str]) -> Iterator[Chart]:
    items = {item.name: item for item in case.items if item.entries is not None}
    # A picture of several items together says more than each of them alone.
    path, fit = _descent(items, words), _fit(case, items, words)
    for drawn, used in ((path, ("history_x", "history_f")), (fit, ("w", "b"))):
        if drawn is not None:
            yield drawn
            items = {name: item for name, item in items.items() if name not in used}
    few: list[MeasuredItem] = []
    for item in items.values():
        entries = _entries(item)
        if entries.shape and len(entries.shape) <= 2 and entries.shape[-1] > _MOST_BARS:
            if len(entries.shape) == 1 or entries.shape[0] <= _CALLS:
                yield _curve(item.name, _one_call(entries, _wrong_call(entries)), words)
        elif len(entries.shape) == 2 and max(entries.shape) <= _MOST_SQUARES:
            if not item.agrees:
                yield _heat_map(item.name, entries, words)
            if entries.differences:
                few.append(item)
        elif len(entries.expected) <= _MOST_BARS:
            few.append(item)
    if few and not all(item.agrees for item in few):
        yield _comparison(few, words)


def _entries(item: MeasuredItem) -> Entries:
    assert item.entries is not None
    return item.entries


# ---------------------------------------------------------------- entries side by side


@dataclass(frozen=True)
class _Row:
    """One entry: what was due, what came, what was allowed, and the finite difference there."""

    item: str
    place: str
    expected: float
    got: float
    tolerance: float
    difference: float
    whose: str


def _comparison(items: list[MeasuredItem], words: Mapping[str, str]) -> Chart:
    """Draw expected and got entry by entry, with the band that would have been accepted."""
    rows = [row for item in items for row in _rows(item)][:_MOST_BARS]
    y = axis([0.0, *(v for r in rows for v in (r.expected, r.got, r.difference))],
             HEIGHT - BOTTOM, TOP)  # fmt: skip
    x = Axis(-0.5, len(rows) - 0.5, LEFT, WIDTH - RIGHT)
    marks = [*frame(x, y, "", x_ticks=False), *_names(rows, x, y.start)]
    half = min(14.0, (x(1) - x(0)) / 3) if len(rows) > 1 else 14.0
    for number, row in enumerate(rows):
        marks += _beside(row, x(number), half, y)
    wrong = [row for row in rows if not abs(row.got - row.expected) <= row.tolerance]
    said = "; ".join(_said(row, words) for row in wrong[:8])
    thick = any(y(row.expected - row.tolerance) - y(row.expected + row.tolerance) < _LEAST_BAND
                for row in rows)  # fmt: skip
    legend = [
        ("got", words["got"]),
        ("expected solid", words["expected"]),
        ("band", words["band_thick" if thick else "band"]),
    ]
    whose = [row.whose for row in rows if math.isfinite(row.difference)]
    if whose:
        legend.append(("differences", words[f"differences_{whose[0]}"]))
    return Chart(words["comparison"], said, tuple(marks), tuple(legend))


def _said(row: _Row, words: Mapping[str, str]) -> str:
    known = math.isfinite(row.difference)
    return words["entry_alt_differences" if known else "entry_alt"].format(
        name=f"{row.item}[{row.place}]" if row.place else row.item,
        got=compact(row.got),
        expected=compact(row.expected),
        difference=compact(row.difference),
    )


def _beside(row: _Row, at: float, half: float, y: Axis) -> Iterator[Mark]:
    top, low = y(row.expected + row.tolerance), y(row.expected - row.tolerance)
    band = max(low - top, _LEAST_BAND)
    yield Box("band", at - half, (top + low - band) / 2, 2 * half, band)
    yield Path("expected solid", ((at - half, y(row.expected)), (at + half, y(row.expected))))
    if math.isfinite(row.got):
        yield Path("gap", ((at, y(row.expected)), (at, y(row.got))))
        yield Dot("got", at, y(row.got))
    if math.isfinite(row.difference):
        yield Dot("differences", at, y(row.difference))


def _names(rows: Sequence[_Row], x: Axis, at: float) -> Iterator[Mark]:
    """Write each entry's place below it, and each item's name below its entries."""
    for name, group in groupby(enumerate(rows), key=lambda pair: pair[1].item):
        numbers = []
        for number, row in group:
            numbers.append(number)
            yield Words("tick", x(number), at + 14, row.place)
        middle = x((numbers[0] + numbers[-1]) / 2)
        deep = 28 if rows[numbers[0]].place else 16
        yield Words("label", middle, at + deep, name if len(name) <= 12 else f"{name[:11]}…")


def _rows(item: MeasuredItem) -> Iterator[_Row]:
    entries = _entries(item)
    for position, (expected, got) in enumerate(zip(entries.expected, entries.got, strict=False)):
        tolerance = _at(entries.tolerance, position, 0.0)
        yield _Row(
            item.name,
            _place(position, entries.shape),
            expected if math.isfinite(expected) else 0.0,
            got,
            tolerance if math.isfinite(tolerance) else 0.0,
            _at(entries.differences, position, math.nan),
            entries.differences_of,
        )


def _at(values: Sequence[float], position: int, otherwise: float) -> float:
    return values[position] if position < len(values) else otherwise


def _place(position: int, shape: tuple[int, ...]) -> str:
    places = []
    for size in reversed(shape):
        position, place_no = divmod(position, max(size, 1))
        places.append(str(place_no))
    return ",".join(reversed(places))


# ---------------------------------------------------------------- matrices


def _heat_map(name: str, entries: Entries, words: Mapping[str, str]) -> Chart:
    """Draw one square an entry: what came, what was due, and how far apart they are."""
    rows, columns = entries.shape
    width = (WIDTH - 24) / columns
    height = max(26.0, min(44.0, 240 / rows))
    marks: list[Mark] = []
    wrong, worst = 0, (0.0, "")
    scale = max((abs(v) for v in entries.expected if math.isfinite(v)), default=1.0) or 1.0
    for position, (expected, got) in enumerate(zip(entries.expected, entries.got, strict=False)):
        row, column = divmod(position, columns)
        x, y = 12 + column * width, 8 + row * height
        error = abs(got - expected)
        tolerance = entries.tolerance[position] if position < len(entries.tolerance) else 0.0
        if error <= tolerance:
            role = "heat-0"
        else:
            wrong += 1
            share = error / scale if math.isfinite(error) else math.inf
            role = f"heat-{1 + sum(share > step for step in (0.05, 0.5, 1.5))}"
            worst = max(worst, (share, f"{row}, {column}"))
        marks.append(Box(role, x + 1, y + 1, width - 2, height - 2))
        if width >= 40:
            told = role != "heat-0" and width >= 62
            middle = y + height / 2 + (1 if told else 4)
            marks.append(Words(f"on-{role}", x + width / 2, middle, compact(got)))
            if told:
                due = words["due"].format(expected=compact(expected))
                marks.append(Words(f"on-{role} small", x + width / 2, middle + 12, due))
    said = words["heat_map_alt"].format(wrong=wrong, entries=rows * columns, place=worst[1])
    caption = words["heat_map"].format(name=name)
    return Chart(caption, said, tuple(marks), height=int(16 + rows * height))


# ---------------------------------------------------------------- curves


def _curve(name: str, entries: Entries, words: Mapping[str, str]) -> Chart:
    """Draw a history against the expected one, on a logarithmic axis where it falls far."""
    both = [v for v in (*entries.expected, *entries.got) if math.isfinite(v)]
    log = bool(both) and min(both) > 0 and max(both) > 100 * min(both)
    x, y = plot_area([0, len(entries.expected) - 1], both, log=log)
    x = Axis(0, max(1, len(entries.expected) - 1), x.start, x.end, ticks=_steps(entries))
    marks = (
        *frame(x, y, words["step"]),
        Path("got", place(x, y, enumerate(entries.got))),
        Path("expected", place(x, y, enumerate(entries.expected))),
    )
    said = words["curve_alt"].format(
        name=name,
        first=compact(entries.got[0]),
        last=compact(entries.got[-1]),
        expected_first=compact(entries.expected[0]),
        expected_last=compact(entries.expected[-1]),
    )
    return Chart(words["curve"].format(name=name), said, _drawable(marks), _both(words))


def _wrong_call(entries: Entries) -> int:
    """Find the first row with an entry beyond its tolerance; 0 where all agree."""
    width = entries.shape[-1] if len(entries.shape) == 2 else 0
    columns = zip(entries.expected, entries.got, entries.tolerance, strict=False)
    for position, (expected, got, tolerance) in enumerate(columns):
        if width and not abs(got - expected) <= tolerance:
            return position // width
    return 0


def _one_call(entries: Entries, row: int) -> Entries:
    """Take one row of what holds a row for each call; what holds no rows stays as it is."""
    if len(entries.shape) != 2:
        return entries
    width = entries.shape[1]
    part = slice(row * width, (row + 1) * width)
    return replace(
        entries,
        shape=(width,),
        expected=entries.expected[part],
        got=entries.got[part],
        tolerance=entries.tolerance[part],
        differences=(),
    )


def _steps(entries: Entries) -> tuple[float, ...]:
    last = len(entries.expected) - 1
    return tuple(float(round(last * share / 4)) for share in range(5))


# ---------------------------------------------------------------- fits and descents


def _fit(
    case: Measured, items: Mapping[str, MeasuredItem], words: Mapping[str, str]
) -> Chart | None:
    """Draw the data with the line that was fitted and the one that should have been."""
    xs, ys = case.numbers.get("x", ()), case.numbers.get("y", ())
    if not {"w", "b"} <= items.keys() or len(xs) < 2 or len(xs) != len(ys):
        return None
    slope, offset = _entries(items["w"]), _entries(items["b"])
    if len(slope.got) != 1 or len(offset.got) != 1:
        return None
    ends = (min(xs), max(xs))
    due = [(at, slope.expected[0] * at + offset.expected[0]) for at in ends]
    got = [(at, slope.got[0] * at + offset.got[0]) for at in ends]
    x, y = plot_area(xs, [*ys, *(b for _, b in due), *(b for _, b in got)])
    marks = (
        *frame(x, y, "x"),
        *(Dot("datum", *point) for point in place(x, y, zip(xs, ys, strict=True))),
        Path("got", place(x, y, got)),
        Path("expected", place(x, y, due)),
    )
    said = words["fit_alt"].format(
        w=compact(slope.got[0]),
        b=compact(offset.got[0]),
        expected_w=compact(slope.expected[0]),
        expected_b=compact(offset.expected[0]),
    )
    return Chart(words["fit"], said, _drawable(marks), _both(words))


def _descent(items: Mapping[str, MeasuredItem], words: Mapping[str, str]) -> Chart | None:
    """Draw the path of x against f(x), step by step."""
    if not {"history_x", "history_f"} <= items.keys():
        return None
    wrong = _wrong_call(_entries(items["history_x"])) or _wrong_call(_entries(items["history_f"]))
    xs = _one_call(_entries(items["history_x"]), wrong)
    fs = _one_call(_entries(items["history_f"]), wrong)
    if min(len(xs.got), len(fs.got), len(xs.expected), len(fs.expected)) < 2:
        return None
    due = list(zip(xs.expected, fs.expected, strict=False))
    got = list(zip(xs.got, fs.got, strict=False))
    x, y = plot_area([a for a, _ in due + got], [b for _, b in due + got])
    marks = (
        *frame(x, y, "x"),
        Path("got", place(x, y, got)),
        Path("expected", place(x, y, due)),
        *(Dot("got", *point) for point in place(x, y, got[:40])),
    )
    said = words["descent_alt"].format(
        first=compact(xs.got[0]),
        last=compact(xs.got[-1]),
        expected_last=compact(xs.expected[-1]),
    )
    return Chart(words["descent"], said, _drawable(marks), _both(words))


def _both(words: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return (("got", words["got"]), ("expected", words["expected"]))


def _drawable(marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    return tuple(mark for mark in marks if not isinstance(mark, Path) or mark.points)
