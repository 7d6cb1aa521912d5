"""Pages in a real browser: quiet, closed, accessible, and deaf to what students write."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.report import Progress, render_class, render_student
from grader.report.similarity import Alike
from grader.report.writing import LiveClass, write_class
from grader.term.missing import Missing
from tests.browser.chromium import Browser
from tests.hostile import HTML, TEXTS, hostile_notebook, hostile_score
from tests.made_class import make_class, make_showcase
from tests.made_scores import make_run, make_score

pytestmark = pytest.mark.browser

LOOKS = [(width, theme) for width in (400, 1280) for theme in ("light", "dark")]


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write the pages that are looked at."""
    folder = tmp_path_factory.mktemp("pages")
    showcase = make_showcase()
    crowd = make_class(60, seed=3)
    alike = [Alike("exercise-1", "ada-l", "emmy-n", 0.97, 120)]
    missing = [Missing("kurt-g", "Kurt", ("exercise-0", "exercise-1"))]
    ungraded = make_score(
        checks=(), status="ungraded", message="a.ipynb: is not JSON", run=make_run(notebook=None)
    )
    texts = {
        "student": render_student(showcase, previous=make_score()),
        "ungraded": render_student(ungraded),
        "class": render_class(crowd, alike=alike, missing=missing),
        "running": render_class(crowd[:20], progress=Progress(20, 180, 1)),
        "empty": render_class([], progress=Progress(0, 180)),
    }
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, "utf-8")
    return {name: folder / f"{name}.html" for name in texts}


@pytest.mark.parametrize("name", ["student", "ungraded", "class", "running", "empty"])
@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_a_page_is_quiet_closed_and_accessible(
    browser: Browser, axe: str, pages: dict[str, Path], name: str, width: int, theme: str
) -> None:
    browser.show(pages[name], width, theme)
    assert browser.requests() == [pages[name].as_uri()]
    assert browser.run("return document.documentElement.scrollWidth") <= width
    browser.run("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    assert browser.violations(axe) == []
    assert browser.complaints() == []


@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_no_text_of_a_student_runs(browser: Browser, tmp_path: Path, number: int) -> None:
    score = hostile_score(TEXTS[number])
    for page in (render_student(score, previous=score), render_class([score])):
        path = tmp_path / "page.html"
        path.write_text(page, "utf-8")
        browser.show(path)
        assert browser.run("return window.hacked") is None
        assert browser.requests() == [path.as_uri()]
        assert browser.complaints() == []


def test_no_output_of_a_student_runs(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(render_student(hostile_score("x", hostile_notebook())), "utf-8")
    browser.show(path)
    assert browser.run("return window.hacked") is None
    assert browser.requests() == [path.as_uri()]
    assert browser.complaints() == []
    assert browser.run("return document.querySelectorAll('main').length") == 1
    assert browser.run("return getComputedStyle(document.body).display") != "none"


def test_the_corpus_would_run_without_us(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("".join(HTML[:6]), "utf-8")
    browser.show(path)
    assert browser.run("return window.hacked") >= 3


def test_the_keyboard_reaches_the_content_first(browser: Browser, pages: dict[str, Path]) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    browser.show(pages["student"])
    ActionChains(browser.driver).send_keys(Keys.TAB, Keys.ENTER).perform()
    assert browser.run("return document.activeElement.id") == "content"


@pytest.mark.parametrize("students", [30, 300])
def test_the_first_screen_of_a_class_gives_five_answers(
    browser: Browser, tmp_path: Path, students: int
) -> None:
    page = tmp_path / "index.html"
    missing = [
        Missing(f"kurt-g-{number}", "Kurt", ("exercise-0", "exercise-1"))
        for number in range(students // 6)
    ]
    page.write_text(render_class(make_class(students, seed=3), missing=missing), "utf-8")
    browser.show(page, 1280, height=800)
    said = browser.run(
        "return [...document.querySelectorAll('.answers section')].map("
        "(each) => [each.getAttribute('aria-labelledby'),"
        " [each.innerText, each.getBoundingClientRect().bottom]])"
    )
    answers = dict(said)
    assert list(answers) == ["help", "ideas", "suspects", "absent", "attention", "grades"]
    assert all(bottom <= 800 for _, bottom in answers.values()), "below the first screen"
    assert "of 36 points" in answers["help"][0]
    assert "not written yet" in answers["help"][0]
    assert re.search(r"\d+ students, in 12 checks", answers["ideas"][0])
    assert "No check looks wrong" in answers["suspects"][0]
    assert "kurt-g-0: exercise-0, exercise-1" in answers["absent"][0]
    assert "share of the points" in answers["grades"][0]
    sections = "return [...document.querySelectorAll('#table, #checks, #exercises')]"
    assert browser.run(f"{sections}.map((each) => each.id)") == ["table", "exercises", "checks"]


def test_a_phone_shows_the_answers_before_the_picture(
    browser: Browser, pages: dict[str, Path]
) -> None:
    browser.show(pages["class"], 400)
    top = "return document.getElementById('{}').getBoundingClientRect().top"
    tops = [browser.run(top.format(name)) for name in ("help", "ideas", "suspects", "grades")]
    assert tops == sorted(tops)
    assert tops[1] < 900, "two answers are on the first screen"


def test_a_table_that_scrolls_says_so_and_no_other(
    browser: Browser, pages: dict[str, Path]
) -> None:
    said = (
        "return [...document.querySelectorAll('.scroll')].map((box) =>"
        " [box.scrollWidth > box.clientWidth + 1,"
        " box.previousElementSibling?.classList.contains('scrolls') ?? false])"
    )
    browser.show(pages["class"], 400)
    narrow = browser.run(said)
    assert [True, True] in narrow
    assert all(wide == told for wide, told in narrow)
    browser.show(pages["class"], 1280)
    assert all(wide == told for wide, told in browser.run(said))


def test_a_name_is_found_on_the_other_pages_of_a_large_class(
    browser: Browser, tmp_path: Path
) -> None:
    write_class(tmp_path, make_class(2_000, 2))
    browser.show(tmp_path / "index.html")
    browser.driver.find_element("id", "filter").send_keys("srinivasa-r-12")
    links = "return [...document.querySelectorAll('#elsewhere a')].map((a) => a.textContent)"
    assert "srinivasa-r-12" in browser.run(links)
    browser.driver.find_element("link text", "srinivasa-r-12").click()
    shown = (
        "return [...document.querySelectorAll('#scores tbody tr')]"
        ".filter((row) => !row.hidden).map((row) => row.cells[0].textContent)"
    )
    assert "srinivasa-r-12" in browser.run(shown)
    assert browser.complaints() == []


def test_the_table_sorts_by_keyboard_and_says_so(browser: Browser, pages: dict[str, Path]) -> None:
    from selenium.webdriver.common.keys import Keys

    browser.show(pages["class"])
    head = browser.driver.find_elements("css selector", "#scores th button")[1]
    head.send_keys(Keys.ENTER)
    totals = browser.run(
        "return [...document.querySelectorAll('#scores tbody tr')]"
        ".map((row) => parseFloat(row.cells[1].dataset.sort))"
    )
    assert totals == sorted(totals, reverse=True)
    assert len(set(totals)) > 3
    sort = "return document.querySelectorAll('#scores th')[1].getAttribute('aria-sort')"
    assert browser.run(sort) == "descending"
    head.send_keys(Keys.ENTER)
    assert browser.run(sort) == "ascending"


def test_the_table_is_filtered_by_name_and_by_mistake(
    browser: Browser, pages: dict[str, Path]
) -> None:
    browser.show(pages["class"])
    shown = (
        "return [...document.querySelectorAll('#scores tbody tr')]"
        ".filter((row) => !row.hidden).map((row) => row.cells[0].textContent)"
    )
    field = browser.driver.find_element("id", "filter")
    field.send_keys("emmy")
    assert set(browser.run(shown)) == {"emmy-n", "emmy-n-1", "emmy-n-2", "emmy-n-3"}
    assert "4" in browser.driver.find_element("css selector", "output").text
    field.clear()
    field.send_keys("missing factor")
    assert 0 < len(browser.run(shown)) < 60


def test_a_class_page_renews_itself_unless_told_not_to(
    browser: Browser, pages: dict[str, Path]
) -> None:
    browser.show(pages["running"])
    assert browser.run("return document.getElementById('refresh').checked")
    browser.driver.find_element("id", "refresh").click()
    browser.driver.refresh()
    assert not browser.run("return document.getElementById('refresh').checked")


@pytest.mark.slow
def test_a_class_page_shows_what_was_graded_meanwhile(browser: Browser, tmp_path: Path) -> None:
    scores = make_class(12, 1)
    minutes = [0.0]
    live = LiveClass(tmp_path, 12, clock=lambda: 60 * minutes[0])
    for score in scores[:3]:
        minutes[0] += 1
        assert live.add(score)
    browser.show(tmp_path / "index.html")
    done = "return document.querySelector('[role=status]')?.textContent ?? 'done'"
    shown = "return document.querySelectorAll('#scores tbody tr').length"
    assert "3 of 12" in browser.run(done)
    for score in scores[3:7]:
        minutes[0] += 1
        live.add(score)
    seen = eventually(browser, done, lambda said: "7 of 12" in said)
    assert (seen, browser.run(shown)) == (browser.run(done), 7)
    write_class(tmp_path, scores)
    assert eventually(browser, done, lambda said: said == "done") == "done"
    assert browser.run(shown) == 12
    assert browser.complaints() == []


@pytest.mark.slow
def test_a_class_page_waits_while_somebody_filters(browser: Browser, tmp_path: Path) -> None:
    write_class(tmp_path, make_class(12, 1), progress=Progress(12, 30))
    browser.show(tmp_path / "index.html")
    browser.driver.find_element("id", "filter").send_keys("ada")
    time.sleep(6)
    shown = (
        "return [...document.querySelectorAll('#scores tbody tr')]"
        ".filter((row) => !row.hidden).map((row) => row.cells[0].textContent)"
    )
    assert browser.run(shown) == ["ada-l"]


def eventually(browser: Browser, script: str, wanted: Callable[[str], bool]) -> str:
    """Ask the page until it says what is wanted; what it says at last otherwise."""
    said = ""
    for _ in range(60):
        said = browser.run(script)
        if wanted(said):
            break
        time.sleep(0.2)
    return said


def test_print_shows_what_is_folded_dark_on_white(
    browser: Browser, axe: str, pages: dict[str, Path]
) -> None:
    browser.show(pages["student"])
    dark = {"name": "prefers-color-scheme", "value": "dark"}
    emulated = {"media": "print", "features": [dark]}
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", emulated)
    heights = browser.run(
        "return [...document.querySelectorAll('details:not([open])')]"
        ".map((each) => each.querySelector('h4').getBoundingClientRect().height)"
    )
    ground = browser.run("return getComputedStyle(document.body).backgroundColor")
    wrong = browser.violations(axe)
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert (ground, wrong) == ("rgb(255, 255, 255)", [])
    assert heights
    assert all(height > 0 for height in heights)
