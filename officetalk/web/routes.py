"""Every page in one list, and the page for what no route answers."""

from __future__ import annotations

import importlib
import pkgutil

from starlette.requests import Request
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import officetalk.web
from officetalk.core.errors import NotFound, Problem
from officetalk.http.services import Services
from officetalk.web import attachments
from officetalk.web.page import PageRoute, endpoint, explain, pages, secured, to_sign_in
from officetalk.web.static_files import static
from officetalk.web.visit import Visit, session_cookie

# Each path costs a comparison for every route that is tried before it: 0.1 ms for a hundred.
_OFTEN = frozenset({"/", "/company", "/live", "/notifications"})
# These belong to the API, which answers in its own way.
_NOT_PAGES = ("/api/", "/oauth/", "/.well-known/", "/nodeinfo/")


def declared_pages() -> list[PageRoute]:
    """Every declared page in the order in which they are tried: people's, of which most is asked, then those with
    fixed paths. Where two paths match, the first wins: `/@{name}/followers` must stand before `/@{name}/{id}`.
    What takes all that follows comes last."""
    # The modules of this package declare their pages when they are imported (see page.py).
    for module in pkgutil.iter_modules(officetalk.web.__path__):
        importlib.import_module(f"officetalk.web.{module.name}")
    return sorted(pages, key=_place)


def _place(route: PageRoute) -> tuple[bool, bool, int, int]:
    takes_all = ":path}" in route.path
    first = route.path in _OFTEN or route.path.startswith("/@")
    return takes_all, not first, route.path.count("{"), -len(route.path) if takes_all else 0


def routes(services: Services) -> list[BaseRoute]:
    """The routes of the web app."""
    made: list[BaseRoute] = [Route("/static/{name}", static, methods=["GET"]), attachments.route(services)]
    return made + [Route(r.path, endpoint(r, services), methods=list(r.methods)) for r in declared_pages()]


def not_found(app: ASGIApp, services: Services) -> ASGIApp:
    """Answers with a page where no route matched: the sign-in page, or "It is not here"."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_NOT_PAGES):
            await app(scope, receive, send)
            return
        missing = False

        async def watched(message: Message) -> None:
            nonlocal missing
            # Starlette's own answer for no route (404) or no such method (405) is plain text.
            if message["type"] == "http.response.start" and message["status"] in (404, 405):
                kind = dict(message.get("headers", ())).get(b"content-type", b"")
                missing = kind.startswith(b"text/plain") and not scope["path"].startswith("/static/")
            if not missing:
                await send(message)

        await app(scope, receive, watched)
        if missing:
            await _missing(Request(scope, receive), services, send)

    return answer


async def _missing(request: Request, services: Services, send: Send) -> None:
    visit = Visit(request, services)
    cookie = request.cookies.get(session_cookie(services.settings))
    visit.company = await services.company()
    visit.viewer = await services.viewer_of_session(cookie) if cookie else None
    problem: Problem = NotFound()
    response = to_sign_in(visit) if visit.viewer is None else explain(visit, problem)
    await secured(visit, response)(request.scope, request.receive, send)
