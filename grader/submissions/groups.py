"""One work of a group for each of its members: pure functions on what was found.

The roster says who is in which group, `course.toml` which exercises groups work on. The file that
anybody of the group handed in last is everybody's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from grader.model import Submission, Unreadable
from grader.submissions.roster import Person, is_of_one_assignment

__all__ = ["for_every_member"]

Found = Submission | Unreadable


def for_every_member(
    found: Sequence[Found],
    people: Mapping[str, Person],
    grouped: Callable[[str], bool],
    moment: Callable[[str], datetime | None],
) -> list[Found]:
    """Return what was found, with the work of a group once for each member, sorted.

    `grouped` says whether groups work on an exercise; `moment` reads when something was handed
    in. Where that is not known of several different files, everybody keeps their own, and who
    handed in nothing gets the first one, with a remark.
    """
    members: dict[str, list[str]] = defaultdict(list)
    for student, person in people.items():
        if person.group:
            members[person.group].append(student)
    works: dict[tuple[str, str], list[Found]] = defaultdict(list)
    rest: list[Found] = []
    for item in found:
        group = people[item.student].group if item.student in people else ""
        spread = group and not is_of_one_assignment(group)
        if spread and item.exercise is not None and grouped(item.exercise):
            works[group, item.exercise].append(item)
        else:
            rest.append(item)
    for (group, _), items in works.items():
        rest += _spread(group, items, members[group], moment)
    return sorted(rest, key=lambda item: (item.student, item.exercise or ""))


def _spread(
    group: str,
    items: Sequence[Found],
    members: Sequence[str],
    moment: Callable[[str], datetime | None],
) -> list[Found]:
    readable = [item for item in items if isinstance(item, Submission)]
    if not readable:
        own = {item.student: item for item in items}
        return [own.get(student) or replace(items[0], student=student) for student in members]
    own_works = {item.student: item for item in readable}
    last, certain = _last(readable, moment)
    spread: list[Found] = []
    for student in members:
        if student == last.student or (not certain and student in own_works):
            spread.append(own_works[student])
            continue
        remark = f"Handed in by {last.student} for the group {group}."
        if not certain:
            remark += " Others of the group handed in other files; nobody knows which is the last."
        spread.append(replace(last, student=student, remarks=(*last.remarks, remark)))
    return spread


def _last(
    works: Sequence[Submission], moment: Callable[[str], datetime | None]
) -> tuple[Submission, bool]:
    """Return the work that was handed in last, and whether that is certain."""
    ordered = sorted(works, key=lambda work: work.student)
    if len({work.sha256 for work in works}) == 1:
        return ordered[0], True
    times = [moment(work.handed_in) if work.handed_in else None for work in ordered]
    known = [time for time in times if time is not None]
    if len(known) < len(ordered) or known.count(max(known)) > 1:
        return ordered[0], False
    return ordered[times.index(max(known))], True
