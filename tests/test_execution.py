"""What a submission does in its kernel becomes facts and evidence, whatever it does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.model import Cell, CellRun, Limits, Reply, Run
from grader.sandbox.execution import steps
from grader.sandbox.notebooks import source_of
from tests.sandbox_room import Room, module, notebook, probe, room

LIMITS = Limits(cell_s=1.0, run_s=20.0)


@pytest.fixture(scope="module")
def den() -> Iterator[Room]:
    with room(None) as opened:
        yield opened


def statuses(run: Run) -> list[str]:
    return [cell.status for cell in run.cells]


class TestSteps:
    cells = (Cell(0, "a", ("t",)), Cell(1, "b", ("t",)), Cell(2, "c"))

    def test_a_probe_with_a_tag_follows_the_last_cell_that_carries_it(self) -> None:
        tagged, last = probe("p", after_cell="t"), probe("q")
        order = steps(self.cells, [last, tagged], {}, {})
        assert order == [self.cells[0], self.cells[1], tagged, self.cells[2], last]

    def test_culprits_and_what_has_a_reply_are_left_out(self) -> None:
        seen = {0: CellRun(0, "timeout", 1.0), 1: CellRun(1, "error", 1.0)}
        order = steps(self.cells, [probe("q")], seen, {"q": Reply("q", "answered")})
        assert order == [self.cells[1], self.cells[2]]


def test_a_module_is_put_together_with_every_line_at_its_own_number() -> None:
    cells = (Cell(0, "import torch", line=3), Cell(1, "def f():\n    pass", line=7))
    assert source_of(cells).split("\n")[2::4] == ["import torch", "def f():"]


@pytest.mark.sandbox
class TestExecution:
    def test_a_culprit_costs_only_what_depends_on_it(self, den: Room) -> None:
        submission = notebook(
            "def f(x): return 2 * x",
            "1 / 0",
            "while True: pass",
            "def g(x): return x",
            "import os; os._exit(3)",
            "def endless(x):\n    while True: pass",
            "print('still', 'here')",
            tags={2: ("slow",)},
        )
        asked = [probe("f"), probe("s", after_cell="slow"), probe("endless"), probe("g")]
        seen, evidence = den.run(submission, *asked, limits=LIMITS)
        assert statuses(seen) == ["ok", "error", "timeout", "ok", "killed", "ok", "ok"]
        assert seen.status == "completed"
        assert seen.cells[1].message == "ZeroDivisionError: division by zero"
        assert "1 s" in seen.cells[2].message
        assert "exit code 3" in seen.cells[4].message
        assert [reply.status for reply in evidence.replies] == [
            "answered",
            "timeout",
            "timeout",
            "answered",
        ]
        assert seen.notebook is not None
        assert seen.notebook["cells"][6].outputs[0].text == "still here\n"

    def test_a_module_is_imported_and_its_tracebacks_name_its_own_lines(self, den: Room) -> None:
        text = "\n\ndef f(x): return undefined\n\nprint(__name__, __file__)\nf(1)"
        seen, _ = den.run(module(text))
        assert statuses(seen) == ["ok", "ok", "error"]
        assert seen.cells[2].line == 3
        assert seen.notebook is not None
        outputs = [cell.outputs for cell in seen.notebook["cells"]]
        assert outputs[1][0].text.startswith("two_layer /")
        trace = "\n".join(outputs[2][0].traceback)
        assert 'File "two_layer.py", line 6' in trace
        assert "def f(x): return undefined" in trace

    def test_the_whole_run_has_a_limit_of_its_own(self, den: Room) -> None:
        submission = notebook("import time; time.sleep(0.8)", "time.sleep(60)", "1")
        limits = Limits(cell_s=5.0, run_s=1.2)
        seen, evidence = den.run(submission, probe("f"), limits=limits)
        assert seen.status == "timeout"
        assert statuses(seen) == ["ok", "timeout", "skipped"]
        assert evidence.replies[0].status == "timeout"
        assert "whole run" in evidence.replies[0].message

    def test_too_much_output_names_the_limit(self, den: Room) -> None:
        seen, _ = den.run(notebook("print('x' * 30_000_000)"), limits=Limits(output_mb=2))
        assert statuses(seen) == ["killed"]
        assert seen.cells[0].message == "more than 2 MB of output"

    def test_magics_figures_and_commands_work(self, den: Room) -> None:
        seen, _ = den.run(
            notebook(
                "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()",
                "!echo from a shell",
                "import asyncio\nawait asyncio.sleep(0)\n'value'",
                "input()",
            )
        )
        assert statuses(seen) == ["ok", "ok", "ok", "error"]
        assert seen.notebook is not None
        figure, text, value, error = (cell.outputs for cell in seen.notebook["cells"])
        assert "image/png" in figure[0].data
        assert text[0].text == "from a shell\n"
        assert value[0].data == {"text/plain": "'value'"}
        assert error[0].ename == "EOFError"

    def test_a_probe_for_a_tag_that_no_cell_has_is_not_asked(self, den: Room) -> None:
        _, evidence = den.run(notebook("x = 1"), probe("f", after_cell="gone"))
        assert evidence.replies[0].status == "not-asked"
