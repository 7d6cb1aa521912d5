"""Let in only who has the address that was printed, and only from this machine's own pages.

A page of another site can make a browser send requests to 127.0.0.1, and a name that it controls
can lead there. So every request needs the right Host and the cookie that the token gives; one that
changes something needs to come from our own page and to carry a secret that only our pages hold.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Guard", "Secrets", "read_form"]

_MOST = 64 * 1024
"""Bytes of a form."""
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Secrets:
    """What one run of the server knows and nobody else does."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    """In the printed address."""
    session: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    """In the cookie."""
    form: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    """In every form."""


class Guard:
    """Stands before the application."""

    def __init__(self, app: ASGIApp, *, port: int, known: Secrets) -> None:
        self._app = app
        self._known = known
        self._hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost")}
        self._origins = {f"http://{host}" for host in self._hosts}
        # Cookies know no ports: two servers on one machine must not take each other's.
        self._cookie = f"grader-{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        answer = self._answer(Request(scope))
        await (answer or self._app)(scope, receive, with_headers)

    def _answer(self, request: Request) -> Response | None:
        """Return what is answered without the application; None lets the request through."""
        if request.headers.get("host") not in self._hosts:
            return PlainTextResponse("This is not the address that grader serve printed.", 421)
        given = request.query_params.get("token")
        if request.method == "GET" and request.url.path == "/" and given is not None:
            if not _same(given, self._known.token):
                return PlainTextResponse("This token is of another run of grader serve.", 403)
            welcome = RedirectResponse("/", 303)
            welcome.set_cookie(self._cookie, self._known.session, httponly=True, samesite="lax")
            return welcome
        if not _same(request.cookies.get(self._cookie, ""), self._known.session):
            return PlainTextResponse("Open the whole address that grader serve printed.", 403)
        if request.method not in ("GET", "HEAD") and not self._from_here(request):
            return PlainTextResponse("Another page sent this; nothing was changed.", 403)
        return None

    def _from_here(self, request: Request) -> bool:
        origin = request.headers.get("origin")
        site = request.headers.get("sec-fetch-site", "same-origin")
        return (origin is None or origin in self._origins) and site == "same-origin"


async def read_form(request: Request, known: Secrets) -> dict[str, str]:
    """Read a form of ours; raises HTTPException for one that is too large or comes from elsewhere.

    Of several fields with one name the last one counts.
    """
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST:
                raise HTTPException(413, "This form is too large.")
    except ClientDisconnect:
        raise HTTPException(400, "This form is not complete. Send it again.") from None
    try:
        fields = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=200)
    except ValueError:
        raise HTTPException(400, "This is not a form of these pages.") from None
    form = dict(fields)
    if not _same(form.get("form", ""), known.form):
        raise HTTPException(
            403, "This form is of another run of grader serve; load the page again."
        )
    return form


def _same(given: str, known: str) -> bool:
    return secrets.compare_digest(given.encode("utf-8", "replace"), known.encode())
