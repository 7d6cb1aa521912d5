"""What belongs to others: their processes, and what is written about files, cannot be touched.

Where student code is another user than the grader, the operating system refuses most of this
anyway. So a run by root does it all once more as an ordinary user, as whom code runs that has
the grader's own number.
"""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.model import CellRun, Isolation
from tests.ordinary_user import as_an_ordinary_user
from tests.sandbox_room import Room, notebook, room, texts
from tests.system_calls import CALLS, number_of

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

CONTENT = "a file of the user who grades"

PRELUDE = """
import ctypes, errno, fcntl, os, socket, struct, mmap
import inside.wire
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p

def call(number, *arguments):
    plain = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    done = libc.syscall(ctypes.c_long(number), *plain)
    if done < 0: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return done

def everybody():
    '''The grader, a process of its user, and at `reduced` the warm process.'''
    return [pid for pid in (GRADER, VICTIM, os.getppid()) if pid]

def at_everybody(do):
    '''Raise only when not one attempt got through.'''
    last = None
    for pid in everybody():
        try: do(pid)
        except OSError as error: last = error
        else: return
    raise last

def told(signal):
    return struct.pack('iii', signal, 0, -1) + bytes(116)

SHOWN = inside.wire.__file__
shown = os.open(SHOWN, os.O_RDONLY)
path = os.open(SHOWN, os.O_PATH)
"""

PROCESSES = {
    "limits": "{prlimit64}, pid, 0, bytes(16), 0",
    "limits read": "{prlimit64}, pid, 7, 0, bytes(16)",
    "priority": "{setpriority}, 0, pid, 19",
    "priority of a group": "{setpriority}, 1, pid, 19",
    "priority read": "{getpriority}, 0, pid",
    "processors": "{sched_setaffinity}, pid, 8, struct.pack('Q', 1)",
    "processors read": "{sched_getaffinity}, pid, 128, bytes(128)",
    "scheduler": "{sched_setscheduler}, pid, 5, bytes(4)",
    "parameter": "{sched_setparam}, pid, bytes(4)",
    "attributes": "{sched_setattr}, pid, struct.pack('IIQiI3Q', 48, 5, 0, 0, 0, 0, 0, 0), 0",
    "input and output": "{ioprio_set}, 1, pid, 3 << 13",
    "input and output read": "{ioprio_get}, 1, pid",
    "group read": "{getpgid}, pid",
    "session read": "{getsid}, pid",
    "pages to another node": "{migrate_pages}, pid, 64, bytes(8), bytes(8)",
    "pages looked for": "{move_pages}, pid, 0, 0, 0, 0, 0",
    "compared": "{kcmp}, pid, os.getpid(), 1, 0, 0",
    "traced": "{ptrace}, 16, pid, 0, 0",
    "seized": "{ptrace}, 0x4206, pid, 0, 0",
    "memory read": "{process_vm_readv}, pid, 0, 0, 0, 0, 0",
    "its list of locks": "{get_robust_list}, pid, bytes(8), bytes(8)",
    "watched": "{perf_event_open}, bytes(128), pid, -1, -1, 0",
    "a signal that is queued": "{rt_sigqueueinfo}, pid, 10, told(10)",
    "a signal to a thread": "{tkill}, pid, 0",
    "a signal to a thread of a group": "{tgkill}, pid, pid, 0",
    "a signal to a thread that is queued": "{rt_tgsigqueueinfo}, pid, pid, 10, told(10)",
    "scheduled together": "{prctl}, 62, 2, pid, 0, 0",
    "allowed to trace this one": "{prctl}, 0x59616D61, pid, 0, 0, 0",
}
"""Arguments of a system call on the process `pid`."""

CELLS = {
    "priority of a user": "call({setpriority}, 2, os.getuid(), 19)",
    "priority of the own user": "call({setpriority}, 2, 0, 19)",
    "input and output of a user": "call({ioprio_set}, 3, os.getuid(), 3 << 13)",
    "a descriptor of a process": (
        "at_everybody(lambda pid: call({pidfd_send_signal}, call({pidfd_open}, pid, 0), 0, 0, 0))"
    ),
    "a descriptor of a descriptor": (
        "at_everybody(lambda pid: call({pidfd_getfd}, call({pidfd_open}, pid, 0), 0, 0))"
    ),
    "advice on memory": (
        "at_everybody(lambda pid: call({process_madvise}, call({pidfd_open}, pid, 0), "
        "struct.pack('QQ', 0, 0), 1, 20, 0))"
    ),
    "memory given back": (
        "at_everybody(lambda pid: call({process_mrelease}, call({pidfd_open}, pid, 0), 0))"
    ),
    "signals by way of a descriptor": (
        "r, w = os.pipe()\nat_everybody(lambda pid: fcntl.fcntl(r, fcntl.F_SETOWN, pid))"
    ),
    "another signal by way of a descriptor": ("r, w = os.pipe()\nfcntl.fcntl(r, 10, 9)"),
    "signals by way of a structure": (
        "r, w = os.pipe()\n"
        "at_everybody(lambda pid: call({fcntl}, r, 15, struct.pack('ii', 1, pid)))"
    ),
    "signals by way of a device": (
        "r, w = os.pipe()\n"
        "at_everybody(lambda pid: call({ioctl}, r, 0x8901, struct.pack('i', pid)))"
    ),
    "a child of the parent": (
        "assert os.getppid()\nif call({clone}, 0x8000 | 17, 0, 0, 0, 0) == 0: os._exit(0)"
    ),
    "hidden from who watches": "call({prctl}, 4, 0, 0, 0, 0)",
    "not ended with the parent": "call({prctl}, 1, 0, 0, 0, 0)",
    # ------------------------------------------------------------ files
    "owner": "os.chown({file}, os.getuid(), os.getgid())",
    "owner of what may be read": "os.fchown(shown, os.getuid(), os.getgid())",
    "attribute": "os.setxattr({file}, 'user.x', b'x')",
    "attribute of what may be read": "os.setxattr(shown, 'user.x', b'x')",
    "attributes read": "os.listxattr({file})",
    "attribute, the new way": (
        "call({setxattrat}, -100, {file}.encode(), 0, b'user.x', bytes(16), 16)"
    ),
    "attributes of a file system": "call({file_setattr}, -100, SHOWN.encode(), bytes(24), 24, 0)",
    "flags": "call({ioctl}, shown, 0x40086602, struct.pack('l', 0x80))",
    "a lease to read": "fcntl.fcntl(shown, fcntl.F_SETLEASE, fcntl.F_RDLCK)",
    "a lease to write": "fcntl.fcntl(shown, fcntl.F_SETLEASE, fcntl.F_WRLCK)",
    "told of changes": "fcntl.fcntl(os.open(os.path.dirname(SHOWN), 0), fcntl.F_NOTIFY, 0x3f)",
    "watched for changes": "call({inotify_init1}, 0)",
    "watched by everybody": "call({fanotify_init}, 0, 0)",
    "emptied": "os.truncate({file}, 0)",
    "emptied by opening": "os.open({file}, os.O_RDONLY | os.O_TRUNC)",
    "emptied by opening what may be read": "os.open(SHOWN, os.O_RDONLY | os.O_TRUNC)",
    "a second name": "os.link({file}, 'linked')",
    "a second name for what may be read": "os.link(SHOWN, 'linked')",
    "renamed": "os.rename({file}, 'renamed')",
    "replaced": "open('own', 'w').close(); os.rename('own', {file})",
    "removed": "os.unlink({file})",
    "a handle": "call({name_to_handle_at}, -100, {file}.encode(), bytes(136), bytes(4), 0)",
    "out of everybody's memory": (
        "size = 4096\nat = libc.mmap(None, size, 1, 2, shown, 0)\ncall({madvise}, at, size, 21)"
    ),
    "quota": "call({quotactl}, 0x800002 << 8, 0, 0, 0)",
    "written to disk, with all others": "call({syncfs}, shown)",
    "a datagram to the machine": (
        "a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)\na.sendto(b'x', {socket})"
    ),
    "connected by a pair": (
        "a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)\na.connect({socket})"
    ),
}

WITHOUT_EFFECT = {
    "mode": "os.chmod({file}, 0o777)",
    "mode of a folder": "os.chmod(os.path.dirname({file}), 0o777)",
    "mode of what may be read": "os.fchmod(shown, 0o777)",
    "mode by a path": "os.chmod(SHOWN, 0o777)",
    "mode by a descriptor of a path": "os.chmod(f'/proc/self/fd/{{path}}', 0o777)",
    "mode, the new way": "call({fchmodat2}, path, b'', 0o777, 0x1000)",
    "time": "os.utime({file}, (1, 1))",
    "time of what may be read": "os.utime(shown, (1, 1))",
    "time by a path": "os.utime(SHOWN, (1, 1))",
}
"""At `reduced` they seem to work, so that copying and unpacking do."""


@dataclass(frozen=True)
class Others:
    """What student code must not touch."""

    file: Path
    socket: Path
    victim: int

    def state(self) -> dict[str, object]:
        """Return all that the attacks would change."""
        found: dict[str, object] = {}
        for file in (self.file, self.file.parent):
            about = file.lstat()
            found[str(file)] = about.st_mode, about.st_nlink, about.st_size, about.st_mtime_ns
            found[f"{file} attributes"] = os.listxattr(file), about.st_ctime_ns
        for pid in (self.victim, os.getpid()):
            found[f"{pid}"] = (
                [resource.prlimit(pid, limit) for limit in range(16)],
                os.getpriority(os.PRIO_PROCESS, pid),
                os.sched_getaffinity(pid),
                os.sched_getscheduler(pid),
                Path(f"/proc/{pid}/stat").read_text().split()[2] in "tT",
            )
        return found


@pytest.fixture(scope="module")
def others() -> Iterator[Others]:
    with tempfile.TemporaryDirectory() as folder:
        # Everybody may go in: what is refused is refused by the sandbox.
        Path(folder).chmod(0o755)
        yield from _others(Path(folder))


def _others(folder: Path) -> Iterator[Others]:
    file = folder / "home"
    file.write_text(CONTENT)
    victim = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"])
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(folder / "s"))
        (folder / "s").chmod(0o777)
        listener.setblocking(False)
        found = Others(file, folder / "s", victim.pid)
        yield found
        with pytest.raises(BlockingIOError):
            listener.recv(1)
    assert victim.poll() is None
    victim.kill()
    victim.wait()


@dataclass(frozen=True)
class Tried:
    """All attacks in one notebook, and what others looked like before and after."""

    cells: dict[str, CellRun]
    before: dict[str, object]
    after: dict[str, object]
    isolation: Isolation


def attacks(others: Others) -> dict[str, str]:
    """Return every attack that this architecture has, as a cell."""
    cells = {
        f"process: {what}": f"at_everybody(lambda pid: call({arguments}))"
        for what, arguments in PROCESSES.items()
    }
    cells |= {f"cell: {what}": source for what, source in CELLS.items()}
    cells |= {f"pretended: {what}": source for what, source in WITHOUT_EFFECT.items()}
    missing = [f"{{{name}}}" for name in CALLS if number_of(name) is None]
    numbers = {name: number_of(name) for name in CALLS}
    places = {"file": repr(str(others.file)), "socket": repr(str(others.socket))}
    return {
        what: source.format(**numbers, **places)
        for what, source in cells.items()
        if not any(name in source for name in missing)
    }


@pytest.fixture(scope="module", params=[Isolation.FULL, Isolation.REDUCED])
def den(request: pytest.FixtureRequest) -> Iterator[Room]:
    with room(request.param) as opened:
        yield opened


@pytest.fixture(scope="module")
def tried(den: Room, others: Others) -> Tried:
    cells = attacks(others)
    prelude = f"GRADER, VICTIM = {os.getpid()}, {others.victim}\n{PRELUDE}"
    before = others.state()
    run, _ = den.run(notebook(prelude, *cells.values()))
    after = others.state()
    assert run.cells[0].status == "ok", run.cells[0]
    return Tried(dict(zip(cells, run.cells[1:], strict=True)), before, after, den.sandbox.isolation)


def test_every_attempt_is_refused(tried: Tried) -> None:
    through = {
        what: f"{cell.status} {cell.message}"
        for what, cell in tried.cells.items()
        if not what.startswith("pretended") and not _is_refused(cell)
    }
    assert through == {}


def _is_refused(cell: CellRun) -> bool:
    """A refusal is an error of the operating system: any other would prove nothing."""
    kinds = ("PermissionError", "OSError", "ProcessLookupError", "FileNotFoundError",
             "AssertionError")  # fmt: skip
    return cell.status == "error" and cell.message.startswith(kinds)


def test_what_seems_to_work_at_reduced_has_no_effect(tried: Tried) -> None:
    seen = {what: cell for what, cell in tried.cells.items() if what.startswith("pretended")}
    assert seen
    for what, cell in seen.items():
        expected = "ok" if tried.isolation is Isolation.REDUCED else "error"
        assert cell.status == expected, (what, cell.message)


def test_nothing_of_others_is_changed(tried: Tried, others: Others) -> None:
    assert tried.after == tried.before
    assert others.file.read_text() == CONTENT


def test_only_that_a_file_is_there_can_be_learned(den: Room, others: Others) -> None:
    """At `reduced`: that a path exists, and what `stat` says. Neither content nor names."""
    folder = str(others.file.parent)
    run, _ = den.run(
        notebook(
            f"import os\nprint('size', os.stat({str(others.file)!r}).st_size)",
            f"open({str(others.file)!r})",
            f"import os; os.listdir({folder!r})",
            f"import os; os.getxattr({str(others.file)!r}, 'user.x')",
        )
    )
    stat, *more = run.cells
    if den.sandbox.isolation is Isolation.REDUCED:
        assert stat.status == "ok"
        assert f"size {len(CONTENT)}" in texts(run)
    else:
        assert stat.status == "error"
    assert [cell.status for cell in more] == ["error"] * 3


def test_the_grader_opens_what_student_code_has_open(den: Room) -> None:
    """Locks on files that may be read hold up nobody: nothing of the grader locks them."""
    run, _ = den.run(
        notebook(
            "import fcntl, inside.wire\nf = open(inside.wire.__file__)\n"
            "fcntl.flock(f, fcntl.LOCK_EX)\nprint('locked')"
        )
    )
    assert run.cells[0].status == "ok"


@pytest.mark.skipif(os.geteuid() != 0, reason="the same again needs root")
def test_all_of_this_holds_for_an_ordinary_user() -> None:
    done = as_an_ordinary_user(__file__, "-k", "not an_ordinary_user")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    assert " passed" in done.stdout
