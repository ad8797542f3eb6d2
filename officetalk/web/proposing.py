"""Whom the pages propose to follow, and why, in words."""

from __future__ import annotations

import msgspec

from officetalk.accounts.entities import Account, Person, Relationship
from officetalk.accounts.suggestions import Suggestion, suggestions
from officetalk.core.database import Connection
from officetalk.core.translation import _


class Offered(msgspec.Struct, frozen=True):
    """Somebody to follow."""

    person: Person
    why: str
    relation: Relationship


def proposed(conn: Connection, me: Account, limit: int) -> list[Offered]:
    """The nearest first."""
    return [
        Offered(one.person, _why(one, me), Relationship(one.person.id))
        for one in suggestions(conn, me, limit)
    ]


def _why(one: Suggestion, me: Account) -> str:
    """The strongest reason."""
    colleague = one.person.account
    if me.manager_id is not None and me.manager_id in (colleague.id, colleague.manager_id):
        return _("In your team")
    if me.department and colleague.department == me.department:
        return _("In your department")
    if "friends_of_friends" in one.sources:
        return _("Followed by people whom you follow")
    return _("Many colleagues follow them")
