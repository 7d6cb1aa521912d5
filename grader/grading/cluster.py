"""Workers on a cluster of Dask: the client's executor, and the course as one bundle.

The course travels to the workers, which are trusted like the coordinator; into the sandbox goes
nothing of it. Every worker seals its own kernels and says how well, before any work starts.
"""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from grader.errors import GraderError, InternalError, UsageError
from grader.grading.crew import Crew
from grader.grading.environment import describe_environment
from grader.grading.worker import Result, Setup, Task, Worker, agree, packed
from grader.model import Isolation

__all__ = ["SCHEME", "Bundle", "bundle_of", "on_cluster"]

SCHEME = "dask://"
_CONNECT_S = 20
_AHEAD = 2
_LEVELS = tuple(Isolation)
_MUST_AGREE = ("grader", "torch", "numpy", "python")
_PARTS = ("course.toml", "exercises", "reference")
_LARGEST = 256 << 20


@dataclass(frozen=True)
class Bundle:
    """A course as bytes, named by what is in it."""

    digest: str
    content: bytes


@dataclass(frozen=True)
class _Station:
    """What a worker says of itself."""

    isolation: Isolation
    reason: str
    versions: dict[str, str]
    fault: str = ""


def bundle_of(course: Path) -> Bundle:
    """Pack what workers need of a course; the same course gives the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(_files(course)):
            entry = zipfile.ZipInfo(path.relative_to(course).as_posix())
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    content = packed.getvalue()
    if len(content) > _LARGEST:
        raise UsageError(f"{course}: has more than {_LARGEST >> 20} MiB; move data out of it")
    return Bundle(sha256(content).hexdigest(), content)


def _files(course: Path) -> Iterator[Path]:
    for part in _PARTS:
        top = course / part
        for path in (top, *top.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


@contextmanager
def on_cluster(address: str, setup: Setup, jobs: int, first: Sequence[Task]) -> Iterator[Crew]:
    """Grade with the workers of a scheduler; raises UsageError where they do not fit."""
    try:
        from distributed import Client
    except ImportError:
        raise UsageError(
            "--executor dask://… needs Dask, which is not installed here: "
            "pip install 'gradient-grader[cluster]'"
        ) from None
    try:
        client = Client(f"tcp://{address.removeprefix(SCHEME)}", timeout=_CONNECT_S)
    except (OSError, ValueError) as fault:
        raise UsageError(f"--executor {address}: no scheduler answers: {fault}") from None
    with client:
        bundle = bundle_of(setup.course)
        there = replace(setup, course=Path(bundle.digest))
        client.register_plugin(_plugin(bundle))
        stations = client.run(_station, there)
        isolation, reason = _fit(address, stations, trusted=setup.trusted)
        executor = client.get_executor(pure=False)
        try:
            grade = partial(_grade, there)
            yield Crew(executor, grade, _AHEAD * len(stations), isolation, reason)
        finally:
            executor.shutdown(wait=False)  # which cancels what is still out
            client.run(_leave)
            client.unregister_worker_plugin(f"grader-{bundle.digest}")


def _fit(address: str, stations: Mapping[str, _Station], *, trusted: bool) -> tuple[Isolation, str]:
    """Return the weakest level of all workers; raises where one cannot do this work."""
    if not stations:
        raise UsageError(f"--executor {address}: the scheduler has no workers; start some")
    ours = describe_environment()
    for name, station in sorted(stations.items()):
        for what in _MUST_AGREE:
            theirs = station.versions.get(what, "none")
            if theirs != ours[what]:
                raise UsageError(
                    f"worker {name}: has {what} {theirs}, and here it is {ours[what]}: install the "
                    "same versions on every machine"
                )
        if station.fault:
            raise InternalError(f"worker {name}: {station.fault}")
    weakest = max(stations.values(), key=lambda station: _LEVELS.index(station.isolation))
    agree(weakest.isolation, weakest.reason, trusted=trusted)
    return weakest.isolation, weakest.reason


# ---------------------------------------------------------------- on a worker's machine

_bundles: dict[str, bytes] = {}
_workers: dict[Setup, Worker] = {}
_folders = ExitStack()
_making = threading.Lock()


def _plugin(bundle: Bundle) -> Any:
    """Return what brings the course to every worker, also to those that join later."""
    from distributed import WorkerPlugin

    class Course(WorkerPlugin):
        name = f"grader-{bundle.digest}"

        def setup(self, worker: object) -> None:
            keep(bundle)

    return Course()


def keep(bundle: Bundle) -> None:
    """Keep a course until it is asked for."""
    _bundles[bundle.digest] = bundle.content


def _worker(setup: Setup) -> Worker:
    """Return the worker of this process for a course, unpacked when it is needed first."""
    from grader.sandbox.temporary import owned_folder

    with _making:
        if setup not in _workers:
            content = _bundles[str(setup.course)]
            if sha256(content).hexdigest() != str(setup.course):
                raise InternalError("the course was damaged on its way")
            folder = _folders.enter_context(owned_folder())
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                archive.extractall(folder)
            _workers[setup] = Worker(replace(setup, course=folder))
        return _workers[setup]


def _station(setup: Setup) -> _Station:
    versions = describe_environment()
    try:
        level, reason = _worker(setup).open()
    except GraderError as fault:
        return _Station(Isolation.NONE, "", versions, str(fault))
    return _Station(level, reason, versions)


def _grade(setup: Setup, task: Task) -> Result:
    return packed(_worker(setup).grade(task), task.submission)


def _leave() -> None:
    """End the sandboxes and remove the courses."""
    with _making:
        for worker in _workers.values():
            worker.close()
        _workers.clear()
        _bundles.clear()
        _folders.close()
