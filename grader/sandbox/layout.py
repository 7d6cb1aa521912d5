"""What there is inside: the student environment, the code in `grader/inside`, and nothing else.

The file system is built from nothing. Only the interpreter, its standard library, its installed
packages and the system's libraries and commands are shown, read-only, at their own paths. Copies
of the grader, of references and of courses among them are covered by empty folders.
"""

from __future__ import annotations

import importlib.metadata
import os
import site
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Layout", "student_environment"]

SYSTEM = ("/usr/bin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/share/fonts",
          "/usr/share/zoneinfo", "/etc/fonts", "/etc/ld.so.cache", "/etc/localtime")  # fmt: skip
LINKS = ("/bin", "/lib", "/lib32", "/lib64")
NAMES = ("grader", "reference", "exercises")
"""Top-level names that a package of courses or a wheel of this project may leave behind."""


@dataclass(frozen=True)
class Layout:
    """Paths shown read-only, and paths among them that are covered with nothing."""

    shown: tuple[Path, ...]
    covered: tuple[Path, ...]


def student_environment(secrets: Iterable[Path] = ()) -> Layout:
    """Return what students see of this machine when they use this very interpreter.

    `secrets` are further folders (courses, submissions, output) that must not be seen.
    """
    packages = _packages()
    shown = {*_interpreter(), *packages, *(Path(path) for path in SYSTEM)}
    shown = {path for path in shown if path.exists()}
    project = Path(__file__).resolve().parents[2]
    hidden = {folder.resolve() for folder in secrets} | _installed_copies(packages)
    if not any(_is_inside(project, folder) for folder in packages):
        hidden.add(project)
    return Layout(tuple(sorted(shown)), tuple(sorted(_within(hidden, shown))))


def _interpreter() -> set[Path]:
    """Return the interpreter, the files that make its environment, and its standard library."""
    paths = sysconfig.get_paths()
    found = {Path(paths["stdlib"]), Path(paths["platstdlib"])}
    executable = Path(sys.executable)
    while True:
        found.add(executable)
        if not executable.is_symlink():
            break
        executable = executable.parent / os.readlink(executable)
        executable = Path(os.path.normpath(executable))
    found.add(Path(sys.prefix) / "pyvenv.cfg")
    library = Path(sysconfig.get_config_var("LIBDIR") or sys.base_prefix)
    found.update(library.glob("libpython*.so*"))
    return found


def _packages() -> set[Path]:
    """Return the folders that packages are installed in, those of a base environment included."""
    folders = {Path(folder) for folder in (*site.getsitepackages(), *sys.path) if folder}
    return {
        folder
        for folder in folders
        if folder.is_dir() and folder.name in ("site-packages", "dist-packages")
    }


def _installed_copies(packages: Iterable[Path]) -> set[Path]:
    """Return what this project, or one like it, has among the installed packages."""
    found = {folder / name for folder in packages for name in NAMES}
    try:
        files = importlib.metadata.distribution("gradient-grader").files or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        top = Path(str(file)).parts[0]
        if top not in ("..", "."):
            found.update(folder / top for folder in packages)
    return found


def _within(paths: Iterable[Path], roots: Iterable[Path]) -> set[Path]:
    """Return the existing paths that lie inside one of the roots."""
    roots = list(roots)
    return {
        path for path in paths if path.exists() and any(_is_inside(path, root) for root in roots)
    }


def _is_inside(path: Path, root: Path) -> bool:
    return path == root or root in path.parents
