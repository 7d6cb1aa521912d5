"""Whose pages an output folder holds: of one gradebook, and a gradebook shows in one folder."""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import tempfile
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

from grader.errors import UsageError
from grader.outdir import write_whole
from grader.scores.gradebook import FILE, Gradebook, gradebook_url

__all__ = ["check_writable", "claim", "is_shown_in"]

_log = logging.getLogger(__name__)
_MARK = ".gradebook.json"
_ROOM = 2**20
"""Bytes that have to be free before a run begins: an empty gradebook and a page or two."""


@dataclass(frozen=True)
class _Mark:
    """What the folder says of itself."""

    gradebook: str
    folder: str


def check_writable(out: Path) -> None:
    """Make sure that the output folder can be written before anything runs.

    Raises UsageError where it cannot, or where the disk is full, and leaves nothing behind.
    """
    made = [folder for folder in (out, *out.parents) if not folder.exists()]
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=out, prefix=".try-") as file:
            file.write(b"\0" * _ROOM)
            file.flush()
            os.fsync(file.fileno())
    except OSError as fault:
        for folder in made:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise UsageError(f"--out {out}: {_why(out, fault)}") from None


def claim(out: Path, gradebook: Gradebook) -> None:
    """Let the gradebook's pages be written into `out`.

    Raises UsageError where another gradebook's pages are there already. Where the pages were
    written into another folder until now, that is said, and all of them are due here.
    """
    mark = _read(out)
    publication = gradebook.publication
    own, known = publication.identity(), publication.folder()
    if mark is None and (out / FILE).is_file() and not _is_own_file(out, gradebook):
        raise UsageError(
            f"{out}: holds a gradebook of its own, {FILE}, and --gradebook names another; "
            "choose another --out, or leave out --gradebook"
        )
    if mark is not None and mark.gradebook != own:
        raise UsageError(
            f"{out}: shows the scores of another gradebook; name that one with --gradebook, or "
            "another folder with --out"
        )
    if known is not None and mark is not None and mark.folder == known[0]:
        return
    if known is not None:
        _log.warning("%s", _moved(out, known[1]))
    if known is not None or not (out / "scores.json").is_file():
        publication.forget()
    mark = mark or _Mark(own, uuid.uuid4().hex)
    try:
        write_whole(out / _MARK, json.dumps(asdict(mark)) + "\n")
    except OSError as fault:
        raise UsageError(f"--out {out}: {_why(out, fault)}") from None
    publication.shown_in(mark.folder, str(out.resolve()))


def is_shown_in(out: Path, gradebook: Gradebook) -> bool:
    """Whether this folder is the one with the gradebook's pages."""
    mark, known = _read(out), gradebook.publication.folder()
    return mark is not None and known is not None and mark.folder == known[0]


def _moved(out: Path, place: str) -> str:
    if place == str(out.resolve()):
        return f"{out}: the pages that were here are gone; all of them are written again"
    return f"{out}: the pages were in {place} until now; all of them are written here, not there"


def _is_own_file(out: Path, gradebook: Gradebook) -> bool:
    url = gradebook.url
    if url == gradebook_url(out):
        return True
    name = url.removeprefix("sqlite:///")
    return name != url and Path(name).resolve() == (out / FILE).resolve()


def _read(out: Path) -> _Mark | None:
    try:
        return _Mark(**json.loads((out / _MARK).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _why(out: Path, fault: OSError) -> str:
    """Say what is wrong with a folder that cannot be written."""
    for folder in (out, *out.parents):
        if folder.exists() and not folder.is_dir():
            return f"{folder} is a file where a folder is needed; move it away"
    if fault.errno == errno.ENOSPC:
        return "cannot be written: the disk is full; free some space, or choose another folder"
    return f"cannot be written: {fault.strerror or fault}"
