"""Settings of the process: from the environment (`OFFICETALK_…`) or `officetalk.toml`, checked at start.

What administrators change at run time (the company's name, the limit of characters) is not here but in
the database: see `officetalk/company`.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from officetalk.core.hosts import parse_hosts

PREFIX = "OFFICETALK_"
MIN_SECRET = 16

Registration = Literal["closed", "invitation", "approval", "open"]


class SettingsError(ValueError):
    """A setting is wrong. `setting` is its name in the environment."""

    def __init__(self, setting: str, rule: str) -> None:
        super().__init__(f"{setting}: {rule}")
        self.setting = setting
        self.rule = rule


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every setting, with its default; the descriptions make docs/settings.md."""

    host: Annotated[str, Meta(description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535, description="Port to listen on.")] = 8000
    data: Annotated[str, Meta(description="Folder of the SQLite database and of uploaded files.")] = "data"
    database_url: Annotated[
        str,
        Meta(
            description="`sqlite:///path/to/file.db` or `postgresql://user@host/name`. "
            "Empty: SQLite in the data folder."
        ),
    ] = ""
    public_url: Annotated[
        str,
        Meta(
            description="How people reach the server, `https://talk.example.com`. Empty: the address that it "
            "listens on. With https, cookies are marked Secure."
        ),
    ] = ""
    registration: Annotated[
        Literal["", "closed", "invitation", "approval", "open"],
        Meta(
            description="Who may make an account: `closed`, `invitation`, `approval` or `open`. Fixes what "
            "administrators can otherwise choose in the app (where the default is `invitation`)."
        ),
    ] = ""
    registration_domains: Annotated[
        str, Meta(description="Only e-mail addresses of these domains may register, separated by commas.")
    ] = ""
    rate_limits: Annotated[
        bool, Meta(description="`off` switches rate limits off, for tests behind a closed network only.")
    ] = True
    trusted_proxies: Annotated[
        int,
        Meta(
            ge=0,
            le=5,
            description="How many proxies in front add to `X-Forwarded-For`. 0: the header is ignored.",
        ),
    ] = 0
    session_days: Annotated[
        int, Meta(ge=1, le=400, description="Days after which an unused sign-in in the browser ends.")
    ] = 30
    password_grant: Annotated[
        bool, Meta(description="Allow OAuth's password grant (deprecated by RFC 9700; off by default).")
    ] = False
    max_body: Annotated[
        int,
        Meta(
            ge=65536,
            description="Largest request body in bytes, apart from uploads of media; larger ones are answered "
            "with 413.",
        ),
    ] = 16 * 1024 * 1024
    media: Annotated[
        str,
        Meta(
            description="Where uploaded files are kept: `s3://bucket` or `s3://bucket/prefix`. Empty: in the "
            "data folder. Several nodes need a bucket, or one data folder for all."
        ),
    ] = ""
    s3_endpoint: Annotated[
        str,
        Meta(
            description="Address of the S3-compatible store, `https://s3.example.com`. Empty: Amazon's, in "
            "`OFFICETALK_S3_REGION`."
        ),
    ] = ""
    s3_region: Annotated[str, Meta(description="Region of the bucket, where the store asks for one.")] = ""
    s3_access_key: Annotated[
        str,
        Meta(
            description="Key of the S3-compatible store. Empty: from the environment (`AWS_…`) or the machine's role."
        ),
    ] = ""
    s3_secret_key: Annotated[str, Meta(description="Secret that belongs to the key.")] = ""
    max_image: Annotated[
        int, Meta(ge=65536, description="Largest picture that can be uploaded for a post, in bytes.")
    ] = 16 * 1024 * 1024
    max_image_pixels: Annotated[
        int,
        Meta(
            ge=1_000_000,
            le=250_000_000,
            description="Largest picture in pixels, width times height. One at a time is decoded; it takes four "
            "bytes of memory for each.",
        ),
    ] = 50_000_000
    max_video: Annotated[
        int,
        Meta(
            ge=65536,
            description="Largest video or sound that can be uploaded, in bytes. Uploads pass through the "
            "system's temporary folder (`TMPDIR`).",
        ),
    ] = 99 * 1024 * 1024
    ffmpeg: Annotated[
        str,
        Meta(
            description="Program that prepares videos, sounds and animations; `ffprobe` must lie beside it. "
            "Where it is missing they are kept as they come, without a preview."
        ),
    ] = "ffmpeg"
    ffmpeg_seconds: Annotated[
        int, Meta(ge=10, le=3600, description="How long ffmpeg may work on one file.")
    ] = 600
    smtp_url: Annotated[
        str,
        Meta(
            description="Mail server: `smtp://user:password@host:587` (STARTTLS when offered) or `smtps://…`. "
            "Empty: no mail is sent, and addresses count as confirmed."
        ),
    ] = ""
    mail_from: Annotated[str, Meta(description="Sender of mails, `OfficeTalk <talk@example.com>`.")] = ""
    outgoing: Annotated[
        Literal["on", "allowed", "off"],
        Meta(
            description="Where the server itself sends requests, for push messages and link previews: `on`, the "
            "public Internet and the hosts of `OFFICETALK_OUTGOING_ALLOWED`; `allowed`, only those; `off`, nowhere. "
            "Internal addresses are never reached unless they are allowed."
        ),
    ] = "on"
    outgoing_allowed: Annotated[
        str,
        Meta(
            description="Hosts of the company's own that the server may reach, separated by commas: "
            "`wiki.corp`, `.corp.example` (with all below it), `10.1.0.0/16`, `push.corp:8443`. "
            "Ports 80 and 443 unless one is named."
        ),
    ] = ""
    outgoing_proxy: Annotated[
        str,
        Meta(
            description="HTTP proxy to the Internet, `http://user:password@proxy.corp:3128`. Allowed hosts are "
            "reached without it. Empty: none, whatever the environment says."
        ),
    ] = ""
    link_previews: Annotated[
        Literal["", "on", "allowed", "off"],
        Meta(
            description="Cards below posts for the pages that they link to, fetched by the server: `on`, `allowed` "
            "(only pages of `OFFICETALK_OUTGOING_ALLOWED`) or `off`. Empty: `on` where `OFFICETALK_OUTGOING` is "
            "`on`, otherwise `off`."
        ),
    ] = ""
    secret: Annotated[
        str,
        Meta(
            description="Encrypts what the database must keep readable: the access tokens that push messages carry. "
            "At least 16 characters, the same on all nodes. Empty: a key that is made once and lies in the "
            "database. After a change apps must subscribe to push messages anew."
        ),
    ] = ""
    development: Annotated[
        bool,
        Meta(
            description="Shows `/dev/components`, all parts of the pages in all their states, to who is signed in."
        ),
    ] = False
    node: Annotated[
        int, Meta(ge=0, le=63, description="Number of this process among those on one PostgreSQL.")
    ] = 0
    database_workers: Annotated[
        int, Meta(ge=1, le=64, description="Connections to PostgreSQL (SQLite has its own fixed threads).")
    ] = 8
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Meta(description="How much is logged.")
    ] = "info"

    @property
    def database(self) -> str:
        """The database's URL, the default filled in."""
        return self.database_url or f"sqlite:///{Path(self.data) / 'officetalk.db'}"

    @property
    def origin(self) -> str:
        """Scheme, host and port that people see, without a slash at the end."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = {"0.0.0.0": "localhost", "::": "localhost"}.get(self.host, self.host)
        return f"http://{host}:{self.port}"

    @property
    def domain(self) -> str:
        """Host (and port) of `origin`, as clients show it."""
        return urlsplit(self.origin).netloc

    @property
    def secure(self) -> bool:
        """Whether people reach the server by https."""
        return self.origin.startswith("https://")

    @property
    def previews(self) -> Literal["on", "allowed", "off"]:
        """For which links there are cards: never for more than the server may reach."""
        if self.outgoing == "on":
            return self.link_previews or "on"
        wanted = self.outgoing == "allowed" and self.link_previews in ("on", "allowed")
        return "allowed" if wanted else "off"

    @property
    def allowed_domains(self) -> tuple[str, ...]:
        return tuple(d.strip().lower().lstrip("@") for d in self.registration_domains.split(",") if d.strip())


_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


def load(
    environment: Mapping[str, str] | None = None, file: Path | None = None, **overrides: Any
) -> Settings:
    """Environment before file before default; `overrides` (from the command line) before all.

    Raises SettingsError naming the setting and the rule; unknown names are errors, so that a typing
    error does not silently mean the default.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    named = environment.get(PREFIX + "CONFIG", "")
    file = file or Path(named or "officetalk.toml")
    if named and not file.exists():
        raise SettingsError(PREFIX + "CONFIG", f"there is no {named}")
    if file.exists():
        try:
            values.update(tomllib.loads(file.read_text("utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
            raise SettingsError(str(file), f"is not TOML: {problem}") from problem
    for name, value in environment.items():
        if name.startswith(PREFIX) and name != PREFIX + "CONFIG":
            values[name.removeprefix(PREFIX).lower()] = value
    values.update({k: v for k, v in overrides.items() if v is not None})

    hints = get_type_hints(Settings, include_extras=True)
    for name, value in values.items():
        label = PREFIX + name.upper()
        if name not in hints:
            raise SettingsError(label, "is not a setting; see docs/settings.md")
        if hints[name].__origin__ is bool and isinstance(value, str):
            if value.lower() not in _TRUE | _FALSE:
                raise SettingsError(label, "must be on or off")
            values[name] = value = value.lower() in _TRUE
        try:
            msgspec.convert(value, hints[name], strict=False)
        except msgspec.ValidationError as problem:
            raise SettingsError(label, str(problem)) from problem
    settings = msgspec.convert(values, Settings, strict=False)
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    if settings.database_url and not settings.database_url.startswith(
        ("sqlite:///", "postgresql://", "postgres://")
    ):
        raise SettingsError(PREFIX + "DATABASE_URL", "must start with sqlite:/// or postgresql://")
    if settings.public_url:
        parts = urlsplit(settings.public_url)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
            raise SettingsError(
                PREFIX + "PUBLIC_URL", "must be a scheme and a host, such as https://talk.example.com"
            )
    if settings.media:
        parts = urlsplit(settings.media)
        if parts.scheme != "s3" or not parts.netloc:
            raise SettingsError(PREFIX + "MEDIA", "must be s3://bucket or s3://bucket/prefix")
    if settings.s3_endpoint and not settings.s3_endpoint.startswith(("http://", "https://")):
        raise SettingsError(PREFIX + "S3_ENDPOINT", "must start with http:// or https://")
    if bool(settings.s3_access_key) != bool(settings.s3_secret_key):
        raise SettingsError(PREFIX + "S3_SECRET_KEY", "must be set together with OFFICETALK_S3_ACCESS_KEY")
    if settings.smtp_url:
        parts = urlsplit(settings.smtp_url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise SettingsError(PREFIX + "SMTP_URL", "must be smtp://host:port or smtps://host:port")
        if not settings.mail_from:
            raise SettingsError(PREFIX + "MAIL_FROM", "is needed when OFFICETALK_SMTP_URL is set")
    _check_outgoing(settings)


def _check_outgoing(settings: Settings) -> None:
    try:
        parse_hosts(settings.outgoing_allowed)
    except ValueError as problem:
        raise SettingsError(PREFIX + "OUTGOING_ALLOWED", str(problem)) from problem
    if settings.outgoing_proxy:
        parts = urlsplit(settings.outgoing_proxy)
        if parts.scheme != "http" or not parts.hostname:
            raise SettingsError(PREFIX + "OUTGOING_PROXY", "must be http://host:port")
    if settings.secret and len(settings.secret) < MIN_SECRET:
        raise SettingsError(PREFIX + "SECRET", f"must have at least {MIN_SECRET} characters")


def describe() -> list[tuple[str, str, str, str]]:
    """(environment name, type, default, description) of every setting: the source of docs/settings.md."""
    rows = []
    defaults = Settings()
    for field in msgspec.structs.fields(Settings):
        info = msgspec.inspect.type_info(field.type)
        description = ""
        while isinstance(info, msgspec.inspect.Metadata):
            description = (info.extra_json_schema or {}).get("description", description)
            info = info.type
        kind = type(info).__name__.removesuffix("Type").lower()
        if isinstance(info, msgspec.inspect.LiteralType):
            kind = " or ".join(f"`{v}`" if v else "empty" for v in info.values)
        value = getattr(defaults, field.name)
        shown = ("on" if value else "off") if isinstance(value, bool) else str(value)
        rows.append(
            (
                PREFIX + field.name.upper(),
                {"str": "text", "int": "number", "bool": "`on` or `off`"}.get(kind, kind),
                shown,
                description,
            )
        )
    return rows


def settings_page() -> str:
    """docs/settings.md: every setting with type, default and description."""
    lines = [
        "# Settings",
        "",
        "From the environment, or from `officetalk.toml` in the working folder (another file by "
        "`OFFICETALK_CONFIG`), where the names are lower case and without the prefix: `port = 8000`. The "
        "environment wins. Checked at start: an error names the setting.",
        "",
        "| setting | value | default | what it does |",
        "|---|---|---|---|",
    ]
    for name, kind, default, description in describe():
        shown = f"`{default}`" if default else "empty"
        lines.append(f"| `{name}` | {kind} | {shown} | {description} |")
    lines += [
        "",
        "This page is generated from `officetalk/core/settings.py` by `officetalk settings-page`; a test "
        "holds it to the code. What administrators change while it runs (name, limit of characters, "
        "registration) stands in the app: Settings, Company.",
    ]
    return "\n".join(lines) + "\n"
