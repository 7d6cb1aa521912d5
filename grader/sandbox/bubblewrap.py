"""The command line that starts a program in a file system built from nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from grader.sandbox.layout import LINKS, Layout

__all__ = ["SCRATCH", "command", "why_not"]

SCRATCH = "/scratch"
INSIDE = "/run/grader"


def why_not() -> str | None:
    """Return why bubblewrap cannot even be tried; None when it can."""
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed (apt install bubblewrap)"
    return None


def command(layout: Layout, inside: Path, program: Sequence[str]) -> list[str]:
    """Return the command that runs `program` with nothing but the layout and `inside`."""
    steps = [*_namespaces(), "--die-with-parent", "--new-session", "--hostname", "sandbox"]
    steps += _files(layout, inside)
    steps += ["--chdir", SCRATCH]
    return [shutil.which("bwrap") or "bwrap", *steps, "--", *program]


def _namespaces() -> list[str]:
    names = ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net"]
    names.append("--unshare-cgroup-try")
    if os.geteuid() != 0:
        return ["--unshare-user", *names]
    # Root starts it as root; the first thing the zygote does is to leave that.
    granted = ("CAP_SETUID", "CAP_SETGID", "CAP_SYS_ADMIN", "CAP_SETPCAP")
    return [*names, *(word for name in granted for word in ("--cap-add", name))]


def _files(layout: Layout, inside: Path) -> list[str]:
    """Return the steps that build the file system, parents before what lies in them."""
    steps: dict[Path, list[str]] = {}
    for link in map(Path, LINKS):
        if link.is_symlink():
            steps[link] = ["--symlink", str(link.readlink()), str(link)]
        elif link.exists():
            steps[link] = ["--ro-bind", str(link), str(link)]
    for path in layout.shown:
        steps[path] = _show(path)
    for path in layout.covered:
        steps[path] = (
            ["--perms", "0755", "--tmpfs", str(path)]
            if path.is_dir()
            else ["--ro-bind", "/dev/null", str(path)]
        )
    steps[Path(INSIDE)] = ["--ro-bind", str(inside), INSIDE]
    # For root bubblewrap masks parts of /proc, which forbids a fresh one in the namespaces below.
    steps[Path("/proc")] = ["--dir" if os.geteuid() == 0 else "--proc", "/proc"]
    steps[Path("/dev")] = ["--dev", "/dev"]
    steps[Path(SCRATCH)] = ["--perms", "1777", "--tmpfs", SCRATCH]
    # Programs expect /tmp; it is the scratch, unless the interpreter itself lives there.
    if not any(Path("/tmp") in path.parents for path in steps):  # noqa: S108
        steps[Path("/tmp")] = ["--symlink", SCRATCH, "/tmp"]  # noqa: S108
    return [*_parents(steps), *(word for path in sorted(steps) for word in steps[path])]


def _show(path: Path) -> list[str]:
    """A link stays a link: interpreters find their environment by following them."""
    if path.is_symlink():
        return ["--symlink", str(path.readlink()), str(path)]
    return ["--ro-bind", str(path), str(path)]


def _parents(steps: dict[Path, list[str]]) -> list[str]:
    """Return steps that make the folders above; bubblewrap would make some of them private."""
    above = {parent for path in steps for parent in path.parents if parent != Path("/")}
    return [
        word
        for folder in sorted(above)
        if folder not in steps and not any(parent in steps for parent in folder.parents)
        for word in ("--perms", "0755", "--dir", str(folder))
    ]
