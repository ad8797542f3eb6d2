"""What every page goes through: who is looking, may they, is it their own doing; then the page.

    @page("/bookmarks")
    async def bookmarks(visit: Visit) -> Response:
        posts = await visit.read(lists.bookmarks, visit.me.id, visit.list_page())
        return visit.render("bookmarks.html", posts=posts)

Closed by default: without `public=True` a page is for those who are signed in, others are sent to the
sign-in page. A POST needs the CSRF token of the session (hidden field `csrf`, or header X-CSRF-Token) and
must come from our own pages.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from officetalk.accounts.entities import Role
from officetalk.core.errors import Forbidden, NotFound, Problem, TooMany, Unauthorized
from officetalk.core.translation import N_, _, choose, negotiate, ngettext, speak
from officetalk.http.compression import gzipped
from officetalk.http.parameters import check_characters, read_body, read_query
from officetalk.http.services import Services
from officetalk.http.unread import mark_of
from officetalk.web.forms import label_of, sentence
from officetalk.web.visit import Visit, session_cookie

log = logging.getLogger(__name__)

Handler = Callable[[Visit], Awaitable[Response]]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'{form_action}; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_ALWAYS = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.format(form_action="").encode("latin-1")),
    (b"cache-control", b"private, no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
_SAFE = frozenset({"GET", "HEAD"})
_FOR: dict[Role, str] = {
    "owner": N_("This page is for owners."),
    "administrator": N_("This page is for administrators."),
    "moderator": N_("This page is for moderators."),
    "member": N_("This page is for members."),
}


class PageRoute:
    """One declared page. `pages` collects them; routes.py serves them."""

    __slots__ = ("csrf", "files", "handler", "methods", "path", "public", "role")

    def __init__(
        self,
        path: str,
        methods: tuple[str, ...],
        handler: Handler,
        *,
        public: bool,
        role: Role | None,
        csrf: bool,
        files: bool,
    ) -> None:
        self.path, self.methods, self.handler = path, methods, handler
        self.public, self.csrf, self.files = public, csrf, files
        self.role: Role | None = role


pages: list[PageRoute] = []


def page(
    path: str,
    methods: Iterable[str] = ("GET",),
    *,
    public: bool = False,
    role: Role | None = None,
    csrf: bool = True,
    files: bool = False,
) -> Callable[[Handler], Handler]:
    """Declare a page. `public`: also for those who are not signed in; `role`: for this role and those above
    it only; `csrf=False`: a POST without token (the origin is checked all the same); `files`: films may come with it,
    which are File and lie on the disk."""

    def declare(handler: Handler) -> Handler:
        pages.append(
            PageRoute(path, tuple(methods), handler, public=public, role=role, csrf=csrf, files=files)
        )
        return handler

    return declare


def endpoint(route: PageRoute, services: Services) -> Callable[[Request], Awaitable[Response]]:
    """The Starlette endpoint of a declared page."""

    async def answer(request: Request) -> Response:
        visit = Visit(request, services)
        speak(negotiate(visit.accept_language))
        try:
            response = await _answer(visit, route)
        except Problem as problem:
            response = explain(visit, problem)
        except Exception:
            log.exception("%s %s failed", request.method, route.path)
            response = explain(
                visit, Problem(N_("Something failed on the server. It has been noted in its log."))
            )
        return packed(visit, secured(visit, response))

    return answer


async def _answer(visit: Visit, route: PageRoute) -> Response:
    services, request = visit.services, visit.request
    visit.query = read_query(request.scope["query_string"])
    cookie = request.cookies.get(session_cookie(services.settings))
    visit.company = await services.company()
    visit.viewer = await services.viewer_of_session(cookie) if cookie else None
    if visit.viewer is not None:
        speak(choose(visit.me.language, visit.accept_language))
    visit.whose = "none" if visit.viewer is None else str(visit.viewer.id)
    if visit.viewer is None and not route.public:
        return to_sign_in(visit)
    if route.role is not None and not visit.me_as_viewer.at_least(route.role):
        raise Forbidden(_FOR[route.role])
    if not all(str(value).isprintable() for value in request.path_params.values()):
        raise NotFound  # PostgreSQL would refuse to look for it
    check_characters(visit.query)
    if visit.viewer is not None and services.emoji.stale:
        await services.emoji.refresh()
    if visit.viewer is not None:
        visit.groups = await services.memberships.of(visit.me.id)
    if visit.viewer is not None and not visit.fragment:
        visit.unread = mark_of(await services.unread.of(visit.me.id))
    if request.method not in _SAFE:
        await _check_sender(visit, route)
    return await route.handler(visit)


async def _check_sender(visit: Visit, route: PageRoute) -> None:
    """A change must come from one of our own pages, and from this very session."""
    request = visit.request
    if not _from_here(request, visit.services.settings.domain):
        raise Forbidden("This form came from another site. Open the page here and send it again.")
    settings = visit.services.settings
    headers = request.headers
    visit.form = await read_body(
        headers.get("content-type", ""),
        headers.get("content-length", ""),
        request.receive,
        settings.max_body,
        visit.services.file_limits if route.files else None,
    )
    check_characters(visit.form)
    viewer = visit.viewer
    if viewer is None:
        return
    if route.csrf and not _same_secret(
        visit.text("csrf") or headers.get("x-csrf-token", ""), viewer.csrf_token or ""
    ):
        raise Forbidden(
            "This form is no longer valid: the sign-in changed since. Go back, reload and send it again."
        )
    visit.services.limits.hit("web", f"s{viewer.session_id}")


def _from_here(request: Request, domain: str) -> bool:
    """Browsers say where a request comes from: Sec-Fetch-Site, or Origin in older ones."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return True  # no browser of this decade; the token decides
    return urlsplit(origin).netloc in (request.headers.get("host", ""), domain)


def _same_secret(given: str, expected: str) -> bool:
    return bool(expected) and hmac.compare_digest(given.encode(), expected.encode())


def to_sign_in(visit: Visit) -> Response:
    """To the sign-in page, and from there back here. A fragment reloads the whole page instead."""
    request = visit.request
    if not visit.company.set_up and visit.wants_page:
        return RedirectResponse("/setup", 303)
    if "text/event-stream" in request.headers.get("accept", ""):
        return Response(
            status_code=204
        )  # the browser does not ask for news again (HTML standard, section 9.2)
    if not visit.wants_page:
        return Response(_("Sign in first.") + "\n", 401, media_type="text/plain")
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method not in _SAFE:
        wanted = visit.came_from("/")
    location = "/sign-in" if wanted == "/" else f"/sign-in?{urlencode({'next': wanted})}"
    if visit.fragment:
        return Response(
            status_code=204, headers={"HX-Redirect": "/sign-in?" + urlencode({"next": visit.came_from("/")})}
        )
    return RedirectResponse(location, 303)


def explain(visit: Visit, problem: Problem) -> Response:
    """A problem as an answer: a page, or for a fragment a toast, which leaves the page as it is."""
    if isinstance(problem, Unauthorized) and visit.viewer is None:
        return to_sign_in(visit)
    rule = sentence(label_of(problem.field) if problem.field else "", problem)
    if problem.status == 404:
        rule = _("It is not here. It was deleted, or it is not for you.")
    elif isinstance(problem, TooMany):
        rule = ngettext(
            "That was too often. Try again in %(count)s second.",
            "That was too often. Try again in %(count)s seconds.",
            problem.retry_after,
        )
    headers = {"Retry-After": str(problem.retry_after)} if isinstance(problem, TooMany) else {}
    if visit.fragment:
        return visit.nothing(toast=rule, tone="problem", status=problem.status, headers=headers)
    return visit.render("problem.html", problem.status, headers=headers, status=problem.status, rule=rule)


def secured(visit: Visit, response: Response) -> Response:
    """The headers that every answer of the web app carries, as far as it does not say otherwise."""
    headers = [*_ALWAYS]
    if visit.form_action:
        policy = CONTENT_SECURITY_POLICY.format(form_action=visit.form_action)
        headers[0] = (b"content-security-policy", policy.encode("latin-1"))
    # For the service worker, see web/installing.py.
    if visit.whose:
        headers.append((b"x-account", visit.whose.encode()))
    if visit.kept and visit.viewer is not None:
        headers.append((b"x-keep", b"offline"))
    if visit.services.settings.secure:
        headers.append((b"strict-transport-security", b"max-age=31536000"))
    headers.append((b"cross-origin-opener-policy", _opener_policy(visit.request.url.path)))
    said = {name for name, _value in response.raw_headers}
    response.raw_headers.extend(one for one in headers if one[0] not in said)
    return response


def _opener_policy(path: str) -> bytes:
    """Who opened our window has no hold on it, but for the way that signs in to an app: web clients open it in
    a window of theirs and watch for its end."""
    alone = not path.startswith(("/oauth/authorize", "/sign-in", "/sign-out"))
    return b"same-origin" if alone else b"unsafe-none"


def packed(visit: Visit, response: Response) -> Response:
    """The answer compressed, for a browser that takes it (streams and pictures are left as they are)."""
    body = getattr(response, "body", None)
    if not body or not (response.media_type or "").startswith("text/html"):
        return response
    smaller = gzipped(body, visit.request.headers.get("accept-encoding", ""))
    response.headers["Vary"] = "Cookie, Accept-Encoding"
    if smaller is not None:
        response.body = smaller
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(smaller))
    return response


def declared(path: str, method: str = "GET") -> PageRoute | None:
    """The page declared for a path as it is written in the code, for the tests."""
    return next((r for r in pages if r.path == path and method in r.methods), None)
