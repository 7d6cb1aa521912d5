"""The search of the documentation, opened from a folder without a server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.chromium import Browser

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "properdocs", "build", "--strict", "--site-dir", str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    return folder


@pytest.mark.parametrize(
    ("page", "words", "first"),
    [
        ("index.html", "deprecated", "versions.html"),
        ("kinds/gradients.html", "curvature", "glossary.html"),
        ("security.html", "canvas import", "formats.html"),
    ],
)
def test_words_are_found_from_every_page(
    browser: Browser, site: Path, page: str, words: str, first: str
) -> None:
    browser.show(site / page)
    browser.driver.find_element("css selector", "#docs-search input").send_keys(words)
    found = browser.run(
        "return [...document.querySelectorAll('#docs-search a')].map((link) => link.href)"
    )
    targets = [Path(href.partition("#")[0].removeprefix("file://")) for href in found]
    assert (site / first).resolve() in [target.resolve() for target in targets]
    assert all(target.is_file() for target in targets)
    browser.driver.find_element("css selector", "#docs-search a").click()
    assert browser.run("return document.getElementById(location.hash.slice(1)) !== null")


def test_what_is_nowhere_is_said_and_nothing_is_loaded_from_elsewhere(
    browser: Browser, site: Path
) -> None:
    browser.show(site / "index.html")
    field = browser.driver.find_element("css selector", "#docs-search input")
    field.send_keys("<b>zzz")
    assert browser.driver.find_element("css selector", "#docs-search ol").text == "Nothing found."
    assert all(url.startswith("file://") for url in browser.requests())
