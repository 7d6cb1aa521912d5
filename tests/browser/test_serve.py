"""`grader serve` in a real browser: quiet, accessible, worked by keyboard, deaf to hostile work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.grading.class_gradebook import ClassGradebook
from grader.model import Outcome
from grader.scores.gradebook import Gradebook, gradebook_url
from tests.browser.chromium import Browser
from tests.hostile import TEXTS, hostile_notebook, hostile_score
from tests.made_class import make_showcase
from tests.made_course import make_course
from tests.made_scores import make_evidence
from tests.serve_room import Room, serving
from tests.test_queue import APPEAL, SCORES, score_of, submission_of

pytestmark = pytest.mark.browser

LOOKS = [(width, theme) for width in (400, 1280) for theme in ("light", "dark")]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """A class with an appeal, undecided checks, a pair, and a page that uses everything."""
    course = make_course(tmp_path / "course")
    out = tmp_path / "out"
    with Gradebook.open(gradebook_url(out)) as book:
        for score in SCORES:
            handed = submission_of(score.student, "1" * 64)
            book.record(score, make_evidence(), submission=handed)
        book.record(replace(make_showcase("mary-c"), exercise="squares"), make_evidence())
        book.decide(APPEAL)
    with serving(ClassGradebook.open(out, None, course.directory)) as found:
        yield found


def enter(browser: Browser, room: Room, width: int = 1280, theme: str = "light") -> None:
    browser.prepare(width, theme)
    browser.driver.get(room.address)


def go(browser: Browser, room: Room, path: str) -> None:
    browser.driver.get(f"http://127.0.0.1:{room.port}{path}")


def press(browser: Browser, keys: str) -> None:
    from selenium.webdriver import ActionChains

    ActionChains(browser.driver).send_keys(keys).perform()


def wait_for(browser: Browser, condition: Callable[[], object]) -> None:
    """Wait until the next page is there; a busy machine takes its time."""
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(browser.driver, 20).until(lambda _: condition())


def paths(room: Room) -> list[str]:
    keys = room.served.keys()
    works = [f"/work/{keys[name, 'squares']}" for name in ("ada-l", "mary-c")]
    pair = f"/pair/{keys['ada-l', 'squares']}/{keys['emmy-n', 'squares']}"
    return ["/", "/queue", *works, f"{works[0]}?queue=1&check=slope", "/pairs", pair, "/regrade"]


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_every_page_is_quiet_closed_and_accessible(
    browser: Browser, axe: str, room: Room, width: int, theme: str
) -> None:
    enter(browser, room, width, theme)
    for path in paths(room):
        go(browser, room, path)
        assert browser.run("return document.documentElement.scrollWidth") <= width, path
        browser.run("document.querySelectorAll('details').forEach((each) => { each.open = true })")
        assert browser.violations(axe) == [], path
    go(browser, room, "/")
    heights = "return [...document.querySelectorAll('label')].map((each) => each.offsetHeight)"
    assert max(browser.run(heights)) < 60, "no label is broken up"
    assert browser.complaints() == []
    own = f"http://127.0.0.1:{room.port}/"
    assert all(url.startswith((own, "about:")) for url in browser.requests())


def test_the_keyboard_alone_is_enough(browser: Browser, room: Room) -> None:
    from selenium.webdriver import ActionChains, Keys

    enter(browser, room)
    press(browser, "q")
    wait_for(browser, lambda: browser.driver.current_url.endswith("/queue"))
    press(browser, "j")
    wait_for(browser, lambda: "check=slope" in browser.driver.current_url)
    press(browser, "p")
    press(browser, "2")
    assert browser.run("return document.activeElement.name") == "points"
    press(browser, Keys.ESCAPE)
    press(browser, "c")
    press(browser, "The sign is right.")
    before = browser.driver.current_url
    send = ActionChains(browser.driver).key_down(Keys.CONTROL).send_keys(Keys.ENTER)
    send.key_up(Keys.CONTROL).perform()
    wait_for(browser, lambda: browser.driver.current_url != before)
    assert "check=energy" in browser.driver.current_url
    (score,) = room.served.book.scores(student="ada-l")
    assert (score.earned, score.asks) == (5.0, ())
    press(browser, "k")
    assert "check=energy" in browser.driver.current_url, "nothing comes before the first"


def test_keys_can_be_switched_off(browser: Browser, room: Room) -> None:
    from selenium.webdriver.support.expected_conditions import staleness_of

    enter(browser, room)
    browser.driver.find_element("css selector", ".view summary").click()
    browser.driver.find_element("css selector", "[name=keys][value=off]").click()
    button = browser.driver.find_element("css selector", ".view button")
    button.click()
    wait_for(browser, lambda: staleness_of(button)(browser.driver))
    press(browser, "q")
    assert not browser.driver.current_url.endswith("/queue")


def test_it_works_without_script(browser: Browser, room: Room) -> None:
    from selenium.webdriver import Keys
    from selenium.webdriver.support.expected_conditions import staleness_of

    enter(browser, room)
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        go(browser, room, "/queue")
        browser.driver.find_element("link text", "Begin with the first").click()
        form = browser.driver.find_element("css selector", "#decide form")
        form.find_element("name", "points").clear()
        form.find_element("name", "points").send_keys("1")
        form.find_element("name", "text").send_keys("Read it.")
        form.find_element("css selector", "button[value=points]").send_keys(Keys.ENTER)
        wait_for(browser, lambda: staleness_of(form)(browser.driver))
        assert room.served.book.scores(student="ada-l")[0].earned == 4.0
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_nothing_of_a_student_runs(browser: Browser, room: Room) -> None:
    book = room.served.book.gradebook
    for number, text in enumerate(TEXTS):
        score = hostile_score(text, hostile_notebook() if number == 0 else None)
        score = replace(score, student=f"{text[:60]}{number}", exercise="squares", sha256="7" * 64)
        handed = replace(submission_of(score.student, "7" * 64), student=score.student)
        book.record(score, make_evidence(), submission=handed)
        book.decide(replace(APPEAL, student=score.student, text=text, check="", sha256="7" * 64))
    enter(browser, room)
    works = [f"/work/{key}" for key in room.served.keys().values()]
    pairs = [f"/pair/{works[0][6:]}/{works[1][6:]}"]
    for path in ("/", "/queue", "/pairs", *pairs, *works):
        go(browser, room, path)
        assert browser.run("return window.hacked") is None, path
        assert browser.run("return document.querySelectorAll('main').length") == 1, path
        assert browser.run("return getComputedStyle(document.body).display") != "none", path
    own = f"http://127.0.0.1:{room.port}/"
    assert all(url.startswith((own, "about:")) for url in browser.requests())


def test_a_page_of_another_site_can_do_nothing(
    browser: Browser, room: Room, tmp_path: Path
) -> None:
    """It cannot show our pages in a frame, and a form that it sends is refused."""
    enter(browser, room)
    key = room.served.keys()["ada-l", "squares"]
    work = f"http://127.0.0.1:{room.port}/work/{key}"
    page = tmp_path / "evil.html"
    page.write_text(
        f"<iframe src='{work}'></iframe><form id=f method=post action='{work}'>"
        "<input name=kind value=points><input name=points value=3><input name=text value=x>"
        "<input name=check value=slope></form>",
        "utf-8",
    )
    browser.driver.get(page.as_uri())
    browser.run("document.getElementById('f').submit()")
    assert "nothing was changed" in browser.driver.page_source or "printed" in (
        browser.driver.page_source
    )
    assert room.served.book.scores(student="ada-l")[0].earned == 3.0
    assert score_of("ada-l", Outcome.PASS).earned == 3.0
