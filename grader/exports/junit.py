"""Write scores as JUnit XML: a suite a submission, a test case a check.

`failure` is the student's, `error` ours, `skipped` what was not judged. JUnit has no place for
points: they are in the suite's properties and in each case's output.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from xml.etree import ElementTree

from grader.exports.selection import points_text
from grader.model import CheckVerdict, Outcome, Score

__all__ = ["junit_xml"]

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ELEMENTS = {
    Outcome.BROKEN: "error",
    Outcome.SKIPPED: "skipped",
    Outcome.INCONCLUSIVE: "skipped",
    Outcome.AWAITING: "skipped",
}


def junit_xml(scores: Iterable[Score]) -> str:
    """Return the XML text of all scores."""
    suites = [_suite(score) for score in scores]
    root = ElementTree.Element("testsuites", name="grader", **_totals(suites))
    root.extend(suites)
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _totals(suites: Sequence[ElementTree.Element]) -> dict[str, Any]:
    names = ("tests", "failures", "errors")  # Jenkins' schema allows no `skipped` here
    return {name: str(sum(int(suite.get(name, "0")) for suite in suites)) for name in names}


def _suite(score: Score) -> ElementTree.Element:
    name = f"{score.exercise or 'unknown'}.{score.student}"
    checks = [_case(score, check) for check in score.checks] or [_whole(score)]
    counts: dict[str, Any] = {
        kind: str(sum(case.find(element) is not None for case in checks))
        for kind, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))
    }
    suite = ElementTree.Element(
        "testsuite",
        name=_clean(name),
        tests=str(len(checks)),
        time=f"{score.run.wall_s:.3f}",
        timestamp=score.graded_at[:19],
        hostname="localhost",
        **counts,
    )
    properties = ElementTree.SubElement(suite, "properties")
    for key, value in (
        ("earned", points_text(score.earned)),
        ("possible", points_text(score.possible)),
        ("status", score.status),
        ("isolation", score.run.isolation.value),
    ):
        ElementTree.SubElement(properties, "property", name=key, value=value)
    suite.extend(checks)
    return suite


def _case(score: Score, check: CheckVerdict) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase",
        classname=_clean(f"{score.exercise}.{score.student}"),
        name=_clean(check.id),
        time="0",
    )
    if check.outcome is not Outcome.PASS:
        element = _ELEMENTS.get(check.outcome, "failure")
        outcome = ElementTree.SubElement(case, element, message=_clean(check.feedback, 500))
        outcome.set("type", check.mistake or check.outcome.value)
        outcome.text = _clean(check.feedback)
    said = f"{points_text(check.earned)} of {points_text(check.possible)} points"
    ElementTree.SubElement(case, "system-out").text = said
    return case


def _whole(score: Score) -> ElementTree.Element:
    """Return the one case of a submission that could not be read at all."""
    case = ElementTree.Element("testcase", classname=_clean(score.student), name="submission")
    case.set("time", "0")
    message = _clean(score.message or "nothing was checked", 500)
    ElementTree.SubElement(case, "failure", message=message, type=score.status)
    return case


def _clean(text: str, most: int = 10_000) -> str:
    """Return text that XML can hold."""
    return _NO_XML.sub("\ufffd", text)[:most]
