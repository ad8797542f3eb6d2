"""Pictures, videos and sounds that people uploaded for posts."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, String, Table, Text

from officetalk.core.sql import Id, Time, metadata

attachment = Table(
    "attachment",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, nullable=False),
    # What it hangs on: a post, or one that waits for its time. Null while it is free.
    Column("post_id", Id),
    Column("state", String(16), nullable=False),  # processing | ready | failed
    Column("kind", String(8), nullable=False),
    # Names in the store: what is shown, its preview, and the upload itself while it waits to be processed.
    Column("file", String(64), nullable=False, server_default=""),
    Column("preview", String(64), nullable=False, server_default=""),
    Column("source", String(64), nullable=False, server_default=""),
    Column("format", String(32), nullable=False, server_default=""),  # of the upload: a name in formats.py
    Column("width", Integer, nullable=False, server_default="0"),
    Column("height", Integer, nullable=False, server_default="0"),
    Column("preview_width", Integer, nullable=False, server_default="0"),
    Column("preview_height", Integer, nullable=False, server_default="0"),
    Column("duration", Float, nullable=False, server_default="0"),  # seconds
    Column("frame_rate", String(32), nullable=False, server_default=""),
    Column("bitrate", Integer, nullable=False, server_default="0"),
    Column("size", Integer, nullable=False, server_default="0"),  # bytes
    Column("focus_x", Float, nullable=False, server_default="0"),
    Column("focus_y", Float, nullable=False, server_default="0"),
    Column("description", Text, nullable=False, server_default=""),
    Column("blurhash", String(128), nullable=False, server_default=""),
    Column("error", Text, nullable=False, server_default=""),  # why it failed
    Column("created_at", Time, nullable=False),
    Column("free_since", Time),  # null while it hangs on a post
    Index("ix_attachment_post", "post_id"),
    Index("ix_attachment_account", "account_id", "id"),
)
