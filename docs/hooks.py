"""Name files where pages are built, and give the pages a search that needs no server.

A page opened from a folder may load scripts beside it but no other file, so what is searched is a
script itself, `search-index.js`: a list of sections, each with page, address, title and text.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

_NAMED = re.compile(r"^<!-- ([\w./-]+\.(?:py|toml|csv)) -->$", re.MULTILINE)
_HEADING = re.compile(r'<h[1-4] id="([^"]+)">(.*?)</h[1-4]>', re.DOTALL)
_LINK = re.compile(r'<a class="headerlink".*?</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_sections: list[tuple[str, str, str, str]] = []


def on_pre_build(**_: object) -> None:
    """Begin with an empty index."""
    _sections.clear()


def on_page_markdown(markdown: str, page: Any, **_: object) -> str:
    """Turn `[words](../grader/file)` into `words (grader/file)`; pages keep their links.

    A comment that names the file in the block below it becomes a line of its own.
    """
    depth = page.file.src_uri.count("/")
    outside = re.compile(r"\[([^\]]+)\]\((?:\.\./){" + str(depth + 1) + r"}([^)]+)\)")
    return _NAMED.sub(r"`\1`:\n", outside.sub(r"\1 (`\2`)", markdown))


def on_page_content(content: str, page: Any, **_: object) -> None:
    """Take the sections of a page into the index."""
    parts = _HEADING.split(content)
    for anchor, title, body in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        address = f"{page.file.dest_uri}#{anchor}"
        _sections.append((str(page.title), address, _text(title), _text(body)))


def on_post_page(output: str, page: Any, **_: object) -> str:
    """Put the search on a page: a field, its results, and the two scripts."""
    base = "../" * page.file.dest_uri.count("/")
    field = (
        '<div role="search" id="docs-search" data-base="' + base + '">'
        '<input type="search" aria-label="Search these pages" placeholder="Search" '
        'autocomplete="off"><ol></ol></div>'
    )
    output = re.sub(
        r"<body[^>]*>", lambda found: found[0] + field, output, count=1, flags=re.IGNORECASE
    )
    scripts = "".join(
        f'<script src="{base}{name}"></script>' for name in ("search-index.js", "search.js")
    )
    style = f'<link rel="stylesheet" href="{base}search.css">'
    return output.replace("</head>", f"{style}</head>", 1).replace(
        "</body>", f"{scripts}</body>", 1
    )


def on_post_build(config: Any, **_: object) -> None:
    """Write the index."""
    keys = ("page", "address", "title", "text")
    entries = [dict(zip(keys, section, strict=True)) for section in _sections]
    text = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
    path = Path(config["site_dir"]) / "search-index.js"
    path.write_text(f"window.searchIndex = {text};\n", "utf-8")


def _text(part: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", _LINK.sub("", part))).split())
