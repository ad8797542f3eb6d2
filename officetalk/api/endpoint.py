"""The declaration of an endpoint: one truth for routing, permission, validation, OpenAPI and tests.

    @endpoint("POST", "/api/v1/statuses/{id}/favourite", scope="write:favourites", returns=Status,
              summary="Like a post")
    async def favourite(call: Call[NoParameters]) -> bytes:
        return await marked(call, marks.like_post)

A handler gets a Call and returns JSON as bytes, an Answer, or a struct (or list, or dict) to be encoded.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

import msgspec

from officetalk.accounts.entities import Role
from officetalk.core.database import Database
from officetalk.core.errors import NotFound
from officetalk.http.services import Services
from officetalk.identity.entities import AppViewer, Viewer

if TYPE_CHECKING:
    from officetalk.api.render import Renderer

P = TypeVar("P")

LARGEST_ID = (1 << 63) - 1

# Who may call. A scope's name instead says: a person whose app was granted that scope.
PUBLIC = "public"  # anybody; a token is not even looked at
ANYBODY = "anybody"  # anybody; who is signed in gets more
ANY_TOKEN = "any token"  # an app's own token too
ANY_PERSON = "any person"  # whatever the app's scopes
APP = "app"  # an app's own token with the scope, and no person's: see `app_only`
_SPECIAL = (PUBLIC, ANYBODY, ANY_TOKEN, ANY_PERSON)


class NoParameters(msgspec.Struct, frozen=True):
    """The endpoint reads none; what is sent is ignored, as Mastodon does."""


class Answer(msgspec.Struct, frozen=True):
    """A body that is ready, with what else belongs to it."""

    body: bytes
    status: int = 200
    headers: tuple[tuple[bytes, bytes], ...] = ()
    content_type: bytes = b"application/json; charset=utf-8"


class Call(Generic[P]):
    """One request to an endpoint."""

    __slots__ = ("address", "endpoint", "headers", "parameters", "path", "query", "render", "services", "who")

    def __init__(
        self,
        endpoint: Endpoint,
        services: Services,
        render: Renderer,
        who: Viewer | AppViewer | None,
        parameters: P,
        path: dict[str, str],
        query: bytes,
        headers: dict[bytes, bytes],
        address: str,
    ) -> None:
        self.endpoint = endpoint
        self.services = services
        self.render = render
        self.who = who
        self.parameters = parameters
        self.path = path
        self.query = query
        self.headers = headers
        self.address = address

    @property
    def db(self) -> Database:
        return self.services.db

    @property
    def viewer(self) -> Viewer:
        """The person who asks; only for endpoints that ask for one."""
        assert isinstance(self.who, Viewer)
        return self.who

    @property
    def viewer_id(self) -> int:
        return self.viewer.account.id

    @property
    def id(self) -> int:
        """`{id}` of the path. NotFound when it is no id, as for an id that does not exist."""
        return path_id(self.path["id"])

    def text(self, name: str) -> str:
        """Another placeholder of the path. NotFound when it holds what no name holds."""
        value = self.path[name]
        if not value.isprintable():
            raise NotFound
        return value

    def header(self, name: bytes) -> str:
        """A request header (its name in lower case), empty when it was not sent."""
        return self.headers.get(name, b"").decode("latin-1")


def path_id(text: str) -> int:
    """An id in a path. NotFound when it can be none."""
    if text.isascii() and text.isdigit() and len(text) <= 19:
        id = int(text)
        if id <= LARGEST_ID:
            return id
    raise NotFound


Handler = Callable[[Any], Awaitable[Any]]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


class Endpoint(msgspec.Struct, frozen=True, eq=False):
    """What is declared of an endpoint. `scopes`: one of them must be granted; empty for `access` other
    than "scope"."""

    method: Method
    path: str
    handler: Handler
    access: str
    scopes: tuple[str, ...]
    parameters: Any
    returns: Any
    summary: str
    errors: tuple[int, ...]
    role: Role | None = None
    limit: str | None = None  # a rate limit of its own, beside the general one
    deprecated: int | None = None  # since when, in seconds since 1970
    media_type: str = "application/json"
    also: tuple[int, ...] = ()  # statuses beside 200 that answer with the same
    or_returns: Any = None  # what is returned instead, where there are two

    @property
    def needs_person(self) -> bool:
        return self.access in ("scope", ANY_PERSON)

    @property
    def operation_id(self) -> str:
        """A name for generated clients: method and path."""
        words = self.path.replace("{", "by_").replace("}", "").replace(".", "_").replace("-", "_")
        return "_".join([self.method.lower(), *filter(None, words.split("/"))])


def endpoint(
    method: Method,
    path: str,
    *,
    scope: str | tuple[str, ...],
    returns: Any,
    summary: str,
    parameters: Any = NoParameters,
    errors: tuple[int, ...] = (),
    role: Role | None = None,
    limit: str | None = None,
    deprecated: int | None = None,
    media_type: str = "application/json",
    also: tuple[int, ...] = (),
    or_returns: Any = None,
    app_only: bool = False,
) -> Callable[[Handler], Endpoint]:
    """Declare an endpoint. `scope` is one of Mastodon's scopes, several of which one suffices, or PUBLIC,
    ANYBODY, ANY_TOKEN, ANY_PERSON. `errors`: statuses beyond those that follow from the rest; `also`: those
    that answer as 200 does; `app_only`: the scope must be one of an app's own token, no person's."""

    def declare(handler: Handler) -> Endpoint:
        special = isinstance(scope, str) and scope in _SPECIAL
        scopes = () if special else (scope,) if isinstance(scope, str) else scope
        access = str(scope) if special else APP if app_only else "scope"
        return Endpoint(
            method, path, handler, access, scopes, parameters, returns, summary, errors,
            role, limit, deprecated, media_type, also, or_returns,
        )  # fmt: skip

    return declare
