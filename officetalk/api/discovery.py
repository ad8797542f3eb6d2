"""Documents by which clients find out what the server is, at the addresses that standards fix."""

from __future__ import annotations

from typing import Any

import msgspec

from officetalk import __version__
from officetalk.accounts import queries
from officetalk.api.accounts import local_name
from officetalk.api.endpoint import ANYBODY, PUBLIC, Answer, Call, endpoint
from officetalk.api.entities import AuthorizationServer
from officetalk.api.instance_entities import (
    NodeInfo,
    NodeInfoLink,
    NodeInfoLinks,
    NodeInfoServices,
    NodeInfoUsage,
    Software,
    WebFinger,
    WebFingerLink,
)
from officetalk.core.errors import NotFound
from officetalk.identity.entities import Viewer
from officetalk.identity.scopes import SCOPES

_NODEINFO = "http://nodeinfo.diaspora.software/ns/schema/2.0"
_encode = msgspec.json.Encoder().encode


@endpoint(
    "GET", "/.well-known/oauth-authorization-server",
    scope=PUBLIC, returns=AuthorizationServer, summary="How to sign in by OAuth (RFC 8414)",
)  # fmt: skip
async def authorization_server(call: Call[Any]) -> AuthorizationServer:
    origin = call.render.origin
    grants = ["authorization_code", "client_credentials", "refresh_token"]
    if call.services.settings.password_grant:
        grants.append("password")
    return AuthorizationServer(
        issuer=origin + "/",
        service_documentation="https://docs.joinmastodon.org/",
        authorization_endpoint=f"{origin}/oauth/authorize",
        token_endpoint=f"{origin}/oauth/token",
        app_registration_endpoint=f"{origin}/api/v1/apps",
        revocation_endpoint=f"{origin}/oauth/revoke",
        userinfo_endpoint=f"{origin}/oauth/userinfo",
        scopes_supported=list(SCOPES),
        response_types_supported=["code"],
        response_modes_supported=["query"],
        code_challenge_methods_supported=["S256"],
        grant_types_supported=grants,
        token_endpoint_auth_methods_supported=["client_secret_basic", "client_secret_post"],
    )


@endpoint("GET", "/.well-known/nodeinfo", scope=PUBLIC, returns=NodeInfoLinks, summary="Where nodeinfo is")
async def nodeinfo_links(call: Call[Any]) -> NodeInfoLinks:
    return NodeInfoLinks(links=[NodeInfoLink(rel=_NODEINFO, href=f"{call.render.origin}/nodeinfo/2.0")])


@endpoint("GET", "/nodeinfo/2.0", scope=PUBLIC, returns=NodeInfo, summary="Which software this is")
async def nodeinfo(call: Call[Any]) -> NodeInfo:
    return NodeInfo(
        version="2.0",
        software=Software(name="officetalk", version=__version__),
        protocols=[],
        services=NodeInfoServices(inbound=[], outbound=[]),
        usage=NodeInfoUsage(users={}),
        open_registrations=False,
        metadata={},
    )


@endpoint(
    "GET", "/.well-known/host-meta",
    scope=PUBLIC, returns=str, summary="Where WebFinger is", media_type="application/xrd+xml",
)  # fmt: skip
async def host_meta(call: Call[Any]) -> Answer:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n'
        f'  <Link rel="lrdd" template="{call.render.origin}/.well-known/webfinger?resource={{uri}}"/>\n'
        "</XRD>\n"
    )
    return Answer(body.encode(), content_type=b"application/xrd+xml; charset=utf-8")


class WebFingerParameters(msgspec.Struct, frozen=True):
    resource: str
    rel: list[str] = []


@endpoint(
    "GET", "/.well-known/webfinger",
    scope=ANYBODY, parameters=WebFingerParameters, returns=WebFinger, errors=(400, 404, 422),
    summary="Where somebody's profile is; nobody is found by who is not signed in",
    media_type="application/jrd+json",
)  # fmt: skip
async def webfinger(call: Call[WebFingerParameters]) -> Answer:
    if not isinstance(call.who, Viewer):
        raise NotFound
    settings = call.services.settings
    resource = call.parameters.resource
    if not resource.startswith("acct:"):
        raise NotFound
    name = local_name(resource.removeprefix("acct:"), settings.domain)
    account = (await call.db.read(queries.by_username, name)).account
    url = call.render.profile_url(account.username)
    found = WebFinger(
        subject=f"acct:{account.username}@{settings.domain}",
        aliases=[url],
        links=[WebFingerLink(rel="http://webfinger.net/rel/profile-page", type="text/html", href=url)],
    )
    return Answer(_encode(found), content_type=b"application/jrd+json; charset=utf-8")
