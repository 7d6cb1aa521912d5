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
_PACKAGES = "-packages"
LINKS = ("/bin", "/lib", "/lib32", "/lib64")
NAMES = ("grader", "reference", "exercises")
"""Top-level names that a package of courses or a wheel of this project may leave behind."""


@dataclass(frozen=True)
class Layout:
    """Paths shown read-only, and paths among them that are covered with nothing."""

    shown: tuple[Path, ...]
    covered: tuple[Path, ...]

    def readable(self) -> dict[str, str]:
        """Return the same as rules without covers: path to `read`, or `list` for a folder's names.

        A folder with something covered in it is opened entry by entry.
        """
        rules: dict[str, str] = {}
        for path in self.shown:
            self._open(path, rules)
        return rules

    def _open(self, path: Path, rules: dict[str, str]) -> None:
        if path in self.covered:
            return
        if any(path in covered.parents for covered in self.covered):
            rules[str(path)] = "list"
            for entry in path.iterdir():
                self._open(entry, rules)
        else:
            rules[str(path)] = "read"


def student_environment(secrets: Iterable[Path] = ()) -> Layout:
    """Return what students see of this machine when they use this very interpreter.

    `secrets` are further folders (courses, submissions, output) that must not be seen.
    """
    packages = _packages()
    shown = {*_interpreter(), *packages, *(Path(path) for path in SYSTEM)}
    shown = {path for path in shown if path.exists()}
    project = Path(__file__).resolve().parents[2]
    hidden = {folder.resolve() for folder in secrets}
    hidden |= _installed_copies(packages | _base_packages())
    if not any(_is_inside(project, folder) for folder in packages):
        hidden.add(project)
    covered = _within(hidden, shown)
    return Layout(tuple(sorted(_outermost(shown, covered))), tuple(sorted(covered)))


def _outermost(shown: Iterable[Path], covered: Iterable[Path]) -> set[Path]:
    """Leave out what is seen anyhow, by way of a folder above that no cover comes between."""
    shown, covered = set(shown), set(covered)

    def is_seen(path: Path) -> bool:
        for parent in path.parents:
            if parent in covered:
                return False
            if parent in shown:
                return True
        return False

    return {path for path in shown if not is_seen(path)}


def _interpreter() -> set[Path]:
    """Return the interpreter, the files that make its environment, and its standard library."""
    paths = sysconfig.get_paths()
    found = {Path(paths["stdlib"]), Path(paths["platstdlib"])}
    executable = Path(sys.executable)
    while True:
        found.add(executable)
        if not executable.is_symlink():
            break
        executable = executable.parent / executable.readlink()
        executable = Path(os.path.normpath(executable))
    found.add(Path(sys.prefix) / "pyvenv.cfg")
    library = Path(sysconfig.get_config_var("LIBDIR") or sys.base_prefix)
    found.update(library.glob("libpython*.so*"))
    return found


def _packages() -> set[Path]:
    """Return the folders that packages are installed in, those of a base environment included."""
    folders = {Path(folder) for folder in (*site.getsitepackages(), *sys.path) if folder}
    return {folder for folder in folders if folder.is_dir() and folder.name.endswith(_PACKAGES)}


def _base_packages() -> set[Path]:
    """Return package folders that are seen because they lie in a standard library's folder."""
    libraries = [Path(sysconfig.get_path("stdlib")), *Path("/usr/lib").glob("python3*")]
    return {folder for library in libraries for folder in library.glob(f"*{_PACKAGES}")}


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
