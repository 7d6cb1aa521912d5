"""The ways to rearrange right numbers: transposed, shifted, summed up, and the like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

from grader.judging.numbers import Floats

__all__ = ["CHANGES", "SUMMED", "Change"]

Change = Callable[[Floats], Floats]


def _only(place: int | tuple[Any, ...]) -> Change:
    def change(values: Floats) -> Floats:
        kept = numpy.zeros_like(values)
        kept[place] = values[place]
        return kept

    return change


def _inverted(values: Floats) -> Floats:
    found: Floats = numpy.divide(1.0, values, out=numpy.zeros_like(values), where=values != 0)
    return found


def _filled(values: Floats, number: Any) -> Floats:
    return numpy.full_like(values, number)


def _running_mean(values: Floats) -> Floats:
    found: Floats = numpy.cumsum(values, axis=-1) / numpy.arange(1, values.shape[-1] + 1)
    return found


SUMMED = {"row-sums": 1, "column-sums": 0}
_ANY = tuple(range(9))
"""What is done entry by entry is done in any number of dimensions."""
_PLACES = "The shape fits, but the numbers sit in the wrong places: reshaping does not transpose."
_ALIAS = "A list that holds one tensor many times shows its last value everywhere: store numbers."
_SUMS = "Something is not cleared from one entry to the next."
CHANGES: tuple[tuple[str, str, str, str, tuple[int, ...], Change], ...] = (
    ("transposed", "the transpose", "the transpose of what it should be",
     "The gradient has the shape of what it belongs to; a product is the other way round.",
     (2,), lambda v: v.T),
    ("reshaped", "reshaped instead of transposed", "the transpose, reshaped until it fitted",
     _PLACES, (2,), lambda v: v.T.reshape(v.shape)),
    ("absolute", "signs lost", "right in size, but every sign is lost",
     "Somewhere an absolute value or a square root of a square comes in.", _ANY, numpy.abs),
    ("running-sum", "running sums", "the running sum of the entries it should hold",
     _SUMS, (1, 2), lambda v: numpy.cumsum(v, axis=-1)),
    ("running-mean", "running means", "the running mean of the entries it should hold",
     "Each entry stands for itself.", (1, 2), _running_mean),
    ("last-entry", "the last entry everywhere", "its right last entry, repeated",
     _ALIAS, (1, 2), lambda v: _filled(v, v[..., -1:])),
    ("first-entry", "the first entry everywhere", "its right first entry, repeated",
     "The entries do not move on from the first one.", (1, 2), lambda v: _filled(v, v[..., :1])),
    ("reversed", "the reverse order", "right, but in the reverse order",
     "Check the order in which entries are added.", (1, 2), lambda v: v[..., ::-1]),
    ("one-late", "one entry late", "shifted by one entry: each comes one place late",
     "Record before the update, not after it.", (1, 2), lambda v: numpy.roll(v, 1, axis=-1)),
    ("one-missing-at-the-end", "one entry short", "right but without its last entry",
     "The loop stops one turn early.", (1, 2), lambda v: v[..., :-1]),
    ("one-missing-at-the-start", "the first entry missing", "right but without its first entry",
     "Record the first value before anything changes it.",
     (1, 2), lambda v: v[..., 1:]),
    ("only-the-last", "only the last entry", "only the last of the entries it should hold",
     "Every step adds one entry; yours keeps the last one.", (1, 2), lambda v: v[..., -1:]),
    ("only-the-last-alone", "only the last entry", "only the last of the entries it should hold",
     "Every step adds one entry; yours keeps the last one.", (1,), lambda v: v[-1]),
    ("only-first-kept", "only the first entry", "right in its first entry and zero in all others",
     "The work has to be done for every entry.", (1,), _only(0)),
    ("only-last-kept", "only the last entry", "right in its last entry and zero in all others",
     "What is added up is overwritten instead.", (1,), _only(-1)),
    ("only-first-row", "only the first row", "right in its first row and zero below",
     "The work has to be done for every row.", (2,), _only(0)),
    ("only-last-row", "only the last row", "right in its last row and zero above",
     "What is added up is overwritten instead.", (2,), _only(-1)),
    ("first-row-zero", "the first row is zero", "right but for its first row, which is zero",
     "The loop starts one turn late.", (2,), lambda v: v - _only(0)(v)),
    ("last-row-zero", "the last row is zero", "right but for its last row, which is zero",
     "The loop stops one turn early.", (2,), lambda v: v - _only(-1)(v)),
    ("first-column-zero", "the first column is zero",
     "right but for its first column, which is zero",
     "The loop starts one turn late.", (2,), lambda v: v - _only((slice(None), 0))(v)),
    ("last-column-zero", "the last column is zero", "right but for its last column, which is zero",
     "The loop stops one turn early.", (2,), lambda v: v - _only((slice(None), -1))(v)),
    ("first-zero", "the first entry is zero", "right but for its first entry, which is zero",
     "The loop starts one turn late.", (1,), lambda v: v - _only(0)(v)),
    ("last-zero", "the last entry is zero", "right but for its last entry, which is zero",
     "The loop stops one turn early.", (1,), lambda v: v - _only(-1)(v)),
    ("summed-up", "summed up to one number", "one number, the sum of the entries it should hold",
     "The answer has one entry for each entry of what it belongs to.",
     (1, 2), lambda v: numpy.asarray(v.sum())),
    ("sum-everywhere", "the sum of all entries everywhere", "in every entry the sum of all",
     "Entries have been added up and spread again.", (1, 2), lambda v: _filled(v, v.sum())),
    ("row-sums", "rows summed up", "summed up over its columns",
     "The answer has the shape of what it belongs to.", (2,), lambda v: v.sum(axis=1)),
    ("column-sums", "columns summed up", "summed up over its rows",
     "The answer has the shape of what it belongs to.", (2,), lambda v: v.sum(axis=0)),
    ("diagonal", "only the diagonal", "right on its diagonal and zero elsewhere",
     "Each output may depend on every input.", (2,),
     lambda v: v * numpy.eye(*v.shape)),
    ("diagonal-alone", "only the diagonal", "the diagonal of what it should be",
     "Each output may depend on every input.", (2,), lambda v: numpy.diagonal(v).copy()),
    ("flattened", "flattened", "flattened to one dimension",
     "The answer has the shape of what it belongs to.", (2,), lambda v: v.reshape(-1)),
    ("column", "a column", "a column instead of a vector",
     "Shapes (n,) and (n, 1) are different things.", (1,), lambda v: v.reshape(-1, 1)),
    ("row", "a row", "a row instead of a vector",
     "Shapes (n,) and (1, n) are different things.", (1,), lambda v: v.reshape(1, -1)),
    ("wrapped", "wrapped in a list", "right, but wrapped in one more dimension",
     "One number has the shape ().", (0,), lambda v: v.reshape(1)),
    ("truncated", "cut down to integers", "cut down to integers",
     "An integer dtype drops what comes after the point.", _ANY, numpy.trunc),
    ("square-root", "the square root", "the square root of what it should be", "",
     _ANY, lambda v: numpy.sqrt(numpy.abs(v))),
    ("inverse", "upside down", "1 divided by what it should be", "", _ANY, _inverted),
    ("squared", "squared", "the square of what it should be", "", _ANY, lambda v: v * v),
)  # fmt: skip
