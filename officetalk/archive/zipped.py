"""The archive: one ZIP, made while it is downloaded. Nothing of it is kept on the server, and it costs the same
memory for ten posts as for a hundred thousand."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import AsyncIterator
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import msgspec

from officetalk.accounts import queries as accounts
from officetalk.archive import lists, posts
from officetalk.core.database import Connection, Database
from officetalk.core.errors import NotFound
from officetalk.core.paging import Page
from officetalk.filters import rules as filters
from officetalk.identity import credentials, sessions
from officetalk.media.storage import Storage
from officetalk.posts import scheduled

_README = """Everything that you have here.

profile.json     your profile, your choices, where you are signed in, your filters
posts.json       all that you wrote: posts, comments, direct posts, reposts, with earlier versions
scheduled.json   what you have written for later
media/           the files of your posts, your portrait and your cover
*.csv            whom you follow, who follows you, lists, mutes, blocks, bookmarks and likes (addresses),
                 in the form that Mastodon exports and imports; the short links that you look after

Times are in UTC.
"""


class _Sink(io.RawIOBase):
    """Takes what the ZIP writes, until it is sent on."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any, /) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _member(name: str, *, packed: bool = True) -> ZipInfo:
    info = ZipInfo(name, time.gmtime()[:6])
    info.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
    info.external_attr = 0o600 << 16
    return info


def _profile(conn: Connection, me: int) -> dict[str, Any]:
    person = accounts.get(conn, me)
    account = person.account
    return {
        "name": account.name,
        "user_name": account.username,
        "mail": credentials.email_of(conn, me),
        "since": posts.stamp(account.created_at),
        "about": account.bio,
        "job_title": account.job_title,
        "department": account.department,
        "location": account.location,
        "pronouns": account.pronouns,
        "time_zone": account.time_zone,
        "language": account.language,
        "fields": [{"label": label, "content": content} for label, content in account.fields],
        "portrait": account.avatar and f"media/{account.avatar}",
        "cover": account.header and f"media/{account.header}",
        "preferences": msgspec.to_builtins(accounts.preferences(conn, me)),
        "sessions": [
            {"browser": s.user_agent, "address": s.address, "since": posts.stamp(s.created_at), "used": posts.stamp(s.used_at)}
            for s in sessions.list_sessions(conn, me, None)
        ],
        "filters": [
            {"title": one.title, "where": one.contexts, "action": one.action, "words": [k.keyword for k in one.keywords]}
            for one in filters.read(conn, me)
        ],
    }  # fmt: skip


def _scheduled(conn: Connection, me: int) -> list[dict[str, Any]]:
    waiting = scheduled.waiting(conn, me, Page(1000))
    return [{"at": posts.stamp(one.run_at), "text": one.draft.text} for one in waiting]


async def archive(db: Database, storage: Storage, me: int, origin: str) -> AsyncIterator[bytes]:
    """The pieces of the ZIP with everything that `me` has."""
    sink = _Sink()
    made = ZipFile(sink, "w", ZIP_DEFLATED)  # write and flush are all it asks for
    profile = await db.read(_profile, me)
    made.writestr(_member("README.txt"), _README)
    made.writestr(_member("profile.json"), _json(profile))
    made.writestr(_member("scheduled.json"), _json(await db.read(_scheduled, me)))
    yield sink.taken()
    for name, make in lists.FILES.items():
        made.writestr(_member(f"{name}.csv"), await db.read(make, me, origin))
        yield sink.taken()
    account = (await db.read(accounts.get, me)).account
    files = [name for name in (account.avatar, account.header) if name]
    with made.open(_member("posts.json"), "w", force_zip64=True) as out:
        out.write(b"[")
        after, first = 0, True
        while first or after:
            told, names, after = await db.read(posts.page, me, origin, after)
            files += names
            lines = b",\n".join(map(msgspec.json.encode, told))
            await asyncio.to_thread(out.write, (b"\n" if first or not lines else b",\n") + lines)
            first = False
            yield sink.taken()
        out.write(b"\n]\n")
    for name in dict.fromkeys(files):
        async for piece in _file(made, sink, storage, name):
            yield piece
    made.close()
    yield sink.taken()


async def _file(made: ZipFile, sink: _Sink, storage: Storage, name: str) -> AsyncIterator[bytes]:
    """A file of the media store; one that is not there any more is left out."""
    size = await storage.size(name)
    if size is None:
        return
    with made.open(_member(f"media/{name}", packed=False), "w", force_zip64=True) as out:
        try:
            async for piece in await storage.open(name, 0, size):
                out.write(piece)
                yield sink.taken()
        except NotFound:
            pass


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2)
