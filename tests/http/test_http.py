"""What both edges share: limits, addresses, who is asking, signed pictures, compression."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

import pytest

from officetalk.accounts.profile import update_profile
from officetalk.company import settings as company
from officetalk.core.database import Database
from officetalk.core.errors import TooMany
from officetalk.core.settings import Settings
from officetalk.http.address import client_address
from officetalk.http.compression import gzipped
from officetalk.http.limits import RULES, Limits
from officetalk.http.services import Services
from officetalk.http.signing import Signer
from officetalk.identity import sessions, tokens
from tests.conftest import Clock
from tests.people import People


def test_a_limit_holds_for_one_key_and_ends_with_its_window(clock: Clock) -> None:
    limits = Limits(clock=clock)
    rule = RULES["sign-in"]
    for left in range(rule.limit - 1, -1, -1):
        assert limits.hit("sign-in", "ada").remaining == left

    with pytest.raises(TooMany) as refused:
        limits.hit("sign-in", "ada")

    assert 0 < refused.value.retry_after <= rule.window_ms // 1000
    assert limits.hit("sign-in", "bo").remaining == rule.limit - 1
    clock.forward(seconds=rule.window_ms // 1000 + 1)
    assert limits.hit("sign-in", "ada").remaining == rule.limit - 1


def test_a_success_forgives_the_failures_before(clock: Clock) -> None:
    limits = Limits(clock=clock)
    for _ in range(RULES["sign-in"].limit):
        limits.hit("sign-in", "ada")
    limits.forgive("sign-in", "ada")
    assert limits.hit("sign-in", "ada").remaining == RULES["sign-in"].limit - 1


def test_limits_that_are_off_count_nothing() -> None:
    limits = Limits(on=False)
    for _ in range(RULES["sign-in"].limit * 3):
        assert limits.hit("sign-in", "ada").remaining == RULES["sign-in"].limit


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "1.1.1.1", "10.0.0.1"),  # nobody is trusted: the header is anybody's
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),  # the client made the first one up
        (2, "6.6.6.6, 1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (2, "1.1.1.1", "1.1.1.1"),
        (1, None, "10.0.0.1"),
    ],
)
def test_an_address_is_what_trusted_proxies_say(proxies: int, forwarded: str | None, expected: str) -> None:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    assert client_address(("10.0.0.1", 5), headers, proxies) == expected


def test_what_changes_is_known_at_once(db: Database, people: People, settings: Settings) -> None:
    services = Services(settings, db)
    cookie = db.write_now(sessions.start, people.ada.id)
    client, _, _ = db.write_now(tokens.register_app, "Pocket", ("a:b",), ("read",), None)
    token = db.write_now(tokens.password_token, client, people.ada.id, ("read",)).access_token

    async def live() -> list[Any]:
        seen: list[Any] = []
        viewer = await services.viewer_of_session(cookie)
        seen.append(
            (viewer.role, (await services.viewer_of_token(token)).id, (await services.company()).name)
        )
        await db.write(update_profile, people.ada.id, role="moderator")
        await db.write(lambda conn: company.change(conn, name="Aldermoor"))
        seen.append(((await services.viewer_of_session(cookie)).role, (await services.company()).name))
        await db.write(sessions.end, people.ada.id, viewer.session_id)
        await db.write(tokens.revoke, client, token)
        seen.append((await services.viewer_of_session(cookie), await services.viewer_of_token(token)))
        return seen

    assert asyncio.run(live()) == [
        ("member", people.ada.id, "OfficeTalk"),
        ("moderator", "Aldermoor"),
        (None, None),
    ]


def test_the_address_of_a_picture_is_good_for_that_picture_only() -> None:
    signer = Signer(b"key")
    path, _, query = signer.sign("/avatars/1.svg").partition("?")
    assert signer.is_signed(path, query)
    for other_path, other_query in (
        ("/avatars/2.svg", query), (path, ""), (path, "s="), (path, query[:-1]), (path, "s=é"),
    ):  # fmt: skip
        assert not signer.is_signed(other_path, other_query)
    assert not Signer(b"another key").is_signed(path, query)


@pytest.mark.parametrize(
    ("accepts", "packed"),
    [("gzip", True), ("br, gzip;q=0.5", True), ("*", True), ("", False), ("br", False), ("gzip;q=0", False)],
)
def test_gzip_is_for_those_who_ask_for_it(accepts: str, packed: bool) -> None:
    body = b"a post and another post " * 100
    made = gzipped(body, accepts)
    assert (made is not None) is packed
    if made is not None:
        assert gzip.decompress(made) == body
        assert len(made) < len(body) / 4


def test_little_is_not_worth_compressing() -> None:
    assert gzipped(b"x" * 100, "gzip") is None
