"""Kill the grader at random moments, in both databases, on this machine and on Dask.

Prints a Markdown table: what was killed, how much longer it took than an undisturbed run, and how
many attempts and files differ from that run's (none may). Run it as
`python benchmarks/bench_chaos.py --students 39 --kills 20`.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from tests.chaos import Chaos, Left, Run, make_scene, undisturbed
from tests.dask_room import dask_cluster
from tests.postgres_room import postgres_server


def main() -> None:
    """Grade four times, and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=39, help="and one torn file")
    parser.add_argument("--kills", type=int, default=20, help="in each of the four")
    parser.add_argument("--seed", type=int, default=12)
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        scene = make_scene(folder, asked.students)
        began = time.perf_counter()
        peace = undisturbed(scene, folder / "peace")
        quiet = time.perf_counter() - began
        server = stack.enter_context(postgres_server())
        cluster = stack.enter_context(dask_cluster())
        print(f"Undisturbed: {asked.students + 1} submissions in {quiet:.1f} s.\n")
        print("| where | database | killed | times as long | differences |")
        print("|---|---|---|---:|---:|")
        for where in ("this machine", "Dask"):
            for database in ("SQLite", "PostgreSQL"):
                there = cluster if where == "Dask" else None
                run = Run(
                    scene,
                    folder / f"{where}-{database}",
                    server.new_database() if database == "PostgreSQL" else "",
                    executor=there.executor if there else "",
                )
                chaos = Chaos(
                    run,
                    asked.kills,
                    asked.seed,
                    server if database == "PostgreSQL" else None,
                    there.workers if there else (),
                )
                began = time.perf_counter()
                found = chaos.left()
                times = (time.perf_counter() - began) / quiet
                killed = ", ".join(f"{n} {what}" for what, n in sorted(Counter(chaos.done).items()))
                print(f"| {where} | {database} | {killed} | {times:.1f} ", end="")
                print(f"| {len(differences(found, peace))} |", flush=True)


def differences(found: Left, expected: Left) -> list[str]:
    """Return the names of attempts and files that are not the same."""
    pairs = ((found.gradebook, expected.gradebook), (found.files, expected.files))
    return [
        name for a, b in pairs for name in sorted(a.keys() | b.keys()) if a.get(name) != b.get(name)
    ]


if __name__ == "__main__":
    main()
