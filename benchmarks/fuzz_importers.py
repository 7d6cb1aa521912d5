"""Feed importers and readers with what coverage finds new ways through them (atheris).

    .venv/bin/pip install 'gradient-grader[fuzz]'
    .venv/bin/python benchmarks/fuzz_importers.py [--seconds 60]

Says how long it ran, how many inputs it tried, and the first input that raised what is no refusal;
its exit code is 1 then. Such an input becomes a case in tests/test_imports_fuzz.py.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

with atheris.instrument_imports(include=["grader", "yaml", "zipfile"]):
    from grader.errors import GraderError
    from grader.imports.archive import entries_of
    from grader.imports.canvas import CANVAS
    from grader.imports.gradescope import GRADESCOPE
    from grader.imports.gradescope_metadata import records_in
    from grader.imports.moodle import MOODLE
    from grader.imports.nbgrader import NBGRADER
    from grader.imports.placing import place
    from grader.spreadsheets import read_sheet
    from grader.submissions.handedin import read_submission
    from grader.submissions.naming import exercise_named
    from grader.submissions.roster import read_roster

_PLATFORMS = (CANVAS, MOODLE, GRADESCOPE, NBGRADER)
_KNOWN = ("chain-rule", "hw-1")
_FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))
_SLOW = 5.0


def tried(content: bytes) -> None:
    """Send one input to the reader that its first byte chooses."""
    if not content:
        return
    kind, rest = content[0] % 7, content[1:]
    start = time.process_time()
    with contextlib.suppress(GraderError):
        _READERS[kind](rest)
    if time.process_time() - start > _SLOW:
        raise TimeoutError(f"reader {kind} took more than {_SLOW:.0f} s")


def _zip(content: bytes) -> None:
    path = _written("a.zip", content[1:])
    platform = _PLATFORMS[content[0] % 4] if content else CANVAS
    with entries_of(path, platform.whose) as entries:
        place(platform.read(entries, _KNOWN), _FOLDER / "in", _KNOWN, None)


def _names(content: bytes) -> None:
    exercise_named(content.decode("utf-8", "replace"), _KNOWN)


def _metadata(content: bytes) -> None:
    records_in("submission_1: " + content.decode("utf-8", "replace"))


def _sheet(content: bytes) -> None:
    sheet = read_sheet(_written("a.csv", content))
    if sheet.filled({}) != content:
        raise AssertionError("an unchanged sheet is written otherwise")


def _roster(content: bytes) -> None:
    read_roster(_written("roster.csv", b"student,name\n" + content))


def _notebook(content: bytes) -> None:
    read_submission(_written("a.ipynb", content), "ada-l", "chain-rule")


def _module(content: bytes) -> None:
    read_submission(_written("a.py", content), "ada-l", "chain-rule")


_READERS = (_zip, _names, _metadata, _sheet, _roster, _notebook, _module)


def _written(name: str, content: bytes) -> Path:
    path = _FOLDER / name
    path.write_bytes(content)
    return path


def _seeds(folder: Path) -> None:
    """Write one good input for each reader, from which others are made."""
    import io
    import zipfile

    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("ada_1_2_chain-rule.py", "x = 1")
    cell = '{"cell_type": "code", "source": "x = 1", "metadata": {"tags": ["a"]}, "outputs": []}'
    seeds = (
        b"\0" + archive.getvalue(),
        b"Copy of chain-rule (1)",
        b"\n  :submitters:\n  - :name: Ada\n    :sid: 's1'\n  :created_at: 2026-01-01 03:04:05 Z\n",
        b'a;"b ""c""";d\r\n1;2;3\r\n',
        b'ada,\'=1\n"b,c",x\n',
        f'{{"nbformat": 4, "nbformat_minor": 5, "metadata": {{}}, "cells": [{cell}]}}'.encode(),
        b'# %% tags=["a"]\nx = """\n# %%\n"""\n# %% [markdown]\n# text\n',
    )
    for number, seed in enumerate(seeds):
        (folder / f"seed-{number}").write_bytes(bytes([number]) + seed)


def main() -> int:
    """Run for some seconds in a child process and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    seconds = parser.parse_args().seconds
    corpus = _FOLDER / "corpus"
    corpus.mkdir()
    _seeds(corpus)
    start, number = time.monotonic(), 0

    def counted(content: bytes) -> None:
        nonlocal number
        number += 1
        try:
            tried(content)
        except Exception:
            traceback.print_exc()
            print(f"{number:,} inputs, then this one: {content[:400]!r}", flush=True)
            os._exit(1)
        if time.monotonic() - start > seconds:
            files = len(list(corpus.iterdir()))
            print(f"{number:,} inputs in {seconds} s, {files} worth keeping: no crash", flush=True)
            os._exit(0)

    atheris.Setup([sys.argv[0], str(corpus), "-max_len=4096", "-verbosity=0"], counted)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
