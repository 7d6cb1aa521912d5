"""Read and write CSV as learning platforms do, and keep names from becoming formulas.

A file that is filled in stays byte for byte as it was but for the cells that are filled: the
place of every cell is kept, and new text is put there.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError

__all__ = ["Sheet", "plain_cell", "read_sheet", "value_of_cell", "write_rows"]

MOST_BYTES = 50 << 20
MOST_CELLS = 2_000_000
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_DELIMITERS = ",;\t"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True)
class Sheet:
    """A CSV file with all that is needed to write it as it was."""

    rows: tuple[tuple[str, ...], ...]
    delimiter: str
    encoding: str
    newline: str
    source: str
    places: tuple[tuple[tuple[int, int], ...], ...]
    """Where each cell begins and ends in `source`, its quotes included."""
    mark: bytes = b""

    def filled(self, cells: Mapping[tuple[int, int], str]) -> bytes:
        """Return the file with these cells, by row and column; everything else as it was."""
        changes: list[tuple[int, int, str]] = []
        for (row, column), text in sorted(cells.items()):
            places = self.places[row]
            missing = column - len(places) + 1
            if missing > 0:
                end = places[-1][1] if places else 0
                changes.append((end, end, self.delimiter * missing + self._written(text)))
            elif self.rows[row][column] != text:
                changes.append((*places[column], self._written(text)))
        parts: list[str] = []
        position = 0
        for start, end, text in sorted(changes):
            parts += [self.source[position:start], text]
            position = end
        content = "".join([*parts, self.source[position:]])
        return self.mark + content.encode(self.encoding, "surrogateescape")

    def _written(self, text: str) -> str:
        """Write one cell; what this file's encoding lacks becomes a question mark."""
        fit = text.encode(self.encoding, "replace").decode(self.encoding)
        # Whoever reads the file takes either character for the end of a row, so both get quotes.
        return write_rows([[fit, ""]], self.delimiter, "\r\n").removesuffix(f"{self.delimiter}\r\n")


def read_sheet(path: Path) -> Sheet:
    """Read a CSV file; raises UsageError that names the file and what is wrong."""
    try:
        if not path.is_file():
            raise UsageError(f"{path}: no such file")
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"{path}: has more than {MOST_BYTES >> 20} MiB")
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    try:
        mark, encoding, text = _decoded(content)
    except UnicodeDecodeError:
        raise UsageError(f"{path}: is damaged UTF-16; save it as CSV (UTF-8)") from None
    if "\0" in text:
        raise UsageError(f"{path}: is no CSV file: it has NUL bytes; save it as CSV (UTF-8)")
    delimiter = _delimiter(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    rows, places = [], []
    try:
        for row, where in _scanned(text, delimiter):
            rows.append(row)
            places.append(where)
    except ValueError as error:
        raise UsageError(f"{path}: is no CSV file: {error}") from None
    if not any(any(row) for row in rows):
        raise UsageError(f"{path}: is empty")
    return Sheet(tuple(rows), delimiter, encoding, newline, text, tuple(places), mark)


def _decoded(content: bytes) -> tuple[bytes, str, str]:
    """Decode as the byte order mark says, else as UTF-8, else as Excel on Windows writes.

    Bytes that are none of the encoding's survive, so that they can be written as they were; in
    UTF-16 they cannot, and UnicodeDecodeError says so.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            errors = "surrogateescape" if encoding == "utf-8" else "strict"
            return mark, encoding, content[len(mark) :].decode(encoding, errors)
    try:
        return b"", "utf-8", content.decode("utf-8")
    except UnicodeDecodeError:
        return b"", "cp1252", content.decode("cp1252", "surrogateescape")


def _delimiter(text: str) -> str:
    """Return what stands most often outside quotes in the first line."""
    first = re.sub(r'"[^"]*"', "", text[:100_000]).lstrip("\r\n").partition("\n")[0]
    return max(_DELIMITERS, key=first.count)


def _scanned(
    text: str, delimiter: str
) -> Iterator[tuple[tuple[str, ...], tuple[tuple[int, int], ...]]]:
    """Yield each row's cells and their places, as `csv` reads them; ValueError where it is none."""
    cell = re.compile(
        rf'"((?:[^"]|"")*+)"(?={delimiter}|\r|\n|\Z)|([^"{delimiter}\r\n][^{delimiter}\r\n]*+|)'
    )
    position, cells = 0, 0
    row: list[str] = []
    where: list[tuple[int, int]] = []
    while True:
        found = cell.match(text, position)
        if found is None or (found.end() == position and text[position : position + 1] == '"'):
            raise ValueError(
                f"line {text.count(chr(10), 0, position) + 1}: the quotes of a cell do not match"
            )
        cells += 1
        if cells > MOST_CELLS:
            raise ValueError(f"it has more than {MOST_CELLS:,} cells")
        row.append(found[2] if found[1] is None else found[1].replace('""', '"'))
        where.append(found.span())
        position = found.end()
        if text.startswith(delimiter, position):
            position += len(delimiter)
            continue
        ended = position >= len(text)
        blank = len(where) == 1 and where[0][0] == where[0][1]
        if not (ended and blank):
            yield (() if blank else tuple(row)), (() if blank else tuple(where))
        if ended:
            return
        position += 2 if text.startswith("\r\n", position) else 1
        row, where = [], []


def write_rows(rows: Iterable[Sequence[str]], delimiter: str = ",", newline: str = "\n") -> str:
    """Write rows as CSV, quoting where it is needed."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return file.getvalue()


def plain_cell(text: str) -> str:
    """Return text that no spreadsheet takes for a formula; control characters are dropped.

    `value_of_cell` gives the text back: one that has such an apostrophe itself gets another.
    """
    kept = "".join(c for c in text if c >= " " or c == "\n")
    return f"'{kept}" if _needs_apostrophe(text) or _needs_apostrophe(kept) else kept


def value_of_cell(cell: str) -> str:
    """Return what `plain_cell` was given: without the apostrophe before a formula."""
    return cell[1:] if cell[:1] == "'" and _needs_apostrophe(cell[1:]) else cell


def _needs_apostrophe(text: str) -> bool:
    return text.startswith(_FORMULAS) or text.lstrip().lstrip("'").lstrip().startswith(_FORMULAS)
