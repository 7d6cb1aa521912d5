"""What came of trying one check: plain values that cross from the child to whoever shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from grader.model import Outcome

__all__ = ["Checked", "Finding", "Tried"]


@dataclass(frozen=True)
class Tried:
    """How much was tried of one check, so that nobody takes it for more."""

    examples: int = 0
    """Published examples whose values were compared."""
    drawn: int = 0
    """Drawn inputs that it was called with; their values are not compared."""
    differences: int = 0
    """Gradients that were compared with finite differences of the student's own function."""


@dataclass(frozen=True)
class Finding:
    """One check after it was tried; `outcome` None where only grading can say more."""

    check: str
    name: str
    title: str
    outcome: Outcome | None
    said: tuple[str, ...] = ()
    tried: Tried = field(default_factory=Tried)
    place: str = ""
    """File or cell that is to blame, as tracebacks name it."""
    line: int = 0

    @property
    def wrong(self) -> bool:
        """True when something was found that costs points; what is not written yet is not wrong."""
        return self.outcome not in (None, Outcome.PASS, Outcome.MISSING)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {**asdict(self), "outcome": self.outcome and self.outcome.value}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Finding:
        """Read what `to_json` wrote."""
        outcome = kept["outcome"] and Outcome(kept["outcome"])
        tried = Tried(**kept["tried"])
        return cls(**{**kept, "outcome": outcome, "tried": tried, "said": tuple(kept["said"])})


@dataclass(frozen=True)
class Checked:
    """One run of a student's file: its cells that did not finish, and every check."""

    exercise: str
    title: str
    path: str
    findings: tuple[Finding, ...]
    troubles: tuple[Finding, ...] = ()
    """Cells that raised or hit a limit, in order; `check` is empty."""
    seconds: float = 0.0
    remarks: tuple[str, ...] = ()
    """What grading remarks on the file as well: cells found again, a name taken for another."""

    @property
    def wrong(self) -> bool:
        """True when something does not hold or is not there yet."""
        missing = any(finding.outcome is Outcome.MISSING for finding in self.findings)
        return missing or any(finding.wrong for finding in (*self.troubles, *self.findings))

    @property
    def tried(self) -> Tried:
        """How much was tried, over all checks."""
        all_of = [finding.tried for finding in self.findings]
        return Tried(
            sum(tried.examples for tried in all_of),
            sum(tried.drawn for tried in all_of),
            sum(tried.differences for tried in all_of),
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "schema": "grader/check/v1",
            "exercise": self.exercise,
            "title": self.title,
            "path": self.path,
            "seconds": round(self.seconds, 3),
            "tried": asdict(self.tried),
            "remarks": list(self.remarks),
            "troubles": [finding.to_json() for finding in self.troubles],
            "checks": [finding.to_json() for finding in self.findings],
        }
