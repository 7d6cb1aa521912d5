"""Say whose a path is: the instructor's, or perhaps a student's.

What decides outside the sandbox (a reference, `course.toml`, templates, an earlier gradebook,
pytest's configuration) must be the instructor's. Everything that reads such a thing asks here.

A path is the instructor's when it was named (`--course`, `$GRADER_COURSE`), or when the grader
remembers it: `grader new` made that course here, `grader verify` proved it, `grader grade` wrote
that output folder. Where somebody happens to stand says nothing: it may be a student's folder.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError
from grader.outdir import write_whole

__all__ = ["BUILT_IN", "Ground", "check_output", "is_remembered", "named_course", "remember"]

BUILT_IN = "built-in"
"""What `--course` says for the course that comes with the grader."""
_FILE = "gradient-grader/yours.jsonl"
_MOST = 1000
"""Folders that are remembered; the oldest are forgotten."""
_PARTS = (
    "",
    "course.toml",
    "exercises",
    "exercises/*",
    "reference",
    "reference/*",
    "reference/*/*",
    "look",
)
"""What a course is read from; each may be a link to somewhere else."""


@dataclass(frozen=True)
class Ground:
    """Where students may have put files: what is graded, and what came with it."""

    handed_in: Path
    job: bool = False
    """Whether this is a CI job: then the whole checkout is a student's."""

    @property
    def root(self) -> Path:
        """The outermost folder that may be a student's; a file's own folder for a file."""
        handed_in = self.handed_in.resolve()
        folder = handed_in if handed_in.is_dir() else handed_in.parent
        return _checkout(folder) if self.job else folder

    def holds(self, path: Path) -> bool:
        """Tell whether a path lies on this ground, as it is written or where it leads to."""
        written = _written(path)
        folder = self.handed_in if self.handed_in.is_dir() else self.handed_in.parent
        roots = {self.root, _written(folder)}
        places = {written, path.resolve()}
        return any(place.is_relative_to(root) for place in places for root in roots)

    def refuse_course(self, course: Path) -> None:
        """Raise UsageError where a course that was named may be a student's all the same.

        Beside a single file or above a folder it may well be the instructor's, who named it. In a
        CI job nothing in or above the checkout is.
        """
        if not course.is_dir() or (not self.job and self.handed_in.is_file()):
            return
        inside = next((path for path in _parts(course) if self.holds(path)), None)
        above = self.job and self.root.is_relative_to(course.resolve())
        if inside is not None or above:
            where = f"lies in {self.root}" if inside else f"lies above {self.root}"
            what = "this checkout" if self.job else "what is graded"
            raise UsageError(
                f"{inside or course}: {where}, which is {what}: a student may have written it. "
                "Keep the course in a folder of its own, outside, and name it with --course DIR"
            )


def _checkout(folder: Path) -> Path:
    """Return the outermost Git checkout that holds a folder, or the folder itself."""
    named = os.environ.get("CI_PROJECT_DIR")
    above = [place for place in (folder, *folder.parents) if (place / ".git").exists()]
    if named and folder.is_relative_to(Path(named).resolve()):
        above.append(Path(named).resolve())
    return min(above, key=lambda place: len(place.parts), default=folder)


def _written(path: Path) -> Path:
    """Return a path in full as somebody wrote it, with its links unfollowed."""
    return Path(os.path.normpath(path.absolute()))


def _parts(course: Path) -> Iterator[Path]:
    yield course
    for part in _PARTS[1:]:
        yield from course.glob(part)


def named_course(directory: Path | None) -> Path | None:
    """Return the course that the command line or the environment names, if any."""
    said = os.environ.get("GRADER_COURSE")
    return directory or (Path(said) if said else None)


# ---------------------------------------------------------------- output


def check_output(out: Path, ground: Ground) -> None:
    """Raise UsageError where the output folder may hold what a student prepared.

    A gradebook that lies among the files handed in could bring points of its own, and a link
    could lead the output elsewhere.
    """
    if not ground.handed_in.exists() or not ground.holds(out):
        return
    if _led_away(out, ground):
        raise UsageError(
            f"--out {out}: a link among the files that were handed in leads it to {out.resolve()}. "
            "Remove the link, or name a folder outside"
        )
    known = not ground.job and is_remembered(out)
    if out.exists() and not known and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(
            f"--out {out}: lies in {ground.root} and was there before, so a student may have "
            "filled it. Name a folder outside with --out, or remove it first"
        )


def _led_away(out: Path, ground: Ground) -> bool:
    """Tell whether a link on students' ground comes on the way to the output folder."""
    written = _written(out)
    return any(
        place.is_symlink() and ground.holds(place.parent) for place in (written, *written.parents)
    )


# ---------------------------------------------------------------- what the grader remembers


def remember(path: Path) -> None:
    """Note that a course or an output folder of this machine is the instructor's."""
    file, note = _memory(), str(path.resolve())
    notes = _notes(file)
    if file is None or note in notes:
        return
    kept = [found for found in notes if Path(found).is_dir()][-_MOST:]
    with contextlib.suppress(OSError):  # where nothing can be noted, paths are named
        write_whole(file, "".join(f"{json.dumps(found)}\n" for found in (*kept, note)))


def is_remembered(path: Path) -> bool:
    """Tell whether `remember` was called for exactly this folder."""
    return str(path.resolve()) in _notes(_memory())


def _notes(file: Path | None) -> list[str]:
    if file is None:
        return []
    try:
        return [str(json.loads(line)) for line in file.read_text("utf-8").splitlines()]
    except (OSError, ValueError):
        return []


def _memory() -> Path | None:
    """Return the file of notes in the user's state folder (XDG), where there is one."""
    state = Path(os.environ.get("XDG_STATE_HOME", ""))
    if not state.is_absolute():
        try:
            state = Path.home() / ".local" / "state"
        except RuntimeError:
            return None
    return state / _FILE
