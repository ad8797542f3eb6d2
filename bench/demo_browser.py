"""The demo company in a real Chromium: for pictures of the pages and for measuring them."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

PERSON = "ingrid"  # an employee with a lively home
PASSWORD = "aldermoor demo"  # as the demo company prints it


@contextmanager
def demo() -> Iterator[str]:
    """The address of a demo company of its own, which ends with the context."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"OFFICETALK_RATE_LIMITS": "off", "OFFICETALK_OUTGOING": "off"}
        log = Path(folder) / "log"
        with log.open("w") as out:
            server = subprocess.Popen(
                [sys.executable, "-m", "officetalk.cli", "demo", "--port", str(port), "--data", folder],
                env=environment, stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip
        try:
            _wait(f"http://127.0.0.1:{port}/health", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def _wait(address: str, server: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + 120
    while True:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(log.read_text()) from None
            time.sleep(0.1)


def sign_in(page: Page, address: str, who: str = PERSON) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("input[autocomplete=username]", who)
    page.fill("input[type=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(re.compile(r"/(\?.*)?$"))


def a_thread(page: Page, address: str) -> str:
    """The path of a post of the home timeline that was answered."""
    page.goto(address)
    answered = page.locator("article.post", has=page.locator("[data-act=reply] span:not(:empty)")).first
    path = answered.get_attribute("data-url")
    assert path, "nobody has answered anything"
    return path
