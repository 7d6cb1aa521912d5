"""Run a command as the caller and, where that is root, as an ordinary user as well."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

__all__ = ["USERS", "run_as"]

USERS = ("caller", "ordinary")
_BECOME = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
"""An ordinary user without capabilities, to whom the caller's files belong."""
_CALLERS_OWN = (
    "GRADER_COURSE", "PYTEST_ADDOPTS", "PYTHONPATH", "PYTHONSAFEPATH", "CI_PROJECT_DIR",
)  # fmt: skip


def run_as(
    user: str, command: Sequence[str], cwd: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command from a folder; an ordinary caller is an ordinary user already."""
    given = {name: value for name, value in os.environ.items() if name not in _CALLERS_OWN}
    before: tuple[str, ...] = ()
    if user == "ordinary" and os.geteuid() == 0:
        before = _BECOME
        check = [*before, sys.executable, "-I", "-c", "import os, sys; sys.exit(os.geteuid() == 0)"]
        if subprocess.run(check, capture_output=True, check=False).returncode != 0:
            pytest.skip("no ordinary user can be had without user namespaces")
    return subprocess.run(
        [*before, *command], cwd=cwd, env=given | dict(environment or {}),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
