"""Make the folder that students get: starters, published contracts, and how to check one's work.

It is plain files under stable names, so it can be a Git repository for nbgitpuller or JupyterHub,
or a zip for a learning platform. The contracts let `grader check` compare with what is published.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Sequence
from pathlib import Path

from grader.course.files import FOLDER, exercise_files
from grader.course.release import release_exercise
from grader.model import Exercise
from grader.outdir import write_whole

__all__ = ["write_handout", "zip_of"]

_README = """\
# Exercises

{list}
{before}
Work in the notebook (`.ipynb`) or in the module (`.py`), as you like. To see what holds so far:

    pip install gradient-grader
    grader check {first}.ipynb

or, in a notebook, `%load_ext grader` and then `%check`. The numbers that decide the points are
compared when you have handed in, with inputs that nobody has seen before.
"""


def write_handout(exercises: Sequence[Exercise], out: Path) -> tuple[Path, ...]:
    """Write starters, contracts and a README below `out`; returns all paths."""
    written: list[Path] = []
    for exercise in exercises:
        written += release_exercise(exercise, out)
        contract = out / "exercises" / exercise.id / "exercise.toml"
        write_whole(contract, (exercise.directory / "exercise.toml").read_text("utf-8"))
        starter = contract.with_name("starter.py")
        write_whole(starter, (exercise.directory / "starter.py").read_text("utf-8"))
        written += [contract, starter]
        for file in exercise_files(exercise):
            path = contract.parent / FOLDER / file.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
            written.append(path)
    written = list(dict.fromkeys(written))  # two exercises may share a file
    listed = "\n".join(map(_listed, exercises))
    before = _before(out, {exercise.id for exercise in exercises})
    readme = _README.format(list=listed, before=before, first=exercises[0].id)
    write_whole(out / "README.md", readme)
    return (*written, out / "README.md")


def _listed(exercise: Exercise) -> str:
    accepts = exercise.accepts
    files = ", ".join(f"`{pattern}`" for pattern in accepts.patterns)
    along = f" (up to {accepts.most} files of your own come along: {files})"
    return f"- `{exercise.id}`: {exercise.title}{along if files else ''}"


def _before(out: Path, now: Collection[str]) -> str:
    """Name the exercises that lie in the folder since earlier: a course hands out one a week."""
    there = sorted(path.parent.name for path in out.glob("exercises/*/exercise.toml"))
    names = ", ".join(f"`{name}`" for name in there if name not in now)
    return f"\nHanded out before: {names}.\n" if names else ""


def zip_of(paths: Sequence[Path], root: Path) -> bytes:
    """Return the files as a zip, under fixed dates: the same course gives the same zip."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(paths):
            member = zipfile.ZipInfo(path.relative_to(root).as_posix(), (1980, 1, 1, 0, 0, 0))
            member.external_attr = 0o100644 << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, path.read_bytes())
    return made.getvalue()
