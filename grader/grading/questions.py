"""What the evidence answers: a digest of every question, kept beside the replies."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from grader.model import Evidence, Probe, Reply

if TYPE_CHECKING:
    from grader.judging.plan import Plan

__all__ = ["asked", "changed_questions"]

ASKED = "?asked"
"""No check can be called so: a check's id begins with a letter or a digit."""


def asked(probes: Sequence[Probe]) -> Reply:
    """Return what is kept with the evidence: a digest of every question that it answers."""
    digests = {probe.check: _digest(probe) for probe in probes}
    return Reply(ASKED, "not-asked", message=json.dumps(digests))


def changed_questions(plan: Plan, evidence: Evidence) -> list[str]:
    """Return the checks for which the evidence answers something else than is asked now.

    The course may have changed, and so may the grader: another version may ask more of the same
    exercise, and a question that was never asked has no answer that could be judged.
    """
    kept = evidence.reply(ASKED)
    before: dict[str, str] = json.loads(kept.message) if kept else {}
    return [probe.check for probe in plan.probes if before.get(probe.check) != _digest(probe)]


def _digest(probe: Probe) -> str:
    from grader.judging.evidence import encode_probe

    return sha256(encode_probe(probe)).hexdigest()[:32]
