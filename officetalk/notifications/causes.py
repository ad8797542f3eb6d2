"""What people are told of: called by hooks when it happens (see __init__.py), and by those who lie above."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select, update

from officetalk.accounts.tables import account
from officetalk.core.database import Connection
from officetalk.core.errors import NotFound
from officetalk.core.sql import Statement, one_of, p, within
from officetalk.notifications import rounds
from officetalk.notifications.rounds import Round
from officetalk.notifications.tables import notification
from officetalk.notifications.tell import News, tell, untell
from officetalk.posts import queries as posts
from officetalk.posts.entities import Content

_STAFF = Statement(
    select(account.c.id).where(
        one_of(account.c.role, ("moderator", "administrator", "owner")), account.c.state == "active"
    )
)
_UNMENTION = Statement(
    update(notification)
    .where(
        notification.c.subject_id == p("post"),
        notification.c.kind == "mention",
        ~within(notification.c.account_id, "mentioned"),
    )
    .values(state="undone")
)
_FORGET = Statement(delete(notification).where(notification.c.subject_id == p("post")))


# --- posts -------------------------------------------------------------------------------------------


def written(conn: Connection, content: Content) -> None:
    """A post was published or edited: whom it mentions or quotes, who rings the bell for its author, and of
    an edit who passed it on."""
    mentioned = [id for id, _ in content.recognised.mentions]
    if content.edited_at is not None:
        conn.run(_UNMENTION, post=content.id, mentioned=mentioned)
    tell(conn, News("mention", content.author_id, content.id), [(id, content.id) for id in mentioned])
    if content.edited_at is None:
        quoted(conn, content)
        _ring(conn, content)
    else:
        for to in ("reposters", "quoters"):
            rounds.start(conn, Round(to, content.id, content.author_id, since=content.edited_at))


def quoted(conn: Connection, content: Content) -> None:
    """A new post: tells the author of what it quotes, if it quotes anything."""
    if content.quote_of_id is None or content.quote_state != "accepted":
        return
    try:
        receiver = posts.content_of(conn, content.quote_of_id).author_id
    except NotFound:
        return
    tell(conn, News("quote", content.author_id, content.id), [(receiver, content.id)])


def _ring(conn: Connection, content: Content) -> None:
    """As in Mastodon, for what followers find at home: no comments to others, nothing direct."""
    to_others = content.parent_author_id not in (None, content.author_id)
    if not to_others and content.audience != "direct":
        rounds.start(conn, Round("bell", content.id, content.author_id, language=content.language))


def deleted(conn: Connection, post_id: int) -> None:
    """A post was deleted, and its reposts with it."""
    conn.run(_FORGET, post=post_id)


def poll_ended(conn: Connection, content: Content) -> None:
    """The time of a poll has come: tells who asked and, in the background, who voted."""
    tell(conn, News("poll", content.author_id, content.id), [(content.author_id, content.id)])
    rounds.start(conn, Round("voters", content.id, content.author_id))


def liked(conn: Connection, content: Content, actor: int) -> None:
    tell(conn, News("favourite", actor, content.id), [(content.author_id, content.id)])


def unliked(conn: Connection, content: Content, actor: int) -> None:
    untell(conn, "favourite", actor, content.author_id, content.id)


def reposted(conn: Connection, repost: Content, original: Content) -> None:
    """Only whoever can see the repost is told of it: one to followers is nobody else's business."""
    news = News("reblog", repost.author_id, original.id, repost.id)
    tell(conn, news, [(original.author_id, original.id)])


def unreposted(conn: Connection, repost: Content) -> None:
    if repost.repost_of_id is not None:
        try:
            receiver = posts.content_of(conn, repost.repost_of_id).author_id
        except NotFound:
            return
        untell(conn, "reblog", repost.author_id, receiver, repost.repost_of_id)


# --- people ------------------------------------------------------------------------------------------


def followed(conn: Connection, actor: int, target: int) -> None:
    """Somebody follows another, asked or let in."""
    tell(conn, News("follow", actor), [(target, 0)])


def unfollowed(conn: Connection, actor: int, target: int) -> None:
    untell(conn, "follow", actor, target)


def asked(conn: Connection, actor: int, target: int) -> None:
    """Somebody asks to follow another."""
    tell(conn, News("follow_request", actor), [(target, 0)])


def answered(conn: Connection, actor: int, target: int) -> None:
    """A request to follow is there no longer: taken back, accepted or rejected."""
    untell(conn, "follow_request", actor, target)


# --- groups ------------------------------------------------------------------------------------------


def invited(conn: Connection, group_id: int, inviter: int, guest: int) -> None:
    """Somebody is invited to a group."""
    tell(conn, News("group_invitation", inviter), [(guest, group_id)])


def uninvited(conn: Connection, group_id: int, inviter: int, guest: int) -> None:
    """The invitation was taken back, or answered."""
    untell(conn, "group_invitation", inviter, guest, group_id)


def asked_to_join(conn: Connection, group_id: int, asker: int, leaders: list[int]) -> None:
    """Somebody asks to join: tells those who decide it."""
    tell(conn, News("group_request", asker), [(leader, group_id) for leader in leaders])


def join_answered(conn: Connection, group_id: int, asker: int, leaders: list[int]) -> None:
    """Nobody has to decide it any longer."""
    for leader in leaders:
        untell(conn, "group_request", asker, leader, group_id)


def let_in(conn: Connection, group_id: int, leader: int, asker: int) -> None:
    """Who asked is a member now."""
    tell(conn, News("group_admission", leader), [(asker, group_id)])


def assigned(conn: Connection, action_id: int, actor: int, assignee: int) -> None:
    """Somebody gets something to do."""
    tell(conn, News("action_assigned", actor), [(assignee, action_id)])


def due(conn: Connection, action_id: int, assignee: int, _same: int) -> None:
    """What somebody has to do is due tomorrow."""
    tell(conn, News("action_due", assignee, since=conn.now), [(assignee, action_id)])


# --- for moderators, and by them ---------------------------------------------------------------------


def _staff(conn: Connection, but: Iterable[int] = ()) -> list[int]:
    left_out = set(but)
    return [row[0] for row in conn.all(_STAFF) if row[0] not in left_out]


def joined(conn: Connection, account_id: int) -> None:
    """Somebody has registered, and is in or waits for approval: tells moderators and administrators."""
    tell(conn, News("admin.sign_up", account_id), [(id, 0) for id in _staff(conn)])


def reported(conn: Connection, report_id: int, reporter: int, target: int) -> None:
    """A report was filed: tells moderators and administrators, but never the one it is about."""
    tell(conn, News("admin.report", reporter), [(id, report_id) for id in _staff(conn, [target])])


def warned(conn: Connection, account_id: int, warning_id: int) -> None:
    """Moderators decided about somebody's account: tells whom it is about, not who decided."""
    tell(conn, News("moderation_warning", account_id), [(account_id, warning_id)])


def severed(conn: Connection, account_id: int, event_id: int) -> None:
    """Somebody has lost followers, or people to follow, by a decision of moderators."""
    tell(conn, News("severed_relationships", account_id), [(account_id, event_id)])


def collected(conn: Connection, collection_id: int, owner: int, account_id: int) -> None:
    """Somebody was added to a collection."""
    tell(conn, News("added_to_collection", owner), [(account_id, collection_id)])


def uncollected(conn: Connection, collection_id: int, owner: int, account_id: int) -> None:
    """Somebody was taken out of a collection, or it is deleted."""
    untell(conn, "added_to_collection", owner, account_id, collection_id)


def collection_changed(conn: Connection, collection_id: int, owner: int, account_ids: Iterable[int]) -> None:
    """A collection was edited: tells its people (at most 25, so at once)."""
    news = News("collection_update", owner, since=conn.now)
    tell(conn, news, [(id, collection_id) for id in account_ids])
