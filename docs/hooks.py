"""Show files beside docs/ by name where pages are built: they are not among the pages."""

from __future__ import annotations

import re
from typing import Any


def on_page_markdown(markdown: str, page: Any, **_: object) -> str:
    """Turn `[words](../grader/file)` into `words (grader/file)`; pages keep their links."""
    depth = page.file.src_uri.count("/")
    outside = re.compile(r"\[([^\]]+)\]\((?:\.\./){" + str(depth + 1) + r"}([^)]+)\)")
    return outside.sub(r"\1 (`\2`)", markdown)
