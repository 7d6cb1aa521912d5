"""Name files where pages are built: those beside docs/, and those whose text is shown."""

from __future__ import annotations

import re
from typing import Any

_NAMED = re.compile(r"^<!-- ([\w./-]+\.(?:py|toml|csv)) -->$", re.MULTILINE)


def on_page_markdown(markdown: str, page: Any, **_: object) -> str:
    """Turn `[words](../grader/file)` into `words (grader/file)`; pages keep their links.

    A comment that names the file in the block below it becomes a line of its own.
    """
    depth = page.file.src_uri.count("/")
    outside = re.compile(r"\[([^\]]+)\]\((?:\.\./){" + str(depth + 1) + r"}([^)]+)\)")
    return _NAMED.sub(r"`\1`:\n", outside.sub(r"\1 (`\2`)", markdown))
