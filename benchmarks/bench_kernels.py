"""Measure what isolating student code costs, side by side with a stock kernel a notebook.

Everything is measured in one run on this machine, cold and warm in turn, and printed as Markdown
tables; medians unless said otherwise. The bare cost of a notebook is the time its own cells take
in a warm interpreter, with no kernel, no client and no sandbox.

    python benchmarks/bench_kernels.py --rounds 15 --cold 3 --class-size 100 --leaks 500
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from grader.course.loading import find_course
from grader.model import Case, Cell, Isolation, Limits, Probe, Submission
from grader.sandbox import Sandbox, open_sandbox
from grader.sandbox.execution import execute
from grader.sandbox.machine import stage_inside
from grader.sandbox.watchdog import pid_of, use_of
from grader.submissions.finding import find_submissions

SHORT = ["import torch", "def mse(x, y):\n    return ((x - y) ** 2).mean()", "mse"]
_PLOTS = """\
import torch, random
import numpy as np
import matplotlib.pyplot as plt
%matplotlib inline
# %%
torch.manual_seed(0)
X = torch.linspace(-1, 1, 200).reshape(-1, 1)
y = 3 * X + 0.5 + 0.1 * torch.randn_like(X)
# %%
def grad_numeric(f, x, eps=1e-4):
    return (f(x + eps) - f(x - eps)) / (2 * eps)
# %%
def grad_square(x):
    x = x.clone().double().requires_grad_(True)
    (x ** 2).sum().backward()
    return x.grad
# %%
x0 = torch.tensor([1.0, 2.0, 3.0])
grad_square(x0)
# %%
assert torch.allclose(grad_square(x0), 2 * x0.double())
print('agrees', grad_numeric(lambda v: v ** 2, 3.0))
# %%
w = torch.zeros(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
# %%
losses = []
for step in range(200):
    loss = ((X * w + b - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad; b -= 0.1 * b.grad
        w.grad.zero_(); b.grad.zero_()
    losses.append(loss.item())
print(w.item(), b.item())
# %%
model = torch.nn.Linear(1, 1)
optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
# %%
for step in range(200):
    optimiser.zero_grad()
    error = torch.nn.functional.mse_loss(model(X), y)
    error.backward()
    optimiser.step()
error.item()
# %%
plt.figure()
plt.scatter(X.numpy(), y.numpy(), s=4)
plt.plot(X.numpy(), (X * w + b).detach().numpy(), 'r')
plt.title('fit')
plt.show()
# %%
plt.plot(losses); plt.xlabel('step'); plt.ylabel('loss'); plt.show()
"""
PLOTS = _PLOTS.split("# %%\n")
SAMPLE_CLASS = Path(__file__).resolve().parent.parent / "tests" / "sample-class"
LIMITS = Limits(cell_s=60.0, run_s=300.0)
QUICK = Limits(cell_s=5.0, run_s=20.0)
CORES = len(os.sched_getaffinity(0))
_BARE = """
import json, os, sys, time
sys.path.insert(0, sys.argv[1])
from inside.warmth import warm_through, warm_up
kernel = warm_up()
for _ in warm_through(kernel): pass
print("ready", flush=True)
for line in sys.stdin:
    cells = json.loads(line)
    read, write = os.pipe()
    if os.fork() == 0:
        sys.stdout = sys.stderr = open(os.devnull, "w")
        began = time.perf_counter()
        for cell in cells:
            kernel.shell.compiler.place("cell", 1, cell)
            kernel.shell.run_cell(cell, store_history=True)
        os.write(write, str(time.perf_counter() - began).encode())
        os._exit(0)
    os.wait()
    print(os.read(read, 99).decode(), flush=True)
    os.close(read), os.close(write)
"""


class Bare:
    """A warm interpreter that runs cells in a fork and says how long they took."""

    def __init__(self, stage: Path) -> None:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(stage),
            "IPYTHONDIR": str(stage / "ipython"),
            "MPLCONFIGDIR": str(stage / "matplotlib"),
            "PYTHONHASHSEED": "0",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-c", _BARE, str(stage)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._line()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def seconds(self, cells: Sequence[str]) -> float:
        """Return the time the cells take."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(list(cells)) + "\n")
        self._process.stdin.flush()
        return float(self._line())

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


def submission(cells: Sequence[str]) -> Submission:
    """Return a notebook of cells."""
    numbered = tuple(Cell(index, source) for index, source in enumerate(cells))
    return Submission("ada-l", "bench", Path("bench.ipynb"), "notebook", "0" * 64, numbered)


NOTEBOOKS = {"short": submission(SHORT), "12 cells, 2 plots": submission(PLOTS)}


def sources(notebook: Submission) -> list[str]:
    """Return the code of every cell."""
    return [cell.source for cell in notebook.cells]


async def sample_class(sandbox: Sandbox) -> list[Submission]:
    """Return what of the sample class runs to its end: no limit hit, no kernel lost."""
    found = find_submissions(SAMPLE_CLASS, find_course(None).exercise_ids)
    read = [each for each in found if isinstance(each, Submission)]
    runs = [(await execute(each, (), QUICK, sandbox))[0] for each in read]
    return [
        each
        for each, run in zip(read, runs, strict=True)
        if run.status == "completed" and {cell.status for cell in run.cells} <= {"ok", "error"}
    ]


def a_probe(check: str = "mse") -> Probe:
    """Return a question to a function that every notebook here could have."""
    import torch

    case = Case("public 1", True, {"x": torch.ones(100), "y": torch.zeros(100)})
    return Probe(check, "mse", (case,))


async def cold(cells: Sequence[str]) -> float:
    """Run a notebook as nbclient does by itself; return the seconds."""
    import nbformat
    from nbclient import NotebookClient

    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
    began = time.perf_counter()
    await NotebookClient(book, allow_errors=True, kernel_name="python3").async_execute()
    return time.perf_counter() - began


def ms(seconds: float) -> str:
    """Return milliseconds as text."""
    return f"{1e3 * seconds:.1f}"


def row(*columns: object) -> None:
    """Print one row of a table."""
    print("| " + " | ".join(map(str, columns)) + " |")


def head(*columns: str) -> None:
    """Print the head of a table."""
    print()
    row(*columns)
    row(*("---" for _ in columns))


async def one_by_one(sandbox: Sandbox, bare: Bare, rounds: int, colds: int) -> None:
    """Print the cost of one notebook: cold, sealed, bare, in turn, and of two calls after it."""
    head("notebook", "cold ms", "sealed ms", "bare ms", "overhead ms", "start ms",
         "first probe ms", "next probe ms", "cold / sealed")  # fmt: skip
    for name, notebook in NOTEBOOKS.items():
        seen: dict[str, list[float]] = {}
        for turn in range(rounds + 1):
            times = await _once(sandbox, bare, notebook)
            if 0 < turn <= colds:
                times["cold"] = await cold(sources(notebook))
            for what, seconds in times.items() if turn else ():
                seen.setdefault(what, []).append(seconds)
        median = {what: statistics.median(found) for what, found in seen.items()}
        columns = ("cold", "sealed", "bare", "overhead", "start", "first probe", "next probe")
        row(name, *(ms(median[column]) for column in columns),
            f"{median['cold'] / median['sealed']:.0f}")  # fmt: skip


async def _once(sandbox: Sandbox, bare: Bare, notebook: Submission) -> dict[str, float]:
    """Return the seconds of one run, and of the same cells without a kernel."""
    bare_s = bare.seconds(sources(notebook))
    run, evidence = await execute(notebook, (a_probe("first"), a_probe("next")), LIMITS, sandbox)
    assert run.status == "completed", run.message
    first, following = (reply.seconds for reply in evidence.replies)
    sealed_s = run.wall_s - first - following
    return {
        "bare": bare_s,
        "sealed": sealed_s,
        "overhead": sealed_s - bare_s,
        "start": run.phases["start"],
        "first probe": first,
        "next probe": following,
    }


async def together(jobs: Sequence[Callable[[], Any]]) -> float:
    """Run jobs, as many at a time as there are cores; return the seconds."""
    free = asyncio.Semaphore(CORES)

    async def one(job: Callable[[], Any]) -> None:
        async with free:
            await job()

    began = time.perf_counter()
    await asyncio.gather(*map(one, jobs))
    return time.perf_counter() - began


async def whole_class(sandbox: Sandbox, bare: Bare, size: int, colds: int) -> None:
    """Print the throughput on all cores, cold against sealed, and against the bare cost."""
    head("class of", "cold / min", f"sealed / min ({size})", "ratio", "times bare cost")
    classes = {name: [notebook] for name, notebook in NOTEBOOKS.items()}
    classes["the sample class"] = await sample_class(sandbox)
    for name, submissions in classes.items():
        bares = [_bare_cost(bare, submissions)]
        students = list(islice(cycle(submissions), size))
        sealed_s = await together(
            [partial(execute, each, (), LIMITS, sandbox) for each in students]
        )
        bares.append(_bare_cost(bare, submissions))
        stock = list(islice(cycle(submissions), max(len(submissions), colds * CORES)))
        cold_s = await together([partial(cold, sources(each)) for each in stock])
        per_minute = 60 * size / sealed_s, 60 * len(stock) / cold_s
        share = sealed_s * CORES / (size * statistics.mean(bares))
        row(f"{name} ({len(submissions)})", f"{per_minute[1]:.0f}", f"{per_minute[0]:.0f}",
            f"{per_minute[0] / per_minute[1]:.1f}", f"{share:.2f}")  # fmt: skip


def _bare_cost(bare: Bare, submissions: Sequence[Submission]) -> float:
    """Return the mean seconds of a submission's own code."""
    each = (statistics.median(bare.seconds(sources(one)) for _ in range(5)) for one in submissions)
    return statistics.mean(each)


async def limits(sandbox: Sandbox, rounds: int) -> None:
    """Print how late a limit bites, how fast a death is seen, and private memory."""
    late, seen, private = [], [], []
    limit = Limits(cell_s=0.3)
    for _ in range(rounds):
        run, _ = await execute(submission(["while True: pass"]), (), limit, sandbox)
        late.append(run.phases["cells"] - limit.cell_s)
        run, _ = await execute(submission(["import os; os._exit(0)"]), (), LIMITS, sandbox)
        seen.append(run.phases["cells"])
        async with sandbox.kernel(LIMITS) as kernel:
            request = kernel.client().execute("import torch; torch.ones(3).sum()")
            await kernel.client().reply(request, 60)
            assert kernel._pidfd is not None
            private.append(_private(pid_of(kernel._pidfd)))
    head("what", "median", "worst")
    for name, found in (("time limit enforced late by, ms", late), ("death seen after, ms", seen)):
        row(name, ms(statistics.median(found)), ms(max(found)))
    row("private memory of a light kernel, MB", f"{statistics.median(private):.1f}",
        f"{max(private):.1f}")  # fmt: skip


def _private(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


async def leaks(sandbox: Sandbox, count: int) -> None:
    """Print what is there after the first tenth and after all submissions."""
    zygote = await sandbox.zygote()
    assert zygote._process is not None
    root = zygote._process.pid
    job = submission(["import os\nif os.fork() == 0:\n    import time; time.sleep(60)", "x = [1]"])
    asked = a_probe()
    head("after", "grader MB", "warm process MB", "processes", "descriptors", "mounts")
    for done in range(1, count + 1):
        await execute(job, (asked,), LIMITS, sandbox)
        if done in (count // 10, count):
            await asyncio.sleep(0.2)
            tree = use_of(root)
            grader = use_of(os.getpid()).memory - tree.memory
            mounts = len(Path(f"/proc/{tree.pids[-1]}/mountinfo").read_text().splitlines())
            here = len(list(Path("/proc/self/fd").iterdir()))
            row(done, f"{grader / (1 << 20):.1f}", f"{tree.memory / (1 << 20):.1f}",
                len(tree.pids), here, mounts)  # fmt: skip


async def measure(options: argparse.Namespace, bare: Bare) -> None:
    """Measure one level after the other."""
    for level in options.levels:
        began = time.perf_counter()
        async with open_sandbox(Isolation(level), CORES) as sandbox:
            ready = time.perf_counter() - began
            load = os.getloadavg()[0]
            print(f"\n## {level} ({CORES} cores, load {load:.1f}, ready in {ready:.1f} s)")
            await one_by_one(sandbox, bare, options.rounds, options.cold)
            await limits(sandbox, options.rounds)
            if options.class_size:
                await whole_class(sandbox, bare, options.class_size, options.cold)
            if options.leaks:
                await leaks(sandbox, options.leaks)


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description="What isolating student code costs.")
    parser.add_argument("--levels", nargs="+", default=["full", "reduced"])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--cold", type=int, default=2)
    parser.add_argument("--class-size", type=int, default=40)
    parser.add_argument("--leaks", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        stage_inside(Path(folder))
        bare = Bare(Path(folder))
        try:
            asyncio.run(measure(options, bare))
        finally:
            bare.close()


if __name__ == "__main__":
    main()
