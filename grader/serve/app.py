"""The pages and what their forms do; every decision goes through the class's gradebook."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from grader.errors import GraderError
from grader.grading.underway import read_underway
from grader.serve.deciding import decide_about_pair, decide_about_work
from grader.serve.guard import Guard, read_form
from grader.serve.pages import render, script, style
from grader.serve.paging import part_of
from grader.serve.queueing import around, first_of, place_of
from grader.serve.served import NoSuchWork, Served
from grader.serve.showing import first_pairs, pair_values, work_values
from grader.serve.table import SHOWN, lines_of
from grader.serve.view import View

__all__ = ["application"]

Values = dict[str, Any]


def application(served: Served, port: int) -> Starlette:
    """Return the application; it closes what is served when it ends."""
    pages = _Pages(served, port)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        served.warm()
        yield
        await run_in_threadpool(served.close)

    routes = [
        Route("/", pages.shows(pages.table)),
        Route("/queue", pages.shows(pages.queue)),
        Route("/queue/first", pages.shows(pages.first)),
        Route("/work/{key:int}", pages.shows(pages.work)),
        Route("/work/{key:int}", pages.takes(pages.decided), methods=["POST"]),
        Route("/pairs", pages.shows(pages.pairs)),
        Route("/pair/{first:int}/{second:int}", pages.shows(pages.pair)),
        Route("/pair/{first:int}/{second:int}", pages.takes(pages.pair_decided), methods=["POST"]),
        Route("/regrade", pages.shows(pages.regrade)),
        Route("/regrade", pages.takes(pages.regraded), methods=["POST"]),
        Route("/view", pages.takes(pages.viewed), methods=["POST"]),
        Route("/style.css", pages.style),
        Route("/serve.js", pages.script),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(Guard, port=port, known=served.known)],
        exception_handlers={GraderError: pages.refused, HTTPException: pages.failed},
        lifespan=lifespan,
    )


class _Pages:
    """One method a page; those below `takes` are what forms do."""

    def __init__(self, served: Served, port: int) -> None:
        self._served = served
        self._cookie = f"grader-view-{port}"

    def shows(
        self, page: Callable[[Request, View], Response]
    ) -> Callable[[Request], Awaitable[Response]]:
        """Let a page be made in a thread."""

        async def answer(request: Request) -> Response:
            return await run_in_threadpool(page, request, self._view(request))

        return answer

    def takes(
        self, act: Callable[[Request, View, dict[str, str]], Response]
    ) -> Callable[[Request], Awaitable[Response]]:
        """Let a form be read, and what it asks for be done in a thread."""

        async def answer(request: Request) -> Response:
            form = await read_form(request, self._served.known)
            return await run_in_threadpool(act, request, self._view(request), form)

        return answer

    def _view(self, request: Request) -> View:
        return View.read(request.cookies.get(self._cookie, ""), self._served.who)

    def _page(
        self, template: str, request: Request, view: View, status: int = 200, **values: Any
    ) -> Response:
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        text = render(
            template,
            self._served.look,
            view=view,
            form_secret=self._served.known.form,
            here=here,
            trouble=self._served.publisher.trouble,
            **values,
        )
        return HTMLResponse(text, status)

    # ------------------------------------------------------------ faults

    async def refused(self, request: Request, fault: Exception) -> Response:
        """Say what cannot be done, and why."""
        view, status = self._view(request), 404 if isinstance(fault, NoSuchWork) else 400
        return await run_in_threadpool(
            self._page, "message.html.j2", request, view, status, says=str(fault)
        )

    async def failed(self, request: Request, fault: Exception) -> Response:
        """Say that there is no such page, or that a form was refused."""
        assert isinstance(fault, HTTPException)
        view = self._view(request)
        return await run_in_threadpool(
            self._page, "message.html.j2", request, view, fault.status_code, says=fault.detail
        )

    # ------------------------------------------------------------ pages

    def table(self, request: Request, view: View) -> Response:
        """Show the class."""
        served, asked = self._served, request.query_params
        scores = served.scores()
        exercises = sorted({score.exercise for score in scores if score.exercise})
        only = asked.get("exercise", "")
        chosen = [only] if only in exercises else exercises
        shown = asked.get("shown", "all")
        shown = shown if shown in SHOWN else "all"
        waiting = served.waiting(view.order)
        lines = lines_of(
            scores, served.keys(), waiting, served.people(), chosen, view,
            find=asked.get("find", "")[:100], shown=shown,
        )  # fmt: skip
        return self._page(
            "table.html.j2", request, view,
            part=part_of(lines, request.url, asked.get("page", "")),
            exercises=exercises, chosen=chosen, only=only, shown=shown, kinds=SHOWN,
            find=asked.get("find", "")[:100],
            left=len(waiting), underway=read_underway(served.book.out),
        )  # fmt: skip

    def queue(self, request: Request, view: View) -> Response:
        """Show what waits, in the order in which it is worked through."""
        keys = self._served.keys()
        items = []
        for item in self._served.waiting(view.order):
            named = view.named(item.student, keys[item.student, item.exercise])
            items.append((item, place_of(item, keys), named))
        part = part_of(items, request.url, request.query_params.get("page", ""))
        return self._page("queue.html.j2", request, view, part=part)

    def first(self, request: Request, view: View) -> Response:
        """Go to what waits first."""
        items = self._served.waiting(view.order)
        return RedirectResponse(first_of(items, self._served.keys()), 303)

    def work(self, request: Request, view: View) -> Response:
        """Show a student's work beside its checks."""
        return self._work(request, view)

    def _work(self, request: Request, view: View, status: int = 200, **more: Any) -> Response:
        served, asked = self._served, request.query_params
        work = served.work(request.path_params["key"])
        values = work_values(served, work, view)
        items = served.waiting(view.order)
        queue = around(items, served.keys(), work.score, asked.get("check", ""))
        given: Values = {"refused": None, "given": {}, "news": (), **more}
        return self._page(
            "work.html.j2", request, view, status, **values, queue=queue,
            in_queue=asked.get("queue") == "1", focus=asked.get("check", ""), **given,
        )  # fmt: skip

    def decided(self, request: Request, view: View, form: dict[str, str]) -> Response:
        """Keep a decision about a work, or say what somebody else did meanwhile."""
        done = decide_about_work(self._served, request.path_params["key"], form, view)
        if done.refused:
            status = 409 if done.conflict else 400
            return self._work(
                request, view, status, refused=done.refused, given=form, news=done.news
            )
        self._served.publisher.wake()
        return RedirectResponse(done.goes_to, 303)

    def pairs(self, request: Request, view: View) -> Response:
        """Show the pairs of nearly the same work."""
        keys = self._served.keys()
        pairs = []
        shown, more = first_pairs(self._served.pairs())
        for pair in shown:
            both = pair.alike.first, pair.alike.second
            pairs.append((pair, *(keys[student, pair.alike.exercise] for student in both)))
        return self._page("pairs.html.j2", request, view, pairs=pairs, more=more)

    def pair(self, request: Request, view: View) -> Response:
        """Show two works beside each other."""
        values = pair_values(self._served, request.path_params, view)
        return self._page("pair.html.j2", request, view, **values)

    def pair_decided(self, request: Request, view: View, form: dict[str, str]) -> Response:
        """Keep what is said about a pair."""
        decide_about_pair(self._served, request.path_params, form, view)
        self._served.publisher.wake()
        return RedirectResponse("/pairs", 303)

    def regrade(self, request: Request, view: View) -> Response:
        """Show what a regrade would change, or has changed."""
        keys = self._served.keys()
        return self._page(
            "regrade.html.j2", request, view, job=self._served.regrading.job,
            exercises=sorted({exercise for _, exercise in keys}), keys=keys,
        )  # fmt: skip

    def regraded(self, request: Request, view: View, form: dict[str, str]) -> Response:
        """Begin a preview, or keep what it showed."""
        fingerprints = self._served.fingerprints()
        if form.get("do") == "apply":
            self._served.regrading.apply(fingerprints)
        else:
            self._served.regrading.preview(form.get("exercise") or None, fingerprints)
        return RedirectResponse("/regrade", 303)

    def viewed(self, request: Request, view: View, form: dict[str, str]) -> Response:
        """Keep how somebody wants to see things."""
        back = form.get("back", "/")
        answer = RedirectResponse(back if _is_ours(back) else "/", 303)
        chosen = View.read(form, self._served.who).written()
        answer.set_cookie(self._cookie, chosen, httponly=True, samesite="lax", max_age=30_000_000)
        return answer

    async def style(self, _: Request) -> Response:
        """Send the style."""
        return Response(style(self._served.look), media_type="text/css")

    async def script(self, _: Request) -> Response:
        """Send the script for the keyboard."""
        return PlainTextResponse(script(), media_type="text/javascript")


def _is_ours(address: str) -> bool:
    """Tell whether an address is a path of this server, and no `//elsewhere`."""
    return re.match(r"/(?![/\\])", address) is not None
