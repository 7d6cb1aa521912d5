"""Feed one function with bytes that coverage finds new ways with (atheris), for some seconds.

The first input that raises ends the run with exit code 1, and so does one that takes too long.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

import atheris

__all__ = ["FOLDER", "Reader", "fuzz"]

FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))
"""Where readers may write."""
Reader = Callable[[bytes], object]
_SLOW = 5.0
"""Seconds of CPU that one input may cost."""


def fuzz(readers: Sequence[Reader], seeds: Sequence[bytes], about: str | None) -> None:
    """Run every reader on what its good input, of the same place in `seeds`, is changed to.

    The first byte of an input chooses the reader.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--seconds", type=int, default=60)
    seconds = parser.parse_args().seconds
    corpus = FOLDER / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number}").write_bytes(bytes([number]) + seed)
    start, tried = time.monotonic(), 0

    def one(content: bytes) -> None:
        nonlocal tried
        tried += 1
        try:
            _try(readers, content)
        except Exception:
            traceback.print_exc()
            _end(f"{tried:,} inputs, then this one: {content[:400]!r}", 1)
        if time.monotonic() - start > seconds:
            kept = len(list(corpus.iterdir()))
            _end(f"{tried:,} inputs in {seconds} s, {kept} worth keeping: no crash", 0)

    atheris.Setup([sys.argv[0], str(corpus), "-max_len=4096", "-verbosity=0"], one)
    atheris.Fuzz()


def _end(said: str, code: int) -> NoReturn:
    """Leave at once: the fuzzer knows no other way out."""
    print(said, flush=True)
    shutil.rmtree(FOLDER, ignore_errors=True)
    os._exit(code)


def _try(readers: Sequence[Reader], content: bytes) -> None:
    if not content:
        return
    reader = readers[content[0] % len(readers)]
    start = time.process_time()
    reader(content[1:])
    if time.process_time() - start > _SLOW:
        raise TimeoutError(f"{reader.__name__} took more than {_SLOW:.0f} s")
