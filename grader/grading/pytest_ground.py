"""Keep pytest off students' ground: its ini file, its path for imports, what it has loaded."""

from __future__ import annotations

import os
import site
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course.ownership import Ground, is_remembered

__all__ = ["refuse_configuration", "stand_apart"]


def refuse_configuration(submission: Path, ini: Path | None, *, named: bool) -> None:
    """Raise pytest.UsageError where an ini file with settings may be a student's.

    One that pytest found by itself lies around where somebody stands. It could name plugins,
    which run outside the sandbox and decide what passes.
    """
    if ini is None or _is_silent(ini):
        return
    inside = Ground(submission).holds(ini) and submission.is_dir()
    if inside or not (named or is_remembered(ini.parent)):
        raise pytest.UsageError(
            f"{ini}: pytest read this file, and a student may have written it; nothing was graded. "
            "Name an ini file of your own with -c FILE (it may be empty)"
        )


def _is_silent(ini: Path) -> bool:
    """Tell whether a pyproject.toml says nothing to pytest, which names it all the same."""
    if ini.name != "pyproject.toml":
        return False
    tools = tomllib.loads(ini.read_text("utf-8")).get("tool", {})  # pytest has parsed it before
    return "pytest" not in tools


def stand_apart(submission: Path) -> None:
    """Let nothing be imported from among the files handed in, here and in processes started later.

    Raises pytest.UsageError where that has happened already, as `python -m pytest` does in a
    student's folder.
    """
    ground = Ground(submission)
    loaded = next(_loaded_from(ground), None)
    if loaded is not None:
        raise pytest.UsageError(
            f"{loaded}: was imported, and it lies among the files that were handed in; nothing was "
            "graded. Run `pytest`, not `python -m pytest`, from a folder of your own"
        )
    os.environ["PYTHONSAFEPATH"] = "1"
    sys.path[:] = [entry for entry in sys.path if entry and _is_ours(Path(entry), ground)]


def _loaded_from(ground: Ground) -> Iterator[Path]:
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and not _is_ours(Path(file), ground):
            yield Path(file)


def _is_ours(path: Path, ground: Ground) -> bool:
    """Tell whether Python's own packages lie there, or it lies apart from what was handed in."""
    packages = [sys.prefix, sys.base_prefix, *site.getsitepackages(), site.getusersitepackages()]
    homes = [Path(folder).resolve() for folder in packages]
    homes.append(Path(__file__).resolve().parents[2])
    return any(path.resolve().is_relative_to(home) for home in homes) or not ground.holds(path)
