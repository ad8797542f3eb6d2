"""`officetalk doctor`: is everything as it must be, and how to mend what is not."""

from __future__ import annotations

import os
import secrets
import shutil
import smtplib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from officetalk import mail
from officetalk.core.errors import Problem
from officetalk.core.settings import Settings
from officetalk.media.storage import open_storage
from officetalk.media.workshop import Workshop
from officetalk.schema import MIGRATIONS, engine

_LITTLE_SPACE = 1 << 30  # bytes


class Finding(msgspec.Struct, frozen=True):
    what: str
    ok: bool = True
    mend: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """One finding after the other; all are made, whatever the one before says."""
    yield Finding(f"Settings: people reach it at {settings.origin}")
    if settings.host not in ("127.0.0.1", "::1", "localhost") and not settings.secure:
        yield Finding(
            "Passwords travel in the clear",
            False,
            "Put a proxy with https in front and set OFFICETALK_PUBLIC_URL=https://….",
        )
    if not settings.rate_limits:
        yield Finding("Rate limits are off", False, "Remove OFFICETALK_RATE_LIMITS unless this is a test.")
    yield _data(settings)
    yield _media(settings)
    yield _films(settings)
    yield _database(settings)
    yield _assets()
    yield _mail(settings)


def _data(settings: Settings) -> Finding:
    folder = Path(settings.data)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder) as probe:
            probe.write(b"x")
            os.fsync(probe.fileno())
    except OSError as problem:
        return Finding(
            f"Data folder {folder}: {problem.strerror}", False, "Give this user the right to write."
        )
    free = shutil.disk_usage(folder).free
    if free < _LITTLE_SPACE:
        return Finding(f"Data folder {folder}: {free >> 20} MB free", False, "Make room: under 1 GB is left.")
    return Finding(f"Data folder {folder}: writable, {free >> 30} GB free")


def _media(settings: Settings) -> Finding:
    name = f"{secrets.token_hex(16)}.probe"
    where = settings.media or "the data folder"
    try:
        storage = open_storage(settings)
        storage.put(name, b"x", "text/plain")
        storage.remove([name])
    except (Problem, OSError) as problem:
        why = problem.__cause__ or problem
        return Finding(
            f"Media in {where}: {str(why).splitlines()[0]}",
            False,
            "Check OFFICETALK_MEDIA and OFFICETALK_S3_…, and that the bucket is there.",
        )
    return Finding(f"Media in {where}: files can be kept and removed")


def _films(settings: Settings) -> Finding:
    if Workshop(settings).ffmpeg is None:
        return Finding("Videos: no ffmpeg with H.264 and AAC; they are kept as they come, without preview")
    return Finding("Videos: ffmpeg makes them playable everywhere")


def _database(settings: Settings) -> Finding:
    shown = urlsplit(settings.database)
    name = settings.database if shown.scheme == "sqlite" else f"{shown.scheme}://{shown.hostname}{shown.path}"
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    made = engine(settings.database)
    try:
        with made.connect() as connection:
            at = MigrationContext.configure(connection).get_current_revision()
            if made.dialect.name == "sqlite":
                result = connection.exec_driver_sql("PRAGMA quick_check").scalar()
                if result != "ok":
                    return Finding(f"Database {name}: {result}", False, "Restore the newest backup.")
    except (SQLAlchemyError, OSError) as problem:
        first = str(problem).splitlines()[0]
        return Finding(f"Database {name}: {first}", False, "Check OFFICETALK_DATABASE_URL and that it runs.")
    finally:
        made.dispose()
    if at != head:
        return Finding(
            f"Database {name}: at version {at or 'none'}, newest is {head}",
            False,
            "Run `officetalk migrate`.",
        )
    return Finding(f"Database {name}: reachable, at version {at}")


def _assets() -> Finding:
    manifest = Path(__file__).parent / "web" / "static" / "manifest.json"
    if not manifest.exists():
        return Finding("Style sheet and scripts are not built", False, "Run `make setup`.")
    return Finding("Style sheet and scripts are built")


def _mail(settings: Settings) -> Finding:
    if not settings.smtp_url:
        return Finding("Mail: not set; addresses count as confirmed, passwords are reset by command")
    parts = urlsplit(settings.smtp_url)
    try:
        with mail.reach(settings, timeout=10) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as problem:
        return Finding(
            f"Mail: {parts.hostname} does not answer: {problem}", False, "Check OFFICETALK_SMTP_URL."
        )
    return Finding(f"Mail: {parts.hostname} answers")
