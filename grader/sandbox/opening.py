"""Open a sandbox: choose a level of isolation, start the warm process, close it again."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from grader.errors import InternalError
from grader.model import Isolation, Limits
from grader.sandbox import bubblewrap
from grader.sandbox.kernel import Kernel
from grader.sandbox.layout import student_environment
from grader.sandbox.zygote import Zygote

__all__ = ["Sandbox", "open_sandbox"]

_MAIN = (
    "import sys; sys.path.insert(0, {!r}); from inside.zygote import main; main(int(sys.argv[1]))"
)


class Sandbox:
    """A place where kernels run, at most `jobs` at a time."""

    def __init__(
        self, isolation: Isolation, reason: str, zygote: Zygote, scratch: str, host: Path | None
    ) -> None:
        self.isolation = isolation
        self.reason = reason
        """Why it is this level and no higher one."""
        self._zygote = zygote
        self._scratch = scratch
        self._host = host
        self._slots: asyncio.Semaphore

    def limit(self, jobs: int) -> None:
        """Let at most `jobs` kernels run at a time."""
        self._slots = asyncio.Semaphore(jobs)

    @contextlib.asynccontextmanager
    async def kernel(self, limits: Limits) -> AsyncIterator[Kernel]:
        """Give a fresh kernel; it is gone, with all it started, when the block ends."""
        async with self._slots:
            kernel = Kernel(self._zygote, limits, self._scratch, self._host)
            try:
                await kernel.start_kernel()
                kernel.client().start_channels()
                yield kernel
            finally:
                await kernel.cleanup_resources()


@contextlib.asynccontextmanager
async def open_sandbox(
    wanted: Isolation | None, jobs: int, hidden: Sequence[Path] = ()
) -> AsyncIterator[Sandbox]:
    """Open the best sandbox this machine offers, or exactly the level that is wanted.

    `hidden` are folders to keep out of it beside those that are never in it. Raises
    InternalError when the wanted level cannot be had: a seal is never silently weaker.
    """
    obstacle = bubblewrap.why_not()
    isolation = wanted or (Isolation.NONE if obstacle else Isolation.FULL)
    if isolation is not Isolation.NONE and obstacle:
        raise InternalError(f"isolation {isolation} cannot be had: {obstacle}")
    with tempfile.TemporaryDirectory(prefix="grader-", ignore_cleanup_errors=True) as folder:
        stage = Path(folder)
        stage.chmod(0o755)
        package = Path(__file__).parents[1] / "inside"
        shutil.copytree(package, stage / "inside", ignore=shutil.ignore_patterns("__pycache__"))
        if isolation is Isolation.NONE:
            sandbox = _open_process(stage, obstacle or "it was asked for")
        else:
            sandbox = _open_bubblewrap(stage, hidden)
        sandbox.limit(jobs)
        try:
            await sandbox._zygote.start()
            yield sandbox
        finally:
            sandbox._zygote.close()


def _open_bubblewrap(stage: Path, hidden: Sequence[Path]) -> Sandbox:
    program = [sys.executable, "-s", "-P", "-B", "-c", _MAIN.format(bubblewrap.INSIDE)]
    layout = student_environment(hidden)
    command = bubblewrap.command(layout, stage, program)
    zygote = Zygote(command, _environment(bubblewrap.SCRATCH))
    return Sandbox(Isolation.FULL, "the best level", zygote, bubblewrap.SCRATCH, None)


def _open_process(stage: Path, reason: str) -> Sandbox:
    scratch = stage / "scratch"
    scratch.mkdir()
    scratch.chmod(0o1777)
    program = [sys.executable, "-s", "-P", "-B", "-c", _MAIN.format(str(stage))]
    zygote = Zygote(program, _environment(str(scratch)))
    return Sandbox(Isolation.NONE, reason, zygote, str(scratch), scratch)


def _environment(scratch: str) -> dict[str, str]:
    """Return the whole environment of the warm process: nothing of the grader's own."""
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": scratch,
        "TMPDIR": scratch,
        "IPYTHONDIR": f"{scratch}/.ipython",
        "MPLCONFIGDIR": f"{scratch}/.matplotlib",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "USER": "student",
    }
