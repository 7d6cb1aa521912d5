"""List every sentence that a student can get, with its length, its grade level and rare words.

    python benchmarks/bench_words.py            figures, and what falls outside them
    python benchmarks/bench_words.py --all      every sentence
    python benchmarks/bench_words.py --docs     sentences of docs and README that are too long

Sentences are read from where they are written: `words.toml`, the strings of the modules that
speak to students, the mistakes of the references, the statements of the course. What is filled in
at run time stands as `…`. The grade level is Flesch and Kincaid's (Derivation of new readability
formulas for Navy enlisted personnel, 1975):

    0.39 words/sentence + 11.8 syllables/word - 15.59

A word is rare where fewer than 1 in 100,000 words of English text are it (Zipf value below 4,
by wordfreq) and neither `docs/glossary.md` nor `vocabulary.toml` beside this file has it.
"""

from __future__ import annotations

import argparse
import ast
import re
import statistics
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SPEAKERS = (
    "grader/judging", "grader/selfcheck", "grader/submissions", "grader/report", "grader/sandbox",
    "grader/inside",
)  # fmt: skip
NO_SPEAKERS = (
    "grader/inside/bpf.py", "grader/inside/calls.py", "grader/inside/warmth.py",
    "grader/report/sanitise.py", "grader/sandbox/canary.py", "grader/sandbox/doctor.py",
    "grader/sandbox/levels.py", "grader/submissions/naming.py",
)  # fmt: skip
"""Lists and programs for machines, and what `grader doctor` says to instructors."""
AVOIDED = "## Say this, not that"
INSTRUCTORS = "## Words of instructors"
"""Words that the glossary explains, but not for students."""
MOST_WORDS = 30
MEDIAN_WORDS = 15
COMMON = 4.0
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`…$])")
_CODE = re.compile(r"`[^`]*`|\$[^$]*\$|\{[^}]*\}|\[[^\]]*\]\([^)]*\)")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_BLOCK = re.compile(r"[#*-]+ |\d+\. ")
"""The beginning of a heading or of an entry in a list."""
_NO_PROSE = re.compile(r"^[\w./:<>=-]+$|^[\W_]|__|\\[a-z]|<[a-z]+|^#|[;{}]\s|&[a-z]+;")


_NO_TEXT = re.compile(r"<!--.*?-->|^```.*?^```|^ {4}.*?$", re.DOTALL | re.MULTILINE)
_BLOCKS = re.compile(r"\n\s*\n|\||\n(?=[#*-] |\d+\. )")
"""Between paragraphs, cells of tables and entries of lists."""


@dataclass(frozen=True)
class Sentence:
    """One sentence and where it is written."""

    text: str
    file: str
    line: int

    @property
    def words(self) -> list[str]:
        """The words of the sentence, code left out."""
        return _WORD.findall(_CODE.sub("…", self.text))

    @property
    def grade(self) -> float:
        """Years of school that it takes to read it, by Flesch and Kincaid."""
        words = self.words or ["a"]
        syllables = sum(map(_syllables, words))
        return 0.39 * len(words) + 11.8 * syllables / len(words) - 15.59

    @property
    def rare(self) -> list[str]:
        """Words that a first-year student may not know."""
        return [word for word in self.words if _is_rare(word.lower().strip("'’-"))]


def sentences() -> Iterator[Sentence]:
    """Yield every sentence once, in the order of files and lines."""
    seen = set()
    for text, file, line in _texts():
        for part in _SENTENCE.split(" ".join(text.split())):
            if part not in seen and len(_WORD.findall(part)) >= _least_words(file):
                seen.add(part)
                yield Sentence(part, file, line)


def documentation() -> Iterator[Sentence]:
    """Yield every sentence of docs and README, code and comments left out."""
    for path in (*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md"):
        text = _NO_TEXT.sub("", path.read_text("utf-8"))
        for block in _BLOCKS.split(text):
            for part in _SENTENCE.split(" ".join(block.split())):
                yield Sentence(part, str(path.relative_to(ROOT)), 0)


def _least_words(file: str) -> int:
    """Return how many words make a sentence; in `words.toml` a label is one, too."""
    return 1 if file.endswith(".toml") else 3


def _texts() -> Iterator[tuple[str, str, int]]:
    yield from _of_words_toml()
    for folder in SPEAKERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if str(path.relative_to(ROOT)) in NO_SPEAKERS:
                continue
            for text, line in _strings(path):
                yield text, str(path.relative_to(ROOT)), line
    for path in sorted((ROOT / "reference").rglob("*.py")):
        for text, line in (*_mistakes(path), *_strings(path)):
            yield text, str(path.relative_to(ROOT)), line
    for path in sorted((ROOT / "exercises").glob("*/starter.py")):
        for text, line in _statement(path):
            yield text, str(path.relative_to(ROOT)), line


def _of_words_toml() -> Iterator[tuple[str, str, int]]:
    path = ROOT / "grader/report/words.toml"
    lines = path.read_text("utf-8").splitlines()

    def walk(table: object) -> Iterator[str]:
        if isinstance(table, dict):
            for value in table.values():
                yield from walk(value)
        elif isinstance(table, str):
            yield table

    for text in walk(tomllib.loads("\n".join(lines))):
        start = text.split("\n")[0][:40]
        found = (number for number, line in enumerate(lines, 1) if start and start in line)
        yield text, "grader/report/words.toml", next(found, 1)


def _strings(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the strings of a module that read like prose; docstrings are for maintainers."""
    tree = ast.parse(path.read_text("utf-8"))
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    documentation |= {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)
    }  # of attributes
    inner = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
        if part is not node
    }
    for node in ast.walk(tree):
        if id(node) in documentation or id(node) in inner:
            continue
        text = _text_of(node)
        if text and len(_WORD.findall(text)) >= 3 and not _NO_PROSE.search(text):
            yield text, getattr(node, "lineno", 1)


def _text_of(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values
        )
    return ""


def _mistakes(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the words of declared mistakes: the docstring that students read."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            words = ast.get_docstring(node)
            if words:
                yield words, node.lineno


def _statement(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the Markdown and the docstrings of a starter."""
    prose, begun, markdown = [], 1, False
    for number, line in enumerate([*path.read_text("utf-8").splitlines(), "# %%"], 1):
        text = line.removeprefix("#").strip()
        if line.startswith("# %%") or not text or _BLOCK.match(text):
            if prose:
                yield " ".join(prose), begun
            prose, begun = [], number
        if line.startswith("# %%"):
            markdown = "[markdown]" in line
        elif markdown and text and not text.startswith(("|", "```", "$$")):
            prose.append(text.lstrip("#*- "))
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and (words := ast.get_docstring(node)):
            yield words, node.lineno


@cache
def _syllables(word: str) -> int:
    return max(1, len(_hyphenation().positions(word)) + 1)


@cache
def _hyphenation() -> object:
    import pyphen

    return pyphen.Pyphen(lang="en_US")


@cache
def _known() -> frozenset[str]:
    """Return the words of the glossary and of the vocabulary, whose reasons stand beside them."""
    glossary = (ROOT / "docs/glossary.md").read_text("utf-8").partition(INSTRUCTORS)[0]
    words = {word for line in _rows(glossary) for word in _WORD.findall(line.lower())}
    vocabulary = Path(__file__).parent / "vocabulary.toml"
    for table in tomllib.loads(vocabulary.read_text("utf-8")).values():
        words |= {word for some in table.values() for word in some}
    return frozenset(words)


@cache
def avoided() -> tuple[str, ...]:
    """Return what the glossary says not to say."""
    table = (ROOT / "docs/glossary.md").read_text("utf-8").partition(AVOIDED)[2]
    cells = [line.split("|")[2] for line in _rows(table)][1:]
    return tuple(said.strip() for cell in cells for said in cell.split(","))


def _rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("|") and "---" not in line]


@cache
def _is_rare(word: str) -> bool:
    from wordfreq import zipf_frequency

    forms = {word, re.sub(r"('s|’s|s|es|ed|d|ing|ly)$", "", word)}
    parts = [part for part in word.split("-") if part]
    if len(parts) > 1:
        return any(_is_rare(part) for part in parts)
    if len(word) < 3 or forms & _known():
        return False
    return max(zipf_frequency(form, "en") for form in forms) < COMMON


def _print_long(found: list[Sentence]) -> int:
    long = [sentence for sentence in found if len(sentence.words) > MOST_WORDS]
    for sentence in long:
        print(f"{len(sentence.words)} words  {sentence.file}:{sentence.line}  {sentence.text}")
    return len(long)


def main() -> int:
    """Print the figures; returns 1 where a sentence is too long or has a word nobody listed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--all", action="store_true", help="print every sentence")
    parser.add_argument("--docs", action="store_true", help="look at docs and README instead")
    asked = parser.parse_args()
    if asked.docs:
        return _print_long(list(documentation()))
    found = list(sentences())
    lengths = [len(sentence.words) for sentence in found]
    grades = [sentence.grade for sentence in found]
    if asked.all:
        for sentence in found:
            words = len(sentence.words)
            place = f"{sentence.file}:{sentence.line}"
            print(f"{words:3} words, grade {sentence.grade:4.1f}  {place}  {sentence.text}")
    long = _print_long(found)
    rare = Counter(word.lower() for sentence in found for word in sentence.rare)
    where = {word.lower(): sentence for sentence in found for word in sentence.rare}
    for word, count in rare.most_common():
        print(f"rare: {word} ({count})  {where[word].file}:{where[word].line}")
    print(
        f"{len(found)} sentences, median {statistics.median(lengths):g} words (at most "
        f"{MEDIAN_WORDS}), {long} over {MOST_WORDS}; grade level median "
        f"{statistics.median(grades):.1f}; {len(rare)} rare words without a reason"
    )
    return int(bool(long or rare) or statistics.median(lengths) > MEDIAN_WORDS)


if __name__ == "__main__":
    sys.exit(main())
