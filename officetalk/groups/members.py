"""Coming into a group, and leaving it. Each verb can be repeated without harm."""

from __future__ import annotations

from sqlalchemy import String, delete, func, select, update

from officetalk.accounts import queries as accounts
from officetalk.accounts.relations import is_blocked
from officetalk.accounts.tables import account, follow_request
from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, Invalid, NotFound
from officetalk.core.sql import Statement, p
from officetalk.core.upsert import upsert
from officetalk.feeds import entries
from officetalk.feeds.tables import subscription
from officetalk.groups import hooks, queries
from officetalk.groups.entities import RANK, Group, Role
from officetalk.groups.tables import group_invitation, group_role

_COUNT = Statement(
    update(account)
    .where(account.c.id == p("group"))
    .values(followers_count=account.c.followers_count + p("by"))
)
_ASK = upsert(
    follow_request, ["account_id", "target_id"], [], ["account_id", "target_id", "id", "reposts", "notify"]
)
_TAKE_REQUEST = Statement(
    delete(follow_request).where(
        follow_request.c.account_id == p("account"), follow_request.c.target_id == p("group")
    )
)
_IS_ASKING = Statement(
    select(follow_request.c.id).where(
        follow_request.c.account_id == p("account"), follow_request.c.target_id == p("group")
    )
)
_ALL_ASKING = Statement(
    select(follow_request.c.account_id).where(follow_request.c.target_id == p("group")).limit(10_000)
)
_INVITE = upsert(group_invitation, ["group_id", "account_id"], [])
_TAKE_INVITATION = Statement(
    delete(group_invitation)
    .where(group_invitation.c.account_id == p("account"), group_invitation.c.group_id == p("group"))
    .returning(group_invitation.c.inviter_id)
)
_LEADERS = Statement(select(group_role.c.account_id).where(group_role.c.group_id == p("group")))
_GIVE = upsert(group_role, ["group_id", "account_id"], ["role"])
_TAKE_ROLE = Statement(
    delete(group_role).where(group_role.c.account_id == p("account"), group_role.c.group_id == p("group"))
)
_ROLE = Statement(
    select(func.coalesce(group_role.c.role, "member"))
    .select_from(
        subscription.outerjoin(
            group_role,
            (group_role.c.group_id == subscription.c.feed_id)
            & (group_role.c.account_id == subscription.c.account_id),
        )
    )
    .where(
        subscription.c.feed_id == p("group"),
        subscription.c.account_id == p("account"),
        subscription.c.kind == "group",
    )
)
# Locked, so that two owners who leave at the same moment do not leave it without one.
_OWNERS = Statement(
    select(group_role.c.account_id)
    .where(group_role.c.group_id == p("group"), group_role.c.role == p("role", String))
    .with_for_update()
)
_HIDE = Statement(
    update(subscription)
    .where(
        subscription.c.account_id == p("account"),
        subscription.c.feed_id == p("group"),
        subscription.c.kind == "group",
    )
    .values(hidden=p("hidden", subscription.c.hidden.type))
)


def join(conn: Connection, actor: int, id: int) -> Group:
    """Become a member, or ask to, as the group has it. NotFound for a secret group without an invitation."""
    group = queries.get(conn, actor, id)
    if group.role:
        return group
    if group.kind == "open" or group.invited:
        enter(conn, actor, id)
    else:
        if conn.run(_ASK, account_id=actor, target_id=id, id=conn.new_id(), reposts=True, notify=False):
            hooks.asked(conn, id, actor, _leaders(conn, id))
    return queries.get(conn, actor, id)


def leave(conn: Connection, actor: int, id: int) -> None:
    """Be no member any longer, take back that one asked, or decline an invitation. Invalid for the last owner
    while others are in it."""
    _settled(conn, actor, id)
    role = role_of(conn, actor, id)
    if role == "owner" and _is_last_owner(conn, actor, id) and accounts.get(conn, id).counts.followers > 1:
        raise Invalid(None, "Make somebody else an owner first: a group needs one.")
    if role:
        _out(conn, actor, id)


def enter(conn: Connection, account_id: int, id: int) -> None:
    """Make somebody a member; what was asked or offered is settled by it."""
    _settled(conn, account_id, id)
    if entries.subscribe(conn, account_id, id, "group"):
        conn.run(_COUNT, group=id, by=1)
        conn.announce("group.joined", id, account_id)


def _leaders(conn: Connection, id: int) -> list[int]:
    return [row[0] for row in conn.all(_LEADERS, group=id)]


def _settled(conn: Connection, account_id: int, id: int) -> bool:
    """Nobody asks or is invited any longer. Whether somebody had asked."""
    inviter = conn.value(_TAKE_INVITATION, account=account_id, group=id)
    if inviter is not None:
        hooks.uninvited(conn, id, inviter, account_id)
    had_asked = conn.run(_TAKE_REQUEST, account=account_id, group=id) > 0
    if had_asked:
        hooks.answered(conn, id, account_id, _leaders(conn, id))
    return had_asked


def _out(conn: Connection, account_id: int, id: int) -> None:
    conn.run(_TAKE_ROLE, account=account_id, group=id)
    if entries.unsubscribe(conn, account_id, id):
        conn.run(_COUNT, group=id, by=-1)
        conn.announce("group.left", id, account_id)


def settle(conn: Connection, id: int) -> None:
    """The group is open to all from now on: whoever asked is in."""
    for (account_id,) in conn.all(_ALL_ASKING, group=id):
        enter(conn, account_id, id)


def role_of(conn: Connection, account_id: int, id: int) -> str:
    """What somebody is in a group; empty for who is no member."""
    return conn.value(_ROLE, account=account_id, group=id) or ""


def _is_last_owner(conn: Connection, account_id: int, id: int) -> bool:
    return [row[0] for row in conn.all(_OWNERS, group=id, role="owner")] == [account_id]


def _led(conn: Connection, actor: int, id: int) -> Group:
    group = queries.get(conn, actor, id)
    if not group.at_least("manager"):
        raise Forbidden("Only its owners and managers can do that.")
    return group


def accept(conn: Connection, actor: int, id: int, asker: int) -> None:
    """Let somebody in who asked. NotFound when nobody did."""
    _led(conn, actor, id)
    if not _settled(conn, asker, id):
        raise NotFound
    enter(conn, asker, id)
    hooks.let_in(conn, id, actor, asker)


def decline(conn: Connection, actor: int, id: int, asker: int) -> None:
    """Do not let somebody in who asked; they are not told."""
    _led(conn, actor, id)
    _settled(conn, asker, id)


def invite(conn: Connection, actor: int, id: int, guest: int) -> None:
    """Invite somebody: who asked is in at once. Members invite to open groups, those who lead it to the others.
    Forbidden; NotFound; Invalid for who is in already."""
    group = queries.get(conn, actor, id)
    if not group.role or (group.kind != "open" and not group.at_least("manager")):
        raise Forbidden("Only its owners and managers can do that.")
    accounts.visible(conn, guest)
    if is_blocked(conn, actor, guest):
        raise NotFound
    if role_of(conn, guest, id):
        raise Invalid("account_id", "is a member already")
    if conn.value(_IS_ASKING, account=guest, group=id) is not None:
        enter(conn, guest, id)
        hooks.let_in(conn, id, actor, guest)
    elif conn.run(_INVITE, group_id=id, account_id=guest, id=conn.new_id(), inviter_id=actor):
        hooks.invited(conn, id, actor, guest)


def uninvite(conn: Connection, actor: int, id: int, guest: int) -> None:
    """Take an invitation back."""
    _led(conn, actor, id)
    inviter = conn.value(_TAKE_INVITATION, account=guest, group=id)
    if inviter is not None:
        hooks.uninvited(conn, id, inviter, guest)


def remove(conn: Connection, actor: int, id: int, member: int) -> None:
    """Put somebody out. Managers put out members, owners everybody but themselves."""
    group = _led(conn, actor, id)
    role = role_of(conn, member, id)
    if not role:
        raise NotFound
    if actor == member or (group.role != "owner" and RANK[role] >= RANK[group.role]):
        raise Forbidden("Only its owners can do that.")
    _out(conn, member, id)


def set_role(conn: Connection, actor: int, id: int, member: int, role: Role) -> None:
    """Make a member an owner or a manager, or neither. For owners. Invalid for the last of them."""
    group = queries.get(conn, actor, id)
    if not group.at_least("owner"):
        raise Forbidden("Only its owners can do that.")
    before = role_of(conn, member, id)
    if not before:
        raise NotFound
    if before == "owner" and role != "owner" and _is_last_owner(conn, member, id):
        raise Invalid("role", "must stay owner: a group needs one")
    give_role(conn, id, member, role)


def give_role(conn: Connection, id: int, account_id: int, role: Role) -> None:
    if role == "member":
        conn.run(_TAKE_ROLE, account=account_id, group=id)
    else:
        conn.run(_GIVE, group_id=id, account_id=account_id, role=role)


_GROUPS_OF = Statement(
    select(subscription.c.feed_id).where(
        subscription.c.account_id == p("account"), subscription.c.kind == "group"
    )
)
_NEXT = Statement(
    select(subscription.c.account_id)
    .select_from(
        subscription.outerjoin(
            group_role,
            (group_role.c.group_id == subscription.c.feed_id)
            & (group_role.c.account_id == subscription.c.account_id),
        )
    )
    .where(subscription.c.feed_id == p("group"), subscription.c.kind == "group")
    .order_by(group_role.c.role.is_(None), subscription.c.id)
    .limit(1)
)


def depart(conn: Connection, account_id: int) -> None:
    """Somebody is here no longer: out of all groups. One that has lost its last owner goes to a manager, else to
    who has been in it for longest."""
    for (id,) in conn.all(_GROUPS_OF, account=account_id):
        last = role_of(conn, account_id, id) == "owner" and _is_last_owner(conn, account_id, id)
        _out(conn, account_id, id)
        heir = conn.value(_NEXT, group=id) if last else None
        if heir is not None:
            give_role(conn, id, heir, "owner")


def keep_quiet(conn: Connection, actor: int, id: int, *, quiet: bool) -> None:
    """Whether its posts stay out of the member's home. NotFound for who is no member."""
    if not conn.run(_HIDE, account=actor, group=id, hidden=quiet):
        raise NotFound
    conn.announce("group.joined", id, actor)
