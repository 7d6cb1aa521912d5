"""Count one misunderstanding over all checks where it shows, under one name.

References name a mistake as it looks in one check. `words.toml` says which of those names are the
same idea; every other name is an idea of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.report.class_statistics import Mistake

__all__ = ["Idea", "idea_of", "ideas"]


@dataclass(frozen=True)
class Idea:
    """One misunderstanding, who has it, and the checks where it shows."""

    title: str
    students: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    """How it looks in each check, most students first."""

    @property
    def checks(self) -> tuple[tuple[str, str], ...]:
        """Exercise and name of each check where it shows."""
        return tuple(dict.fromkeys((mistake.exercise, mistake.check) for mistake in self.mistakes))


def ideas(found: Iterable[Mistake], names: Mapping[str, Sequence[str]]) -> tuple[Idea, ...]:
    """Gather mistakes into ideas, the one that most students have first."""
    gathered: dict[str, list[Mistake]] = defaultdict(list)
    for mistake in found:
        gathered[idea_of(mistake.title, names)].append(mistake)
    made = []
    for title, some in gathered.items():
        ordered = sorted(some, key=lambda m: (-len(m.students), m.exercise, m.check, m.slug))
        students = sorted({student for mistake in some for student, _ in mistake.students})
        made.append(Idea(title, tuple(students), tuple(ordered)))
    return tuple(
        sorted(made, key=lambda idea: (-len(idea.students), -len(idea.checks), idea.title))
    )


def idea_of(title: str, names: Mapping[str, Sequence[str]]) -> str:
    """Name the idea behind a mistake: the first whose phrase is in the title, else the title."""
    said = title.lower()
    return next(
        (idea for idea, phrases in names.items() if any(phrase in said for phrase in phrases)),
        title,
    )
