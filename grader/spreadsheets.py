"""Read and write CSV as learning platforms do, and keep names from becoming formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError

__all__ = ["Sheet", "plain_cell", "read_sheet", "write_rows"]

MOST_BYTES = 50 << 20
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass(frozen=True)
class Sheet:
    """A CSV file with all that is needed to write it as it was."""

    rows: tuple[tuple[str, ...], ...]
    delimiter: str
    encoding: str
    newline: str
    quoted: frozenset[tuple[int, int]] = frozenset()

    def text(self, rows: Iterable[Sequence[str]]) -> bytes:
        """Write rows in this file's delimiter, line ends and encoding."""
        return write_rows(rows, self.delimiter, self.newline).encode(self.encoding)


def read_sheet(path: Path) -> Sheet:
    """Read a CSV file; raises UsageError that names the file and what is wrong."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"{path}: has more than {MOST_BYTES >> 20} MiB")
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    encoding, text = _decoded(content)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    newline = "\r\n" if "\r\n" in text else "\n"
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        rows = tuple(tuple(row) for row in reader)
    except csv.Error as error:
        raise UsageError(f"{path}: is no CSV file: {error}") from None
    if not rows:
        raise UsageError(f"{path}: is empty")
    return Sheet(rows, delimiter, encoding, newline)


def _decoded(content: bytes) -> tuple[str, str]:
    """Decode as the byte order mark says, else as UTF-8, else as Excel on Windows writes."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16")):
        if content.startswith(mark):
            return encoding, content.decode(encoding, "replace")
    try:
        return "utf-8", content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252", content.decode("cp1252", "replace")


def write_rows(rows: Iterable[Sequence[str]], delimiter: str = ",", newline: str = "\n") -> str:
    """Write rows as CSV, quoting where it is needed."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return file.getvalue()


def plain_cell(text: str) -> str:
    """Return text that no spreadsheet takes for a formula; control characters are dropped."""
    kept = "".join(c for c in text if c >= " " or c == "\n")
    return f"'{kept}" if text.startswith(_FORMULAS) or kept.lstrip().startswith(_FORMULAS) else kept
