"""Settings of requests to other servers: what is right by default, and what is refused at start."""

from __future__ import annotations

from pathlib import Path

import pytest

from officetalk.core.settings import Settings, SettingsError, load

NO_FILE = Path("/nonexistent.toml")


@pytest.mark.parametrize(
    ("outgoing", "link_previews", "previews"),
    [
        ("on", "", "on"),
        ("on", "on", "on"),
        ("on", "allowed", "allowed"),
        ("on", "off", "off"),
        ("allowed", "", "off"),  # air-gapped: off unless asked for
        ("allowed", "on", "allowed"),
        ("allowed", "allowed", "allowed"),
        ("allowed", "off", "off"),
        ("off", "", "off"),
        ("off", "on", "off"),
        ("off", "allowed", "off"),
    ],
)
def test_previews_reach_no_further_than_the_server_may(
    outgoing: str, link_previews: str, previews: str
) -> None:
    settings = load({"OFFICETALK_OUTGOING": outgoing, "OFFICETALK_LINK_PREVIEWS": link_previews}, NO_FILE)

    assert settings.previews == previews


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OUTGOING", "perhaps"),
        ("OUTGOING_ALLOWED", "http://wiki.corp"),
        ("OUTGOING_ALLOWED", "10.0.0.0/99"),
        ("OUTGOING_PROXY", "socks5://proxy:1080"),
        ("OUTGOING_PROXY", "proxy:3128"),
        ("LINK_PREVIEWS", "sometimes"),
        ("SECRET", "too short"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as problem:
        load({f"OFFICETALK_{name}": value}, NO_FILE)

    assert problem.value.setting == f"OFFICETALK_{name}"


def test_by_default_nothing_internal_is_allowed() -> None:
    assert (Settings().outgoing, Settings().outgoing_allowed, Settings().outgoing_proxy) == ("on", "", "")
