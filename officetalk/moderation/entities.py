"""Reports and decisions as the rest of the program sees them. Times in ms."""

from __future__ import annotations

from typing import Literal

import msgspec

from officetalk.accounts.entities import Audience, Person
from officetalk.core.ids import time_of

Category = Literal["spam", "legal", "violation", "other"]
# What can be decided about an account; none: a warning and nothing else.
Action = Literal["none", "sensitive", "disable", "silence", "suspend"]
TargetKind = Literal["account", "report", "post"]


class Evidence(msgspec.Struct, frozen=True):
    """A reported post as the reporter read it. `removed_at`: a moderator has deleted it."""

    post_id: int
    text: str
    spoiler: str
    audience: Audience
    has_media: bool
    removed_at: int | None = None


class ReportDraft(msgspec.Struct, frozen=True):
    """What somebody reports. With `rule_ids` the category is `violation`."""

    target_id: int
    post_ids: tuple[int, ...] = ()
    category: Category = "other"
    rule_ids: tuple[int, ...] = ()
    comment: str = ""


class Report(msgspec.Struct, frozen=True):
    """Somebody (`account_id`) asks the moderators to look at somebody (`target_id`)."""

    id: int
    account_id: int
    target_id: int
    category: Category
    comment: str
    rule_ids: tuple[int, ...]
    assigned_id: int | None
    resolved_at: int | None
    resolved_by: int | None
    updated_at: int
    posts: tuple[Evidence, ...] = ()

    @property
    def created_at(self) -> int:
        return time_of(self.id)

    @property
    def people(self) -> tuple[int, ...]:
        """Everybody who occurs in it."""
        ids = (self.account_id, self.target_id, self.assigned_id, self.resolved_by)
        return tuple(dict.fromkeys(id for id in ids if id is not None))


class Entry(msgspec.Struct, frozen=True):
    """Something that was decided: who (`actor_id`, None: the command line), what, about what, why. `warned`:
    the account was told, with the reason."""

    id: int
    actor_id: int | None
    action: str
    target_kind: TargetKind
    target_id: int
    account_id: int
    report_id: int | None
    reason: str
    warned: bool

    @property
    def created_at(self) -> int:
        return time_of(self.id)


class Filed(msgspec.Struct, frozen=True):
    """A report with whom it is about."""

    report: Report
    target: Person


class Warned(msgspec.Struct, frozen=True):
    """A decision as the person whom it is about is told of it: not who made it. `post_ids`: the posts that
    led to it, or that were deleted."""

    entry: Entry
    target: Person
    post_ids: tuple[int, ...] = ()


class Managed(msgspec.Struct, frozen=True):
    """An account with what only moderators see; `ips` (address, last use) only administrators."""

    person: Person
    email: str
    confirmed: bool
    disabled: bool
    reason: str
    app_id: int | None
    invited_by: int | None
    ips: tuple[tuple[str, int], ...] = ()

    @property
    def id(self) -> int:
        return self.person.id

    @property
    def cursor(self) -> int:
        return self.person.id
