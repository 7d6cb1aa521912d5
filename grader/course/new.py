"""Begin an exercise: the three files, ready to edit, which `grader verify` accepts as they are."""

from __future__ import annotations

import re
from pathlib import Path

from grader.errors import UsageError
from grader.outdir import write_whole

__all__ = ["new_exercise"]

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


def new_exercise(course: Path, exercise: str, title: str | None = None) -> tuple[Path, ...]:
    """Write the three files; raises UsageError for an id that cannot be one, or is taken."""
    if not _ID.fullmatch(exercise) or len(exercise) > 64:
        raise UsageError(
            f"{exercise!r}: an id is small letters, digits and single hyphens, like chain-rule"
        )
    shown = title or exercise.replace("-", " ").capitalize()
    if '"' in shown or "\\" in shown or not shown.isprintable():
        raise UsageError("--title: expected one line without quotes and backslashes")
    files = {
        course / "exercises" / exercise / "exercise.toml": _CONTRACT.format(title=shown),
        course / "exercises" / exercise / "starter.py": _STARTER.format(title=shown),
        course / "reference" / f"{exercise}.py": _REFERENCE,
    }
    for path in files:
        if path.exists():
            raise UsageError(f"{path}: is there already; choose another id")
    for path, text in files.items():
        write_whole(path, text)
    return tuple(files)
