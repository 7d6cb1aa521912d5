"""Run tests once more as somebody who is not root and owns nothing but a folder."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

__all__ = ["as_an_ordinary_user"]

USER = 64_999
HERE = Path(__file__).parents[1]


def as_an_ordinary_user(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest with these arguments; root only."""
    with tempfile.TemporaryDirectory(prefix="ordinary-") as folder:
        os.chown(folder, USER, USER)
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "TMPDIR": folder}
        tests = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
        become = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
        return subprocess.run(
            [*_opened(), *become, *tests],
            cwd=HERE,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )


def _opened() -> list[str]:
    """Return what shows the interpreter to others, where it lies in a folder of root's own."""
    needed = {Path(sys.prefix), Path(sys.base_prefix), HERE}
    closed = sorted(
        folder for path in needed for folder in path.parents if not folder.stat().st_mode & 0o001
    )
    if not closed:
        return []
    shown = [path for path in sorted(needed) if any(folder in path.parents for folder in closed)]
    steps = ["--bind", "/", "/", "--dev-bind", "/dev", "/dev", "--bind", "/proc", "/proc"]
    steps += _words(("--perms", "0755", "--tmpfs", str(folder)) for folder in closed[:1])
    between = {above for path in shown for above in path.parents if closed[0] in above.parents}
    steps += _words(("--perms", "0755", "--dir", str(folder)) for folder in sorted(between))
    steps += _words(("--bind", str(path), str(path)) for path in shown)
    return ["bwrap", *steps, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--"]


def _words(steps: Iterable[tuple[str, ...]]) -> list[str]:
    return [word for step in steps for word in step]
