"""Which group a post is for: the one that was chosen, the one that its text mentions, or that of the thread."""

from __future__ import annotations

from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.groups import queries as groups
from officetalk.groups.entities import Group
from officetalk.posts.entities import Content, Draft, Recognised


def group_of(
    conn: Connection, author: int, draft: Draft, parent: Content | None, mentioned: list[Group]
) -> Group | None:
    """The group whose members read the post; None: it is for none. `mentioned`: the groups that the text names, in
    their order. Who answers in a group stays in it, unless what is said is for those who are mentioned alone.

    Invalid when the chosen group is not there for the author; Forbidden when the author may not post in it.
    """
    if parent is not None:
        if parent.audience != "group" or draft.audience == "direct":
            return None
        return _answerable(conn, author, parent.audience_of)
    if draft.group_id is not None:
        return _chosen(conn, author, draft.group_id)
    if draft.audience == "group":
        raise Invalid("group_id", "can't be blank", "ERR_BLANK")
    return next((group for group in mentioned if group.writable), None)


def _chosen(conn: Connection, author: int, id: int) -> Group:
    try:
        group = groups.get(conn, author, id)
    except NotFound:
        raise Invalid("group_id", "is no group that you know") from None
    if group.archived_at is not None:
        raise Forbidden("This group is archived: it can be read, but nobody posts in it any more.")
    if not group.role:
        raise Forbidden("Only members post in this group.")
    return group


def _answerable(conn: Connection, author: int, id: int) -> Group:
    """In an open group everybody answers, as everybody reads."""
    group = groups.get(conn, author, id)
    if group.archived_at is not None:
        raise Forbidden("This group is archived: it can be read, but nobody posts in it any more.")
    if not group.readable:
        raise Forbidden("Only members post in this group.")
    return group


def named(mentioned: list[Group], group: Group | None) -> tuple[tuple[int, str], ...]:
    """What a post keeps of the groups that it names: the one that it is for, and those that everybody may know
    of."""
    kept = {one.id: (one.id, one.handle) for one in mentioned if one.kind != "secret"}
    if group is not None:
        kept = {group.id: (group.id, group.handle), **kept}
    return tuple(kept.values())


def group_handle(recognised: Recognised, audience_of: int) -> str:
    """The handle of the group that a post is for."""
    return next((handle for id, handle in recognised.groups if id == audience_of), "")
