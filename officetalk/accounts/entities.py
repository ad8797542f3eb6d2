"""People as the rest of the program sees them."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from officetalk.core.ids import time_of

Role = Literal["owner", "administrator", "moderator", "member"]
# pending: waits for an administrator's approval. unconfirmed: the address is not confirmed yet.
# disabled: left the company; posts stay, signing in does not. suspended: shut by moderators; nobody meets the
# person or the posts until it is undone. group: no person, see groups/.
State = Literal["active", "pending", "unconfirmed", "disabled", "suspended", "group"]
Audience = Literal["company", "quiet", "followers", "group", "direct"]
# Who may quote a post of the company's; nobody: only its author.
QuotePolicy = Literal["public", "followers", "nobody"]

RANK: dict[str, int] = {"member": 0, "moderator": 1, "administrator": 2, "owner": 3}


class Display(msgspec.Struct, frozen=True, omit_defaults=True):
    """How somebody wants to be shown: what of a profile only clients and one's own reading ask for."""

    avatar_description: str = ""  # for those who do not see the picture
    header_description: str = ""
    hide_collections: bool = False  # nobody else sees whom one follows and by whom one is followed
    show_media: bool = True  # whether clients offer these parts of the profile
    show_media_replies: bool = True
    show_featured: bool = True
    attribution_domains: tuple[str, ...] = ()  # sites that may name the person as an author


class Account(msgspec.Struct, frozen=True, eq=False):
    """A person at one revision of the profile; the counts live apart because they change with every post.

    `rendered` keeps what the edges made of it (bytes by edge name): valid as long as the revision is.
    """

    id: int
    revision: int
    username: str
    display_name: str
    bio: str
    job_title: str
    department: str
    location: str
    manager_id: int | None
    pronouns: str
    time_zone: str
    language: str
    fields: tuple[tuple[str, str], ...]
    avatar: str | None
    header: str | None
    bot: bool
    locked: bool
    role: Role
    state: State
    silenced: bool = False  # by moderators: only followers meet the posts
    sensitized: bool = False  # by moderators: everything that is posted counts as sensitive
    display: Display = Display()
    discoverable: bool = True  # in the directory, suggestions, trends and colleagues' collections
    indexable: bool = True  # posts are found in search by everybody who may read them
    rendered: dict[str, Any] = {}

    @property
    def name(self) -> str:
        """What to call the person: the display name, else the user name."""
        return self.display_name or self.username

    @property
    def created_at(self) -> int:
        return time_of(self.id)


class Counts(msgspec.Struct, frozen=True):
    """Figures of a profile; only what the whole company can see is counted."""

    posts: int = 0
    followers: int = 0
    following: int = 0
    mentions: int = 0
    last_post_at: int | None = None


class Person(msgspec.Struct, frozen=True):
    """An account with its counts. `cursor` is the key of the list it came in."""

    account: Account
    counts: Counts
    cursor: int = 0

    @property
    def id(self) -> int:
        return self.account.id


class Relationship(msgspec.Struct, frozen=True):
    """What the viewer is to `id`, and back."""

    id: int
    following: bool = False
    showing_reposts: bool = False
    notifying: bool = False
    followed_by: bool = False
    blocking: bool = False
    blocked_by: bool = False
    muting: bool = False
    muting_notifications: bool = False
    muting_expires_at: int | None = None
    requested: bool = False
    requested_by: bool = False
    languages: tuple[str, ...] = ()  # only posts in these come; all when there are none
    endorsed: bool = False  # featured on the viewer's profile
    note: str = ""  # the viewer's own, about this colleague


class Preferences(msgspec.Struct, frozen=True):
    """What a person has chosen for posting and for the look of the pages."""

    audience: Literal["company", "quiet", "followers", "direct"] = "company"
    quote_policy: QuotePolicy = "public"
    language: str = ""
    sensitive: bool = False
    theme: Literal["auto", "light", "dark"] = "auto"
    contrast: Literal["auto", "more"] = "auto"
    single_keys: bool = True  # WCAG 2.1.4: single-character shortcuts can be switched off
    live_insert: bool = False  # new posts appear by themselves when the reader is at the top
    welcomed: bool = True  # false for who has just joined: see web/welcome.py
    calendar_key: str = ""  # of the address of one's actions as a calendar; empty: there is none
    undo_seconds: Literal[0, 5, 10, 20] = 5  # how long the page waits before it sends a post
