"""Read Gradescope's `submission_metadata.yml`, an entry at a time, so that a bad one is one.

The file holds what students wrote, too: names, and the output of earlier tests. So every entry
is parsed on its own within bounds, as plain events: no tag makes an object, and no alias is
followed, for a few lines of aliases can stand for gigabytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grader.errors import SubmissionError, UsageError

__all__ = ["Record", "records_in"]

_ENTRY = re.compile(r"^[\"']?(submission_[0-9]+)[\"']?:", re.MULTILINE)
_NOTHING = re.compile(r"\s*(---)?\s*(\{\s*\})?\s*(\.\.\.)?\s*")
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)? ?(Z|UTC|[+-]\d\d:\d\d)?", re.ASCII
)
MOST_CHARACTERS = 8 << 20
MOST_EVENTS = 200_000
DEEPEST = 32
_MOST_SUBMITTERS = 100


@dataclass(frozen=True)
class Record:
    """Who handed in a submission, and when; keys are without Ruby's colon."""

    submitters: tuple[dict[str, str], ...]
    created_at: str = ""


def records_in(text: str) -> dict[str, Record | SubmissionError]:
    """Return the entry of each submission, or what is wrong with it.

    Raises UsageError where the file has no entries of submissions at all.
    """
    starts = list(_ENTRY.finditer(text))
    if not starts and not _NOTHING.fullmatch(text):
        raise UsageError("submission_metadata.yml: expected one entry for each submission")
    if not starts:
        return {}
    ends = [*(match.start() for match in starts[1:]), len(text)]
    found: dict[str, Record | SubmissionError] = {}
    for match, end in zip(starts, ends, strict=True):
        twice = match[1] in found
        found[match[1]] = (
            SubmissionError("is there twice") if twice else _record(text[match.start() : end])
        )
    return found


def _record(text: str) -> Record | SubmissionError:
    import yaml

    try:
        if len(text) > MOST_CHARACTERS:
            raise SubmissionError(f"has more than {MOST_CHARACTERS >> 20} MiB")
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # without libyaml the slow one
        (content,) = _composed(yaml.parse(text, Loader=loader)).values()
    except SubmissionError as error:
        return error
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as error:
        first = str(error).partition("\n")[0]
        return SubmissionError(f"cannot be read: {first}"[:200])
    if not isinstance(content, dict):
        return SubmissionError("is no table")
    submitters = content.get("submitters")
    return Record(
        tuple(
            {key: value for key, value in one.items() if isinstance(value, str)}
            for one in (submitters if isinstance(submitters, list) else [])[:_MOST_SUBMITTERS]
            if isinstance(one, dict)
        ),
        _iso(when) if isinstance(when := content.get("created_at"), str) else "",
    )


def _iso(time: str) -> str:
    """Return Ruby's `2026-01-02 03:04:05.123456000 Z` as ISO writes it; else what is there."""
    known = _TIME.fullmatch(time)
    if known is None:
        return time[:40]
    zone = "+00:00" if known[4] in (None, "Z", "UTC") else known[4]
    return f"{known[1]}T{known[2]}{(known[3] or '')[:7]}{zone}"


def _composed(events: Iterator[Any]) -> dict[str, Any]:
    """Build what the events of one mapping say: texts, lists and mappings, an alias is nothing."""
    import yaml

    root: list[Any] = []
    stack: list[Any] = [root]
    keys: list[str | None] = [None]
    for number, event in enumerate(events):
        if number > MOST_EVENTS or len(stack) > DEEPEST:
            raise SubmissionError("is too large or too deep")
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            made: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
            _put(stack[-1], keys, made)
            stack.append(made)
            keys.append(None)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            stack.pop()
            keys.pop()
        elif isinstance(event, yaml.ScalarEvent):
            _put(stack[-1], keys, _plain(event))
        elif isinstance(event, yaml.AliasEvent):
            _put(stack[-1], keys, None)
    if len(root) != 1 or not isinstance(root[0], dict) or len(root[0]) != 1:
        raise SubmissionError("is not one entry by itself")
    return root[0]


def _put(into: Any, keys: list[str | None], value: Any) -> None:
    """Put a value into a list, or as the next key or value into a mapping."""
    if isinstance(into, list):
        into.append(value)
    elif keys[-1] is None:
        keys[-1] = value.removeprefix(":") if isinstance(value, str) else ""
    else:
        into.setdefault(keys[-1], value)
        keys[-1] = None


def _plain(event: Any) -> str:
    """Return a scalar as it is written; YAML's ways to say nothing are nothing."""
    nothing = event.style is None and event.value in ("~", "null", "Null", "NULL")
    return "" if nothing else str(event.value).strip()
