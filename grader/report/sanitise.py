"""Make what a student's file can influence harmless: text, terminal colours, and HTML.

HTML goes through nh3, a real sanitiser. What remains can neither run, load, style, nor be
clicked: no script, no attribute but a few harmless ones, no address but inline pictures.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

import nh3
from markupsafe import Markup

from grader.unseen import UNSEEN

__all__ = [
    "clean_html",
    "clean_math",
    "clean_text",
    "colours",
    "picture_source",
    "shortened",
]

LONGEST_HTML: Final = 100_000
"""Characters; longer HTML is shown as text, shortened."""

_HEAD, _TAIL = 12_000, 4_000
_COLOUR = re.compile("\x1b\\[[0-9;]{0,40}m")
_ESCAPE = re.compile(
    "\x1b\\][^\x07\x1b]{0,4000}(?:\x07|\x1b\\\\)?"  # links and titles: OSC … BEL or ST
    "|\x1b\\[[0-?]{0,40}[ -/]{0,8}[@-~]"  # everything that moves the cursor
    "|\x1b."
)

_BLOCKS = (
    "p br hr div pre blockquote ul ol li dl dt dd h1 h2 h3 h4 h5 h6 "
    "table caption colgroup col thead tbody tfoot tr th td"
)
_INLINE = "span b strong i em u s sub sup code kbd samp var small mark del ins"
_MATH = (
    "math semantics mrow mi mn mo ms mtext mspace msup msub msubsup mfrac msqrt mroot mover "
    "munder munderover mmultiscripts mprescripts mtable mtr mtd mpadded mphantom menclose mstyle"
)
_MATH_ATTRIBUTES = {
    "math": {"display"},
    "mo": {"stretchy", "fence", "form", "lspace", "rspace", "minsize", "maxsize", "separator"},
    "mi": {"mathvariant"},
    "mfrac": {"linethickness"},
    "mspace": {"width"},
    "mover": {"accent"},
    "mtable": {"columnalign", "columnspacing", "rowspacing"},
    "mtd": {"columnalign"},
}
_CELL = {"colspan", "rowspan"}
_OURS = re.compile(r"ansi-[a-z-]{1,40}|math|inline|block")
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=]+")
_SIGNATURES = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
}


def clean_text(text: str) -> str:
    """Write out control characters, direction overrides and lone surrogates as escapes."""
    return UNSEEN.sub(lambda seen: _escape(seen[0]), text)


def shortened(text: str, head: int = _HEAD, tail: int = _TAIL) -> tuple[str, int]:
    """Keep the beginning and the end of a long text; also returns how much was left out."""
    left_out = len(text) - head - tail
    if left_out <= 0:
        return text, 0
    return f"{text[:head]}\n…\n{text[len(text) - tail :]}" if head else "", left_out


def colours(text: str) -> Markup:
    """Turn terminal output into escaped HTML that keeps the colours and nothing else."""
    from nbconvert.filters.ansi import ansi2html

    lines = (line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    plain = _ESCAPE.sub(
        lambda seen: seen[0] if _COLOUR.fullmatch(seen[0]) else "", "\n".join(lines)
    )
    parts = re.split(f"({_COLOUR.pattern})", plain)
    visible = "".join(part if _COLOUR.fullmatch(part) else clean_text(part) for part in parts)
    if "\x1b" not in visible:
        return Markup.escape(visible)
    html = nh3.clean(
        str(ansi2html(visible)),  # type: ignore[no-untyped-call]
        tags={"span"},
        attributes={"span": {"class"}},
        attribute_filter=_allow,
    )
    return Markup(html)  # noqa: S704  # nh3 has just cleaned it


def clean_html(html: str) -> Markup:
    """Keep the harmless part of HTML: text, tables, formulas and inline pictures."""
    if len(html) > LONGEST_HTML:
        return Markup("<pre>{}</pre>").format(clean_text(shortened(html)[0]))
    cleaned = nh3.clean(
        clean_text(html),
        tags={*_BLOCKS.split(), *_INLINE.split(), *_MATH.split(), "img"},
        clean_content_tags={"script", "style", "title", "template", "svg", "iframe", "noscript"},
        attributes={
            "td": _CELL,
            "th": _CELL,
            "img": {"src", "alt"},
            "span": {"class"},
            "div": {"class"},
            **_MATH_ATTRIBUTES,
        },
        attribute_filter=_allow,
        url_schemes={"data"},
        link_rel=None,
    )
    # A student's headings are not headings of our page, and an empty header is no header.
    cleaned = re.sub(r"<h([1-6])>", r'<div class="heading-\1">', cleaned)
    cleaned = re.sub(r"</h[1-6]>", "</div>", cleaned)
    cleaned = re.sub(r"<th></th>", "<td></td>", cleaned)
    cleaned = re.sub(r"<img(?![^>]* alt=)", '<img alt="Picture in the output"', cleaned)
    return Markup(cleaned)  # noqa: S704  # nh3 has just cleaned it


def clean_math(html: str) -> Markup:
    """Keep nothing but MathML and escaped text."""
    cleaned = nh3.clean(
        html,
        tags={*_MATH.split(), "code"},
        attributes=_MATH_ATTRIBUTES,
        link_rel=None,
    )
    return Markup(cleaned)  # noqa: S704  # nh3 has just cleaned it


def picture_source(kind: str, encoded: str) -> str | None:
    """Check a base64 picture and make it a data address; None when it is not what it says."""
    try:
        content = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    if not content.startswith(_SIGNATURES[kind]):
        return None
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _allow(tag: str, attribute: str, value: str) -> str | None:
    """Let through our own classes and inline pictures only; the rest has no free text to abuse."""
    if attribute == "class":
        kept = [name for name in value.split() if _OURS.fullmatch(name)]
        return " ".join(kept) or None
    if (tag, attribute) == ("img", "src"):
        return value if _PICTURE.fullmatch(value) else None
    return value[:200]


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
