"""Hostile output: nothing that a student writes runs, loads, styles or breaks a page."""

import re
import time
from html.parser import HTMLParser
from io import StringIO

import pytest
from markdown_it import MarkdownIt
from rich.console import Console

from grader.report import render_class, render_student
from grader.report.markdown import class_as_markdown, student_as_markdown
from grader.report.prose import formula, markdown, sentence, sentences
from grader.report.sanitise import clean_html, clean_text, colours, picture_source
from grader.report.terminal import class_in_terminal, student_in_terminal
from tests.hostile import HTML, TEXTS, hostile_notebook, hostile_score
from tests.made_class import png

FORBIDDEN_TAGS = {
    "iframe", "object", "embed", "form", "base", "frame", "template", "noscript", "foreignobject",
    "annotation-xml", "video", "audio", "style", "link", "meta", "input", "use", "image", "a",
}  # fmt: skip
FORBIDDEN_ATTRIBUTES = {"style", "id", "name", "href", "xlink:href", "srcset", "srcdoc", "action"}


class _Seen(HTMLParser):
    """Collects what a page holds of tags and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def seen(html: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Seen()
    parser.feed(html)
    return parser.tags


def assert_harmless(html: str) -> None:
    for tag, attributes in seen(html):
        assert tag not in FORBIDDEN_TAGS | {"script"}, tag
        assert not FORBIDDEN_ATTRIBUTES & attributes.keys(), (tag, attributes)
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        assert (attributes.get("src") or "data:image/").startswith("data:image/")


@pytest.mark.parametrize("html", HTML, ids=range(len(HTML)))
def test_html_of_students_is_harmless(html: str) -> None:
    assert_harmless(clean_html(html))


@pytest.mark.parametrize("text", [*TEXTS, *HTML[6:]], ids=range(len(TEXTS) + len(HTML) - 6))
def test_prose_is_harmless(text: str) -> None:
    for typeset in (sentence, sentences, markdown, formula, colours):
        assert_harmless(typeset(text))


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_page_keeps_its_own_shape_whatever_is_in_it(text: str) -> None:
    assert_own_shape(render_student(hostile_score(text), previous=hostile_score(text)))


@pytest.mark.slow
def test_a_page_survives_a_notebook_full_of_attacks() -> None:
    assert_own_shape(render_student(hostile_score(TEXTS[0], hostile_notebook())))


def assert_own_shape(page: str) -> None:
    tags = [tag for tag, _ in seen(page)]
    assert "script" not in tags
    for once in ("html", "head", "body", "main", "style", "title", "h1"):
        assert tags.count(once) == 1, once
    assert not [name for _, attributes in seen(page) for name in attributes if name[:2] == "on"]
    for tag, attributes in seen(page):
        for name in ("src", "href", "xlink:href", "action", "srcset"):
            assert (attributes.get(name) or "#").startswith(("#", "data:")), (tag, attributes)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_class_page_keeps_its_own_shape(text: str) -> None:
    page = render_class([hostile_score(text), hostile_score("ada-l")])
    tags = [tag for tag, _ in seen(page)]
    assert (tags.count("script"), tags.count("main")) == (1, 1)
    for target in re.findall(r'href="([^"#]*)', page):
        assert target.startswith("data:,") or not target or re.fullmatch(r"[\w%~./-]+", target)


def test_a_hostile_page_stays_small_and_quick() -> None:
    score = hostile_score(TEXTS[0], hostile_notebook())
    render_student(score)
    begun = time.perf_counter()
    page = render_student(score)
    assert time.perf_counter() - begun < 2
    assert len(page) < 1_000_000


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_terminal_sees_no_control_characters(text: str) -> None:
    screen = StringIO()
    console = Console(file=screen, width=100, force_terminal=False)
    console.print(student_in_terminal(hostile_score(text)))
    console.print(class_in_terminal([hostile_score(text)]))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]", screen.getvalue())


HARMLESS = {
    "h1", "h2", "h3", "p", "strong", "em", "code", "ul", "ol", "li", "blockquote",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_markdown_takes_nothing_for_markup(text: str) -> None:
    for summary in (student_as_markdown(hostile_score(text)), class_as_markdown([])):
        without_code = re.sub(r"(?<!\\)`[^`\n]+`", "", summary)
        unescaped = re.sub(r"\\.", "", without_code).replace("\n> ", "\n")
        assert not re.search(r"[<>`@]|\]\(", unescaped)
        html = MarkdownIt("commonmark", {"html": True}).enable("table").render(summary)
        assert set(re.findall(r"<(\w+)", html)) <= HARMLESS, html


def test_hidden_characters_become_visible() -> None:
    assert clean_text("a\x00\u202eb\ud800\n\tc") == "a\\x00\\u202eb\\ud800\n\tc"


def test_colours_stay_and_other_commands_go() -> None:
    html = colours(
        "\x1b[31mred\x1b[0m\x1b[2J\x1b]8;;https://outside.invalid\x07link\x1b]8;;\x07<b>"
    )
    assert html == '<span class="ansi-red-fg">red</span>link&lt;b&gt;'


def test_a_progress_bar_shows_its_last_state() -> None:
    assert colours("10 %\r50 %\r100 %\ndone\r\n") == "100 %\ndone\n"


@pytest.mark.parametrize("encoded", ["", "<script>", "PHNjcmlwdD4=", png()[:-3] + "%%%"])
def test_only_pictures_are_pictures(encoded: str) -> None:
    assert picture_source("image/png", encoded) is None


def test_a_real_picture_is_shown() -> None:
    source = picture_source("image/png", png())
    assert source is not None
    assert source.startswith("data:image/png;base64,iVBOR")


def test_formulas_are_typeset() -> None:
    assert "<mfrac>" in formula(r"\frac{1}{n}")
    assert "<mfrac>" in sentence(r"the factor $\frac{1}{n}$ is lost")
    assert formula("\\frac{") == "<code>\\frac{</code>"
    assert sentence("costs $5 and $6, `w ** 2`") == "costs $5 and $6, <code>w ** 2</code>"
