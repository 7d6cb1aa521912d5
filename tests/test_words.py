"""Every sentence that a student can get is short, and made of words that the student knows."""

from __future__ import annotations

import importlib.util
import statistics
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
LEAST = 1_500
"""Sentences; with fewer than that the reader of strings is broken."""


@pytest.fixture(scope="module")
def words() -> ModuleType:
    pytest.importorskip("wordfreq")
    pytest.importorskip("pyphen")
    spec = importlib.util.spec_from_file_location("bench_words", ROOT / "benchmarks/bench_words.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_words"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_sentences_are_short_and_every_rare_word_has_a_reason(words: ModuleType) -> None:
    found = list(words.sentences())
    lengths = [len(sentence.words) for sentence in found]
    assert len(found) > LEAST
    assert statistics.median(lengths) <= words.MEDIAN_WORDS
    long = [f"{s.file}:{s.line} {s.text}" for s in found if len(s.words) > words.MOST_WORDS]
    assert long == [], "cut it into two sentences"
    rare = {word.lower(): f"{s.file}:{s.line}" for s in found for word in s.rare}
    assert rare == {}, "say it plainly, or add it to docs/glossary.md or benchmarks/vocabulary.toml"


@pytest.mark.slow
def test_no_sentence_says_what_the_glossary_avoids(words: ModuleType) -> None:
    avoided = words.avoided()
    assert "mend" in avoided
    assert "manual points" not in avoided
    said = [
        (phrase, f"{s.file}:{s.line}")
        for s in words.sentences()
        for phrase in avoided
        if f" {phrase.lower()} " in f" {s.text.lower().strip('.')} " and phrase != "by x"
    ]
    assert said == []


def test_no_sentence_of_the_documentation_is_too_long_or_says_what_is_avoided(
    words: ModuleType,
) -> None:
    found = list(words.documentation())
    assert len(found) > LEAST
    long = [f"{s.file}: {s.text}" for s in found if len(s.words) > words.MOST_WORDS]
    assert long == [], "cut it into two sentences"
    said = [
        (phrase, s.file, s.text)
        for s in found
        for phrase in words.avoided()
        if s.file != "docs/glossary.md"
        and f" {phrase.lower()} " in f" {s.text.lower().strip('.')} "
    ]
    assert said == []


def test_a_word_is_known_by_the_glossary_or_by_its_reason(words: ModuleType) -> None:
    assert not words._is_rare("tensor")
    assert not words._is_rare("landlock")
    assert not words._is_rare("derivative")
    assert words._is_rare("supremum")
    assert words._is_rare("mend-worthy") or words._is_rare("conspicuously")


def test_every_group_of_the_vocabulary_has_a_reason_and_no_word_twice(words: ModuleType) -> None:
    import tomllib

    tables = tomllib.loads((ROOT / "benchmarks/vocabulary.toml").read_text("utf-8"))
    reasons = [reason for table in tables.values() for reason in table]
    assert all(len(reason.split()) >= 3 for reason in reasons)
    listed = [word for table in tables.values() for some in table.values() for word in some]
    assert len(listed) == len(set(listed))
