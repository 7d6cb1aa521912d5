"""Have a student's file run in a warm process, within limits, as often as it changes."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from typing import Any

from grader.course.files import exercise_files
from grader.course.loading import Course, find_handout
from grader.errors import InternalError, UsageError
from grader.judging.sentences.left_behind import left_behind
from grader.model import Check, Exercise, File, Outcome, Submission
from grader.selfcheck.carrying import exercise_to
from grader.selfcheck.findings import Checked, Finding
from grader.selfcheck.reading import Place, definition_of, nothing_to_run
from grader.submissions.copying import MAX_ENTRIES
from grader.submissions.finding import find_submissions
from grader.submissions.further import NOTHING, files_beside, is_accepted
from grader.submissions.needs import needs_of

__all__ = ["Runner", "Target", "changes", "with_cause"]

WARM_UP_S = 120.0
_TRACE_TRIES = 25
_LONGEST_TRACE = 100_000
_FRAME = re.compile(r'File "([^"\n]{1,200})", line (\d{1,7})')
TRIES = 4
"""New starts after something that hangs or ends the process; each leaves that out."""


class Target:
    """The file to check and the exercise it is for; raises UsageError when that is unclear."""

    def __init__(self, path: Path, exercise: str | None, course: Path | None) -> None:
        if not path.is_file():
            raise UsageError(f"{path}: no such file; expected a notebook or a module")
        found: Course = find_handout(path, course)
        self.path = path.resolve()
        self.shown = str(path)
        (handed,) = find_submissions(path, found.exercise_ids, exercise, found.accepts, own=True)
        self.exercise: Exercise = found.load(str(handed.exercise), public=True)
        self.handed = handed
        if isinstance(handed, Submission) and any(check.cell for check in self.exercise.checks):
            from grader.submissions.placing import placed  # it imports torch

            self.handed = placed(handed, self.exercise)
        self.files = exercise_files(self.exercise)
        self._accepts = found.accepts.get(self.exercise.id, NOTHING)
        if isinstance(handed, Submission):
            self.files = tuple(files_beside(handed, self.files))

    def watched(self) -> list[Path]:
        """Return the files that a check depends on: the work first, then what lies beside it."""
        with contextlib.suppress(OSError), os.scandir(self.path.parent) as entries:
            names = sorted(
                entry.name
                for entry in islice(entries, MAX_ENTRIES)
                if entry.name != self.path.name
                and (is_accepted(entry.name, self._accepts) or entry.name in self._accepts.given)
            )
            return [self.path, *(self.path.parent / name for name in names)]
        return [self.path]


class _Child:
    """One process that is warming up or at work."""

    def __init__(self, parts: Sequence[str] = ()) -> None:
        """`parts` of `grader.inside.warmth` are imported before there is something to run."""
        self._trace = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115  # `end` closes
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-m",
                "grader.selfcheck.child",
                str(self._trace.fileno()),
                *parts,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=(self._trace.fileno(),) if os.name == "posix" else (),
            env={**os.environ, "PYTHONUTF8": "1", "OMP_NUM_THREADS": "1"},
            encoding="utf-8",
        )
        self.lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._writer: threading.Thread | None = None

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put("")

    def send(self, request: dict[str, Any]) -> None:
        """Give it its one request, without waiting until it reads: it may never start."""
        self._writer = threading.Thread(target=self._write, args=(request,), daemon=True)
        self._writer.start()

    def _write(self, request: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # reading will say so
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()

    def next(self, seconds: float) -> dict[str, Any] | None:
        """Return what it says next, None when it has ended; raises queue.Empty."""
        line = self.lines.get(timeout=seconds)
        said: dict[str, Any] | None = json.loads(line) if line else None
        return said

    def where_it_is(self, own: Collection[str]) -> Place | None:
        """Ask which line of the student's runs, without the help of what hangs there."""
        if not hasattr(signal, "SIGUSR1"):
            return None
        with contextlib.suppress(OSError):
            self.process.send_signal(signal.SIGUSR1)
        for _ in range(_TRACE_TRIES):
            time.sleep(0.02)
            self._trace.seek(0)
            for name, line in _FRAME.findall(self._trace.read(_LONGEST_TRACE)):
                if name in own:
                    return Place(name, int(line))
        return None

    def end(self) -> int:
        """Kill it if need be; return its exit status."""
        self.process.kill()
        self._reader.join()
        if self._writer is not None:
            self._writer.join()
        self._trace.close()
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()
        return self.process.wait()


class Runner:
    """Keeps one process warm, ahead of the next check, once it is asked to."""

    def __init__(self) -> None:
        self._ready: _Child | None = None

    def warm(self, target: Target | None = None) -> None:
        """Start the next process ahead of its time, and import what the file names."""
        if self._ready is None:
            handed = target.handed if target is not None else None
            named = needs_of([handed]).parts if isinstance(handed, Submission) else ()
            self._ready = _Child(named)

    def close(self) -> None:
        """End what is running."""
        if self._ready is not None:
            self._ready.end()

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def check(self, target: Target) -> Checked:
        """Run the file once and try every check."""
        began = time.perf_counter()
        trial = _Trial(target)
        if isinstance(target.handed, Submission):
            read = nothing_to_run(target.exercise, target.handed)
            if read is not None:
                trial.take(*read)
                return replace(trial.checked(), seconds=time.perf_counter() - began)
            for _ in range(TRIES):
                child, self._ready = self._ready or _Child(), None
                with _folder_with(target.files) as folder:
                    if trial.use(child, target.handed, folder):
                        break
        return replace(trial.checked(), seconds=time.perf_counter() - began)


class _Trial:
    """What is known of one run over its processes."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.skip: list[str] = []
        self.blamed: list[Finding] = []
        self.troubles: list[Finding] = []
        self.findings: dict[str, Finding] = {}

    def take(self, findings: Sequence[Finding], troubles: Sequence[Finding]) -> None:
        """Take what reading alone has found."""
        self.findings = {found.check: found for found in findings}
        self.troubles = list(troubles)

    def use(self, child: _Child, handed: Submission, folder: Path) -> bool:
        """Let one process do what is left; returns whether everything is done."""
        self.troubles = list(self.blamed)
        target = self.target
        child.send(
            {
                "path": str(target.path),
                "folder": str(folder),
                "kind": handed.kind,
                "cells": [asdict(cell) for cell in handed.cells],
                "exercise": exercise_to(target.exercise),
                "skip": [*self.skip, *(f"check {name}" for name in self.findings)],
            }
        )
        doing, seconds = "", WARM_UP_S
        try:
            while (said := child.next(seconds)) is not None:
                if "begins" in said:
                    doing, seconds = said["begins"], self._limit(said["begins"])
                elif self._note(said):
                    return True
        except queue.Empty:
            at = child.where_it_is(self.own_names())
            self._blame(doing, Outcome.TIMEOUT, f"took more than {seconds:g} s", at)
        else:
            self._blame(doing, Outcome.KILLED, "ended the process")
        finally:
            child.end()
        return False

    def _limit(self, doing: str) -> float:
        limits = self.target.exercise.limits
        return limits.cell_s if doing.startswith("cell") else limits.probe_s

    def _note(self, said: dict[str, Any]) -> bool:
        """Note what the process said; returns whether it was the last."""
        if "trouble" in said:
            assert isinstance(self.target.handed, Submission)
            why = left_behind(said["trouble"], self.target.handed)
            sentences = (said["trouble"], why) if why else (said["trouble"],)
            found = Finding("", said["place"], "", Outcome.ERROR, sentences)
            self.troubles.append(replace(found, place=said["place"], line=said["line"]))
        elif "finding" in said:
            assert isinstance(self.target.handed, Submission)
            found = Finding.from_json(said["finding"])
            check = next(c for c in self.target.exercise.checks if c.id == found.check)
            self.findings[found.check] = with_cause(found, check, self.target.handed)
        return "done" in said

    def own_names(self) -> set[str]:
        """Return the names under which tracebacks show the student's own code."""
        handed = self.target.handed
        cells = handed.cells if isinstance(handed, Submission) else ()
        return {self.target.path.name, *(self._place(cell.index) for cell in cells)}

    def _blame(self, doing: str, outcome: Outcome, said: str, at: Place | None = None) -> None:
        if not doing:
            raise InternalError(f"the process that runs your file did not start: it {said}")
        self.skip.append(doing)
        kind, _, name = doing.partition(" ")
        if kind == "cell":
            place = self._place(int(name))
            where = f"{said}, at line {at.line}" if at else said
            found = Finding("", place, "", outcome, (f"{where}.",), place=at.name if at else place)
            self.blamed.append(replace(found, line=at.line if at else 0))
            return
        check = next(check for check in self.target.exercise.checks if check.id == name)
        shown = check.call or check.cell or check.id
        found = Finding(name, shown, check.title, outcome, (f"`{shown}` {said}.",))
        if at is not None:
            sentence = f"`{shown}` {said}; then line {at.line} of {at.name} ran."
            found = replace(found, said=(sentence,), place=at.name, line=at.line)
        self.findings[name] = found

    def _in_source(self, check: Check) -> Finding | None:
        handed = self.target.handed
        assert isinstance(handed, Submission)
        from grader.selfcheck.without_running import found_in_source  # it imports torch

        return found_in_source(check, self.target.exercise, handed, self.findings)

    def _place(self, index: int) -> str:
        return f"cell {index + 1}" if self.target.path.suffix == ".ipynb" else self.target.path.name

    def checked(self) -> Checked:
        """Return everything that was found, in the order of the exercise."""
        target = self.target
        if not isinstance(target.handed, Submission):
            reason = target.handed.reason
            unread = Finding("", target.path.name, "", Outcome.ERROR, (reason,))
            return Checked(target.exercise.id, target.exercise.title, target.shown, (), (unread,))
        left = "Not tried: too much of the file hangs or ends the process."
        found = tuple(
            self.findings.get(check.id)
            or self._in_source(check)
            or Finding(check.id, check.call or check.id, check.title, Outcome.SKIPPED, (left,))
            for check in target.exercise.checks
        )
        exercise = target.exercise
        placed_ = tuple(_at_its_definition(each, target.handed) for each in found)
        return Checked(
            exercise.id,
            exercise.title,
            target.shown,
            placed_,
            tuple(self.troubles),
            remarks=target.handed.remarks,
        )


def _at_its_definition(found: Finding, handed: Submission) -> Finding:
    """Say of what is wrong or not written yet where it is defined, as far as it is."""
    if found.line or not (found.wrong or found.outcome is Outcome.MISSING):
        return found
    at = definition_of(found.name, handed)
    return found if at is None else replace(found, place=at.name, line=at.line)


def with_cause(found: Finding, check: Check, handed: Submission) -> Finding:
    """Say of a cell that leaves no answer why, as grading says it."""
    if check.cell is None or found.outcome is not Outcome.MISSING:
        return found
    from grader.judging.absent_cells import of_lost_cell, without_answer  # they import torch
    from grader.submissions.placing import last_with

    if last_with(handed.cells, check.cell) is not None:
        return replace(found, said=(without_answer(check, handed),))
    verdict = of_lost_cell(check, handed)
    missing = verdict.outcome is Outcome.MISSING
    return replace(found, outcome=Outcome.MISSING if missing else None, said=(verdict.feedback,))


@contextlib.contextmanager
def _folder_with(files: Sequence[File]) -> Iterator[Path]:
    """Make a folder as the sandbox has one: the work finds there what it finds when graded."""
    with tempfile.TemporaryDirectory(prefix="grader-check-") as folder:
        for file in files:
            path = Path(folder, file.name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
            path.chmod(0o444)
        yield Path(folder)


def changes(files: Callable[[], Sequence[Path]], every: float = 0.3) -> Iterator[None]:
    """Yield once now, and again whenever the first of the files was saved, or any was changed."""
    seen: object = None
    while True:
        own, *others = map(_state, files())
        if own is not None and (own, others) != seen:  # editors replace a file: wait for it
            seen = own, others
            yield
        time.sleep(every)


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
