"""Draw what came beside what was due, entry by entry, with finite differences and tolerance."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from grader.model import MeasuredItem
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
)

__all__ = ["MOST_ROWS", "comparison"]

MOST_ROWS = 16
"""Entries of one picture."""
_LEAST_BAND = 8.0
"""A thinner band could not be seen; the legend says so."""


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


def comparison(items: Sequence[MeasuredItem], words: Mapping[str, str]) -> Chart:
    """Draw expected and got entry by entry, with the band that would have been accepted."""
    rows = [row for item in items for row in _rows(item)][:MOST_ROWS]
    y = axis([0.0, *(v for r in rows for v in (r.expected, r.got, r.difference))],
             HEIGHT - BOTTOM, TOP)  # fmt: skip
    x = Axis(-0.5, len(rows) - 0.5, LEFT, WIDTH - RIGHT)
    marks = [*frame(x, y, "", words["value"], x_ticks=False), *_names(rows, x, y.start)]
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
    entries = item.entries
    assert entries is not None
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
