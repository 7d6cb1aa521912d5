"""What an item's numbers may be off by: arguments, their powers and products."""

from __future__ import annotations

from collections.abc import Iterator

import numpy

from grader.judging.diagnosis.bases import Basis, floats, raised_to
from grader.judging.diagnosis.evidence import Item, Numbers
from grader.judging.numbers import Floats

__all__ = ["differences_of"]


def differences_of(item: Item) -> Iterator[Basis]:
    """Yield what the student's numbers may be off by: arguments, their powers and products.

    The size of each number holds that of the right one, whose rounding the difference inherits.
    """
    names = [name for name, value in item.cases[-1].arguments.items() if floats(value) is not None]
    own = {name: [floats(case.arguments.get(name)) for case in item.cases] for name in names}
    columns: list[tuple[str, list[Floats | None]]] = [("1", [numpy.ones(())] * len(item.cases))]
    columns += [(f"`{name}`", values) for name, values in own.items()]
    columns += [(f"the square of `{name}`", raised_to(values, 2)) for name, values in own.items()]
    for index, first in enumerate(names):
        for other in names[index + 1 :]:
            products = [_product(a, b) for a, b in zip(own[first], own[other], strict=True)]
            columns.append((f"`{first}` times `{other}`", products))
    for phrase, values in columns:
        numbers = tuple(map(_beside, item.want, values))
        yield Basis("off-by-a-term", "one term too many, too few or wrong", phrase, "", numbers)


def _product(a: Floats | None, b: Floats | None) -> Floats | None:
    if a is None or b is None or (a.shape != b.shape and () not in (a.shape, b.shape)):
        return None
    found: Floats = a * b
    return found


def _beside(want: Numbers, values: Floats | None) -> Numbers | None:
    if values is None or values.shape not in ((), want.value.shape):
        return None
    spread = numpy.ones(want.value.shape) * values
    return Numbers(spread, numpy.abs(spread) + 8 * want.size)
