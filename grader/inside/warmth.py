"""Make a process warm: import what submissions use, and lay its memory out for cheap forks."""

import contextlib
import ctypes
import gc
import importlib
import io
import json
import os
import re
import sys
import warnings
from pathlib import Path
from typing import Any

__all__ = ["ONE_THREAD", "warm_up"]

ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
TYPICAL_CELLS = (
    "%matplotlib inline",
    "import matplotlib.pyplot as plt, torch, numpy as np, random, math",
    "plt.figure(); plt.plot([1, 2], label='$x^2$'); plt.title('x'); plt.legend(); plt.show()",
    "fig, axes = plt.subplots(2); axes[0].imshow([[1, 2]]); axes[1].scatter([1], [2]); plt.show()",
    "print('x'); torch.zeros(3)",
    "1 / 0",
    "def (",
    "from IPython.display import display, HTML, Image, Markdown; display(HTML('<b>x</b>'))",
    "%time 1",
    "%timeit -n1 -r1 1",
    "!true",
    "%%capture\nprint(1)",
    "import asyncio\nawait asyncio.sleep(0)",
    (
        "layers = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU())\n"
        "optimiser = torch.optim.Adam(layers.parameters())\n"
        "out = layers(torch.zeros(2, 2))\n"
        "loss = torch.nn.functional.cross_entropy(out, torch.tensor([0, 1]))\n"
        "loss.backward(); optimiser.step()"
    ),
    (
        "from torch.utils.data import DataLoader, TensorDataset\n"
        "list(DataLoader(TensorDataset(torch.zeros(4, 2)), batch_size=2))"
    ),
    "torch.autograd.gradcheck(torch.sin, torch.ones(2, dtype=torch.float64, requires_grad=True))",
)
_HUGE = 2 << 20
_MADV_HUGEPAGE, _MADV_COLLAPSE = 14, 25
_WRITABLE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw-p \S+ \S+ 0\s*(\[heap\])?$")


def warm_up() -> Any:
    """Return a complete kernel, with everything in memory that submissions use, in one thread."""
    # One thread everywhere before numpy and torch load: OpenBLAS starts its pool at import.
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    import torch

    torch.set_num_threads(1)
    from .kernel import Kernel

    kernel = Kernel()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _exercise(torch)
        _import(_rehearse(kernel))
    threads = len(os.listdir("/proc/self/task"))
    assert threads == 1, f"{threads} threads: a fork would be unsafe"
    # What is here now is never garbage: without this, a student's first collection would copy it.
    gc.collect()
    gc.freeze()
    use_huge_pages()
    return kernel


def _exercise(torch: Any) -> None:
    """Touch what is slow the first time: optimisers import torch._dynamo, plots read fonts."""
    import matplotlib.pyplot as plt

    from . import values

    values.decode(values.encode({"x": torch.ones(2, requires_grad=True)}))
    layer = torch.nn.Linear(1, 1)
    optimiser = torch.optim.SGD(layer.parameters(), lr=0.1)
    layer(torch.zeros(2, 1)).sum().backward()
    optimiser.step()
    figure, axes = plt.subplots()
    axes.plot([1, 2], label="$x^2$")
    axes.legend()
    figure.savefig(io.BytesIO(), format="png")
    plt.close("all")


def _rehearse(kernel: Any) -> list[str]:
    """Run typical cells in a process that is thrown away; return the modules they imported."""
    readable, writable = os.pipe()
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(BaseException):
            before = set(sys.modules)
            sys.stdout = sys.stderr = io.StringIO()
            for cell in TYPICAL_CELLS:
                kernel.shell.run_cell(cell)
            os.write(
                writable, json.dumps([name for name in sys.modules if name not in before]).encode()
            )
        os._exit(0)
    os.close(writable)
    with os.fdopen(readable) as told:
        names = told.read()
    os.waitpid(pid, 0)
    return list(json.loads(names or "[]"))


def _import(names: list[str]) -> None:
    streams = sys.stdout, sys.stderr, sys.displayhook
    for name in names:
        with contextlib.suppress(BaseException):
            importlib.import_module(name)
    sys.stdout, sys.stderr, sys.displayhook = streams


def use_huge_pages() -> None:
    """Collapse private memory into huge pages, where the machine can: a fork copies fewer entries.

    Without it a fork takes four times as long.
    """
    libc = ctypes.CDLL(None)
    libc.madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    for line in Path("/proc/self/maps").read_text().splitlines():
        if found := _WRITABLE.match(line):
            start = -(-int(found[1], 16) // _HUGE) * _HUGE
            end = int(found[2], 16) // _HUGE * _HUGE
            if start < end:
                libc.madvise(start, end - start, _MADV_HUGEPAGE)
            for page in range(start, end, _HUGE):
                libc.madvise(page, _HUGE, _MADV_COLLAPSE)
