"""What people want to be told: from whom (the policy), and of what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import select, update

from officetalk.core.database import Connection
from officetalk.core.errors import Invalid
from officetalk.core.sql import Statement, p
from officetalk.core.upsert import upsert
from officetalk.notifications.entities import ALWAYS_TOLD, KINDS, Choice, Kind, Policy
from officetalk.notifications.tables import notification_policy

_NAMES = Policy.__struct_fields__
_c = notification_policy.c
_READ = select(*(_c[name] for name in _NAMES), _c.unwanted).where(_c.account_id == p("account"))
_GET = Statement(_READ)
_LOCK = Statement(_READ.with_for_update())
_BEGIN = upsert(notification_policy, ["account_id"], [])
_WRITE = Statement(
    update(notification_policy)
    .where(_c.account_id == p("account"))
    .values({name: p(name, _c[name].type) for name in (*_NAMES, "unwanted")})
)
_kinds = msgspec.json.Decoder(frozenset[Kind])


def get(conn: Connection, account_id: int) -> Policy:
    row = conn.first(_GET, account=account_id)
    return Policy() if row is None else Policy(*row[:-1])


def change(conn: Connection, account_id: int, **choices: Choice) -> Policy:
    """Choose anew what is named (the fields of Policy); the rest stays. What is held already stays held."""
    policy, unwanted = _locked(conn, account_id)
    changed = msgspec.structs.replace(policy, **choices)
    _write(conn, account_id, changed, unwanted)
    return changed


def unwanted(conn: Connection, account_id: int) -> frozenset[Kind]:
    """The kinds of notifications that somebody has switched off."""
    row = conn.first(_GET, account=account_id)
    return frozenset() if row is None else _kinds.decode(row[-1])


def switch_off(conn: Connection, account_id: int, kinds: Iterable[Kind]) -> frozenset[Kind]:
    """From now on nothing of these kinds is told, and everything of the others. Invalid for what nobody can
    do without (entities.ALWAYS_TOLD), and for what is no kind."""
    chosen = frozenset(kinds)
    wrong = [kind for kind in chosen if kind in ALWAYS_TOLD or kind not in KINDS]
    if wrong:
        raise Invalid("unwanted", "cannot contain %(value)s", value=", ".join(sorted(wrong)))
    policy, _ = _locked(conn, account_id)
    _write(conn, account_id, policy, msgspec.json.encode(sorted(chosen)).decode())
    return chosen


def _locked(conn: Connection, account_id: int) -> tuple[Policy, str]:
    """What is chosen now; two who change it at the same moment do so one after the other."""
    defaults: dict[str, Any] = msgspec.structs.asdict(Policy())
    conn.run(_BEGIN, account_id=account_id, unwanted="[]", **defaults)
    row = conn.first(_LOCK, account=account_id)
    assert row is not None
    return Policy(*row[:-1]), row[-1]


def _write(conn: Connection, account_id: int, policy: Policy, unwanted: str) -> None:
    conn.run(_WRITE, account=account_id, unwanted=unwanted, **msgspec.structs.asdict(policy))
