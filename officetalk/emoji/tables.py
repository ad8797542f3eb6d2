"""The company's own emoji."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, String, Table

from officetalk.core.sql import Bytewise, Id, metadata

emoji = Table(
    "emoji",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("shortcode", Bytewise(64), nullable=False, unique=True),  # case counts, as in Mastodon
    # Names in the store: the picture, and its first frame as PNG (the same file where nothing moves).
    Column("file", String(64), nullable=False),
    Column("static_file", String(64), nullable=False),
    Column("category", String(100), nullable=False, server_default=""),
    Column("in_picker", Boolean, nullable=False, server_default="1"),
    Column("disabled", Boolean, nullable=False, server_default="0"),  # stays text wherever it is written
)
