"""Settings: from the environment, a file and the command line; an error names the setting."""

from __future__ import annotations

from pathlib import Path

import pytest

from officetalk.core.settings import SettingsError, describe, load, settings_page

NO_FILE = Path("/nonexistent.toml")


def test_every_setting_has_a_default() -> None:
    settings = load({})

    assert (settings.host, settings.port, settings.origin) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert settings.database == "sqlite:///data/officetalk.db"
    assert not settings.secure


def test_the_command_line_goes_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "officetalk.toml"
    file.write_text('port = 1\nhost = "file"\ndata = "file"\nrate_limits = false\n')
    environment = {"OFFICETALK_HOST": "environment", "OFFICETALK_DATA": "environment", "HOME": "/x"}

    settings = load(environment, file, data="command line", database_url=None)

    assert (settings.port, settings.host, settings.data) == (1, "environment", "command line")
    assert not settings.rate_limits


def test_the_file_is_named_by_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("port = 81")

    assert load({"OFFICETALK_CONFIG": str(file)}).port == 81


@pytest.mark.parametrize(
    ("text", "value"), [("on", True), ("TRUE", True), ("1", True), ("off", False), ("no", False)]
)
def test_switches_are_on_or_off(text: str, value: bool) -> None:
    assert load({"OFFICETALK_RATE_LIMITS": text}, NO_FILE).rate_limits is value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "65536"),
        ("RATE_LIMITS", "perhaps"),
        ("REGISTRATION", "everybody"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("PUBLIC_URL", "talk.example.com"),
        ("PUBLIC_URL", "https://talk.example.com/path"),
        ("SMTP_URL", "mail.example.com"),
        ("TRUSTED_PROXIES", "-1"),
        ("NODE", "64"),
        ("LOG_LEVEL", "loud"),
        ("PROT", "8000"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as problem:
        load({f"OFFICETALK_{name}": value}, NO_FILE)

    assert problem.value.setting == f"OFFICETALK_{name}"
    assert str(problem.value).startswith(f"OFFICETALK_{name}: ")


def test_mail_needs_a_sender() -> None:
    with pytest.raises(SettingsError) as problem:
        load({"OFFICETALK_SMTP_URL": "smtp://mail.example.com:25"}, NO_FILE)

    assert problem.value.setting == "OFFICETALK_MAIL_FROM"


@pytest.mark.parametrize("text", ["port = ", "port = 'x'", "prot = 1"])
def test_a_wrong_file_is_an_error_that_says_where(tmp_path: Path, text: str) -> None:
    file = tmp_path / "officetalk.toml"
    file.write_text(text)

    with pytest.raises(SettingsError, match=r"officetalk\.toml|OFFICETALK_PORT|OFFICETALK_PROT"):
        load({}, file)


def test_a_file_that_is_asked_for_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as problem:
        load({"OFFICETALK_CONFIG": str(tmp_path / "missing.toml")})

    assert problem.value.setting == "OFFICETALK_CONFIG"


@pytest.mark.parametrize(
    ("public", "origin", "domain", "secure"),
    [
        ("https://talk.example.com/", "https://talk.example.com", "talk.example.com", True),
        ("http://talk:8080", "http://talk:8080", "talk:8080", False),
    ],
)
def test_the_public_address_is_what_people_see(public: str, origin: str, domain: str, secure: bool) -> None:
    settings = load({"OFFICETALK_PUBLIC_URL": public}, NO_FILE)

    assert (settings.origin, settings.domain, settings.secure) == (origin, domain, secure)


def test_listening_everywhere_is_shown_as_localhost() -> None:
    assert load({"OFFICETALK_HOST": "0.0.0.0"}, NO_FILE).origin == "http://localhost:8000"


def test_domains_of_registration_are_read_generously() -> None:
    settings = load({"OFFICETALK_REGISTRATION_DOMAINS": " @Example.com , example.org,"}, NO_FILE)

    assert settings.allowed_domains == ("example.com", "example.org")


def test_every_setting_says_what_it_does() -> None:
    for name, kind, _, description in describe():
        assert name.startswith("OFFICETALK_") and kind and description.endswith("."), name


def test_the_page_of_settings_is_what_the_code_says() -> None:
    page = Path(__file__).parents[2] / "docs" / "settings.md"

    assert page.read_text("utf-8") == settings_page(), (
        "write it anew: officetalk settings-page > docs/settings.md"
    )
