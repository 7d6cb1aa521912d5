"""Say whose a further file is where the works of a class lie in one folder.

Beside `ada-l.py` the file `ada-l_factor.csv` is ada-l's, and is called `factor.csv` where her work
runs. `ada-l_helper.py` may be her helper or the work of somebody called ada-l_helper: it is hers
only where her own code imports `helper`. Of several names that fit, the longest says whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from grader.errors import SubmissionError
from grader.model import Accepts
from grader.submissions.cells import MAX_SOURCE
from grader.submissions.further import is_accepted
from grader.submissions.reading import bounded_bytes

__all__ = ["files_by_work"]

_CODE = (".ipynb", ".py")
_IMPORTS = re.compile(r"\b(?:import|from)[ \t]+([\w., \t]+)")


def files_by_work(entries: Sequence[Path], accepts: Accepts) -> dict[Path, dict[str, Path]]:
    """Return the further files of each work, by the name that they get beside it."""
    if not accepts.patterns and not accepts.given:
        return {}
    works = {path.stem: path for path in entries if _is_code(path)}
    found: dict[Path, dict[str, Path]] = {}
    imports: dict[str, set[str]] = {}
    # The shortest first: what is somebody's helper is no work that further files can belong to.
    for path in sorted(entries, key=lambda path: (len(path.stem), path.name)):
        for whose, name in _readings(path, works):
            if not (is_accepted(name, accepts) or name in accepts.given):
                continue
            if _is_code(path):
                if whose not in imports:
                    imports[whose] = set(_imported(_of(whose, entries)))
                if Path(name).stem not in imports[whose]:
                    continue
                works.pop(path.stem, None)
            found.setdefault(works[whose], {}).setdefault(name, path)
            break
    return found


def _readings(path: Path, works: dict[str, Path]) -> Iterable[tuple[str, str]]:
    """Yield whose a file may be and its own name, the longest name of a student first."""
    ends = [at for at, character in enumerate(path.name) if character == "_"]
    for end in reversed(ends):
        whose, name = path.name[:end], path.name[end + 1 :].lstrip("_")
        if whose in works and name and works[whose] != path:
            yield whose, name
            if not _is_code(path):
                return


def _of(whose: str, entries: Sequence[Path]) -> list[Path]:
    """Return the work of a student and the code that may be a helper of it."""
    return [
        path
        for path in entries
        if _is_code(path) and (path.stem == whose or path.name.startswith(f"{whose}_"))
    ]


def _imported(files: Sequence[Path]) -> Iterable[str]:
    """Yield the names of modules that code imports, whatever file it stands in."""
    for path in files:
        try:
            text = bounded_bytes(path, MAX_SOURCE).decode("utf-8", "replace")
        except SubmissionError:
            continue
        for names in _IMPORTS.findall(text):
            yield from re.findall(r"\w+", names)


def _is_code(path: Path) -> bool:
    return path.suffix.lower() in _CODE
