"""One request of a browser, with what a page needs of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from officetalk.accounts.entities import Account
from officetalk.company.settings import Company
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid, NotFound, Unauthorized
from officetalk.core.paging import Page
from officetalk.core.settings import Settings
from officetalk.core.translation import N_, _
from officetalk.filters.entities import Context
from officetalk.http.memberships import Place
from officetalk.http.parameters import Upload
from officetalk.http.services import Services
from officetalk.http.signing import ATTACHMENTS
from officetalk.identity.entities import Viewer
from officetalk.web import rendering
from officetalk.web.readers import Reader
from officetalk.web.time import Clockface

P = ParamSpec("P")
R = TypeVar("R")

PAGE = 20  # posts or people on one page
_ID = re.compile(r"[0-9]{1,19}")

# What a page says once after a redirect: the cookie carries the word, never a text.
SAID = {
    "posted": N_("Posted."),
    "commented": N_("Comment posted."),
    "saved": N_("Saved."),
    "scheduled": N_("It is said at its time."),
    "moved": N_("Moved."),
    "called-off": N_("Called off."),
    "removed": N_("Removed."),
    "let-through": N_("From now on you are told of what they do."),
    "account-deleted": N_("Your account is deleted. Good-bye."),
    "rung": N_("You are told of every post of theirs."),
    "featured": N_("You recommend them on your profile."),
    "followed-all": N_("You follow them."),
    "left-collection": N_("You are no longer in it."),
    "put-away": N_("Put away."),
    "link-made": N_("The link is ready."),
    "link-removed": N_("Removed. Here it can be brought back."),
    "brought-back": N_("It is there again."),
    "handed-over": N_("Handed over."),
    "deleted": N_("Deleted."),
    "pinned": N_("Pinned to your profile."),
    "unpinned": N_("No longer pinned."),
    "muted": N_("You will not see their posts in lists."),
    "unmuted": N_("You see their posts again."),
    "blocked": N_("Blocked. Neither of you meets what the other posts."),
    "unblocked": N_("No longer blocked."),
    "voted": N_("Thank you, your vote counts."),
    "conversation-muted": N_("You will hear nothing more of this conversation."),
    "conversation-unmuted": N_("You hear of this conversation again."),
    "approved": N_("They follow you now."),
    "declined": N_("Declined. They are not told."),
    "signed-out": N_("You are signed out."),
    "session-ended": N_("Signed out there."),
    "app-disconnected": N_("The app is disconnected."),
    "invited": N_("Your link is ready."),
    "invitation-ended": N_("The link no longer works."),
    "confirm-address": N_("Open the link in the mail that we sent to the new address."),
    "role-changed": N_("The role is changed."),
    "disabled": N_("They can no longer sign in. What they posted stays."),
    "enabled": N_("They can sign in again."),
    "let-in": N_("They are in."),
    "turned-down": N_("Turned down."),
    "reported": N_("Thank you. The moderators will look at it."),
    "report-taken": N_("You look after it now."),
    "report-left": N_("Somebody else can look after it."),
    "report-resolved": N_("Settled."),
    "report-reopened": N_("It waits again."),
    "post-removed": N_("The post is deleted."),
    "decided": N_("Decided, and in the log."),
    "undone": N_("Undone."),
    "announced": N_("Announced."),
    "announcement-kept": N_("Saved."),
    "announcement-removed": N_("The announcement is gone."),
    "emoji-added": N_("The emoji is there."),
    "emoji-removed": N_("The emoji is gone. Where it was used, its name is text again."),
    "group-joined": N_("You are in."),
    "group-asked": N_("Asked. Those who lead the group decide."),
    "group-left": N_("You are no longer a member."),
    "group-archived": N_("Archived: it can be read, but nobody posts in it any more."),
    "group-opened-again": N_("The group is open to posts again."),
    "password-changed": N_("Your password is changed. Every other session is signed out."),
}
_SAID_COOKIE = "officetalk_said"
LANGUAGE_COOKIE = "officetalk_language"  # chosen on the sign-in page
_BRIEF_COOKIE = "officetalk_brief"  # the sign-in ends with the browser: nothing is kept on the device
_ZONE_COOKIE = "officetalk_zone"  # the browser's time zone, for accounts that have chosen none


def session_cookie(settings: Settings) -> str:
    """The name of the session's cookie."""
    return "__Host-officetalk_session" if settings.secure else "officetalk_session"


def local_path(text: str) -> str | None:
    """`text` when it is a path on this site that a browser may be sent to, else None."""
    if not text.startswith("/") or text.startswith(("//", "/\\")) or re.search(r"[\x00-\x20\x7f\\]", text):
        return None
    return text


class Visit:
    """`viewer` is None only on public pages; `me` is the signed-in account."""

    def __init__(self, request: Request, services: Services) -> None:
        self.request = request
        self.services = services
        self.viewer: Viewer | None = None
        self.company = Company()
        self.query: dict[str, Any] = {}
        self.form: dict[str, Any] = {}
        self.groups: tuple[Place, ...] = ()  # those that one may post in
        self.unread = ""  # notifications, as the mark beside the bell says it
        self.form_action = ""  # further sources that forms may lead to: " https://client.example"
        self.whose = ""  # once it is known: the account's id, or "none"
        self.kept = False  # whether the browser may show this page again when there is no network

    # --- who ---

    @property
    def me_as_viewer(self) -> Viewer:
        if self.viewer is None:
            raise Unauthorized(_("Sign in first."))
        return self.viewer

    @property
    def me(self) -> Account:
        return self.me_as_viewer.account

    def keep_offline(self) -> None:
        """The service worker may keep this page until there is no network (see web/installing.py); not in a
        browser that forgets who is signed in when it is closed."""
        self.kept = _BRIEF_COOKIE not in self.request.cookies

    # --- what was asked ---

    @property
    def path(self) -> Mapping[str, str]:
        """The parameters in the path."""
        return self.request.path_params

    @property
    def path_id(self) -> int:
        """The id in the path, `{id:int}`. NotFound for a number that no id can be."""
        id = int(self.request.path_params["id"])
        if id >= 1 << 63:
            raise NotFound
        return id

    @property
    def fragment(self) -> bool:
        """Whether the script of one of our pages asks, and wants a part of a page."""
        return self.request.headers.get("hx-request") == "true"

    @property
    def accept_language(self) -> str:
        """The languages that are asked for (RFC 9110, section 12.5.4): what was chosen on the sign-in page, else
        what the browser says."""
        asked = self.request.headers.get("accept-language", "")
        return self.request.cookies.get(LANGUAGE_COOKIE, "") or asked

    @property
    def wants_page(self) -> bool:
        """Whether a person looks at the answer (a picture or a stream is asked for otherwise)."""
        return self.fragment or self.request.headers.get("sec-fetch-dest", "document") in (
            "document",
            "empty",
        )

    def text(self, name: str) -> str:
        """A text of the form; empty when it is missing."""
        value = self.form.get(name, "")
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """All texts of that name (check boxes `name[]`)."""
        value = self.form.get(name, [])
        return [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str)]

    def ids(self, name: str) -> set[int]:
        """The ids among the texts of that name; what is none is passed over."""
        return {int(text) for text in self.texts(name) if _ID.fullmatch(text) and int(text) < 1 << 63}

    def upload(self, name: str) -> Upload | None:
        value = self.form.get(name)
        return value if isinstance(value, Upload) else None

    def checked(self, name: str) -> bool:
        return self.text(name) not in ("", "0", "off", "false")

    def asked(self, name: str) -> str:
        """A parameter of the address; empty when it is missing."""
        value = self.query.get(name, "")
        return value if isinstance(value, str) else ""

    def asked_id(self, name: str) -> int | None:
        """An id in the address. Invalid when it is none."""
        value = self.asked(name)
        if not value:
            return None
        if not _ID.fullmatch(value):
            raise Invalid(name, "is not the key of a post or person")
        return min(int(value), (1 << 63) - 1)

    def list_page(self, limit: int = PAGE) -> Page:
        """Which part of a list the address asks for."""
        return Page(limit, self.asked_id("max_id"), self.asked_id("since_id"), self.asked_id("min_id"))

    # --- data ---

    async def read(self, fn: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await self.services.db.read(fn, *args, **kwargs)

    async def write(
        self, fn: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        return await self.services.db.write(fn, *args, **kwargs)

    # --- answers ---

    @cached_property
    def clockface(self) -> Clockface:
        """Times as the viewer reads them."""
        account = self.viewer.account if self.viewer else None
        zone = (account.time_zone if account else "") or self.request.cookies.get(_ZONE_COOKIE, "")
        return Clockface.of(zone, self.services.db.clock())

    @property
    def reader(self) -> Reader:
        """Who is signed in, as the view models want to know it."""
        context = _context(self.request.url.path)
        return Reader(self.me, self.clockface, self._address_of, context, self.services.emoji)

    def _address_of(self, name: str) -> str:
        return self.services.signer.sign(ATTACHMENTS + name)

    def values(self) -> dict[str, Any]:
        """What every template can use."""
        viewer = self.viewer
        return {
            "visit": self,
            "viewer": viewer,
            "me": viewer.account if viewer else None,
            "company": self.company,
            "csrf": viewer.csrf_token if viewer else "",
            "path": self.request.url.path,
            "clock": self.clockface,
            "unread": self.unread,
            "groups": self.groups,
            "said": _(SAID.get(self.request.cookies.get(_SAID_COOKIE, ""), "")),
        }

    def render(
        self, template: str, code: int = 200, *, headers: Mapping[str, str] | None = None, **values: Any
    ) -> Response:
        """A template as the answer, with HTTP status `code`. The texts are escaped by the templates."""
        html = rendering.render(template, **self.values(), **values)
        response = HTMLResponse(html, code, dict(headers) if headers else None)
        if _SAID_COOKIE in self.request.cookies and not self.fragment:
            response.delete_cookie(_SAID_COOKIE, path="/")
        return response

    def redirect(self, location: str, said: str | None = None) -> Response:
        """Go there (303); `said` (a key of SAID) is told there once."""
        if said is not None:
            assert said in SAID, said
        if self.fragment:
            response = Response(status_code=204, headers={"HX-Redirect": location})
        else:
            response = RedirectResponse(location, 303)
        if said is not None:
            settings = self.services.settings
            response.set_cookie(
                _SAID_COOKIE,
                said,
                max_age=30,
                path="/",
                secure=settings.secure,
                httponly=True,
                samesite="lax",
            )
        return response

    def came_from(self, default: str = "/") -> str:
        """The page of ours on which the form or link stood: path and query."""
        address = self.request.headers.get("hx-current-url") or self.request.headers.get("referer", "")
        parts = urlsplit(address)
        if parts.netloc not in (self.request.headers.get("host", ""), self.services.settings.domain):
            return default
        return local_path(parts.path + (f"?{parts.query}" if parts.query else "")) or default

    def back(self, default: str = "/", *, anchor: str = "", said: str | None = None) -> Response:
        """To where one was: what a form does without script."""
        wanted = local_path(self.text("back")) or self.came_from(default)
        return self.redirect(f"{wanted.partition('#')[0]}{f'#{anchor}' if anchor else ''}", said)

    def nothing(
        self,
        *,
        toast: str = "",
        tone: str = "",
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **events: Any,
    ) -> Response:
        """For a fragment: change nothing in place, but say something (`toast`) and tell the page's script
        what happened (`events`, name to details)."""
        made = {"HX-Reswap": "none", **(headers or {}), **self.telling(toast=toast, tone=tone, **events)}
        return Response(status_code=status, headers=made, media_type="text/html")

    @staticmethod
    def telling(*, toast: str = "", tone: str = "", **events: Any) -> dict[str, str]:
        """The header that tells the page's script what happened, and has it say something."""
        if toast:
            events["toast"] = {"text": toast, "tone": tone}
        # JSON in ASCII, as headers must be.
        return {"HX-Trigger": json.dumps(events, separators=(",", ":"))} if events else {}

    # --- signing in and out ---

    def keep_session(self, response: Response, token: str, *, keep: bool = True) -> Response:
        """Remember the session in the browser; `keep`: also after it was closed."""
        settings = self.services.settings
        response.set_cookie(
            session_cookie(settings),
            token,
            max_age=settings.session_days * 24 * 3600 if keep else None,
            path="/",
            secure=settings.secure,
            httponly=True,
            samesite="lax",
        )
        if keep:
            self._delete_brief(response)
        else:
            response.set_cookie(
                _BRIEF_COOKIE, "1", path="/", secure=settings.secure, httponly=True, samesite="lax"
            )
        return response

    def _delete_brief(self, response: Response) -> None:
        if _BRIEF_COOKIE in self.request.cookies:
            response.delete_cookie(_BRIEF_COOKIE, path="/")

    def forget_session(self, response: Response) -> Response:
        settings = self.services.settings
        self._delete_brief(response)
        response.delete_cookie(
            session_cookie(settings), path="/", secure=settings.secure, httponly=True, samesite="lax"
        )
        return response


def _context(path: str) -> Context:
    """What a page shows, in the words of filters."""
    if path == "/":
        return "home"
    if path.startswith("/@"):
        return "thread" if path.rpartition("/")[2].isdigit() else "account"
    return "public"
