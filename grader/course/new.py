"""Begin an exercise: the three files, ready to edit, which `grader verify` accepts as they are."""

from __future__ import annotations

import re
from pathlib import Path

from grader.course.files import FOLDER, exercise_files
from grader.course.loading import Course
from grader.course.reference_files import files_of
from grader.course.settings import FILE as SETTINGS
from grader.errors import UsageError
from grader.model import Exercise

__all__ = ["new_exercise", "now_used"]

_TITLE = re.compile(r"""^title\s*=\s*("[^"\n]*"|'[^'\n]*')""", re.MULTILINE)
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CONTRACT = """\
title = "{title}"

[dimensions]
n = {{}}                       # between 3 and 7; several are drawn distinct; 1 is among the cases

[inputs]                     # drawn anew for every run, the same for the whole class
x = "normal(n)"

[[check]]
call = "energy"              # the student's function; it gets the inputs it names
title = "The sum of squares"
points = 2
[[check.example]]            # published: students see it, and `grader check` compares with it
inputs = {{ x = [1.0, 2.0, -3.0] }}
expect = 14.0

[[check]]
call = "energy_gradient"
title = "Its gradient by hand"
points = 3
gradient = {{ of = "energy", wrt = ["x"] }}  # autograd does it
items = ["dE/dx"]
method = "by-hand"           # must work without autograd; or by-autograd, from-scratch
"""
_STARTER = '''\
# %% [markdown]
# # {title}
#
# Write the functions below. They get tensors of any floating dtype, and are called more than once.

# %%
import torch


# %%
def energy(x):
    """Return the sum of the squares of x, a tensor of shape (n,), as a 0-d tensor."""
    raise NotImplementedError


# %%
def energy_gradient(x):
    """Return the gradient of energy at x, by your own formula: there is no autograd."""
    raise NotImplementedError
'''
_REFERENCE = '''\
"""The right functions and the usual mistakes: read by the judge, never shown to students."""

from grader.authoring import gradient, mistake, rewriting


def energy(x):
    return (x**2).sum()


@mistake("energy", "mean instead of sum")
def averaged(x):
    """You take the mean of the squares; the task asks for their sum."""
    return (x**2).mean()


@mistake("energy_gradient", "a missing factor")
def without_factor(x):
    """The power of a square comes down as a factor."""
    return gradient(lambda x: (x**2).sum(), x) / 2


@rewriting("energy_gradient")
def doubled(x):
    return x + x
'''


def new_exercise(
    course: Path, exercise: str, title: str | None = None, like: Exercise | None = None
) -> tuple[Path, ...]:
    """Write the three files; raises UsageError for an id that cannot be one, or is taken.

    With `like` they are those of that exercise, its further files among them.
    """
    if not _ID.fullmatch(exercise) or len(exercise) > 64:
        raise UsageError(
            f"{exercise!r}: an id is small letters, digits and single hyphens, like chain-rule"
        )
    shown = title or exercise.replace("-", " ").capitalize()
    if '"' in shown or "\\" in shown or not shown.isprintable():
        raise UsageError("--title: expected one line without quotes and backslashes")
    folder = course / "exercises" / exercise
    contract, starter = folder / "exercise.toml", folder / "starter.py"
    reference = course / "reference" / f"{exercise}.py"
    files = {
        contract: _CONTRACT.format(title=shown).encode(),
        starter: _STARTER.format(title=shown).encode(),
        reference: _REFERENCE.encode(),
    }
    if like is not None:
        files = {
            contract: _entitled(like, title),
            starter: (like.directory / "starter.py").read_bytes(),
        }
        # There is none where people decide everything.
        files |= {
            _in_its_place(path, like.reference, reference): path.read_bytes()
            for path in files_of(like.reference)
        }
        files |= {folder / FOLDER / file.name: file.content for file in exercise_files(like)}
    for path in files:
        if path.exists():
            raise UsageError(f"{path}: is there already; choose another id")
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tuple(files)


def _in_its_place(path: Path, old: Path, new: Path) -> Path:
    """Return where a file of a reference goes: the one file, or one of the folder's."""
    return new.with_suffix("") / path.name if old.is_dir() else new


def _entitled(like: Exercise, title: str | None) -> bytes:
    """Return a contract, under another title where one is given."""
    text = (like.directory / "exercise.toml").read_text("utf-8")
    if title is not None:
        text = _TITLE.sub(f'title = "{title}"', text, count=1)
    return text.encode()


def now_used(course: Path, built_in: Course) -> str:
    """Say which course is used in a folder since it has exercises of its own, empty if no matter.

    Work of the built-in course that lies there would not be found any more.
    """
    if (course / SETTINGS).is_file():
        return ""
    work = sorted(
        path.name
        for path in course.glob("*")
        if path.suffix in (".ipynb", ".py") and path.stem in built_in.exercise_ids
    )
    said = f"{course.resolve()} is a course of its own now, and is used in this folder"
    if not work:
        return said
    named = f"{', '.join(work[:3])}{' …' if len(work) > 3 else ''}"
    return (
        f"{said}. {named} {'belongs' if len(work) == 1 else 'belong'} to the built-in course: name "
        "it with --course built-in, or keep its exercises in yours with "
        'extend = "built-in" in course.toml'
    )
