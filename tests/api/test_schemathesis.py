"""Schemathesis over the generated description: whatever is sent, no answer is a 5xx, and every answer has a
status and a form that the description tells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import checks

from officetalk import api as declarations
from officetalk.api import openapi
from tests.api.signing import sign_in
from tests.e2e.conftest import Server

pytestmark = pytest.mark.slow

EXAMPLES = 8  # for each of more than a hundred methods
CHECKS = [checks.not_a_server_error, checks.status_code_conformance, checks.response_schema_conformance]

schema = schemathesis.openapi.from_dict(openapi.describe(declarations.endpoints(), "http://talk.test"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("schemathesis")
    made = Server(folder, f"sqlite:///{folder}/officetalk.db")
    made.makes_account("ada", "Ada Lovelace", "owner")
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def session(server: Server) -> Iterator[requests.Session]:
    """A connection that is kept open, as somebody who is signed in."""
    with requests.Session() as made:
        made.headers["Authorization"] = f"Bearer {sign_in(server, 'ada').access_token}"
        yield made


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_whatever_is_sent_is_answered(case: Any, server: Server, session: requests.Session) -> None:
    response = case.call(base_url=server.url, session=session, timeout=20)

    case.validate_response(response, checks=CHECKS)
