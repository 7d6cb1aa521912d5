"""Read points in time and lengths of time as instructors write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from grader.errors import UsageError

__all__ = ["length", "moment", "zone"]

_UNITS = {"minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(minute|hour|day|week)s?", re.ASCII)


def zone(name: str) -> ZoneInfo:
    """Return the time zone of a name such as `Europe/Berlin`; raises UsageError otherwise."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(
            f"{name!r} is no time zone; expected a name such as Europe/Berlin or UTC"
        ) from None


def moment(written: str | datetime, local: ZoneInfo) -> datetime:
    """Return a point in time in UTC; one without an offset is the course's local time.

    In the hour that a clock shows twice in autumn the later one counts, which is in the
    student's favour. Raises UsageError for what is no date and time.
    """
    if isinstance(written, str):
        try:
            written = datetime.fromisoformat(written.strip())
        except ValueError:
            raise UsageError(
                f"{written!r} is no date and time; expected 2026-03-01 23:59, or "
                "2026-03-01T23:59+01:00"
            ) from None
    if written.tzinfo is None:
        written = written.replace(tzinfo=local, fold=1)
    try:
        return written.astimezone(UTC)
    except OverflowError:
        raise UsageError(f"{written}: is too near to the end of the calendar") from None


def length(written: str) -> timedelta:
    """Return a length of time, `90 minutes` or `2 days`; raises UsageError otherwise."""
    found = _LENGTH.fullmatch(written.strip().lower())
    if found is None:
        raise UsageError(
            f"{written!r} is no length of time; expected a number and minutes, hours, days or weeks"
        )
    return timedelta(seconds=float(found[1]) * _UNITS[found[2]])
