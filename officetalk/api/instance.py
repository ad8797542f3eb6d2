"""The server itself: what a client reads to find out whether and how it can work here.

Public, and therefore without a figure or a name of anybody: OfficeTalk is closed by default.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from officetalk import __version__
from officetalk.accounts import display, profile
from officetalk.api.endpoint import PUBLIC, Answer, Call, endpoint
from officetalk.api.instance_entities import (
    AccountLimits,
    ActiveUsers,
    Configuration,
    Contact,
    FeedAccess,
    Icon,
    Instance,
    MediaLimits,
    PollLimits,
    Registrations,
    StatusLimits,
    Thumbnail,
    TimelinesAccess,
    Translation,
    Urls,
    Usage,
    V1Instance,
    V1Stats,
    V1Urls,
    Vapid,
)
from officetalk.api.instance_texts import rules_json
from officetalk.company.settings import Company
from officetalk.featured import tags as featured
from officetalk.media import attachments
from officetalk.media.workshop import Workshop
from officetalk.posts import marks, polls, text

# Clients compare the first number with Mastodon's versions; Mastodon.py cuts at the first space.
VERSION = f"4.6.0 (compatible; OfficeTalk {__version__})"

# Official Android and others switch features on by this number, and numbers include all below them:
# 2 is grouped notifications, which come with notifications. So 1, although PKCE (3) is complete: clients
# that look at /.well-known/oauth-authorization-server find it there.
API_VERSIONS = {"mastodon": 10, "officetalk": 1}  # Mastodon 4.6: collections and all before them

_DEPRECATED = 1668384000  # 14 Nov 2022: with Mastodon 4.0, v2 took its place
_SIGNED_IN = FeedAccess(local="authenticated", remote="disabled")


def _configuration(company: Company, shop: Workshop, **more: Any) -> Configuration:
    return Configuration(
        accounts=AccountLimits(
            max_display_name_length=profile.TEXT_LIMITS["display_name"],
            max_note_length=profile.TEXT_LIMITS["bio"],
            max_avatar_description_length=display.MAX_DESCRIPTION,
            max_header_description_length=display.MAX_DESCRIPTION,
            max_featured_tags=featured.MAX_TAGS,
            max_pinned_statuses=marks.MAX_PINS,
            max_profile_fields=profile.MAX_FIELDS,
            profile_field_name_limit=profile.MAX_FIELD,
            profile_field_value_limit=profile.MAX_FIELD,
        ),
        statuses=StatusLimits(
            max_characters=company.character_limit,
            max_media_attachments=attachments.MAX_ATTACHMENTS,
            characters_reserved_per_url=text.LINK_LENGTH,
        ),
        media_attachments=MediaLimits(
            supported_mime_types=shop.mime_types,
            description_limit=attachments.MAX_DESCRIPTION,
            image_size_limit=shop.max_image,
            image_matrix_limit=shop.max_image_pixels,
            video_size_limit=shop.max_video,
            video_frame_rate_limit=shop.frame_rate_limit,
            video_matrix_limit=shop.film_pixels_limit,
        ),
        polls=PollLimits(
            max_options=polls.MAX_OPTIONS,
            max_characters_per_option=polls.MAX_OPTION,
            min_expiration=polls.MIN_SECONDS,
            max_expiration=polls.MAX_SECONDS,
        ),
        translation=Translation(enabled=False),
        timelines_access=TimelinesAccess(
            live_feeds=_SIGNED_IN, hashtag_feeds=_SIGNED_IN, trending_link_feeds=_SIGNED_IN
        ),
        limited_federation=True,
        **more,
    )


def _streaming(origin: str) -> str:
    """`wss://host`, without a path."""
    parts = urlsplit(origin)
    return f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}"


def _picture(call: Call[Any], company: Company) -> str:
    """The company's logo, else OfficeTalk's mark."""
    logo = company.logo.removesuffix(".png")
    return f"{call.render.origin}/look/{logo}-512.png" if logo else f"{call.render.origin}/static/mark.svg"


@endpoint("GET", "/api/v2/instance", scope=PUBLIC, returns=Instance, summary="The server and its limits")
async def instance(call: Call[Any]) -> Instance:
    company = await call.services.company()
    settings, origin = call.services.settings, call.render.origin
    registration = settings.registration or company.registration
    return Instance(
        domain=settings.domain,
        title=company.name,
        version=VERSION,
        source_url=origin,
        description=company.description,
        wrapstodon=None,
        usage=Usage(users=ActiveUsers(active_month=0)),
        thumbnail=Thumbnail(url=_picture(call, company), description="", blurhash=None, versions={}),
        icon=[Icon(src=_picture(call, company), size="any")],
        languages=["en"],
        configuration=_configuration(
            company,
            call.services.media,
            urls=Urls(
                streaming=_streaming(origin),
                status=None,
                about=origin,
                privacy_policy=f"{origin}/privacy-policy" if company.privacy_policy.text else None,
                terms_of_service=f"{origin}/terms-of-service" if company.terms.text else None,
            ),
            vapid=Vapid(public_key=call.services.push_keys.public),
        ),
        registrations=Registrations(
            enabled=registration in ("open", "approval"),
            approval_required=registration == "approval",
            reason_required=registration == "approval",
            message=None,
            min_age=None,
            url=f"{origin}/join" if registration in ("open", "approval") else None,
        ),
        api_versions=API_VERSIONS,
        contact=Contact(email="", account=None),
        rules=rules_json(company),
    )


@endpoint(
    "GET", "/api/v1/instance",
    scope=PUBLIC, returns=V1Instance, deprecated=_DEPRECATED, summary="The server, as before Mastodon 4",
)  # fmt: skip
async def instance_v1(call: Call[Any]) -> V1Instance:
    company = await call.services.company()
    settings = call.services.settings
    registration = settings.registration or company.registration
    return V1Instance(
        uri=settings.domain,
        title=company.name,
        short_description=company.description,
        description=company.description,
        email="",
        version=VERSION,
        urls=V1Urls(streaming_api=_streaming(call.render.origin)),
        stats=V1Stats(user_count=0, status_count=0, domain_count=0),
        thumbnail=_picture(call, company),
        languages=["en"],
        registrations=registration in ("open", "approval"),
        approval_required=registration == "approval",
        invites_enabled=False,  # Mastodon's meaning: invitations that apps can make
        configuration=_configuration(
            company, call.services.media, vapid=Vapid(public_key=call.services.push_keys.public)
        ),
        contact_account=None,
        rules=rules_json(company),
        max_toot_chars=company.character_limit,
    )


@endpoint(
    "GET", "/api/v1/instance/peers",
    scope=PUBLIC, returns=list[str], summary="Other servers: there are none",
)  # fmt: skip
async def peers(call: Call[Any]) -> bytes:
    return b"[]"


@endpoint(
    "GET", "/api/v1/instance/domain_blocks",
    scope=PUBLIC, returns=list[Any], summary="Blocked servers: there are none",
)  # fmt: skip
async def domain_blocks(call: Call[Any]) -> bytes:
    return b"[]"


@endpoint(
    "GET", "/api/v1/instance/translation_languages",
    scope=PUBLIC, returns=dict[str, list[str]], summary="Between which languages posts are translated: none",
)  # fmt: skip
async def translation_languages(call: Call[Any]) -> bytes:
    return b"{}"


async def _alive(call: Call[Any]) -> Answer:
    return Answer(b"OK", content_type=b"text/plain; charset=utf-8")


HEALTH = [
    endpoint(
        "GET", path, scope=PUBLIC, returns=str, summary="Whether the server is up", media_type="text/plain"
    )(_alive)
    for path in ("/health", "/api/v1/streaming/health")
]
