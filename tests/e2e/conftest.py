"""The real thing: `officetalk serve` as a process of its own, on either database, and a real Chromium."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import chromium

ROOT = Path(__file__).parent.parent.parent
PASSWORD = "correct horse battery"
_CODE = re.compile(r"code\s+([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})")


class Server:
    """A running server. `url` is where; `code` the set-up code that it printed; `settings` are its own, by
    their names in the environment."""

    def __init__(self, folder: Path, database_url: str, **settings: str) -> None:
        self.folder = folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {
            "PATH": os.environ["PATH"],
            "OFFICETALK_DATA": str(folder),
            "OFFICETALK_DATABASE_URL": database_url,
            "OFFICETALK_PORT": str(self.port),
            "OFFICETALK_RATE_LIMITS": "off",
            "OFFICETALK_OUTGOING": "off",
            **settings,
        }
        self.code: str | None = None
        self._process: subprocess.Popen | None = None

    def start(self, **settings: str) -> None:
        """Returns when it answers. `settings` are added to its own."""
        self._environment |= settings
        log = self.folder / "server.log"
        with log.open("w") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "officetalk.cli", "serve"],
                cwd=ROOT, env=self._environment, stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip
        until = time.monotonic() + 30
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise AssertionError(log.read_text())
            try:
                with urllib.request.urlopen(f"{self.url}/health", timeout=2):
                    break
            except OSError:
                time.sleep(0.05)
        found = _CODE.search(log.read_text())
        self.code = found.group(1) if found else None

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            assert self._process.wait(15) == 0
            self._process = None

    def run(self, *command: str, stdin: str = "", **settings: str) -> str:
        """Run `officetalk …` on the same data; `settings` are added to the environment."""
        done = subprocess.run(
            [sys.executable, "-m", "officetalk.cli", *command],
            cwd=ROOT, env=self._environment | settings, input=stdin, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def makes_account(self, name: str, display_name: str, role: str = "member") -> None:
        self.run(
            "account", "create", name, "--email", f"{name}@example.com", "--display-name", display_name,
            "--role", role, "--password-stdin", stdin=PASSWORD + "\n",
        )  # fmt: skip


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def server(tmp_path: Path, new_database: Callable[[], str]) -> Iterator[Server]:
    """A server that was never set up."""
    made = Server(tmp_path, new_database())
    made.start()
    yield made
    made.stop()


# Of the module, not of the session: while it runs, Playwright holds the thread's event loop, and other
# tests of the same process want one of their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=chromium.path(), args=chromium.LAUNCH_ARGS)
        yield made
        made.close()


class Faults(msgspec.Struct):
    """What must not happen on any page."""

    errors: list[str] = []
    strangers: list[str] = []  # requests to other hosts


@pytest.fixture
def faults(server: Server) -> Iterator[Faults]:
    """Collects; checked at the end of the test."""
    found = Faults()
    yield found
    assert found.errors == []
    assert found.strangers == []


@pytest.fixture
def window(browser: Browser, server: Server, faults: Faults) -> Iterator[Callable[..., Page]]:
    """Opens a browser of its own for somebody: `window(phone=True)`; Playwright's options of a context too."""
    contexts: list[BrowserContext] = []

    def open_window(*, phone: bool = False, script: bool = True, **options: Any) -> Page:
        size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 900}
        chosen = {"base_url": server.url, "viewport": size, "locale": "en-GB", **options}
        context = browser.new_context(java_script_enabled=script, has_touch=phone, **chosen)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        # A page that is left at once breaks off how it came in: Chromium tells that as an error.
        page.on(
            "pageerror",
            lambda e: None if str(e).startswith("Transition was") else faults.errors.append(str(e)),
        )
        page.on(
            "request",
            lambda request: None if request.url.startswith((server.url, "data:", "blob:")) else faults.strangers.append(request.url),
        )  # fmt: skip
        page.on(
            "console",
            lambda message: faults.errors.append(message.text) if "Content Security Policy" in message.text else None,
        )  # fmt: skip
        return page

    yield open_window
    for context in contexts:
        context.close()


def sign_in(page: Page, name: str, password: str = PASSWORD, *, undo: bool = False) -> None:
    """By the form, as people do. What they post goes at once, unless the test wants to take it back (`undo`)."""
    page.goto("/sign-in")
    page.get_by_label("User name or mail address").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(re.compile(r"/$"))
    if not undo:
        send_at_once(page)


def send_at_once(page: Page) -> None:
    """What is posted from now on does not wait for somebody to take it back."""
    token = page.locator("meta[name=csrf]").get_attribute("content") or ""
    values: dict[str, str | float | bool] = {"csrf": token, "single_keys": "1", "undo_seconds": "0"}
    assert page.request.post("/settings/appearance", form=values).ok
    page.reload()
