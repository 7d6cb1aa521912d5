"""Read kept scores of some students and exercises, so that nobody has to hold a class in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from grader.model import Score
from grader.scores.gradebook import Gradebook

__all__ = ["Place", "kept_scores"]

Place = tuple[str, str]
"""Student and exercise."""
_FEW = 100
"""So many scores are read one by one, more of them in one stream."""


def kept_scores(
    gradebook: Gradebook, places: Collection[Place], *, measured: bool = True
) -> Iterator[Score]:
    """Read the newest score of each place, without notebooks, one by one, in no certain order.

    Of many nothing that was measured is read where nobody asks for it.
    """
    if len(places) < _FEW:
        for place in sorted(places):
            score = gradebook.latest(*place)
            if score is not None:
                yield replace(score, run=replace(score.run, notebook=None))
        return
    wanted = places if isinstance(places, set) else set(places)
    for score in gradebook.each_score(measured=measured):
        if (score.student, score.exercise) in wanted:
            yield score
