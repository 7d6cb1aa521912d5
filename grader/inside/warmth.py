"""Make a process warm: import what submissions use, and lay its memory out for cheap forks.

First comes what the first kernel needs; what pays only for many is done while a kernel runs.
"""

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
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

__all__ = ["ONE_THREAD", "PARTS", "prepare", "use", "warm_through", "warm_up"]

ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
PLOTS, OPTIMIZERS, TRANSFORMS = "plots", "optimizers", "transforms"
PARTS = (PLOTS, OPTIMIZERS, TRANSFORMS)
"""What not every submission needs, and what takes long to import."""
TYPICAL_CELLS = {
    "": (
        "import torch, random, math\nimport numpy as np",
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
            "out = layers(torch.zeros(2, 2))\n"
            "torch.nn.functional.cross_entropy(out, torch.tensor([0, 1])).backward()"
        ),
        (
            "from torch.utils.data import DataLoader, TensorDataset\n"
            "list(DataLoader(TensorDataset(torch.zeros(4, 2)), batch_size=2))"
        ),
        (
            "torch.autograd.gradcheck(\n"
            "    torch.sin, torch.ones(2, dtype=torch.float64, requires_grad=True))"
        ),
    ),
    PLOTS: (
        "%matplotlib inline\nimport matplotlib.pyplot as plt",
        "plt.figure(); plt.plot([1, 2], label='$x^2$'); plt.title('x'); plt.legend(); plt.show()",
        "fig, axes = plt.subplots(2); axes[0].imshow([[1, 2]])\naxes[1].scatter([1], [2])",
        "plt.show()",
    ),
    OPTIMIZERS: (
        (
            "import torch\nlayer = torch.nn.Linear(2, 3)\n"
            "optimizer = torch.optim.Adam(layer.parameters())\n"
            "layer(torch.zeros(2, 2)).sum().backward(); optimizer.step()"
        ),
    ),
    TRANSFORMS: (
        "import torch\ntorch.func.vmap(torch.func.grad(lambda x: x ** 3))(torch.ones(2))",
        (
            "torch.autograd.functional.jacobian(\n"
            "    lambda x: x ** 3, torch.ones(2), vectorize=True)"
        ),
        (
            "from torch.utils.checkpoint import checkpoint\n"
            "checkpoint(torch.sin, torch.ones(2, requires_grad=True), use_reentrant=False)"
        ),
    ),
}
_HUGE = 2 << 20
_MADV_HUGEPAGE, _MADV_COLLAPSE = 14, 25
_WRITABLE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw-p \S+ \S+ 0\s*(\[heap\])?$")


def warm_up() -> Any:
    """Return a complete kernel, with what every submission uses in memory, in one thread."""
    gc.disable()  # nothing that is imported is garbage, and looking for some takes a tenth
    # One thread everywhere before numpy and torch load: OpenBLAS starts its pool at import.
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    import torch

    torch.set_num_threads(1)
    from . import values
    from .kernel import Kernel

    kernel = Kernel()
    values.decode(values.encode({"x": torch.ones(2, requires_grad=True)}))
    torch.nn.functional.linear(
        torch.zeros(2, 1), torch.ones(1, 1, requires_grad=True)
    ).sum().backward()  # type: ignore[no-untyped-call]
    # What is here now is never garbage: without this, a student's first collection would copy it.
    gc.freeze()
    gc.enable()
    _one_thread()
    return kernel


def use(parts: Iterable[str]) -> None:
    """Import what some submissions need, and use it once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for part in parts:
            {PLOTS: _plot, OPTIMIZERS: _optimize, TRANSFORMS: _transform}[part]()


def prepare(parts: Iterable[str]) -> None:
    """Do so in a process that kernels are forks of."""
    use(parts)
    gc.freeze()
    _one_thread()


def warm_through(kernel: Any, parts: Sequence[str] = PARTS) -> Iterator[None]:
    """Do step by step what makes many kernels cheaper than the first one."""
    prepare(parts)
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _import(_rehearse(kernel, ("", *parts)))
    yield
    gc.collect()
    gc.freeze()
    _one_thread()
    yield
    use_huge_pages()


def _one_thread() -> None:
    threads = len(os.listdir("/proc/self/task"))
    assert threads == 1, f"{threads} threads: a fork would be unsafe"


def _plot() -> None:
    """Draw: plots read fonts."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.plot([1, 2], label="$x^2$")
    axes.legend()
    figure.savefig(io.BytesIO(), format="png")
    plt.close("all")


def _optimize() -> None:
    """Take a step: optimizers import torch._dynamo."""
    import torch

    layer = torch.nn.Linear(1, 1)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    layer(torch.zeros(2, 1)).sum().backward()
    optimizer.step()


def _transform() -> None:
    """Differentiate a function: `torch.func` imports torch._dynamo at its first call.

    In a kernel that would come out of the time of a single call.
    """
    import torch

    torch.func.grad(lambda x: x**2)(torch.ones(()))


def _rehearse(kernel: Any, parts: Sequence[str]) -> list[str]:
    """Run typical cells in a process that is thrown away; return the modules they imported."""
    readable, writable = os.pipe()
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(BaseException):
            before = set(sys.modules)
            sys.stdout = sys.stderr = io.StringIO()
            for part in parts:
                for cell in TYPICAL_CELLS[part]:
                    kernel.shell.run_cell(cell)
            os.write(
                writable, json.dumps([name for name in sys.modules if name not in before]).encode()
            )
        os._exit(0)
    os.close(writable)
    with os.fdopen(readable) as pipe:
        names = pipe.read()
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
