"""How much longer a notebook takes beside one that floods the grader with output.

For every kind of flood the same neighbour runs alone, beside a notebook that only computes, and
beside the flood, in turn; what is printed are medians and their ratio. The column that counts is
the last: what the flood takes from a neighbour that computing as hard would not.

    python benchmarks/bench_floods.py [--rounds 5] [--isolation reduced] [KIND ...]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from grader.model import Cell, Isolation, Limits, Submission
from grader.sandbox import Sandbox, open_sandbox
from grader.sandbox.execution import execute

LIMITS = Limits(cell_s=20.0, run_s=60.0)
WIRE = "import sys, json\nkernel = sys.stdout._send.__self__\nwire = kernel.wire\n"
DISPLAY = "from IPython.display import display, update_display, clear_output, HTML\n"
SEND = "def send(kind, content): wire.send(1, kind, kernel.parent, content)\n"

FLOODS = {
    "updates of one id that was shown often": (
        DISPLAY + "for n in range(7000): display(n, display_id='x')\n"
        "for n in range(8000): update_display(n, display_id='x')"
    ),
    "many ids, cleared often": (
        WIRE + SEND + "bundle = {'data': {}, 'metadata': {}}\nfor n in range(7000):\n"
        "    send('display_data', {**bundle, 'transient': {'display_id': str(n)}})\n"
        "for n in range(8000): send('clear_output', {'wait': False})"
    ),
    "displays": DISPLAY + "for n in range(15_000): display(n)",
    "pieces of a stream": "for n in range(15_000): print(n, flush=True)",
    "clearings": DISPLAY + "for n in range(15_000): clear_output()",
    "errors with long tracebacks": (
        WIRE + SEND + "for n in range(150):\n"
        "    send('error', {'ename': 'E', 'evalue': 'x', 'traceback': ['x' * 80] * 1200})"
    ),
    "many errors": (
        WIRE + SEND + "for n in range(10_000):\n"
        "    send('error', {'ename': 'E', 'evalue': 'x', 'traceback': ['x' * 20] * 60})"
    ),
    "states": WIRE + SEND + "for n in range(15_000): send('status', {'execution_state': 'busy'})",
    "one message of 15 MB": DISPLAY + "display(HTML('x' * (15 << 20)))",
    "pictures of 1 MB": DISPLAY + "for n in range(15): display(HTML('x' * (1 << 20)))",
    "JSON of many parts": (
        DISPLAY + "for n in range(60):\n"
        "    display({'application/json': [[]] * 80_000}, raw=True)"
    ),
    "JSON of too many parts": (
        DISPLAY + "display({'application/json': [0] * 5_000_000}, raw=True)"
    ),
    "bundles of a thousand kinds": (
        DISPLAY + "for n in range(900): display({f'text/{k}': '' for k in range(1000)}, raw=True)"
    ),
    "replies nobody asked for": (
        WIRE + "for n in range(15_000):\n"
        "    wire.send(2, 'execute_reply', 'x', {'status': 'ok', 'execution_count': 1})"
    ),
    "text with surrogates": (
        WIRE + "body = json.dumps({'type': 'stream', 'parent': kernel.parent, 'content':"
        " {'name': 'stdout', 'text': chr(0xd800) * 2_000_000}}).encode()\nwire.send_bytes(1, body)"
    ),
}  # fmt: skip
COMPUTING = "import time\nuntil = time.perf_counter() + 5\nwhile time.perf_counter() < until: pass"
NEIGHBOUR = (
    "import torch",
    *(["w = torch.ones(9, requires_grad=True)\nfor _ in range(300): w.sum().backward()"] * 12),
    *("print('x')",) * 40,
)  # fmt: skip


def made(*sources: str) -> Submission:
    """Return a notebook of these cells."""
    cells = tuple(Cell(number, source) for number, source in enumerate(sources))
    return Submission("ada-l", "demo", Path("demo.ipynb"), "notebook", "0" * 64, cells)


async def neighbour(sandbox: Sandbox) -> float:
    """Return the seconds that the neighbour takes; it must come out as it always does."""
    began = time.perf_counter()
    run, _ = await execute(made(*NEIGHBOUR), (), LIMITS, sandbox)
    assert {cell.status for cell in run.cells} == {"ok"}, run.message
    return time.perf_counter() - began


async def beside(sandbox: Sandbox, source: str) -> float:
    """Return the seconds that the neighbour takes while another notebook runs all the time."""

    async def without_end() -> None:
        while True:
            await execute(made(source), (), LIMITS, sandbox)

    other = asyncio.ensure_future(without_end())
    await asyncio.sleep(0.1)
    try:
        return await neighbour(sandbox)
    finally:
        # nbclient takes a cancellation for a dead kernel, and the cell for killed.
        while not other.done():
            other.cancel()
            await asyncio.sleep(0.02)


async def measure(kinds: list[str], rounds: int, wanted: Isolation | None) -> None:
    """Print a line for each kind of flood."""
    async with open_sandbox(wanted, 2) as sandbox:
        await neighbour(sandbox)
        print(f"{sandbox.isolation}; medians of {rounds}, seconds")
        print(f"{'flood':40} {'alone':>7} {'computing':>10} {'flood':>7} {'ratio':>6}")
        for kind in kinds:
            print(f"{kind:40} {await line(sandbox, kind, rounds)}", flush=True)


async def line(sandbox: Sandbox, kind: str, rounds: int) -> str:
    """Return medians and ratios for one kind of flood."""
    alone, computing, flood = [], [], []
    for _ in range(rounds):
        alone.append(await neighbour(sandbox))
        computing.append(await beside(sandbox, COMPUTING))
        flood.append(await beside(sandbox, FLOODS[kind]))
    a, c, f = map(statistics.median, (alone, computing, flood))
    return f"{a:7.3f} {c:10.3f} {f:7.3f} {f / a:6.2f} {f / c:6.2f}"


def _kinds(given: list[str]) -> Iterator[str]:
    for kind in FLOODS:
        if not given or any(word in kind for word in given):
            yield kind


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kinds", nargs="*")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--isolation", type=Isolation, default=None)
    given = parser.parse_args()
    asyncio.run(measure(list(_kinds(given.kinds)), given.rounds, given.isolation))


if __name__ == "__main__":
    main()
