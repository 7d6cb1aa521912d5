"""The committed report of the sample class in a real browser, page by page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.chromium import Browser
from tests.sample_report import SAMPLE

pytestmark = pytest.mark.browser

PAGES = sorted(SAMPLE.rglob("*.html"))
LOOKED_AT = (
    "index.html",
    "linear-regression/ada-l/report.html",
    "linear-regression/rosa-p/report.html",
    "linear-regression/vera-r/report.html",
    "matrix-gradients/carl-g/report.html",
    "matrix-gradients/kurt-g/report.html",
    "scalar-gradients/john-n/report.html",
)


@pytest.mark.parametrize("width", [400, 1280])
def test_every_page_is_quiet_closed_and_fits(browser: Browser, width: int) -> None:
    assert len(PAGES) > 36
    for page in PAGES:
        browser.show(page, width)
        assert browser.requests() == [page.as_uri()]
        assert browser.complaints() == []
        assert browser.run("return document.documentElement.scrollWidth") <= width, page


@pytest.mark.parametrize("page", LOOKED_AT)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_are_accessible(browser: Browser, axe: str, page: str, theme: str) -> None:
    browser.show(SAMPLE / page, 400, theme)
    browser.run("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    assert browser.violations(axe) == []


def test_links_of_the_class_page_open_students_pages(browser: Browser) -> None:
    browser.show(SAMPLE / "index.html")
    targets = browser.run("return [...document.querySelectorAll('a[href]')].map((a) => a.href)")
    files = {target.partition("#")[0].removeprefix("file://") for target in targets}
    missing = [name for name in files if not Path(name).is_file()]
    assert len(files) > 36
    assert missing == []
