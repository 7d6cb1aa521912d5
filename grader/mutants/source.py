"""Change one thing in a reference file at a time."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from grader.course.reference import Reference
from grader.model import Check, Exercise
from grader.mutants.operators import changes_at
from grader.mutants.slips import replacements_at, slips_at

__all__ = ["Mutant", "mutants_of"]

ChangesAt = Callable[[ast.stmt, ast.AST], Iterator[tuple[str, Callable[[], None]]]]
"""The changes at one node of a function, in words and as actions."""


@dataclass(frozen=True)
class Mutant:
    """A reference file with one change, and which checks may notice it."""

    function: str
    line: int
    change: str
    source: str
    checks: tuple[str, ...]
    rewriting_of: str | None = None
    """The student's function that the mutated function stands for, where it is a rewriting."""

    def __str__(self) -> str:
        """Return where and what, in one line."""
        return f"line {self.line} ({self.function}): {self.change}"


def mutants_of(exercise: Exercise, reference: Reference, slips: bool = False) -> Iterator[Mutant]:
    """Yield every mutant of what the checks of an exercise reach.

    With `slips` those of students come after the others (`grader.mutants.slips`).
    """
    tree = ast.parse(exercise.reference.read_text(encoding="utf-8"))
    texts = [ast.unparse(node) for node in tree.body]
    functions = {
        node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    names = {name: _names_in(node) & set(functions) for name, node in functions.items()}
    rewritings = {function.__name__: target for target, function in reference.rewritings}
    reached = {check.id: _reached(_roots(check, reference), names) for check in exercise.checks}
    cells = {function.__name__: tag for tag, function in reference.solutions.items()}
    for at in (_all_changes, _all_slips, _all_replacements) if slips else (_all_changes,):
        for name, node in functions.items():
            target = rewritings.get(name)
            noticing = tuple(
                check.id
                for check in exercise.checks
                if name in reached[check.id]
                or (target is not None and target in (check.call, check.id))
                or (check.cell is not None and cells.get(name) == check.cell)
            )
            if noticing and not _is_trusted(node):
                yield from _mutants(tree, texts, name, noticing, target, at)


def _roots(check: Check, reference: Reference) -> set[str]:
    if check.cell is not None:
        return set()
    return {name for name in (check.call, check.gradient.of if check.gradient else None) if name}


def _is_trusted(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """Return whether a function is no answer: a mistake, a probe or a sampler."""
    marks = {"mistake", "probe", "sampler"}
    return any(
        isinstance(part, ast.Name) and part.id in marks
        for mark in node.decorator_list
        for part in ast.walk(mark)
    )


def _names_in(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _reached(roots: set[str], names: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [root for root in roots if root in names]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += names[name] - found
    return found


def _mutants(
    tree: ast.Module,
    texts: Sequence[str],
    name: str,
    checks: tuple[str, ...],
    target: str | None,
    at: ChangesAt,
) -> Iterator[Mutant]:
    position = next(
        index for index, node in enumerate(tree.body) if getattr(node, "name", None) == name
    )
    body = tree.body[position]
    for index, node in enumerate(_nodes(body)):
        for number, (words, _) in enumerate(_at(body, node, at)):
            changed = copy.deepcopy(body)
            _, apply = _at(changed, _nodes(changed)[index], at)[number]
            apply()
            text = ast.unparse(ast.fix_missing_locations(changed))
            source = "\n\n".join([*texts[:position], text, *texts[position + 1 :]])
            line = getattr(node, "lineno", getattr(body, "lineno", 0))
            yield Mutant(name, line, words, source, checks, target)


def _nodes(body: ast.stmt) -> list[ast.AST]:
    return list(ast.walk(body))


def _at(body: ast.stmt, node: ast.AST, at: ChangesAt) -> Sequence[tuple[str, Callable[[], None]]]:
    """Return the changes at one node of a function, in words and as actions on its tree."""
    marks = getattr(body, "decorator_list", [])
    if any(node is part for mark in marks for part in ast.walk(mark)):
        return []
    return list(at(body, node))


def _all_changes(_: ast.stmt, node: ast.AST) -> Iterator[tuple[str, Callable[[], None]]]:
    return changes_at(node)


def _all_slips(_: ast.stmt, node: ast.AST) -> Iterator[tuple[str, Callable[[], None]]]:
    return slips_at(node)


def _all_replacements(body: ast.stmt, node: ast.AST) -> Iterator[tuple[str, Callable[[], None]]]:
    stored = {
        part.id
        for part in ast.walk(body)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }
    own = {part.arg for part in ast.walk(body) if isinstance(part, ast.arg)}
    return replacements_at(node, sorted(stored | own))
