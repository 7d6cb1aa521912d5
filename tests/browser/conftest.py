"""Fixtures for page tests: a browser for all of them, and axe-core from npm."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.chromium import Browser, NoBrowser, opened

AXE = "axe-core@4"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once for all pages."""
    try:
        with opened() as found:
            yield found
    except NoBrowser as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def axe(pytestconfig: pytest.Config) -> str:
    """Fetch axe-core once and keep it in the cache of pytest."""
    home = Path(pytestconfig.cache.mkdir("axe")) if pytestconfig.cache else Path(".cache/axe")
    script = home / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("needs npm to fetch axe-core")
        command = [npm, "install", "--silent", "--no-save", "--prefix", str(home), AXE]
        if subprocess.run(command, timeout=120, check=False).returncode:
            pytest.skip("axe-core cannot be fetched here")
    return script.read_text("utf-8")
