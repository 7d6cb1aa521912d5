"""Much output, and output that is much work: counted, bounded, and nobody else waits."""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import time
from typing import Any

import pytest

from grader.inside.wire import IOPUB, SHELL, pack
from grader.model import Isolation, Limits
from grader.sandbox import allowance, pace
from grader.sandbox.allowance import DISPLAYS, IDS, KINDS, UPDATED_PLACES, Allowance
from grader.sandbox.connection import Connection
from grader.sandbox.messages import read_message
from grader.sandbox.pace import Lane, Pace
from tests.sandbox_room import notebook, room, texts


def shown(kind: str, name: str | None = None, **data: str) -> dict[str, Any]:
    content: dict[str, Any] = {"data": data, "metadata": {}}
    if name is not None:
        content["transient"] = {"display_id": name}
    return {"msg_type": kind, "content": content}


def test_displays_are_counted() -> None:
    allowed = Allowance()
    kinds = ("display_data", "execute_result", "error")
    admitted = [allowed.admits(shown(kinds[n % 3])) for n in range(DISPLAYS + 10)]
    assert admitted == [True] * DISPLAYS + [False] * 10
    assert allowed.dropped == 10


def test_what_is_printed_is_bounded_by_its_bytes_alone() -> None:
    allowed = Allowance()
    for kind in ("stream", "status", "clear_output", "execute_input"):
        message = {"msg_type": kind, "content": {}}
        assert all(allowed.admits(message) for _ in range(DISPLAYS * 3))


def test_a_progress_bar_may_be_updated_often() -> None:
    allowed = Allowance()
    assert allowed.admits(shown("display_data", "bar"))
    assert all(allowed.admits(shown("update_display_data", "bar")) for _ in range(UPDATED_PLACES))
    assert not allowed.admits(shown("update_display_data", "bar"))
    assert allowed.admits(shown("display_data"))


def test_an_update_costs_as_much_as_there_are_places() -> None:
    allowed = Allowance()
    places = sum(allowed.admits(shown("display_data", "x")) for _ in range(DISPLAYS))
    assert places * places / 2 <= UPDATED_PLACES + places
    assert not all(allowed.admits(shown("update_display_data", "x")) for _ in range(DISPLAYS))


def test_display_ids_and_representations_are_counted() -> None:
    allowed = Allowance()
    admitted = [allowed.admits(shown("display_data", str(n))) for n in range(IDS + 5)]
    assert admitted == [True] * IDS + [False] * 5
    assert allowed.admits(shown("update_display_data", "0"))
    many = {f"text/{n}": "" for n in range(KINDS + 1)}
    assert not allowed.admits(shown("display_data", None, **many))


def test_who_uses_little_never_rests_and_all_others_share_one_lane(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr(pace.time, "perf_counter", lambda: now)
    lane = Lane()
    quiet, loud, louder = Pace(lane), Pace(lane), Pace(lane)
    loud.enter()
    loud.use(1.0)
    assert loud.rest() == 0, "nobody else is there"
    quiet.enter()
    louder.enter()
    quiet.use(pace.FREE_S / 2)
    loud.use(1.0)
    louder.use(1.0)
    assert quiet.rest() == 0
    assert loud.rest() == pytest.approx(pace.REST)
    assert louder.rest() == pytest.approx(2 * pace.REST)
    quiet.use(3.0)
    louder.use(2.0)
    loud.use(1.0)
    assert loud.rest() == 0, "the others talk as much"
    now += 1000
    quiet.leave()
    loud.use(1.0)
    assert loud.rest() == 0, "it has become quiet"


def frame(channel: int, kind: str, parent: str, content: dict[str, Any]) -> bytes:
    body = json.dumps({"type": kind, "parent": parent, "content": content}).encode()
    return pack(channel, body)


async def listening(
    sent: bytes, pause: float = 0.2, most_mb: int = 16
) -> tuple[Connection, int, float]:
    """Return a connection that was sent bytes, its messages, and the longest wait of the loop."""
    ours, theirs = socket.socketpair()
    connection = Connection(ours, lambda: None, most_mb, Lane())
    connection.start_channels()
    theirs.setblocking(False)
    loop = asyncio.get_running_loop()
    sending = asyncio.ensure_future(loop.sock_sendall(theirs, sent))
    longest, until = 0.0, time.perf_counter() + pause
    gc.disable()  # it would go through what earlier tests have left
    while time.perf_counter() < until:
        began = time.thread_time()
        await asyncio.sleep(0.001)
        longest = max(longest, time.thread_time() - began)
    gc.enable()
    sending.cancel()
    await asyncio.wait({sending})
    count = connection.iopub_channel._queue.qsize()
    connection.stop_channels()
    theirs.close()
    return connection, count, longest


def test_others_have_their_turn_between_a_few_messages() -> None:
    status = frame(IOPUB, "status", "p", {"execution_state": "busy"})
    connection, count, longest = asyncio.run(listening(status * 300_000, most_mb=1000))
    assert connection.death == "stopped"
    assert 0 < count < 300_000
    assert longest < 0.05


@pytest.mark.slow
def test_all_messages_arrive_in_the_end_and_in_order() -> None:
    texts = [f"{n}" for n in range(300)]
    sent = b"".join(frame(IOPUB, "stream", "p", {"name": "stdout", "text": t}) for t in texts)
    _, count, _ = asyncio.run(listening(sent, pause=1.0))
    assert count == 300


@pytest.mark.slow
def test_an_output_that_is_too_large_is_left_out_and_what_follows_arrives() -> None:
    large = frame(IOPUB, "stream", "p", {"name": "stdout", "text": "x" * (5 << 20)})
    small = frame(IOPUB, "stream", "p", {"name": "stdout", "text": "after"})
    connection, count, longest = asyncio.run(listening(small + large + small, pause=1.0))
    assert connection.death == "stopped"
    assert count == 2
    assert connection.allowance.dropped == 1
    assert longest < 0.05


def test_what_no_page_shows_is_not_kept() -> None:
    content = {"data": {"application/json": [0] * 9, "text/plain": "x"}, "metadata": {}}
    body = json.dumps({"type": "display_data", "parent": "p", "content": content}).encode()
    assert read_message(IOPUB, body)["content"]["data"] == {"text/plain": "x"}


def test_a_reply_that_nobody_asked_for_ends_the_kernel() -> None:
    reply = frame(SHELL, "execute_reply", "x", {"status": "ok", "execution_count": 1})
    connection, _, _ = asyncio.run(listening(reply))
    assert connection.death == "protocol: a reply without a question"


@pytest.mark.slow
def test_millions_of_parts_are_refused_before_they_are_parsed() -> None:
    body = b'{"type": "x", "parent": "", "content": {"a": [' + b"0," * 2_000_000 + b"0]}}"
    connection, _, longest = asyncio.run(listening(pack(IOPUB, body), pause=1.0))
    assert connection.death == "protocol: too many parts"
    assert longest < 0.1


@pytest.mark.sandbox
@pytest.mark.slow
def test_a_page_says_once_what_was_left_out() -> None:
    flood = (
        "from IPython.display import display, update_display\n"
        "for n in range(1500): display(n, display_id='x')\n"
        "for n in range(2000): update_display(n, display_id='x')"
    )
    # Only what is dropped is looked at: a busy machine gets as much time as it needs.
    patient = Limits(output_mb=64, cell_s=200.0, run_s=500.0)
    with room(Isolation.REDUCED) as den:
        began = time.thread_time()
        run, _ = den.run(notebook(flood, flood, "print('after')"), limits=patient)
        assert time.thread_time() - began < 10
    assert [cell.status for cell in run.cells] == ["ok"] * 3, run.cells
    assert texts(run).count("left out further outputs") == 1
    assert "after" in texts(run)
    assert run.notebook is not None
    assert sum(len(cell.outputs) for cell in run.notebook["cells"]) <= allowance.DISPLAYS + 2
