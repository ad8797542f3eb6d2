"""Every capability's tables, in one place for the migrations."""

from officetalk.accounts import tables as accounts
from officetalk.announcements import tables as announcements
from officetalk.company import tables as company
from officetalk.conversations import tables as conversations
from officetalk.core.sql import metadata
from officetalk.emoji import tables as emoji
from officetalk.featured import tables as featured
from officetalk.feeds import tables as feeds
from officetalk.filters import tables as filters
from officetalk.golinks import tables as golinks
from officetalk.groups import tables as groups
from officetalk.identity import tables as identity
from officetalk.jobs import tables as jobs
from officetalk.links import tables as links
from officetalk.lists import tables as lists
from officetalk.media import tables as media
from officetalk.moderation import tables as moderation
from officetalk.notifications import tables as notifications
from officetalk.posts import tables as posts
from officetalk.previews import tables as previews
from officetalk.projects import tables as projects
from officetalk.push import tables as push
from officetalk.search import tables as search
from officetalk.timelines import tables as timelines
from officetalk.trends import tables as trends

__all__ = [
    "accounts", "announcements", "company", "conversations", "emoji", "featured", "feeds", "filters", "golinks", "groups", "identity", "jobs", "links", "lists",
    "media", "metadata", "moderation", "notifications", "posts", "previews", "projects", "push", "search", "timelines", "trends",
]  # fmt: skip
