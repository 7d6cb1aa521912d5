"""The sandbox itself: what is in it, which level it is, and that nothing outlives it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.errors import InternalError
from grader.inside import landlock
from grader.model import Isolation, Limits
from grader.sandbox import bubblewrap, layout, levels, open_sandbox, opening
from grader.sandbox.execution import execute
from grader.sandbox.layout import Layout, student_environment
from grader.sandbox.watchdog import free_memory, size_of, use_of
from tests.sandbox_room import Room, module, notebook, probe, room, texts

# ---------------------------------------------------------------- what is in it


@pytest.mark.parametrize("name", ["grader", "reference", "exercises", "tests", ".git"])
def test_nothing_of_the_project_is_in_it(name: str) -> None:
    # The student environment itself may lie in the project: `.venv`.
    project = Path(__file__).resolve().parents[1]
    seen = student_environment([project / "reference"])
    above = {project / name, *(project / name).parents}
    assert not above & set(seen.shown) or above & set(seen.covered)
    assert not [path for path in seen.shown if project / name in path.parents]


def test_copies_among_installed_packages_are_covered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = tmp_path / "site-packages"
    for name in ("grader", "reference", "torch"):
        (packages / name).mkdir(parents=True)
    monkeypatch.setattr(layout, "_packages", lambda: {packages})
    seen = student_environment()
    assert packages in seen.shown
    assert {path for path in seen.covered if packages in path.parents} == {
        packages / "grader",
        packages / "reference",
    }


def test_a_folder_with_a_cover_is_opened_entry_by_entry(tmp_path: Path) -> None:
    for name in ("a", "grader", "b"):
        (tmp_path / name).mkdir()
    seen = Layout(shown=(tmp_path,), covered=(tmp_path / "grader",))
    assert seen.readable() == {
        str(tmp_path): "list",
        str(tmp_path / "a"): "read",
        str(tmp_path / "b"): "read",
    }


def test_what_is_hidden_is_covered_where_it_would_be_seen(tmp_path: Path) -> None:
    hidden = Path(sys.prefix) / "pyvenv.cfg"
    assert hidden in student_environment([hidden]).covered
    assert tmp_path not in student_environment([tmp_path]).covered


def test_steps_of_the_file_system_go_from_parents_to_what_lies_in_them() -> None:
    seen = Layout(shown=(Path("/opt/venv"), Path("/tmp/venv")), covered=(Path("/opt/venv/grader"),))
    command = bubblewrap.command(seen, Path("/stage"), ["true"])
    places = [command.index(path) for path in ("/opt", "/opt/venv", "/opt/venv/grader")]
    assert places == sorted(places)
    assert "--symlink" not in command[command.index("/tmp") - 2 : command.index("/tmp")]


# ---------------------------------------------------------------- which level it is


def setting(level: Isolation, trial: list[str]) -> levels.Setting:
    return levels.Setting(level, (), tuple(trial), {}, "/scratch", None)


FAILS = [sys.executable, "-c", "import sys; sys.exit('no such thing here')"]
WORKS = [sys.executable, "-c", ""]


@pytest.mark.parametrize(
    ("wanted", "trials", "level", "reason"),
    [
        (None, (WORKS, WORKS), Isolation.FULL, "everything asked for works"),
        (None, (FAILS, WORKS), Isolation.REDUCED, "no such thing here"),
        (None, (FAILS, FAILS), Isolation.NONE, "no such thing here"),
        (Isolation.FULL, (FAILS, WORKS), None, "full isolation cannot be had"),
        (Isolation.REDUCED, (WORKS, FAILS), None, "reduced isolation cannot be had"),
        (Isolation.REDUCED, (WORKS, WORKS), Isolation.REDUCED, ""),
        (Isolation.NONE, (WORKS, WORKS), Isolation.NONE, ""),
    ],
)
def test_the_first_level_that_works_is_chosen_and_a_wanted_one_is_never_weaker(
    wanted: Isolation | None,
    trials: tuple[list[str], list[str]],
    level: Isolation | None,
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bubblewrap, "why_not", lambda: None)
    settings = [
        setting(Isolation.FULL, trials[0]),
        setting(Isolation.REDUCED, trials[1]),
        setting(Isolation.NONE, []),
    ]
    chosen, why = levels.choose(wanted, settings)
    assert (chosen and chosen.level) == level
    assert reason in why


def test_without_bubblewrap_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: None)
    assert "apt install bubblewrap" in (levels.why_not(setting(Isolation.FULL, WORKS)) or "")


def test_other_systems_are_told_what_they_lack(monkeypatch: pytest.MonkeyPatch) -> None:
    async def open_it() -> None:
        async with open_sandbox(None, 1):
            pass

    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(InternalError, match=r"darwin.*Linux"):
        asyncio.run(open_it())


@pytest.mark.skipif(landlock.abi() == 0, reason="no Landlock here")
@pytest.mark.parametrize("version", range(1, landlock.abi() + 1))
def test_every_version_of_landlock_up_to_the_own_one_can_be_asked_for(version: int) -> None:
    pid = os.fork()
    if pid == 0:
        try:
            landlock.restrict({"/usr": landlock.READ}, version)
            Path("/etc/hostname").read_text()
        except PermissionError:
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


# ---------------------------------------------------------------- watching


def test_a_process_tree_is_measured_as_a_whole() -> None:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        held = bytes(range(256)) * (1 << 17)
        os.write(writer, b"x")
        signal.pause()
        os._exit(len(held))
    os.read(reader, 1)
    try:
        use = use_of(os.getpid())
        assert pid in use.pids
        assert use.memory > use_of(pid).memory > 1 << 25
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(reader)
        os.close(writer)
    assert use_of(pid).memory == 0
    assert free_memory() > 1 << 20


def test_a_folder_is_measured_without_following_links(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(1 << 16))
    (tmp_path / "link").symlink_to("/usr")
    files, size = size_of(tmp_path)
    assert files == 1
    assert 1 << 16 <= size < 1 << 18


# ---------------------------------------------------------------- kernels


@pytest.fixture(scope="module", params=list(Isolation))
def den(request: pytest.FixtureRequest) -> Iterator[Room]:
    with room(request.param) as opened:
        yield opened


def running(word: str) -> list[str]:
    """Return the processes of this machine that have a word on their command line."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if word.encode() in (entry / "cmdline").read_bytes().split(b"\0"):
                found.append(entry.name)
    return found


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.sandbox
class TestKernels:
    def test_the_level_is_in_the_record(self, den: Room) -> None:
        run, _ = den.run(notebook("x = 1"))
        assert run.isolation is den.sandbox.isolation
        assert run.status == "completed"
        assert run.phases.keys() == {"start", "cells", "probes"}
        assert run.cpu_s > 0
        assert run.max_rss_mb > 50

    def test_nobody_runs_as_root(self, den: Room) -> None:
        run, _ = den.run(notebook("import os; print('uid', os.getuid() or 'root')"))
        assert "uid root" not in texts(run)

    @pytest.mark.parametrize("threads", [1, 2])
    def test_student_code_has_the_threads_that_the_exercise_says(
        self, den: Room, threads: int
    ) -> None:
        asked = "import torch, os\n(torch.get_num_threads(), os.environ['OMP_NUM_THREADS'])"
        run, _ = den.run(notebook(asked), limits=Limits(threads=threads))
        assert f"({threads}, '{threads}')" in texts(run)

    def test_everybody_starts_from_the_same_random_state(self, den: Room) -> None:
        job = notebook(
            "import torch, random, numpy\n"
            "print(torch.rand(1), random.random(), numpy.random.rand(), hash('x'))"
        )
        assert texts(den.run(job)[0]) == texts(den.run(job)[0])

    def test_subprocesses_and_threads_of_honest_code_run(self, den: Room) -> None:
        run, _ = den.run(
            notebook(
                "import subprocess; print(subprocess.check_output(['echo', 'out']))",
                "import threading\nt = threading.Thread(target=print, args=('thread',))\n"
                "t.start(); t.join()",
                "import tempfile; print(tempfile.NamedTemporaryFile().name != '')",
                "import os\nif os.fork() == 0: print('from a fork'); os._exit(0)\nos.wait()",
            ),
        )
        assert [cell.message for cell in run.cells] == [""] * 4, texts(run)
        assert "thread" in texts(run)

    def test_worker_processes_of_honest_code_run(self, den: Room) -> None:
        """But not at `reduced`: their semaphores live in /dev/shm, which all would share."""
        run, _ = den.run(
            notebook(
                "import multiprocessing as m\n"
                "with m.get_context('fork').Pool(2) as pool: print(pool.map(abs, [-1, -2]))",
                "import torch\nfrom torch.utils.data import DataLoader\n"
                "print([b.tolist() for b in DataLoader(torch.arange(4), num_workers=1)])",
            ),
            limits=Limits(cell_s=30.0),
        )
        refused = den.sandbox.isolation is Isolation.REDUCED
        expected = "PermissionError: [Errno 13] Permission denied" if refused else ""
        assert [cell.message for cell in run.cells] == [expected] * 2, texts(run)

    def test_nothing_is_left_behind(self, den: Room) -> None:
        mark = f"600.{os.getpid()}"
        job = notebook(
            "import os\nfor _ in range(3):\n    if os.fork() == 0:\n        os.setsid()\n"
            f"        if os.fork() == 0: os.execv('/bin/sleep', ['sleep', '{mark}'])\n"
            "        os._exit(0)\nimport time; time.sleep(0.2)"
        )
        den.run(job)
        before = descriptors()
        for _ in range(5):
            run, _ = den.run(job)
            assert run.cells[0].status == "ok", run.cells
            den.run(module("def f(x): return x"), probe("f"))
        assert running(mark) == []
        assert descriptors() == before

    def test_nbclient_drives_it_unmodified(self, den: Room) -> None:
        import nbformat
        from nbclient import NotebookClient

        from grader.sandbox.kernel import Kernel

        async def drive() -> object:
            book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("6 * 7")])
            kernel = Kernel(await den.sandbox.zygote(), Limits(), den.sandbox._setting)
            client = NotebookClient(book, km=kernel)
            client.owns_km = True
            await client.async_execute()
            return book.cells[0].outputs[0].data

        assert den._runner.run(drive()) == {"text/plain": "42"}

    def test_when_the_warm_process_is_lost_nobody_pays(self, den: Room) -> None:
        """The submission that it takes down runs again; so does the warm process."""

        async def lose_it() -> object:
            job = notebook("import time; time.sleep(0.5)", "def f(x): return x")
            grading = asyncio.ensure_future(
                execute(job, [probe("f")], Limits(), den.sandbox),
            )
            await asyncio.sleep(0.3)
            zygote = await den.sandbox.zygote()
            assert zygote._process is not None
            zygote._process.kill()
            return await grading

        run, evidence = den._runner.run(lose_it())  # type: ignore[misc]
        assert run.status == "completed", run.message
        assert evidence.replies[0].status == "answered"

    def test_what_cannot_be_started_is_broken_and_costs_nothing(
        self, den: Room, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def refuse() -> object:
            raise InternalError("no such sandbox")

        monkeypatch.setattr(den.sandbox, "zygote", refuse)
        run, evidence = den.run(notebook("x = 1"), probe("f"))
        assert run.status == "broken"
        assert "no such sandbox" in run.message
        assert [reply.status for reply in evidence.replies] == ["broken"]

    def test_a_seal_that_cannot_be_applied_is_broken_never_weaker(
        self, den: Room, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        nowhere = replace(den.sandbox._setting, scratch="/nowhere", host_scratch=Path("/nowhere"))
        monkeypatch.setattr(den.sandbox, "_setting", nowhere)
        run, evidence = den.run(notebook("x = 1"), probe("f"))
        assert run.status == "broken"
        assert "/nowhere" in run.message
        assert evidence.replies[0].status == "broken"

    def test_another_kernel_waits_for_memory_while_one_runs(
        self, den: Room, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        jobs = [(notebook("import time; time.sleep(0.3)"), probe("f"))] * 2
        monkeypatch.setattr(opening, "free_memory", lambda: 0)
        began = time.perf_counter()
        seen = den.side_by_side(*jobs)
        assert time.perf_counter() - began > 0.6
        assert [run.status for run, _ in seen] == ["completed", "completed"]


GRADER = """
import asyncio, sys
from grader.sandbox.execution import execute
from grader.model import Isolation, Limits
from grader.sandbox import open_sandbox
from tests.sandbox_room import notebook

async def main():
    async with open_sandbox(Isolation(sys.argv[1]), 1) as sandbox:
        await execute(notebook(sys.argv[2]), (), Limits(cell_s=100), sandbox)

asyncio.run(main())
"""


@pytest.mark.sandbox
@pytest.mark.slow
@pytest.mark.parametrize("level", list(Isolation))
def test_nothing_outlives_a_grader_that_is_killed(level: Isolation) -> None:
    mark = f"700.{os.getpid()}"
    job = (
        "import os\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: "
        f"os.execv('/bin/sleep', ['sleep', '{mark}'])\nimport time\ntime.sleep(99)"
    )
    command = [sys.executable, "-c", GRADER, level, job]
    with subprocess.Popen(command, cwd=Path(__file__).parents[1]) as grader:
        wait_until(lambda: running(mark) or grader.poll() is not None)
        lives = running(mark)
        grader.kill()
    if grader.returncode == 1:
        pytest.skip(f"{level} isolation cannot be had")
    assert lives
    wait_until(lambda: not running(mark), seconds=5)
    assert running(mark) == []


def wait_until(there: Callable[[], object], seconds: float = 100.0) -> None:
    end = time.monotonic() + seconds
    while not there() and time.monotonic() < end:
        time.sleep(0.1)


@pytest.mark.sandbox
@pytest.mark.slow
def test_the_doctor_stops_every_attack_it_tries() -> None:
    from grader.sandbox.doctor import examine

    findings = examine()
    attacks = [finding for finding in findings if finding.what.startswith("attack")]
    assert len(attacks) > 10
    sandbox = next(finding for finding in findings if finding.what == "sandbox")
    if not sandbox.ok:
        pytest.skip(sandbox.detail)
    assert [finding for finding in attacks if not finding.ok] == []
    assert findings[-1].ok, findings[-1]
