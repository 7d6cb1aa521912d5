"""Make the pictures of pages: four before and after, for docs/changed-pages.md; two for README.

    python benchmarks/picture_pages.py             all pictures, into docs
    python benchmarks/picture_pages.py --out DIR   elsewhere

On the left is the page that lay in `reports/sample` before the redesign, read from Git. On the
right is the same work, rendered now. It needs Chromium and its driver; look at what it made.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.chromium import Browser, opened  # noqa: E402
from tests.sample_report import kept_sample, write_pages  # noqa: E402

DOCS = ROOT / "docs"
BEFORE = "c74ba8b"
"""The last commit before causes came first on a student's page."""
PAGES = {
    "student": "linear-regression/carl-g/report.html",
    "all-right": "linear-regression/ada-l/report.html",
    "not-graded": "linear-regression/john-n/report.html",
    "class": "index.html",
}
README = {"student-report": PAGES["student"], "class-report": PAGES["class"]}
SIZES = {1280: 800, 400: 1100}
"""How high a window of a width is: a laptop's screen, and what a phone shows after one swipe."""
THEMES = ("light", "dark")
GAP = 12
COLOURS = 160
"""Enough for text, lines and a few tints; more makes files large and nothing clearer."""


def main() -> int:
    """Make every picture; returns 0."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=DOCS, help="where pictures go")
    out = parser.parse_args().out
    (out / "pictures").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, opened() as browser:
        before, after = Path(folder, "before"), Path(folder, "after")
        _write_earlier(before)
        write_pages(after, kept_sample())
        for (name, page), width, theme in product(PAGES.items(), SIZES, THEMES):
            shots = [_shot(browser, side / page, width, theme) for side in (before, after)]
            _save(_side_by_side(*shots), out / "pictures" / f"{name}-{width}-{theme}.png")
        for name, page in README.items():
            _save(_shot(browser, after / page, 1280, "light"), out / f"{name}.png")
    return 0


def _write_earlier(folder: Path) -> None:
    for page in PAGES.values():
        (folder / page).parent.mkdir(parents=True, exist_ok=True)
        command = ["git", "-C", str(ROOT), "show", f"{BEFORE}:reports/sample/{page}"]
        (folder / page).write_bytes(subprocess.run(command, check=True, capture_output=True).stdout)


def _shot(browser: Browser, page: Path, width: int, theme: str) -> Image.Image:
    browser.show(page, width, theme, SIZES[width])
    return Image.open(io.BytesIO(browser.picture())).convert("RGB")


def _side_by_side(left: Image.Image, right: Image.Image) -> Image.Image:
    both = Image.new("RGB", (left.width + GAP + right.width, left.height), "grey")
    both.paste(left, (0, 0))
    both.paste(right, (left.width + GAP, 0))
    return both


def _save(picture: Image.Image, path: Path) -> None:
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path}  {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    sys.exit(main())
