"""A browser for tests, without script: it keeps cookies, and fills in and sends the forms of a page.

ada = web.signed_in(people.ada)
page = ada.open("/settings/profile").send("/settings/profile", display_name="Ada L.")
assert page.error("bio") is None
"""

from __future__ import annotations

import asyncio
from html.parser import HTMLParser
from typing import Any

import httpx
from starlette.applications import Starlette

from officetalk import web
from officetalk.http.services import Services
from officetalk.identity import credentials, passwords, sessions
from officetalk.web.visit import session_cookie
from tests.people import Human

ORIGIN = "http://talk.test"
PASSWORD = "correct horse battery"
_HASH = passwords.hash_password(PASSWORD)


class Form:
    """A form of a page: its fields as a browser would send them."""

    def __init__(self, attributes: dict[str, str | None]) -> None:
        self.action = attributes.get("action") or ""
        self.method = (attributes.get("method") or "get").lower()
        self.multipart = attributes.get("enctype") == "multipart/form-data"
        self.values: dict[str, str] = {}
        self.names: set[str] = set()
        self.boxes: set[str] = set()  # of them those that send nothing when they are not checked


class _Reader(HTMLParser):
    """Collects the forms, the texts by id and the attributes by id."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.texts: dict[str, str] = {}
        self.attributes: dict[str, dict[str, str | None]] = {}
        self._open: list[tuple[str, str | None]] = []
        self._textarea: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        id = attributes.get("id")
        if id:
            self.attributes[id] = attributes
            self.texts.setdefault(id, "")
        if tag == "form":
            self.forms.append(Form(attributes))
        elif self.forms:
            self._field(tag, attributes)
        if tag not in ("input", "img", "br", "meta", "link", "hr"):
            self._open.append((tag, id))

    def _field(self, tag: str, attributes: dict[str, str | None]) -> None:
        form, name, kind = self.forms[-1], attributes.get("name"), attributes.get("type")
        chosen = "selected" in attributes or self._select not in form.values  # the first, until one is marked
        if tag == "option" and self._select and chosen:
            form.values[self._select] = attributes.get("value") or ""
        if not name:
            return
        form.names.add(name)
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._textarea = name
            form.values[name] = ""
        elif tag == "input" and kind in ("checkbox", "radio"):
            form.boxes.add(name)
            if "checked" in attributes:
                form.values[name] = attributes.get("value") or "on"
        elif tag == "input" and kind != "file":
            form.values[name] = attributes.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = None
        if tag == "select":
            self._select = None
        for i in range(len(self._open) - 1, -1, -1):
            if self._open[i][0] == tag:
                del self._open[i:]
                return

    def handle_data(self, data: str) -> None:
        for _, id in self._open:
            if id:
                self.texts[id] += data
        if self._textarea and self.forms:
            # The line end right after the tag belongs to the markup.
            form = self.forms[-1]
            form.values[self._textarea] += data if form.values[self._textarea] else data.removeprefix("\n")


class Page:
    """An answer, and what one can do on it."""

    def __init__(self, browser: Browser, response: httpx.Response) -> None:
        self.browser = browser
        self.response = response
        self.status = response.status_code
        self.text = response.text
        self._reader = _Reader()
        self._reader.feed(response.text)

    @property
    def location(self) -> str:
        """Where a redirect leads, without our own origin."""
        return self.response.headers.get("location", "").removeprefix(ORIGIN)

    def follow(self) -> Page:
        """Go where the redirect leads."""
        assert self.status == 303, (self.status, self.text[:500])
        return self.browser.open(self.location)

    def form(self, action: str) -> Form:
        found = [f for f in self._reader.forms if f.action == action]
        assert found, f"no form for {action}; there are {[f.action for f in self._reader.forms]}"
        return found[0]

    @property
    def forms(self) -> list[Form]:
        return self._reader.forms

    def has_form(self, action: str) -> bool:
        return any(f.action == action for f in self._reader.forms)

    def value(self, name: str) -> str | None:
        """What stands in a field."""
        return next((f.values.get(name) for f in self._reader.forms if name in f.names), None)

    def error(self, name: str) -> str | None:
        """The sentence at a field, if the field is marked as wrong and names it."""
        sentence = self._reader.texts.get(f"{name}-error")
        if sentence is None:
            return None
        field = self._reader.attributes[name]
        assert field.get("aria-invalid") == "true", field
        assert f"{name}-error" in (field.get("aria-describedby") or "").split(), field
        return sentence.strip()

    @property
    def focused(self) -> list[str]:
        """The ids of what wants the focus."""
        return [id for id, attributes in self._reader.attributes.items() if "autofocus" in attributes]

    def send(self, to: str, files: dict[str, Any] | None = None, **changed: str) -> Page:
        """Fill in the form that leads to `to` and send it; `""` unchecks a box."""
        form = self.form(to)
        unknown = set(changed) - form.names - {"do", "decision"}
        assert not unknown, f"the form has no {unknown}; it has {form.names}"
        values = {k: v for k, v in {**form.values, **changed}.items() if v or k not in form.boxes}
        return self.browser.post(to, values, files)


class Browser:
    """One person's browser."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self.cookies = httpx.Cookies()

    def open(self, path: str, **query: str) -> Page:
        return self._send("GET", path, params=query or None)

    def fragment(self, path: str, **query: str) -> Page:
        """As the page's script asks."""
        return self._send("GET", path, params=query or None, headers={"hx-request": "true"})

    def post(self, path: str, values: dict[str, Any], files: Any = None) -> Page:
        return self._send("POST", path, data=values, files=files)

    def _send(self, method: str, path: str, **request: Any) -> Page:
        response = self._web.send(method, path, self.cookies, **request)
        for cookie in response.cookies.jar:
            self.cookies.set(cookie.name, cookie.value or "")
        for header in response.headers.get_list("set-cookie"):
            if "Max-Age=0" in header or "max-age=0" in header:
                name = header.partition("=")[0]
                if name in self.cookies:
                    self.cookies.delete(name)
        return Page(self, response)

    @property
    def is_signed_in(self) -> bool:
        return self.open("/settings/profile").status == 200


class Web:
    """The pages over one database, in this process."""

    def __init__(self, services: Services, loop: asyncio.Runner) -> None:
        self.services = services
        self.app = web.not_found(Starlette(routes=web.routes(services)), services)
        self._loop = loop

    def browser(self) -> Browser:
        return Browser(self)

    def signed_in(self, human: Human) -> Browser:
        """A browser in which somebody is signed in."""
        browser = Browser(self)
        token = self.services.db.write_now(sessions.start, human.id, "Firefox/140 (X11; Linux)", "10.0.0.7")
        browser.cookies.set(session_cookie(self.services.settings), token)
        return browser

    def give_password(self, human: Human, email: str = "") -> None:
        """The password PASSWORD, and a mail address."""
        self.services.db.write_now(
            credentials.add, human.id, email or f"{human.name}@example.com", _HASH, confirmed=True
        )

    def send(self, method: str, path: str, cookies: httpx.Cookies, **request: Any) -> httpx.Response:
        return self._loop.run(self._send(method, path, cookies, **request))

    async def _send(self, method: str, path: str, cookies: httpx.Cookies, **request: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=("10.0.0.7", 40000))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, cookies=cookies) as client:
            return await client.request(method, path, **request)
