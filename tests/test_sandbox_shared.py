"""What graders on one machine share: a warm process, and a temporary directory."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.errors import InternalError
from grader.model import Isolation, Limits
from grader.sandbox import execution, levels
from grader.sandbox.execution import execute
from grader.sandbox.kernel import Kernel
from grader.sandbox.launching import SharedZygote
from grader.sandbox.machine import Site, prepared
from grader.sandbox.opening import Sandbox
from grader.sandbox.temporary import owned_folder, sweep
from grader.sandbox.watchdog import pid_of
from tests.sandbox_room import notebook, probe, room

LIMITS = Limits(memory_mb=512)


class TestTemporaryFolders:
    """What a killed grader leaves in the temporary directory is swept by the next run."""

    def test_the_dead_are_swept_and_the_living_are_not(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        (tmp_path / "grader-of-somebody").mkdir()  # no lock in it: not ours to judge
        code = (
            "import os, sys, tempfile; tempfile.tempdir = sys.argv[1]\n"
            "from grader.sandbox.temporary import owned_folder\n"
            "with owned_folder() as folder:\n"
            "    print(folder, flush=True); sys.stdin.read(1); os.kill(os.getpid(), 9)"
        )
        command = [sys.executable, "-c", code, str(tmp_path)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as dying:
            assert dying.stdout is not None
            assert dying.stdin is not None
            theirs = Path(dying.stdout.readline().strip())
            with owned_folder() as ours:
                assert theirs.is_dir()
                dying.stdin.write("x")
                dying.stdin.flush()
                dying.wait()
                assert theirs.is_dir()
                sweep()
                assert sorted(tmp_path.iterdir()) == sorted([ours, tmp_path / "grader-of-somebody"])
        assert not ours.exists()

    def test_a_full_temporary_directory_is_told_in_one_line(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tempfile, "tempdir", "/proc/nowhere")
        with pytest.raises(InternalError, match=r"/proc/nowhere.*TMPDIR") as caught, owned_folder():
            pass
        assert "\n" not in str(caught.value)


def test_a_sandbox_that_hangs_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(levels, "_TRIAL_S", 0.2)
    hanging = levels.Setting(
        Isolation.REDUCED, (), ("sh", "-c", "sleep 60 # " + "a" * 500), {}, "/scratch", Path("/tmp")
    )
    said = levels.why_not(hanging)
    assert said == "trying it (sh) took more than 0.2 s"


@pytest.mark.sandbox
def test_kernels_of_one_warm_process_end_with_whoever_asked_for_them() -> None:
    async def both(site: Site, shared: SharedZygote) -> None:
        first = Sandbox(site.setting, "", 1, shared.attach())
        second = Sandbox(site.setting, "", 1, shared.attach())
        async with first.kernel(LIMITS) as kernel:
            assert await (await second.zygote()).running() == 1
            second.close()
            assert await (await first.zygote()).running() == 1
            third = Sandbox(site.setting, "", 1, shared.attach())
            first.close()  # as if it had died
            while await (await third.zygote()).running():
                await asyncio.sleep(0.01)
            assert kernel.lost
            run, _ = await execute(notebook("x = 1"), (probe("f"),), LIMITS, third)
            assert run.status == "completed"
            third.close()

    with prepared(None) as site:
        shared = SharedZygote(site.setting.zygote, site.setting.environment)
        try:
            shared.wait_until_ready()
            asyncio.run(both(site, shared))
        finally:
            shared.close()


@contextlib.contextmanager
def killed_from_outside(times: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Kill the first kernels half a second after they start, as a machine short of memory does."""
    honest, killed, timers = Kernel.start_kernel, list[int](), list[threading.Timer]()

    async def start(self: Kernel, **options: object) -> None:
        await honest(self, **options)
        assert self._pidfd is not None
        if len(killed) < times:
            killed.append(pid_of(self._pidfd))
            timers.append(threading.Timer(0.5, os.kill, (killed[-1], signal.SIGKILL)))
            timers[-1].start()

    monkeypatch.setattr(Kernel, "start_kernel", start)
    yield killed
    for timer in timers:
        timer.join()


@pytest.mark.sandbox
class TestDeaths:
    """Only what dies twice is the submission's doing."""

    SLOW = notebook("import time; time.sleep(1.2)\nf = lambda x: x")

    def test_a_kernel_killed_from_outside_costs_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with room(None) as den, killed_from_outside(1, monkeypatch) as killed:
            run, evidence = den.run(self.SLOW, probe("f"))
        assert len(killed) == 1
        assert (run.status, run.cells[0].status) == ("completed", "ok")
        assert evidence.replies[0].status == "answered"

    def test_a_death_that_repeats_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with room(None) as den, killed_from_outside(2, monkeypatch):
            run, evidence = den.run(self.SLOW, probe("f"))
        assert run.cells[0].status == "killed"
        assert "SIGKILL" in run.cells[0].message
        assert evidence.replies[0].status == "answered"  # the name is missing, which it says

    def test_a_machine_short_of_memory_blames_nobody(self, monkeypatch: pytest.MonkeyPatch) -> None:
        count = itertools.count()
        monkeypatch.setattr(execution, "oom_kills", lambda: next(count))
        with room(None) as den, killed_from_outside(100, monkeypatch):
            run, evidence = den.run(self.SLOW, probe("f"))
        assert run.status == "broken"
        assert "run out of memory" in run.message
        assert evidence.replies[0].status == "broken"
