"""Who is told of notifications where: one subscription for each access token, or browser that is signed in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

import msgspec
from sqlalchemy import String, delete, insert, or_, select, update

from officetalk.accounts.tables import account
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid, NotFound
from officetalk.core.lazily import lazily
from officetalk.core.sql import Statement, p, within
from officetalk.identity.tables import access_token, session
from officetalk.outgoing.policy import Policy, Refused
from officetalk.push.entities import Choice, Receiver, Subscription
from officetalk.push.keys import decode, encode
from officetalk.push.tables import push_subscription

_POINT = 65  # bytes of a public key on P-256
_AUTH = 16

Owner = Literal["token", "session"]

_s = push_subscription.c
_owner = {"token": _s.token_id, "session": _s.session_id}
_ADD = Statement(
    insert(push_subscription).values({c.name: p(c.name, c.type) for c in push_subscription.columns})
)
_SELECT = (
    select(
        _s.id, _s.account_id, _s.token_id, _s.session_id, _s.endpoint, _s.p256dh, _s.auth, _s.standard, _s.alerts,
        _s.policy, _s.access_token, account.c.language,
    )
    .select_from(
        push_subscription.join(account, account.c.id == _s.account_id)
        .outerjoin(access_token, access_token.c.id == _s.token_id)
        .outerjoin(session, session.c.id == _s.session_id)
    )
    # A subscription is worth nothing without what it belongs to, whether it was removed yet or not.
    .where(account.c.state == "active", or_(access_token.c.id.is_not(None), session.c.id.is_not(None)))
)  # fmt: skip
_ONE = Statement(_SELECT.where(_s.id == p("id")))
_OF_ACCOUNTS = Statement(_SELECT.where(within(_s.account_id, "accounts")).order_by(_s.id))
_OF = {owner: Statement(_SELECT.where(column == p("owner"))) for owner, column in _owner.items()}
_REMOVE = Statement(delete(push_subscription).where(_s.id == p("id")))
_REMOVE_OF = {
    owner: Statement(delete(push_subscription).where(column == p("owner")))
    for owner, column in _owner.items()
}
_RESEAL = Statement(
    update(push_subscription).where(_s.token_id == p("token")).values(access_token=p("sealed", String))
)
_CHOOSE = {
    owner: Statement(
        update(push_subscription)
        .where(column == p("owner"))
        .values(alerts=p("alerts", String), policy=p("policy", String))
    )
    for owner, column in _owner.items()
}
if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec
else:
    ec = lazily("cryptography.hazmat.primitives.asymmetric.ec")

_alerts = msgspec.json.Decoder(tuple[str, ...])


def _subscription(row: tuple) -> Subscription:
    id, account_id, token_id, session_id, endpoint, p256dh, auth, standard = row[:8]
    alerts, policy, sealed, language = row[8:]
    return Subscription(
        id, account_id, token_id, session_id, Receiver(endpoint, p256dh, auth, bool(standard)),
        msgspec.convert({"alerts": _alerts.decode(alerts), "policy": policy}, Choice), sealed,
        language,
    )  # fmt: skip


def check_receiver(policy: Policy, endpoint: str, p256dh: str, auth: str, standard: bool) -> Receiver:
    """A receiver to whom messages can be sent. Invalid names the part that is of no use: an address that is
    not https or that this server does not reach, or keys that are none. (A host that administrators have
    allowed may speak http: it is the company's own.)"""
    try:
        target = policy.check(endpoint)
    except Refused as problem:
        raise Invalid("endpoint", problem.rule) from problem
    if target.scheme != "https" and not policy.is_listed(target.host, target.port):
        raise Invalid("endpoint", "must be an address of https")
    point = _decoded(p256dh, _POINT, "p256dh", "is not a public key on the curve P-256")
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as problem:
        raise Invalid("p256dh", "is not a public key on the curve P-256") from problem
    return Receiver(
        endpoint,
        encode(point),
        encode(_decoded(auth, _AUTH, "auth", "is not a secret of 16 bytes")),
        standard,
    )


def _decoded(text: str, size: int, field: str, rule: str) -> bytes:
    try:
        data = decode(text)
    except ValueError as problem:
        raise Invalid(field, rule) from problem
    if len(data) != size:
        raise Invalid(field, rule)
    return data


def subscribe(
    conn: Connection,
    account_id: int,
    owner: Owner,
    owner_id: int,
    receiver: Receiver,
    choice: Choice,
    sealed: str = "",
) -> Subscription:
    """Tell an account's notifications there from now on, in place of where this token or session wanted them
    before. `receiver` was checked, `sealed` is the token (see sealing.py)."""
    conn.run(_REMOVE_OF[owner], owner=owner_id)
    conn.run(
        _ADD,
        id=conn.new_id(), account_id=account_id, token_id=owner_id if owner == "token" else None,
        session_id=owner_id if owner == "session" else None, endpoint=receiver.endpoint,
        p256dh=receiver.p256dh, auth=receiver.auth, standard=receiver.standard,
        alerts=_encoded(choice), policy=choice.policy, access_token=sealed,
    )  # fmt: skip
    return of_owner(conn, owner, owner_id)


def of_owner(conn: Connection, owner: Owner, owner_id: int) -> Subscription:
    """The subscription of a token or session. NotFound when it has none."""
    row = conn.first(_OF[owner], owner=owner_id)
    if row is None:
        raise NotFound
    return _subscription(row)


def get(conn: Connection, id: int) -> Subscription | None:
    """None when it is there no longer, or when what it belongs to has ended."""
    row = conn.first(_ONE, id=id)
    return None if row is None else _subscription(row)


def of_accounts(conn: Connection, account_ids: Iterable[int]) -> list[Subscription]:
    """Everywhere that these accounts want to be told. One statement."""
    return [_subscription(row) for row in conn.all(_OF_ACCOUNTS, accounts=sorted(set(account_ids)))]


def choose(conn: Connection, owner: Owner, owner_id: int, choice: Choice) -> Subscription:
    """Want to be told of something else. NotFound when there is no subscription."""
    conn.run(_CHOOSE[owner], owner=owner_id, alerts=_encoded(choice), policy=choice.policy)
    return of_owner(conn, owner, owner_id)


def token_renewed(conn: Connection, token_id: int, sealed: str) -> None:
    """A token was refreshed: from now on messages carry the new one, by which the app knows whose they are.
    Nothing happens when the token has no subscription."""
    conn.run(_RESEAL, token=token_id, sealed=sealed)


def unsubscribe(conn: Connection, owner: Owner, owner_id: int) -> None:
    """Want to be told no longer; nothing happens when there is no subscription. Also for a token or session
    that has ended."""
    conn.run(_REMOVE_OF[owner], owner=owner_id)


def remove(conn: Connection, id: int) -> None:
    """Forget a subscription that its push service does not know any longer."""
    conn.run(_REMOVE, id=id)


def _encoded(choice: Choice) -> str:
    return msgspec.json.encode(choice.alerts).decode()
