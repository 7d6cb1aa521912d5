"""Put numbers into words: the filters of the templates, shared by the other renderers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from grader.model import CheckVerdict, Outcome, Score
from grader.report.charts import Box, Chart, Dot, Mark, Path, Words, compact
from grader.report.prose import markdown, sentence, sentences

__all__ = [
    "capital",
    "duration",
    "earned",
    "filters",
    "margin_said",
    "moment",
    "named",
    "number",
    "percent",
    "points",
    "seconds",
    "shown",
    "tidy",
    "to_gain",
    "without_folders",
]


_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::[\d.]+)?(?:Z|([+-])(\d\d):(\d\d))")
_FOLDERS = re.compile(r"(?<![\w./:~-])(?:~|\.{1,2})?/(?:[^\s/'\"]{1,255}/)+(?=[^\s/'\"])")


class Named(Protocol):
    """A check, whole or reduced."""

    @property
    def id(self) -> str: ...


def number(value: float | None) -> str:
    """Write a number in two or three digits; a dash for none."""
    return "–" if value is None else compact(value)


def points(value: float, digits: int = 2) -> str:
    """Write points without needless zeros: `7`, `2.5`."""
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def earned(score: Score) -> str:
    """Write the points that count; a dash for work that was not graded, which is not 0."""
    return "–" if score.status == "ungraded" else points(score.final)


def to_gain(value: float, words: Mapping[str, Any]) -> str:
    """Say how many points the next step brings."""
    said, written = words["student"], points(value)
    return str(said["next_points_one"] if written == "1" else said["next_points"]).format(
        points=written
    )


def percent(share: float | None) -> str:
    """Write a share as a whole percentage; a dash for none."""
    return "–" if share is None else f"{100 * share:.0f} %"


def seconds(value: float) -> str:
    """Write a time in the unit that suits it."""
    if value < 0.9995:
        return f"{1000 * value:.0f} ms"
    return f"{value:.1f} s" if value < 90 else f"{value / 60:.1f} min"


def duration(value: float) -> str:
    """Write a length of time as people say it: `3 days and 2 hours`, `5 minutes`."""
    minutes = max(1, round(value / 60))
    parts = [(minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute")]
    said = [f"{count} {unit}{'s' * (count > 1)}" for count, unit in parts if count]
    return " and ".join(said[:2])


def shown(check: CheckVerdict) -> str:
    """Name what a check is shown as: its outcome, or `partly` for a fail that earned points."""
    return "partly" if check.outcome is Outcome.FAIL and check.earned > 0 else check.outcome.value


def tidy(text: str | None) -> str:
    """Close the gaps that printed tensors have; a dash for none."""
    return "–" if text is None else re.sub(r" {2,}", " ", re.sub(r" +(?=[,\])])", "", text))


def named(check: Named) -> str:
    """Name a check: by the function asked for, told apart where one is checked twice."""
    return check.id


def capital(text: str) -> str:
    """Begin a title with a capital, unless its first word is a variable or a formula."""
    first = text.split(" ", 1)[0].strip(",;:")
    word = first == "a" or (len(first) > 1 and first.isalpha() and first.islower())
    return text[:1].upper() + text[1:] if word else text


def moment(text: str) -> str:
    """Write a time as people read it, with its distance from UTC; other text stays as it is."""
    found = _MOMENT.fullmatch(text)
    if not found:
        return text
    date, time, sign, hours, minutes = found.groups("")
    distance = f"{sign}{int(hours or 0)}" + (f":{minutes}" if int(minutes or 0) else "")
    return f"{date} {time} UTC{'' if distance in ('', '0', '+0', '-0') else distance}"


def without_folders(text: str) -> str:
    """Leave out where files lie on the machine that graded: their names say enough."""
    return _FOLDERS.sub("", text)


def margin_said(margin: float, words: Mapping[str, Any]) -> str:
    """Say how the largest error compares with its limit."""
    said = words["student"]
    if margin <= 1:
        share = percent(margin) if margin >= 0.005 else "< 1 %"
        return str(said["margin_right"]).format(share=share)
    if margin > 10_000:
        return str(said["margin_far"])
    return str(said["margin_wrong"]).format(times=compact(float(f"{margin:.2g}")))


def margin_chart(margin: float, words: Mapping[str, Any]) -> Chart:
    """Draw where the largest error lies: left of the limit is right."""
    reach = 6.0
    power = math.log10(margin) if 0 < margin < math.inf else math.copysign(reach, margin - 1)
    x = 180 + 168 * max(-1.0, min(1.0, power / reach))
    marks: tuple[Mark, ...] = (
        Box("band", 12, 8, 168, 8),
        Box("beyond", 180, 8, 168, 8),
        Path("limit", ((180, 4), (180, 20))),
        Words("tick", 180, 32, words["student"]["margin_limit"]),
        Dot("got" if margin <= 1 else "wrong", x, 12),
    )
    said = words["picture"]["margin_alt"].format(ratio=compact(margin))
    return Chart(words["student"]["margin_chart"], said, marks, height=36)


def filters(words: Mapping[str, Any]) -> dict[str, Callable[..., Any]]:
    """Collect what the templates may use."""
    return {
        "capital": capital,
        "duration": duration,
        "earned": earned,
        "margin_chart": lambda margin: margin_chart(margin, words),
        "margin_said": lambda margin: margin_said(margin, words),
        "markdown": markdown,
        "moment": moment,
        "named": named,
        "number": number,
        "percent": percent,
        "place": lambda value: f"{value:.1f}".removesuffix(".0"),
        "points": points,
        "seconds": seconds,
        "sentence": sentence,
        "sentences": sentences,
        "shown": shown,
        "tidy": tidy,
        "to_gain": lambda value: to_gain(value, words),
        "without_folders": without_folders,
    }
