"""Conversations as the rest of the program sees them."""

from __future__ import annotations

import msgspec

from officetalk.accounts.entities import Person
from officetalk.posts.entities import Post


class Conversation(msgspec.Struct, frozen=True):
    """A thread of direct posts as one of the people in it sees it. `people`: those between whom its last
    post is, but for the reader; the reader alone where there is nobody else."""

    id: int
    root_id: int
    unread: bool
    people: tuple[Person, ...]
    last: Post
