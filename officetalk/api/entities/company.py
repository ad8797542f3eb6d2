"""Small answers about the company: its activity, invitations to it, what other pages may show of it."""

from __future__ import annotations

from typing import Literal

from officetalk.api.entities.common import Empty, Entity


class Activity(Entity):
    """One week: methods/instance#activity. `logins` are the people who posted: when somebody signed in is not
    kept."""

    week: str
    statuses: str
    logins: str
    registrations: str


class Language(Entity):
    """Not documented; the official iOS app asks for it."""

    code: str
    name: str


class Invite(Entity):
    """Not documented; the official Android app asks for it."""

    invite_code: str
    instance_api_url: str


class DomainBlockPreview(Entity):
    """Not documented; the official Android app asks for it."""

    following_count: int
    followers_count: int


class AnnualReports(Entity):
    """WrappedAnnualReports, without any."""

    annual_reports: list[Empty]
    accounts: list[Empty]
    statuses: list[Empty]


class AnnualReportState(Entity):
    state: Literal["available", "generating", "eligible", "ineligible"]


class OEmbed(Entity):
    """oembed.com: type rich, and Mastodon's `title`."""

    type: str
    version: str
    title: str
    author_name: str
    author_url: str
    provider_name: str
    provider_url: str
    cache_age: int
    html: str
    width: int
    height: int | None
