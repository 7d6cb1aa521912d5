"""A real browser: Chromium and its driver from the system, driven by Selenium."""

from __future__ import annotations

import base64
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["Browser", "NoBrowser", "opened"]

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars",
)  # fmt: skip


class NoBrowser(Exception):
    """Chromium, its driver or Selenium is not on this machine."""


class Browser:
    """One Chromium that shows files, and remembers what they asked for and complained about."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def show(self, page: Path, width: int = 1280, theme: str = "light", height: int = 900) -> None:
        """Open a page at a width and in a theme."""
        self.prepare(width, theme, height)
        self.driver.get(page.resolve().as_uri())

    def prepare(self, width: int, theme: str, height: int = 900) -> None:
        """Take on a width and a theme, and forget what was said and asked for before."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        theme_feature = {"name": "prefers-color-scheme", "value": theme}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [theme_feature]})
        self.driver.get("about:blank")
        self.complaints()
        self.requests()

    def run(self, script: str) -> Any:
        """Run a script in the page, outside its security policy."""
        return self.driver.execute_script(script)

    def complaints(self) -> list[str]:
        """Return what the console says since last asked."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def picture(self) -> bytes:
        """Return what the window shows, as a PNG."""
        taken = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
        return base64.b64decode(taken["data"])

    def requests(self) -> list[str]:
        """Return the addresses asked for since last asked, inline ones left out."""
        messages = [
            json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")
        ]
        asked = [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]
        return [url for url in asked if not url.startswith("data:")]

    def violations(self, axe: str) -> list[str]:
        """Return what axe-core finds wrong with the page."""
        self.driver.execute_script(axe)
        found = self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "axe.run({resultTypes: ['violations']}).then((all) => done(all.violations));"
        )
        return [
            f"{rule['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
            for rule in found
            for node in rule["nodes"]
        ]


@contextmanager
def opened() -> Iterator[Browser]:
    """Start Chromium with a profile of its own, and end it afterwards."""
    try:
        from selenium import webdriver
    except ImportError as error:
        raise NoBrowser("needs selenium") from error
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    server = shutil.which("chromedriver")
    if chromium is None or server is None:
        raise NoBrowser("needs chromium and chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    # Chromium may still write to its profile while it ends.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(server))
        driver.set_script_timeout(60)
        try:
            yield Browser(driver)
        finally:
            driver.quit()
