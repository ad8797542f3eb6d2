"""Every capability's tables, in one place for the migrations."""

from officetalk.accounts import tables as accounts
from officetalk.company import tables as company
from officetalk.core.sql import metadata
from officetalk.feeds import tables as feeds
from officetalk.identity import tables as identity
from officetalk.jobs import tables as jobs
from officetalk.links import tables as links
from officetalk.posts import tables as posts
from officetalk.search import tables as search
from officetalk.timelines import tables as timelines

__all__ = [
    "accounts", "company", "feeds", "identity", "jobs", "links", "metadata", "posts", "search", "timelines",
]  # fmt: skip
