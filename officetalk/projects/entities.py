"""Actions as the rest of the program sees them."""

from __future__ import annotations

from datetime import date

import msgspec

from officetalk.accounts.entities import Person

MAX_TEXT = 280  # characters


class Action(msgspec.Struct, frozen=True):
    """Something that somebody does by a day. `post_id`: what it came out of; `done_at` in ms."""

    id: int
    group_id: int
    text: str
    given_by: int
    post_id: int | None = None
    assignee: Person | None = None
    due_on: date | None = None
    done_at: int | None = None
    done_by: int | None = None

    def is_late(self, today: date) -> bool:
        return self.done_at is None and self.due_on is not None and self.due_on < today
