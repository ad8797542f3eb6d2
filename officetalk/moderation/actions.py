"""What moderators decide about people and posts, and undo. Each decision is in the log, in the same
transaction; of two who decide the same at once, the second finds it done.

Moderators act on those below them only (identity/authority.py). Who may sign in at all is for
administrators: see access.py.
"""

from __future__ import annotations

from sqlalchemy import String, delete, select, update

from officetalk.accounts import profile, queries
from officetalk.accounts.entities import Account
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.core.sql import Statement, p
from officetalk.core.upsert import upsert
from officetalk.identity import authority, recovery, sessions, tokens
from officetalk.moderation import access, log, notices, reports
from officetalk.moderation.entities import Action, Entry, Report
from officetalk.moderation.tables import report_post, suspension
from officetalk.posts import change

ACTIONS: tuple[Action, ...] = ("none", "sensitive", "disable", "silence", "suspend")

_SHUT = upsert(suspension, ["account_id"], [])
_SHUT_AS = Statement(
    select(suspension.c.state_before, suspension.c.deletion_at).where(suspension.c.account_id == p("account"))
)
_OPEN = Statement(delete(suspension).where(suspension.c.account_id == p("account")))
_REMOVED = Statement(
    update(report_post)
    .where(report_post.c.post_id == p("post"), report_post.c.removed_at.is_(None))
    .values(removed_at=p("at"))
)
_STATE_BEFORE = Statement(
    update(suspension).where(suspension.c.account_id == p("account")).values(state_before=p("state", String))
)


def act(
    conn: Connection,
    actor: int | None,
    account_id: int,
    action: Action,
    *,
    report_id: int | None = None,
    text: str = "",
    notify: bool = False,
) -> Entry:
    """Decide about an account, because of a report or without one. `notify`: the person is told, with the
    text. A warning settles its report; every other decision all reports of the account that wait.

    NotFound for the account or the report; Forbidden; Invalid (type, text).
    """
    target = queries.get(conn, account_id).account
    if action not in ACTIONS:
        raise Invalid("type", "is not included in the list", "ERR_INCLUSION")
    because = _because(conn, actor, account_id, report_id)
    authority.state_of(conn, account_id)  # whoever decides about the same account at this moment waits
    if action == "disable":
        access.require(conn, actor, target)
        _disable(conn, actor, account_id)
    else:
        authority.moderate(conn, actor, target)
        if action == "suspend":
            shut(conn, account_id)
        elif action == "silence" and not target.silenced:
            profile.update_profile(conn, account_id, silenced=True)
        elif action == "sensitive" and not target.sensitized:
            profile.update_profile(conn, account_id, sensitized=True)
    entry = log.add(
        conn, actor, action, "account", account_id, account_id,
        report_id=report_id, reason=text, warned=notify,
    )  # fmt: skip
    if action != "none":
        reports.resolve_all(conn, actor, account_id)
    elif because is not None and actor is not None:
        reports.resolve(conn, actor, because.id)
    if notify:
        notices.warned(conn, entry)
    return entry


def _because(conn: Connection, actor: int | None, account_id: int, report_id: int | None) -> Report | None:
    if report_id is None:
        return None
    found = reports.get(conn, actor, report_id)
    if found.target_id != account_id:
        raise NotFound
    return found


def _disable(conn: Connection, actor: int | None, account_id: int) -> None:
    """Also of one who is suspended: signing in stays refused when that ends."""
    state = authority.state_of(conn, account_id)
    if state == "suspended":
        conn.run(_STATE_BEFORE, account=account_id, state="disabled")
    elif state != "disabled":
        recovery.disable(conn, actor, account_id)


def shut(conn: Connection, account_id: int) -> None:
    """Sign somebody out, so that nobody meets them; again: nothing happens. NotFound; Conflict for the last
    owner. Who may is the caller's question."""
    state = authority.state_of(conn, account_id)
    if state is None:
        raise NotFound
    if state == "suspended":
        return
    owners = authority.owners(conn)
    if account_id in owners:
        authority.keep_an_owner(owners - {account_id})
    conn.run(_SHUT, account_id=account_id, state_before=state, at=conn.now, deletion_at=None)
    profile.update_profile(conn, account_id, state="suspended")
    sessions.end_all(conn, account_id)
    tokens.end_all(conn, account_id)


# --- undoing -----------------------------------------------------------------------------------------


def _undo(conn: Connection, actor: int | None, account_id: int) -> Account:
    target = queries.get(conn, account_id).account
    authority.state_of(conn, account_id)
    authority.moderate(conn, actor, target)
    return queries.get(conn, account_id).account


def unsuspend(conn: Connection, actor: int | None, account_id: int) -> None:
    """Everything is there again, as it was. Again: nothing happens. NotFound; Forbidden, also when the data
    were deleted."""
    if _undo(conn, actor, account_id).state != "suspended":
        return
    row = conn.first(_SHUT_AS, account=account_id)
    if row is None or row[1] is not None:
        raise Forbidden
    conn.run(_OPEN, account=account_id)
    profile.update_profile(conn, account_id, state=row[0])
    log.add(conn, actor, "unsuspend", "account", account_id, account_id)


def unsilence(conn: Connection, actor: int | None, account_id: int) -> None:
    """Everybody meets the posts again. Again: nothing happens. NotFound, Forbidden."""
    if _undo(conn, actor, account_id).silenced:
        profile.update_profile(conn, account_id, silenced=False)
        log.add(conn, actor, "unsilence", "account", account_id, account_id)


def unsensitive(conn: Connection, actor: int | None, account_id: int) -> None:
    """What is posted counts as its author says again. Again: nothing happens. NotFound, Forbidden."""
    if _undo(conn, actor, account_id).sensitized:
        profile.update_profile(conn, account_id, sensitized=False)
        log.add(conn, actor, "unsensitive", "account", account_id, account_id)


def enable(conn: Connection, actor: int | None, account_id: int) -> None:
    """Let somebody sign in who was disabled; again: nothing happens. NotFound, Forbidden."""
    target = queries.get(conn, account_id).account
    access.require(conn, actor, target)
    state = authority.state_of(conn, account_id)
    if state == "disabled":
        access.enable(conn, actor, account_id)
    elif state == "suspended" and disabled_before(conn, account_id):
        conn.run(_STATE_BEFORE, account=account_id, state="active")
        log.add(conn, actor, "enable", "account", account_id, account_id)


def disabled_before(conn: Connection, account_id: int) -> bool:
    """Whether a suspended account may not sign in when the suspension ends."""
    row = conn.first(_SHUT_AS, account=account_id)
    return row is not None and row[0] == "disabled"


# --- posts -------------------------------------------------------------------------------------------


def delete_post(
    conn: Connection, actor: int, report_id: int, post_id: int, *, text: str = "", notify: bool = False
) -> Entry:
    """Delete a post that was reported. NotFound when it is not in the report, or gone; Forbidden."""
    authority.require(conn, actor, "moderator")
    because = reports.get(conn, actor, report_id)
    if post_id not in {evidence.post_id for evidence in because.posts}:
        raise NotFound
    authority.moderate(conn, actor, queries.get(conn, because.target_id).account)
    author_id = because.target_id
    change.delete_post(conn, author_id, post_id, delete_media=True)
    conn.run(_REMOVED, post=post_id, at=conn.now)
    entry = log.add(
        conn, actor, "delete_statuses", "post", post_id, author_id,
        report_id=report_id, reason=text, warned=notify,
    )  # fmt: skip
    if notify:
        notices.warned(conn, entry)
    return entry
