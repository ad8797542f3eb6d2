"""A client of the API for tests: `Api` speaks HTTP with the application in this process, as somebody.

ada = api.as_person(people.ada)
ada.post("/api/v1/statuses", status="Hello").json()["id"]
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec

from officetalk import api
from officetalk.api.server import Routes
from officetalk.http.services import Services
from officetalk.identity import tokens
from officetalk.identity.entities import Application
from officetalk.identity.scopes import parse
from tests.people import Human

ORIGIN = "http://talk.test"
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
EVERYTHING = "read write follow push profile"


async def _nothing_behind(scope: Any, receive: Any, send: Any) -> None:
    """Stands for the pages: what reaches it was not the API's."""
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": b"page"})


class Api:
    """The API over one database."""

    def __init__(self, services: Services, loop: asyncio.Runner) -> None:
        self.services = services
        self.app = api.in_front_of(_nothing_behind, services)
        self._loop = loop
        self._application: Application | None = None

    def as_nobody(self) -> Client:
        return Client(self, None)

    def as_person(self, human: Human, scopes: str = EVERYTHING) -> Client:
        """A person's client, let in with these scopes."""
        made = self.services.db.write_now(tokens.password_token, self.application, human.id, parse(scopes))
        return Client(self, made.access_token)

    def as_app(self, scopes: str = EVERYTHING) -> Client:
        """An app's own token: nobody in particular."""
        made = self.services.db.write_now(tokens.client_token, self.application, parse(scopes))
        return Client(self, made.access_token)

    def with_token(self, token: str) -> Client:
        return Client(self, token)

    @property
    def application(self) -> Application:
        if self._application is None:
            made = self.services.db.write_now(
                tokens.register_app,
                "Tests",
                (OUT_OF_BAND, "https://client.test/back"),
                parse(EVERYTHING),
                None,
            )
            self._application = made[0]
        return self._application

    def send(self, method: str, path: str, **request: Any) -> httpx.Response:
        answer = self._loop.run(self._send(method, path, **request))
        if answer.status_code == 200 and method != "HEAD":
            _is_of_the_declared_type(method, answer)
        return answer

    async def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            return await client.request(method, path, **request)


_ROUTES = Routes(api.endpoints())


def _is_of_the_declared_type(method: str, answer: httpx.Response) -> None:
    """Every answer in every test is what its endpoint declares: strictly, no field missing or too many."""
    found = _ROUTES.find(answer.request.url.path)
    assert found is not None
    endpoint = found[0].endpoints[method]
    if "json" in endpoint.media_type:
        kind = endpoint.returns
        if endpoint.or_returns is not None and "scheduled_at" in answer.json():
            kind = endpoint.or_returns
        typed = msgspec.json.decode(answer.content, type=kind, strict=True)
        assert msgspec.to_builtins(typed) == answer.json()


class Client:
    """Sends what is named as parameters: in the query of a GET, else as a form."""

    def __init__(self, api: Api, token: str | None) -> None:
        self._api = api
        self.token = token

    def request(self, method: str, path: str, **request: Any) -> httpx.Response:
        headers = dict(request.pop("headers", {}))
        if self.token is not None:
            headers.setdefault("authorization", f"Bearer {self.token}")
        return self._api.send(method, path, headers=headers, **request)

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.request("GET", path, params=_named(query) or None)

    def post(self, path: str, **form: Any) -> httpx.Response:
        return self.request("POST", path, data=_named(form))

    def put(self, path: str, **form: Any) -> httpx.Response:
        return self.request("PUT", path, data=_named(form))

    def patch(self, path: str, **form: Any) -> httpx.Response:
        return self.request("PATCH", path, data=_named(form))

    def delete(self, path: str) -> httpx.Response:
        return self.request("DELETE", path)

    def pages(self, path: str, rel: str = "next", **query: Any) -> Iterator[list[Any]]:
        """Page after page, by the Link header alone."""
        answer = self.get(path, **query)
        while True:
            assert answer.status_code == 200, answer.text
            yield answer.json()
            url = link(answer, rel)
            if url is None:
                return
            answer = self.get(url)


def link(answer: httpx.Response, rel: str) -> str | None:
    """The address of the Link header with this relation."""
    found = re.search(rf'<([^>]*)>; rel="{rel}"', answer.headers.get("link", ""))
    return found[1] if found else None


def _named(parameters: dict[str, Any]) -> dict[str, Any]:
    """Lists as Mastodon's clients send them: `id=[1, 2]` is `id[]=1&id[]=2`."""
    return {f"{n}[]" if isinstance(v, list) else n: v for n, v in parameters.items()}
