"""masto.js, the client behind Elk and Phanpy, against the real server, with its streams: see masto.mjs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.api.signing import sign_in
from tests.e2e.conftest import ROOT, Server

pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path: Path, new_database: Callable[[], str]) -> Iterator[Server]:
    made = Server(tmp_path, new_database())
    made.makes_account("ada", "Ada Lovelace", "owner")
    made.makes_account("bo", "Bo Nilsson")
    made.start()
    yield made
    made.stop()


def test_two_colleagues_and_their_streams(server: Server) -> None:
    tokens = {name.upper(): sign_in(server, name).access_token for name in ("ada", "bo")}

    done = subprocess.run(
        [Path(sys.executable).with_name("node"), Path(__file__).with_name("masto.mjs")],
        cwd=ROOT, env={"PATH": os.environ["PATH"], "URL": server.url, **tokens},
        capture_output=True, text=True, timeout=90,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [
        "people", "streams", "pictures", "polls", "later", "quotes", "lists", "filters", "notifications",
        "conversations", "search", "paging", "the rest",
    ]  # fmt: skip
