"""Feed importers and readers with what coverage finds new ways through them (atheris).

    .venv/bin/pip install 'gradient-grader[fuzz]'
    .venv/bin/python benchmarks/fuzz_importers.py [--seconds 60]

Says how long it ran, how many inputs it tried, and the first input that raised what is no refusal;
its exit code is 1 then. Such an input becomes a case in tests/test_imports_fuzz.py.
"""

from __future__ import annotations

import contextlib
import io
import sys
import zipfile
from pathlib import Path

import atheris
from fuzzing import FOLDER, Reader, fuzz

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
    from grader.submissions.naming import exercise_named
    from grader.submissions.reading import read_submission
    from grader.submissions.roster import read_roster

_PLATFORMS = (CANVAS, MOODLE, GRADESCOPE, NBGRADER)
_KNOWN = ("chain-rule", "hw-1")


def _zip(content: bytes) -> None:
    path = _written("a.zip", content[1:])
    platform = _PLATFORMS[content[0] % 4] if content else CANVAS
    with entries_of(path, platform.whose) as entries:
        place(platform.read(entries, _KNOWN), FOLDER / "in", _KNOWN, None)


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


def _written(name: str, content: bytes) -> Path:
    path = FOLDER / name
    path.write_bytes(content)
    return path


def _refusing(reader: Reader) -> Reader:
    """Return the reader with its refusals taken for answers."""

    def read(content: bytes) -> None:
        with contextlib.suppress(GraderError):
            reader(content)

    return read


def _good_inputs() -> tuple[bytes, ...]:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("ada_1_2_chain-rule.py", "x = 1")
    cell = '{"cell_type": "code", "source": "x = 1", "metadata": {"tags": ["a"]}, "outputs": []}'
    return (
        b"\0" + archive.getvalue(),
        b"Copy of chain-rule (1)",
        b"\n  :submitters:\n  - :name: Ada\n    :sid: 's1'\n  :created_at: 2026-01-01 03:04:05 Z\n",
        b'a;"b ""c""";d\r\n1;2;3\r\n',
        b'ada,\'=1\n"b,c",x\n',
        f'{{"nbformat": 4, "nbformat_minor": 5, "metadata": {{}}, "cells": [{cell}]}}'.encode(),
        b'# %% tags=["a"]\nx = """\n# %%\n"""\n# %% [markdown]\n# text\n',
    )


_READERS = (_zip, _names, _metadata, _sheet, _roster, _notebook, _module)

if __name__ == "__main__":
    fuzz([_refusing(reader) for reader in _READERS], _good_inputs(), __doc__)
