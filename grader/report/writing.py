"""Put the pages of a graded class on disk, each whole or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from grader.model import Score
from grader.outdir import CLASS_PAGE, STUDENT_PAGE, score_directory, write_whole
from grader.report.class_lines import ScoreLine, lines_of
from grader.report.class_view import Progress
from grader.report.pages import render_class_pages, render_student, words_of
from grader.report.similarity import Alike
from grader.term.missing import Missing

__all__ = ["LiveClass", "write_class", "write_student"]

_PAUSE_S = 2.0
_SHARE = 0.03
"""How much of the time may go into writing the page of a class that is still being graded."""


def write_student(
    out: Path,
    score: Score,
    *,
    previous: Score | None = None,
    counts: Score | None = None,
    look: Path | None = None,
) -> Path:
    """Write one student's page beside its record; returns its path."""
    path = score_directory(out, score.exercise, score.student) / STUDENT_PAGE
    write_whole(path, render_student(score, previous=previous, counts=counts, look=look))
    return path


def write_class(
    out: Path,
    scores: Iterable[Score | ScoreLine],
    *,
    alike: Sequence[Alike] = (),
    missing: Sequence[Missing] = (),
    has_roster: bool = False,
    progress: Progress | None = None,
    look: Path | None = None,
) -> Path:
    """Write the class page; with `progress` it may be written again at any time.

    The scores of a large class go on in `scores-2.html` and so forth, written before the page
    that leads to them.
    """
    first, *rest = render_class_pages(
        scores, alike=alike, missing=missing, has_roster=has_roster, progress=progress, look=look
    )
    for name, text in (*rest, first):
        write_whole(out / name, text)
    if progress is None:
        _remove_beyond(out, len(rest) + 1)
    return out / CLASS_PAGE


def _remove_beyond(out: Path, pages: int) -> None:
    """Remove what a larger class left."""
    for path in out.glob("scores-*.html"):
        number = path.stem.removeprefix("scores-")
        if number.isdecimal() and int(number) > pages:
            path.unlink(missing_ok=True)


class LiveClass:
    """Keeps the class page up to date while the class is graded, at little cost.

    `total` counts everything that was handed in, `kept` what needs no grading among it.
    """

    def __init__(
        self,
        out: Path,
        total: int,
        *,
        kept: Iterable[Score | ScoreLine] = (),
        look: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._out = out
        self._total = total
        self._look = look
        self._clock = clock
        self._words = words_of(look)["class"]
        self._scores = list(lines_of(kept, self._words))
        self._due = clock()

    def add(self, score: Score | ScoreLine) -> bool:
        """Take one more score in; returns whether the page was written."""
        self._scores += lines_of([score], self._words)
        begun = self._clock()
        if begun < self._due:
            return False
        failed = sum(score.status != "graded" for score in self._scores)
        progress = Progress(len(self._scores), max(self._total, len(self._scores)), failed)
        write_class(self._out, self._scores, progress=progress, look=self._look)
        ended = self._clock()
        self._due = ended + max(_PAUSE_S, (ended - begun) / _SHARE)
        return True
