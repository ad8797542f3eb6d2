"""toot, a client for the terminal that others wrote, against the real server: its own commands, unchanged."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.api.signing import code_for
from tests.e2e.conftest import Server

pytestmark = pytest.mark.slow


class Toot:
    """One person's terminal, signed in."""

    def __init__(self, server: Server, name: str, folder: Path) -> None:
        folder.mkdir()
        self._environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        self._sign_in(server, name)

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "toot", *words]

    def _sign_in(self, server: Server, name: str) -> None:
        """`toot login` prints an address, and waits for the code that the page there shows."""
        with subprocess.Popen(
            self._command("login", "--instance", server.url),
            env=self._environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        ) as login:  # fmt: skip
            assert login.stdin is not None
            assert login.stdout is not None
            said = ""
            while not (url := re.search(r"https?://\S+/oauth/authorize\S+", said)):
                line = login.stdout.readline()
                assert line, said
                said += line
            rest, _ = login.communicate(f"n\n{code_for(url[0], name, 'toot')}\n", timeout=30)
            assert "Successfully logged in" in rest

    def __call__(self, *words: str, stdin: str = "") -> str:
        done = subprocess.run(
            self._command("--no-color", *words),
            env=self._environment, input=stdin, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, f"toot {' '.join(words)}: {done.stderr}{done.stdout}"
        return done.stdout

    def json(self, *words: str) -> Any:
        return json.loads(self(*words, "--json"))


@pytest.fixture
def server(tmp_path: Path, new_database: Callable[[], str]) -> Iterator[Server]:
    made = Server(tmp_path, new_database())
    made.makes_account("ada", "Ada Lovelace", "owner")
    made.makes_account("bo", "Bo Nilsson")
    made.start()
    yield made
    made.stop()


def test_two_colleagues_work_in_their_terminals(server: Server, tmp_path: Path) -> None:
    ada, bo = (Toot(server, name, tmp_path / name) for name in ("ada", "bo"))

    _people(ada, bo)
    post = _posts(ada, bo)
    _marks(ada, bo, post)
    _pictures_and_polls(ada, bo, tmp_path)
    _lists_and_hashtags(ada)
    _what_is_told(ada, bo)
    _the_end(ada, post)


def _people(ada: Toot, bo: Toot) -> None:
    assert "Ada Lovelace" in ada("whoami")
    assert "OfficeTalk" in ada("instance")
    assert "Bo Nilsson" in ada("whois", "bo")
    ada("follow", "bo")
    bo("follow", "ada")
    assert [a["acct"] for a in ada.json("following")] == ["bo"]
    assert [a["acct"] for a in ada.json("followers")] == ["bo"]
    ada("update-account", "--display-name", "Ada L.", "--note", "Counts")
    assert bo.json("whois", "ada")["display_name"] == "Ada L."
    for verb, undo, listed in (("mute", "unmute", "muted"), ("block", "unblock", "blocked")):
        ada(verb, "bo")
        assert [a["acct"] for a in ada.json(listed)] == ["bo"]
        ada(undo, "bo")
        assert ada.json(listed) == []
    ada("follow", "bo")
    bo("follow", "ada")  # a block ends both


def _posts(ada: Toot, bo: Toot) -> str:
    post = ada.json("post", "The engine weaves #engine", "--language", "en")
    answer = bo.json("post", "@ada it does", "--reply-to", post["id"])
    assert answer["in_reply_to_id"] == post["id"]
    assert "it does" in ada("thread", post["id"])
    assert "The engine weaves" in bo("timelines", "home", "--no-pager")
    assert "The engine weaves" in bo("timelines", "public", "--no-pager")
    assert "The engine weaves" in bo("timelines", "tag", "engine", "--no-pager")
    assert "The engine weaves" in bo("timelines", "account", "ada", "--no-pager")
    assert "The engine weaves" in bo("status", post["id"])
    assert "engine" in bo("search", "engine")
    later = ada.json("post", "Tomorrow", "--scheduled-in", "1 day")
    assert later["params"]["text"] == "Tomorrow"
    return post["id"]


def _marks(ada: Toot, bo: Toot, post: str) -> None:
    bo("favourite", post)
    bo("reblog", post)
    assert "Bo Nilsson" in ada("reblogged-by", post)
    bo("bookmark", post)
    assert "The engine weaves" in bo("bookmarks")
    ada("pin", post)
    ada("unpin", post)
    bo("unbookmark", post)
    bo("unreblog", post)
    bo("unfavourite", post)


def _pictures_and_polls(ada: Toot, bo: Toot, folder: Path) -> None:
    picture = folder / "wheel.png"
    Image.new("RGB", (64, 48), "teal").save(picture)
    shown = ada.json("post", "A wheel", "--media", str(picture), "--description", "A teal wheel")
    assert shown["media_attachments"][0]["description"] == "A teal wheel"
    asked = ada.json("post", "Lunch?", "--poll-option", "soup", "--poll-option", "fish")
    poll = asked["poll"]["id"]
    bo("polls", "vote", poll, "1")
    assert ada.json("polls", "show", poll)["votes_count"] == 1


def _lists_and_hashtags(ada: Toot) -> None:
    ada("lists", "create", "Machines")
    ada("lists", "add", "Machines", "bo")
    assert "bo" in ada("lists", "accounts", "Machines")
    assert "it does" in ada("timelines", "list", "Machines", "--no-pager")
    ada("lists", "delete", "Machines")
    ada("tags", "follow", "engine")
    assert "engine" in ada("tags", "followed")
    ada("tags", "feature", "engine")
    assert "engine" in ada("tags", "featured")
    ada("tags", "unfollow", "engine")


def _what_is_told(ada: Toot, bo: Toot) -> None:
    told = {n["type"] for n in ada.json("notifications")}
    assert {"mention", "follow"} <= told
    ada("notifications", "--clear")
    assert ada.json("notifications") == []


def _the_end(ada: Toot, post: str) -> None:
    ada("delete", post)
    assert "The engine weaves" not in ada("timelines", "home", "--no-pager")
    (account,) = re.findall(r"\* (\S+)", ada("auth"))
    ada("logout", account)
