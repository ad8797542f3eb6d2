"""The page that describes the API: complete, since it is made from the declarations."""

from __future__ import annotations

from starlette.types import Receive, Scope, Send

from officetalk import api
from tests.people import People
from tests.web.browser import Web


async def _pages(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError("not asked")


def test_every_method_and_entity_stands_on_the_page(web: Web, people: People) -> None:
    api.in_front_of(_pages, web.services)

    page = web.signed_in(people.ada).open("/developers").text

    for endpoint in api.endpoints():
        assert f"<code>{endpoint.path}</code>" in page
    assert 'id="entity-Status"' in page
    assert 'href="#entity-Status"' in page
    assert "write:statuses" in page


def test_without_an_api_there_is_no_page(web: Web, people: People) -> None:
    web.services.describe_api = None

    assert web.signed_in(people.ada).open("/developers").status == 404
