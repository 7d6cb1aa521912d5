"""Read a Canvas bulk download: `lastfirst_[LATE_]<user>_<submission>_<file>[-<attempt>].ipynb`.

Canvas drops everything but letters and digits from a name, so two students may share it; the user
id tells them apart. A file handed in again gets `-1`, `-2`, … after its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from grader.imports.archive import Entry
from grader.imports.handedin import HandedIn
from grader.submissions.roster import Person

__all__ = ["from_canvas"]

_NAME = re.compile(
    r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<user>\d+)_(?P<submission>\d+)_(?P<file>.+)", re.DOTALL
)
_AGAIN = re.compile(r"-(\d{1,3})$")


def from_canvas(entries: Iterable[Entry]) -> Iterator[HandedIn | Entry]:
    """Yield whose each file is; an entry that is not named as Canvas does is returned as it is."""
    for entry in entries:
        known = _NAME.fullmatch(entry.name)
        if known is None:
            yield entry
            continue
        stem, suffix = PurePosixPath(known["file"]).stem, PurePosixPath(known["file"]).suffix
        again = _AGAIN.search(stem)
        attempt = int(again[1]) + 1 if again else 1
        if again:
            stem = stem[: again.start()]
        person = Person(f"{known['name']}-{known['user']}", known["name"], canvas_id=known["user"])
        yield HandedIn(
            person, entry, stem + suffix, late=known["late"] is not None, attempt=attempt
        )
