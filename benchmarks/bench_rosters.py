"""Send generated rosters through all importers and exporters and count wrong rows.

.venv/bin/python benchmarks/bench_rosters.py [--rosters 1000]
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.made_rosters import Truth, classes, wrong_imports, wrong_rows


def main() -> int:
    """Try the rosters; 1 where a row is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rosters", type=int, default=1000)
    number = parser.parse_args().rosters
    wrong: list[str] = []
    seen = {"rosters": 0, "people": 0}

    @settings(
        max_examples=number, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(classes(), st.sampled_from(",;\t"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    def tried(truths: list[Truth], delimiter: str, encoding: str) -> None:
        seen["rosters"] += 1
        seen["people"] += len(truths)
        wrong.extend(wrong_rows(truths, delimiter, encoding))
        wrong.extend(wrong_imports(truths))

    start = time.process_time()
    tried()
    spent = time.process_time() - start
    print(f"{seen['rosters']} rosters, {seen['people']} people, {len(wrong)} wrong rows")
    print(f"{spent:.0f} s of CPU time")
    print("\n".join(wrong[:20]))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
