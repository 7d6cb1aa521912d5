"""What being late costs: pure functions from times and a policy to a penalty.

A period that has begun counts in full. The penalty is a share of all points of the exercise, as
in Canvas, and never more than was earned; `least` never raises a score that was lower anyway.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

__all__ = ["NO_PENALTY", "Deadline", "LatePolicy", "Penalty", "penalty"]

_PERIODS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}


@dataclass(frozen=True)
class LatePolicy:
    """How many points a late submission loses."""

    percent: float = 0.0
    """Of all points of the exercise, for each period that has begun."""
    per: Literal["hour", "day"] = "day"
    grace: timedelta = timedelta(0)
    """How long after the due time work still counts as on time."""
    most: float = 100.0
    """The largest penalty, in percent of all points."""
    least: float = 0.0
    """Being late takes no score below this, in percent of all points."""


NO_PENALTY = LatePolicy()


@dataclass(frozen=True)
class Deadline:
    """When one student's work for one exercise is due."""

    due: datetime
    extension: timedelta = timedelta(0)
    """How much later than for the others, if at all."""
    policy: LatePolicy = NO_PENALTY

    @property
    def until(self) -> datetime:
        """The last moment that costs nothing but for the time of grace."""
        return self.due + self.extension


@dataclass(frozen=True)
class Penalty:
    """How late a submission is, and what that costs."""

    late_by: timedelta
    points: float
    """What is taken off; 0 for work on time."""

    @property
    def is_late(self) -> bool:
        """True when the work came after its time and the time of grace."""
        return self.late_by > timedelta(0)


def penalty(earned: float, possible: float, handed_in: datetime, deadline: Deadline) -> Penalty:
    """Return what a submission loses that earned so many of the possible points."""
    policy = deadline.policy
    late_by = handed_in - deadline.until
    if late_by <= policy.grace:
        return Penalty(timedelta(0), 0.0)
    periods = math.ceil(late_by / _PERIODS[policy.per])
    share = min(periods * policy.percent, policy.most) / 100
    left = max(earned - share * possible, min(earned, policy.least / 100 * possible), 0.0)
    return Penalty(late_by, round(earned - left, 9))
