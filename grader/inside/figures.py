"""Describe a matplotlib figure in plain values: what its axes are called and what they show."""

from typing import Any

import numpy

__all__ = ["describe"]

MOST_ARTISTS = 50
MOST_POINTS = 20_000


def describe(figure: object) -> dict[str, list[Any]]:
    """Return a dict with one entry an axes: `titles`, `xlabels`, `ylabels`, `points`, `lines`.

    `points` and `lines` hold a list of (k, 2) arrays for every axes: what was scattered or drawn
    with markers alone, and what was drawn as a line. Anything but a figure gives no axes.
    """
    from matplotlib.figure import Figure

    axes: list[Any] = figure.axes if isinstance(figure, Figure) else []
    return {
        "titles": [str(one.get_title()) for one in axes],
        "xlabels": [str(one.get_xlabel()) for one in axes],
        "ylabels": [str(one.get_ylabel()) for one in axes],
        "points": [_points(one) for one in axes],
        "lines": [_lines(one) for one in axes],
    }


def _points(axes: Any) -> list[Any]:
    scattered = [numpy.asarray(item.get_offsets(), float) for item in axes.collections]
    return _bounded(scattered + [_pairs(line) for line in axes.lines])


def _lines(axes: Any) -> list[Any]:
    return _bounded([_pairs(line) for line in axes.lines if line.get_linestyle() != "None"])


def _pairs(line: Any) -> numpy.ndarray[Any, Any]:
    x, y = line.get_xdata(orig=False), line.get_ydata(orig=False)
    return numpy.stack([numpy.asarray(x, float), numpy.asarray(y, float)], axis=1)


def _bounded(arrays: list[Any]) -> list[Any]:
    return [array for array in arrays[:MOST_ARTISTS] if array.size <= MOST_POINTS]
