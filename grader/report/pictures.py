"""Choose the pictures that say more than the numbers: one function a picture, from the record.

Only public cases have numbers, so no picture can show a hidden input or expected value.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from grader.model import CheckVerdict, Entries, Measured, MeasuredItem, Outcome
from grader.report.charts import (
    WIDTH,
    Axis,
    Box,
    Chart,
    Dot,
    Mark,
    Path,
    Words,
    compact,
    frame,
    place,
    plot_area,
)
from grader.report.comparison import MOST_ROWS, comparison

__all__ = ["pictures"]

_MOST_SQUARES = 12
"""Rows or columns of a heat map."""
_CALLS = 2
"""A history may be there as often as the function was called, one row a call."""


def pictures(check: CheckVerdict, words: Mapping[str, str]) -> tuple[Chart, ...]:
    """Draw what differs in the public cases; `words` are the captions of `words.toml`."""
    drawn: list[Chart] = []
    for case in check.public:
        if case.agrees or check.outcome is Outcome.PASS:
            continue
        drawn.extend(_of_case(case, words))
    return tuple(drawn[:6])


def _of_case(case: Measured, words: Mapping[str, str]) -> Iterator[Chart]:
    items = {item.name: item for item in case.items if item.entries is not None}
    # A picture of several items together says more than each of them alone.
    path, fit = _descent(items, words), _fit(case, items, words)
    for drawn, used in ((path, ("history_x", "history_f")), (fit, ("w", "b"))):
        if drawn is not None and not all(items[name].agrees for name in used):
            yield drawn
            items = {name: item for name, item in items.items() if name not in used}
    few: list[MeasuredItem] = []
    for item in items.values():
        if item.agrees:
            continue
        entries = _entries(item)
        if entries.shape and len(entries.shape) <= 2 and entries.shape[-1] > MOST_ROWS:
            if len(entries.shape) == 1 or entries.shape[0] <= _CALLS:
                yield _curve(item.name, _one_call(entries, _wrong_call(entries)), words)
        elif len(entries.shape) == 2 and max(entries.shape) <= _MOST_SQUARES:
            yield _heat_map(item.name, entries, words)
            if entries.differences:
                few.append(item)
        elif len(entries.expected) <= MOST_ROWS:
            few.append(item)
    # One number says as much in the sentence, unless finite differences take a side.
    if sum(len(_entries(i).expected) for i in few) > 1 or any(_entries(i).differences for i in few):
        yield comparison(few, words)


def _entries(item: MeasuredItem) -> Entries:
    assert item.entries is not None
    return item.entries


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
            labelled = role != "heat-0" and width >= 62
            middle = y + height / 2 + (1 if labelled else 4)
            marks.append(Words(f"on-{role}", x + width / 2, middle, compact(got)))
            if labelled:
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
        *frame(x, y, words["step"], name),
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
    return tuple(sorted({float(round(last * share / 4)) for share in range(5)}))


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
        *frame(x, y, "x", "y"),
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
        *frame(x, y, "x", "f(x)"),
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
