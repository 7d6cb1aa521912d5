"""Read one handed-in file: bytes within bounds, text in its own encoding, code cells.

File and folder names are the student's to choose, so they are made fit to be shown here too.
"""

from __future__ import annotations

import codecs
import errno
import hashlib
import io
import os
import re
import stat
import tokenize
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from grader.errors import SubmissionError
from grader.model import Submission, Unreadable
from grader.submissions.asides import asides_of
from grader.submissions.cells import module_cells, notebook_cells
from grader.submissions.otter import without_otter
from grader.submissions.prose import prose_of_module, prose_of_notebook

__all__ = ["MAX_BYTES", "bounded_bytes", "handle", "is_plain_name", "read_submission", "shown"]

MAX_BYTES = 10 * 1024 * 1024
"""A notebook with its figures has hundreds of kilobytes; nothing larger is read."""

# Encodings of text files. Python knows others that take quadratic time or hide code.
_TEXT_ENCODINGS = re.compile(
    r"(utf-8|utf-8-sig|ascii|iso8859|cp\d|koi8|mac-|gb|big5|euc_|shift_jis|johab|tis-620)"
)
# UTF-32 first: its mark begins with that of UTF-16.
_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WHY_UNREADABLE = {
    errno.ELOOP: "is a symbolic link; hand in the file itself",
    errno.EACCES: "cannot be read: permission denied",
    errno.ENXIO: "is not a regular file",
    errno.ENOENT: "is not there any more",
}


def read_submission(
    path: Path, student: str, exercise: str, remarks: Sequence[str] = ()
) -> Submission | Unreadable:
    """Read the file at `path` as `student`'s submission; what is wrong with it is data."""
    sha256 = None
    try:
        content = bounded_bytes(path)
        sha256 = hashlib.sha256(content).hexdigest()
        if not content.strip():
            raise SubmissionError("is empty")
        content, recoded = _as_utf8(content)
        if path.suffix.lower() == ".ipynb":
            text = _notebook_text(content)
            cells, notes = notebook_cells(text)
            cells, passed_over = without_otter(cells)
            all_remarks = (*remarks, *recoded, *notes, *passed_over)
            prose, asides = prose_of_notebook(text), asides_of(text)
            return Submission(
                student,
                exercise,
                path,
                "notebook",
                sha256,
                cells,
                all_remarks,
                prose=prose,
                asides=asides,
            )
        text = _module_text(content)
        cells = module_cells(text)
        all_remarks = (*remarks, *recoded)
        prose = prose_of_module(text)
        return Submission(
            student, exercise, path, "module", sha256, cells, all_remarks, prose=prose
        )
    except SubmissionError as error:
        return Unreadable(student, exercise, path, f"{shown(path.name)} {error}", sha256)


def bounded_bytes(path: Path, most: int = MAX_BYTES) -> bytes:
    """Return the content of a regular file, never following a link nor waiting for a pipe.

    Raises SubmissionError that says why it cannot be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise SubmissionError("is not a regular file")
            if status.st_size > most:
                raise SubmissionError(
                    f"has {_size(status.st_size)}; at most {_size(most)} are read"
                )
            content = file.read(most + 1)
    except OSError as error:
        reason = _WHY_UNREADABLE.get(error.errno or 0, f"cannot be read: {error.strerror}")
        raise SubmissionError(reason) from None
    if len(content) > most:  # it grew while it was read
        raise SubmissionError(f"has more than {_size(most)}")
    return content


def _size(count: int) -> str:
    return f"{count / 2**20:,.0f} MiB" if count >= 1 << 20 else f"{count / 2**10:,.0f} KiB"


def _as_utf8(content: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Write a file in UTF-16 or UTF-32 as UTF-8, with a remark; others are returned as they are.

    Some editors on Windows save so. Python cannot run such a file, but what it says is clear.
    """
    found = next((name for mark, name in _WIDE_MARKS if content.startswith(mark)), None)
    marked = found is not None
    found = found or _unmarked_utf16(content)
    if found is None:
        return content, ()
    try:
        text = content.decode(found)
    except UnicodeDecodeError as error:
        raise SubmissionError(
            f"is saved as {_spoken(found)} and damaged at byte {error.start}; save it as UTF-8"
        ) from None
    mark = "" if marked else ", without the mark that says so"
    remark = f"The file is saved as {_spoken(found)}{mark}. Python reads UTF-8: save it as UTF-8."
    return text.removeprefix("\ufeff").encode("utf-8", "replace"), (remark,)


def _unmarked_utf16(content: bytes) -> str | None:
    """Tell UTF-16 by its zeros: in plain code every second byte is one."""
    start = content[:400]
    odd, even = start[1::2], start[::2]
    if len(start) >= 8 and odd.count(0) > 0.9 * len(odd) and 0 not in even:
        return "utf-16-le"
    if len(start) >= 8 and even.count(0) > 0.9 * len(even) and 0 not in odd:
        return "utf-16-be"
    return None


def _spoken(encoding: str) -> str:
    return encoding[:6].upper()


def _notebook_text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SubmissionError(f"is not a notebook: byte {error.start} is not UTF-8") from None


def _module_text(content: bytes) -> str:
    """Decode as Python does (PEP 263), with every line ending written as a line feed."""
    encoding = _declared_encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise SubmissionError(
            f"line {line} is not {encoding}; save the file as UTF-8, "
            "or name its encoding in the first line: # -*- coding: latin-1 -*-"
        ) from None
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _declared_encoding(content: bytes) -> str:
    first_lines = b"\n".join(content[:2_000].splitlines()[:2])
    try:
        declared, _ = tokenize.detect_encoding(io.BytesIO(first_lines + b"\n").readline)
        encoding = codecs.lookup(declared).name
    except (SyntaxError, LookupError, ValueError) as error:
        if "unknown encoding" in str(error):
            raise SubmissionError("names an encoding that Python does not know") from None
        encoding = "utf-8"  # decoding says which line is not
    if not _TEXT_ENCODINGS.match(encoding):
        raise SubmissionError(f"names the encoding {encoding}; save the file as UTF-8")
    return encoding


# ---------------------------------------------------------------- names


def is_plain_name(name: str) -> bool:
    """Tell whether a folder of this name can be made and shown anywhere."""
    return name.isprintable() and name == name.strip() and 0 < len(os.fsencode(name)) <= 120


def handle(name: str) -> str:
    """Return `name` where it is plain, else a plain name that stands for it and no other.

    One name in two of Unicode's forms, as macOS and others write it, is one handle.
    """
    name = unicodedata.normalize("NFC", name)
    if is_plain_name(name):
        return name
    digest = hashlib.sha256(os.fsencode(name)).hexdigest()[:8]
    start = re.sub(r"[^\w.-]+", "_", name)[:24].encode("ascii", "replace").decode()
    return f"{start.replace('?', '_')}-{digest}"


def shown(name: str) -> str:
    """Return a file name fit for a terminal and a page: one line, no control characters."""
    text = "".join(c if c.isprintable() else "\ufffd" for c in name)
    return text if len(text) <= 80 else f"{text[:60]}…{text[-15:]}"
