"""Hostile submissions, each tried for real: no effect beyond their own score."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from grader.judging import judge
from grader.model import Evidence, Isolation, Run, Submission
from tests.sandbox_room import LIMITS, Room, notebook, probe, room, texts
from tests.system_calls import number_of

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

SECRET = "the-answer-that-nobody-may-see"
PROJECT = Path(__file__).parents[1]
HONEST = notebook(
    "import torch\ntorch.manual_seed(1)\nnoise = torch.randn(3)",
    "def f(x):\n    return (x * noise).sum() + hash('text') % 7",
    "print(noise)\nimport json, random; print(json.dumps([random.random()]))",
)


@dataclass(frozen=True)
class Bait:
    """Things on the host that an attacker would like to reach."""

    folder: Path
    victim: subprocess.Popen[bytes]
    port: int
    unix: Path

    @property
    def file(self) -> Path:
        return self.folder / "gradebook.sqlite"


@pytest.fixture(scope="module")
def bait(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bait]:
    folder = tmp_path_factory.mktemp("host")
    folder.chmod(0o777)
    (folder / "gradebook.sqlite").write_text(SECRET)
    (folder / "gradebook.sqlite").chmod(0o666)
    code = "import time; time.sleep(600)"
    environment = {"TOKEN": SECRET}
    victim = subprocess.Popen([sys.executable, "-S", "-c", code], env=environment)
    with contextlib.ExitStack() as stack:
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        unix = stack.enter_context(socket.socket(socket.AF_UNIX))
        unix.bind(str(folder / "s"))
        unix.listen()
        abstract = stack.enter_context(socket.socket(socket.AF_UNIX))
        abstract.bind("\0grader-test")
        abstract.listen()
        yield Bait(folder, victim, tcp.getsockname()[1], folder / "s")
        for listener in (tcp, unix, abstract):
            listener.setblocking(False)
            with pytest.raises(BlockingIOError):
                listener.accept()
    assert victim.poll() is None
    victim.kill()
    victim.wait()
    assert (folder / "gradebook.sqlite").read_text() == SECRET


@pytest.fixture(scope="module", params=[Isolation.FULL, Isolation.REDUCED])
def den(request: pytest.FixtureRequest) -> Iterator[Room]:
    os.environ["GRADER_TEST_TOKEN"] = SECRET
    try:
        with room(request.param) as opened:
            yield opened
    finally:
        del os.environ["GRADER_TEST_TOKEN"]


@pytest.fixture(scope="module")
def before(den: Room) -> tuple[object, ...]:
    return honest(den)


def honest(den: Room) -> tuple[object, ...]:
    """Return all that grading sees of an honest submission."""
    return seen_of(*den.run(HONEST, probe("f")))


def seen_of(run: Run, evidence: Evidence) -> tuple[object, ...]:
    cells = [(cell.status, cell.message) for cell in run.cells]
    return run.status, cells, texts(run), [reply.frame for reply in evidence.replies]


# ---------------------------------------------------------------- what must simply be refused

LIBC = "import ctypes, os; libc = ctypes.CDLL(None, use_errno=True)\n"


def system_call(name: str, *arguments: str) -> str:
    """Return a cell that fails when the system call does."""
    call = f"libc.syscall({', '.join([str(number_of(name)), *arguments])})"
    return f"{LIBC}assert {call} >= 0, os.strerror(ctypes.get_errno())"


REFUSED = {
    "read a file of the host": "open({bait.file!s}).read()",
    "read the reference": "open({reference!s}).read()",
    "read the grader": "open({grader!s}).read()",
    "import the grader": "import grader.judging.judge",
    "read what lies in the home folder": "open({home!s}).read()",
    "list the root folder of another process": "import os; os.listdir('/proc/{pid}/root/')",
    "read the shadow file": "open('/etc/shadow').read()",
    "read the environment of another process": "open('/proc/{victim}/environ').read()",
    "read the memory of another process": "open('/proc/{victim}/mem', 'rb').read(1)",
    "read the environment of the grader": "open('/proc/{pid}/environ').read()",
    "list the descriptors of the parent": (
        "import os; assert os.getppid(); os.listdir(f'/proc/{{os.getppid()}}/fd')"
    ),
    "find a secret in the environment": "import os; os.environ['GRADER_TEST_TOKEN']",
    "write to a file of the host": "open({bait.file!s}, 'a').write('x')",
    "write to the root folder": "open('/planted', 'w')",
    "write to the packages": "import torch; open(torch.__file__, 'a')",
    "plant a package": (
        "import torch, pathlib\n"
        "pathlib.Path(torch.__file__).parents[1].joinpath('planted.py').write_text('')"
    ),
    "write to the code inside": "import inside.probes as p; open(p.__file__, 'a')",
    "write to /usr": "open('/usr/planted', 'w')",
    "write to /var/tmp": "open('/var/tmp/planted', 'w')",
    "change a setting of the machine": "open('/proc/sys/kernel/hostname', 'w').write('x')",
    "connect to a port": "import socket; socket.create_connection(('127.0.0.1', {port}), 1)",
    "connect to the internet": "import socket; socket.create_connection(('1.1.1.1', 53), 1)",
    "listen on a port": "import socket; socket.create_server(('127.0.0.1', 0))",
    "send a datagram": (
        "import socket\n"
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'', ('1.1.1.1', 9))"
    ),
    "any family of sockets": (
        "import socket\n"
        "for family in range(2, 46):\n"
        "    for kind in (1, 2, 3, 5):\n"
        "        try: socket.socket(family, kind)\n"
        "        except OSError: continue\n"
        "        open('opened', 'w').write(str(family)); break\n"
        "import os; assert os.path.exists('opened')"
    ),
    "a unix socket of the host": (
        "import socket; socket.socket(socket.AF_UNIX).connect({bait.unix!s})"
    ),
    "an abstract socket of the host": (
        "import socket; socket.socket(socket.AF_UNIX).connect(chr(0) + 'grader-test')"
    ),
    "signal another process": "import os; os.kill({victim}, 15)",
    "signal the grader": "import os; os.kill({pid}, 15)",
    "signal the parent": "import os; assert os.getppid(); os.kill(os.getppid(), 9)",
    "a pidfd of another process": "import os; os.pidfd_open({victim}); os.kill({victim}, 0)",
    "attach to another process": system_call("ptrace", "16", "{victim}", "0", "0"),
    "be traced": system_call("ptrace", "0", "0", "0", "0"),
    "read memory across processes": system_call(
        "process_vm_readv", "{victim}", "0", "0", "0", "0", "0"
    ),
    "a descriptor of another process": system_call("pidfd_getfd", "3", "0", "0"),
    "a new user namespace": system_call("unshare", "0x10000000"),
    "a new namespace by clone3": system_call("clone3", "0", "0"),
    "mount": system_call("mount", "b'none'", "b'.'", "b'tmpfs'", "0", "0"),
    "leave the root folder": "import os; os.chroot('.')",
    "bpf": system_call("bpf", "0", "0", "0"),
    "perf events": system_call("perf_event_open", "0", "0", "-1", "-1", "0"),
    "userfaultfd": system_call("userfaultfd", "0"),
    "io_uring": system_call("io_uring_setup", "1", "0"),
    "keyrings": system_call("keyctl", "0", "-3", "1"),
    "memory that nobody counts": system_call("memfd_create", "b'x'", "0"),
    "System V memory": system_call("shmget", "0", "4096", "0o1600"),
    "System V messages": system_call("msgget", "0", "0o1600"),
    "System V semaphores": system_call("semget", "0", "1", "0o1600"),
    "a POSIX message queue": system_call("mq_open", "b'left'", "0o102", "0o600", "0"),
    "a key for the next": system_call("add_key", "b'user'", "b'x'", "b'y'", "1", "-4"),
    "memory that the machine cannot read": system_call("memfd_secret", "0"),
    "raise a limit": (
        "import resource as r; low, high = r.getrlimit(r.RLIMIT_DATA)\n"
        "r.setrlimit(r.RLIMIT_DATA, (high + 1, high + 1))"
    ),
    "become root": "import os; os.setuid(0)",
    "another processor": "import os; os.sched_setaffinity(0, {{0}})",
    "become undumpable for the oom killer": "open('/proc/self/oom_score_adj', 'w').write('-1000')",
}


@pytest.mark.parametrize("attack", REFUSED)
def test_it_is_refused(den: Room, bait: Bait, attack: str) -> None:
    places = {
        "bait": _Quoted(bait),
        "reference": repr(str(next((PROJECT / "reference").glob("*.py")))),
        "grader": repr(judge.__file__),
        # A file that is there: else it would fail on any machine, for the wrong reason.
        "home": repr(str(next(filter(Path.is_file, Path.home().iterdir()), bait.file))),
        "pid": os.getpid(),
        "victim": bait.victim.pid,
        "port": bait.port,
    }
    run, _ = den.run(notebook(REFUSED[attack].format(**places)))
    assert [cell.status for cell in run.cells] == ["error"], texts(run)
    assert SECRET not in texts(run)


class _Quoted:
    """Paths of the bait, quoted for a cell."""

    def __init__(self, bait: Bait) -> None:
        self.file, self.unix = repr(str(bait.file)), repr(str(bait.unix))


# ---------------------------------------------------------------- what may happen, to itself

LOOP = "\nimport time\nwhile True: time.sleep(1)"
KERNEL = "import sys\nkernel = sys.stdout._send.__self__\nsock = kernel.wire._socket\n"
CONTAINED = {
    "fork bomb": (
        "import os\nchildren = 0\ntry:\n    while True:\n        if os.fork() == 0:\n"
        "            import time; time.sleep(60)\n        children += 1\nfinally: print(children)"
    ),
    "20 GB in one process": "held = [bytearray(1 << 28) for _ in range(80)]",
    "20 GB of tensors": "import torch; held = [torch.ones(1 << 26) for _ in range(80)]",
    "memory in six processes": (
        "import os\nfor _ in range(6):\n    if os.fork() == 0:\n"
        "        held = [bytearray(os.urandom(1 << 20) * 64) for _ in range(6)]\n"
        "        import time; time.sleep(60)" + LOOP
    ),
    "memory in processes whose parents are gone": (
        "import os\nfor _ in range(6):\n    if os.fork() == 0:\n        if os.fork() == 0:\n"
        "            held = [bytearray(os.urandom(1 << 20) * 64) for _ in range(6)]\n"
        "            import time; time.sleep(60)\n        os._exit(0)" + LOOP
    ),
    "20 GB of shared memory": (
        "import mmap\nheld = []\nfor _ in range(80):\n"
        "    m = mmap.mmap(-1, 1 << 28); m.write(bytes(1 << 28)); held.append(m)"
    ),
    "fill /dev/shm": (
        "with open('/dev/shm/x', 'wb') as f:\n    for _ in range(999): f.write(bytes(1 << 20))"
    ),
    "fill the disk": (
        "for n in range(64):\n    with open(f'fill{n}', 'wb') as f: f.write(bytes(1 << 20))" + LOOP
    ),
    "fill the inodes": "for n in range(20_000): open(f'file{n}', 'w').close()" + LOOP,
    "2 GB of output": "while True: print('x' * 1_000_000)",
    "2 GB from a subprocess": "import os; os.system('yes | head -c 2000000000')",
    "many tiny messages": "from IPython.display import clear_output\nwhile True: clear_output()",
    "a forged frame": KERNEL + "sock.send(b'\\x00\\x00\\x00\\x02\\x01{}')" + LOOP,
    "a header of 4 GB": KERNEL + "sock.send(b'\\xff\\xff\\xff\\xff\\x01')" + LOOP,
    "no JSON": KERNEL + "sock.send(b'\\x00\\x00\\x00\\x02\\x02??')" + LOOP,
    "a bomb of JSON": (
        KERNEL + "b = b'[' * 900_000 + b']' * 900_000\n"
        "sock.sendall(len(b).to_bytes(4, 'big') + b'\\x01' + b)" + LOOP
    ),
    "an unasked reply": KERNEL + "sock.send(b'\\x00\\x00\\x00\\x14\\x03' + bytes(20))" + LOOP,
    "an unknown channel": KERNEL + "sock.send(b'\\x00\\x00\\x00\\x00\\x09')" + LOOP,
    "hang up": KERNEL + "sock.close()",
    "half a frame": KERNEL + "sock.send(b'\\x00\\x00\\x10\\x00\\x01{')" + LOOP,
    "surrogates": "print('\\ud800')\nfrom IPython.display import HTML\nHTML('\\udfff')",
    "ignore signals": (
        "import signal\nfor n in range(1, 32):\n    try: signal.signal(n, signal.SIG_IGN)\n"
        "    except OSError: pass\nwhile True: pass"
    ),
    "hold the lock of the interpreter": "import re; re.match('(a+)+$', 'a' * 64 + 'b')",
    "end the process": "import os; os._exit(0)",
    "abort": "import os; os.abort()",
    "segfault": "import ctypes; ctypes.string_at(0)",
    "kill everybody": "import os, signal; os.kill(-1, signal.SIGTERM)",
    "kill the own group": "import os, signal; os.killpg(0, signal.SIGKILL)",
    "leave a daemon": (
        "import os\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        "        open('daemon', 'w').close()\n        import time; time.sleep(600)\n    os._exit(0)"
    ),
    "close every descriptor": "import os; os.closerange(0, 1000)",
    "move the offsets of shared files": (
        "import os\nfor n in range(3, 256):\n    try: os.lseek(n, 0, 2)\n    except OSError: pass"
    ),
    "write to whatever is mapped": (
        "import torch, json, builtins, IPython, socket, struct\n"
        "torch.Tensor.__add__ = lambda *a: 0\njson.dumps = json.loads = lambda *a, **k: 'no'\n"
        "struct.pack = None; socket.socket.send = None\nbuiltins.len = lambda x: 3\n"
        "IPython.core.interactiveshell.InteractiveShell.run_cell = None"
    ),
    "a symbolic link to the host": (
        "import os; os.symlink({bait.folder!r}, 'link'); os.symlink('/', 'root')"
    ),
    "a verdict on every descriptor": (
        "import atexit, os, threading\nverdict = b'\\x00\\x00\\x00\\x10{\"points\": 10}\\n'\n"
        "def flood():\n    for n in range(64):\n        try: os.write(n, verdict)\n"
        "        except OSError: pass\n"
        "atexit.register(flood); threading.Thread(target=flood).start()"
    ),
    "change the seeds of everybody": "import torch, random; torch.manual_seed(99); random.seed(9)",
}


@pytest.mark.parametrize("attack", CONTAINED)
def test_it_harms_nobody_else(
    den: Room, bait: Bait, before: tuple[object, ...], attack: str
) -> None:
    source = CONTAINED[attack].replace("{bait.folder!r}", repr(str(bait.folder)))
    run, _ = den.run(notebook(source, "x = 1"))
    assert run.status != "broken", run.message
    assert SECRET not in texts(run)
    assert honest(den) == before
    assert bait.victim.poll() is None


LIMIT_NAMED = {
    "2 GB of output": "4 MB of output",
    "many tiny messages": "4 MB of output",
    "ignore signals": "3 s",
    "hold the lock of the interpreter": "3 s",
    "memory in six processes": "512 MB of memory",
    "memory in processes whose parents are gone": "512 MB of memory",
    "a header of 4 GB": "the limit is",
    "segfault": "SIGSEGV",
}


@pytest.mark.parametrize("attack", LIMIT_NAMED)
def test_the_limit_that_was_hit_is_named(den: Room, attack: str) -> None:
    # Where the limit is not the time, a busy machine gets as much as it needs.
    limits = LIMITS if LIMIT_NAMED[attack].endswith(" s") else replace(LIMITS, cell_s=15.0)
    run, _ = den.run(notebook(CONTAINED[attack]), limits=limits)
    assert run.cells[0].status in ("killed", "timeout"), run.cells[0]
    assert LIMIT_NAMED[attack] in run.cells[0].message


# ---------------------------------------------------------------- lies in answer to a probe

LIES = {
    "__eq__ that always agrees": (
        "class Yes:\n    def __eq__(self, o): return True\n    __array__ = None\n"
        "def f(x): return Yes()"
    ),
    "__class__ of a tensor": (
        "import torch\nclass T:\n    __class__ = torch.Tensor\ndef f(x): return T()"
    ),
    "__array__ that raises": (
        "class A:\n    def __array__(self, *a): raise SystemExit\ndef f(x): return A()"
    ),
    "a tensor subclass": (
        "import torch\nclass S(torch.Tensor):\n    @classmethod\n"
        "    def __torch_function__(cls, *a, **k): raise SystemExit\n"
        "def f(x): return torch.ones(2).as_subclass(S)"
    ),
    "a string that lies about its length": (
        "class L(str):\n    def __len__(self): return -1\ndef f(x): return L('x')"
    ),
    "a cycle": "def f(x):\n    a = []; a.append(a); return a",
    "40 GB by expansion": "import torch\ndef f(x): return torch.zeros(1).expand(10**10)",
    "a reply of its own": (
        KERNEL + "def f(x):\n"
        "    sock.send((20).to_bytes(4, 'big') + b'\\x03' + bytes(20)); return 1.0"
    ),
    "two replies": (
        KERNEL + "import inside.probes\nold = kernel.wire.send_bytes\n"
        "kernel.wire.send_bytes = lambda c, b: (old(c, b), old(c, b))\ndef f(x): return 1.0"
    ),
    "two processes that answer": "import os\ndef f(x):\n    os.fork(); return 1.0",
    "a sequence that changes when read again": (
        "class S(tuple):\n    read = 0\n    def __iter__(self):\n        S.read += 1\n"
        "        return iter((1.0,) * (S.read % 2))\ndef f(x): return S((3.0,))"
    ),
    "a mode of torch that agrees to everything": (
        "import torch\nfrom torch.overrides import TorchFunctionMode\n"
        "class Yes(TorchFunctionMode):\n"
        "    def __torch_function__(self, *a, **k): return torch.tensor(True)\n"
        "Yes().__enter__()\ndef f(x): return x"
    ),
    "leave in the middle": "import os\ndef f(x): os._exit(0)",
    "endless": "def f(x):\n    while True: pass",
    "raise something foul": (
        "class E(BaseException):\n    def __str__(self): raise KeyboardInterrupt\ndef f(x): raise E"
    ),
    "deep recursion": "def f(x): return f(x)",
    "a patched codec": (
        "import inside.values as v\nv.Encoder.frame = lambda *a: b'forged'\ndef f(x): return 1.0"
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_a_plain_value_or_no_reply(
    den: Room, before: tuple[object, ...], lie: str
) -> None:
    run, evidence = den.run(notebook(LIES[lie]), probe("f"), probe("g"))
    assert run.status in ("completed", "killed"), run.message
    reply = evidence.replies[0]
    assert reply.status in ("answered", "refused", "killed", "timeout")
    assert len(reply.frame) < 1 << 20
    assert honest(den) == before


# ---------------------------------------------------------------- reaching the next student


def test_a_neighbour_cannot_be_seen_or_disturbed(den: Room, before: tuple[object, ...]) -> None:
    spy = notebook(
        "import os, time, glob\nseen = set()\nfor _ in range(40):\n"
        "    seen |= set(glob.glob('/proc/[0-9]*/cmdline')) | set(glob.glob('/dev/shm/*'))\n"
        "    for name in seen:\n"
        "        number = name.split('/')[2]\n"
        "        if number.isdigit() and int(number) != os.getpid():\n"
        "            try: os.kill(int(number), 9)\n            except OSError: pass\n"
        "    time.sleep(0.02)"
    )
    jobs = [(spy, probe("f")), (HONEST, probe("f")), (spy, probe("f")), (HONEST, probe("f"))]
    seen = den.side_by_side(*jobs)
    assert seen_of(*seen[1]) == seen_of(*seen[3]) == before


def test_nothing_of_one_student_is_found_by_the_next(den: Room) -> None:
    marked: Submission = notebook("mark = 'MARK' + 'OF-ADA'\nkept = [mark * n for n in range(99)]")
    search = notebook(
        "needle = 'MARK'.encode() + b'OF-ADA'\nfound = 0\n"
        "for line in open('/proc/self/maps'):\n"
        "    place, rights, *_ = line.split()\n"
        "    if rights.startswith('rw') and '[' not in line:\n"
        "        start, end = (int(part, 16) for part in place.split('-'))\n"
        "        with open('/proc/self/mem', 'rb') as memory:\n"
        "            memory.seek(start)\n"
        "            try: found += memory.read(min(end - start, 1 << 26)).count(needle)\n"
        "            except (OSError, MemoryError): pass\n"
        "print('found', found)"
    )
    den.run(marked)
    run, _ = den.run(search)
    if run.cells[0].status == "ok":
        # Its own copies of the needle are all there may be: source text, constants.
        found = int(texts(run).split("found ")[1].split("\\n")[0])
        assert found <= 12


def test_signals_do_not_end_a_kernel_early(den: Room) -> None:
    run, _ = den.run(notebook("import os, signal; os.kill(os.getpid(), signal.SIGINT)", "x = 1"))
    assert run.cells[0].status == "error"
    assert run.cells[0].message.startswith("KeyboardInterrupt")
    assert run.cells[1].status == "ok"
