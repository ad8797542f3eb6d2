"""Posts and people as JSON, quickly.

What is the same for every reader is encoded once for each revision and kept with the content or the
account (`rendered`); a page is these bytes joined with the counts and the reader's flags. The
types in `entities.py` say what must come out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import msgspec

from officetalk.accounts.entities import Account, Audience, Counts, Person, Preferences, Relationship
from officetalk.api import render_polls
from officetalk.api.entities import Visibility
from officetalk.api.render_emoji import emojis_json
from officetalk.api.render_filters import filter_results
from officetalk.api.times import timestamp
from officetalk.emoji.catalogue import Catalogue
from officetalk.featured.entities import MAX_COLLECTIONS
from officetalk.http.signing import ATTACHMENTS, Signer
from officetalk.links.entities import Card
from officetalk.media.entities import Attachment
from officetalk.posts import text
from officetalk.posts.entities import Content, Post, Recognised, Version
from officetalk.posts.hashtags import Hashtag

VISIBILITY: dict[Audience, Visibility] = {
    "company": "public",
    "quiet": "unlisted",
    "followers": "private",
    "group": "private",
    "direct": "direct",
}
AUDIENCE: dict[Visibility, Audience] = {
    visibility: audience for audience, visibility in VISIBILITY.items() if audience != "group"
}

_encode = msgspec.json.Encoder().encode

# Mastodon's permission bits (docs: entities/Role) that have a meaning here.
_INVITE_USERS = 0x10000
_MODERATE = 0x4 | 0x8 | 0x10 | 0x400 | _INVITE_USERS  # audit log, dashboard, reports, users
_ADMINISTER = _MODERATE | 0x40 | 0x800 | 0x1000 | 0x20000  # settings, invites, rules, roles
_ROLES: dict[str, tuple[str, str, int]] = {
    "member": ("-99", "", _INVITE_USERS),  # Mastodon's own id for everybody
    "moderator": ("1", "Moderator", _MODERATE),
    "administrator": ("2", "Administrator", _ADMINISTER),
    "owner": ("3", "Owner", _ADMINISTER | 0x1),
}
_NOBODY = {"automatic": [], "manual": [], "current_user": "denied"}
_WILLING = {"automatic": ["public"], "manual": [], "current_user": "automatic"}  # to be in collections
_OPEN_TO_ALL = b'{"automatic":["public"],"manual":[],"current_user":"automatic"}'


@lru_cache(maxsize=4096)
def _day(days: int) -> bytes:
    return b'"%b"' % datetime.fromtimestamp(days * 86400, UTC).strftime("%Y-%m-%d").encode()


def _flags(bits: int) -> bytes:
    names = ("favourited", "reblogged", "muted", "bookmarked", "pinned")
    return b",".join(
        b'"%b":%b' % (n.encode(), b"true" if bits >> i & 1 else b"false") for i, n in enumerate(names)
    )


_FLAGS = [_flags(bits) for bits in range(32)]
_NO_VOTE = b',"voted":false,"own_votes":[]'
_NOTHING_ATTACHED = b'"poll":null,"quote":null,"quote_approval":%b,"filtered":[]'


class Renderer:
    """Knows the address under which people reach the server."""

    def __init__(self, origin: str, signer: Signer, emoji: Catalogue | None = None) -> None:
        self.origin = origin
        self._signer = signer
        self._emoji = emoji
        self._versioned = ("api", 0)

    @property
    def _key(self) -> str:
        """Under which name encoded bytes are kept: another one when the company's emoji have changed."""
        name, version = self._versioned
        if self._emoji is not None and self._emoji.version != version:
            version = self._emoji.version
            name = f"api{version}"
            self._versioned = (name, version)
        return name

    def _emojis(self, *texts: str) -> list[Any]:
        """The company's emoji in these texts: a list of CustomEmojis."""
        found = self._emoji.found(*texts) if self._emoji is not None else ()
        return emojis_json(found, self._picture) if found else []

    # --- people ---------------------------------------------------------------------------------------

    def account(self, account: Account, counts: Counts) -> bytes:
        """An Account."""
        key = self._key
        head = account.rendered.get(key)
        if head is None:
            head = account.rendered[key] = self._account_head(account)
        last = counts.last_post_at
        return b'%b%d},"statuses_count":%d,"followers_count":%d,"following_count":%d,"last_status_at":%b}' % (
            head,
            counts.mentions,
            counts.posts,
            counts.followers,
            counts.following,
            b"null" if last is None else _day(last // 86_400_000),
        )

    def _account_head(self, a: Account) -> bytes:
        """The account without its counts: ends where the count of mentions stands."""
        url = self.profile_url(a.username)
        avatar, header = self.avatar_url(a), self.header_url(a)
        id, name, _ = _ROLES[a.role]
        shown = {
            "id": str(a.id),
            "username": a.username,
            "acct": a.username,
            "url": url,
            "uri": url,
            "display_name": a.display_name,
            "note": self.html(a.bio, {}),
            "avatar": avatar,
            "avatar_static": avatar,
            "avatar_description": a.display.avatar_description,
            "header": header,
            "header_static": header,
            "header_description": a.display.header_description,
            "locked": a.locked,
            "fields": [
                {"name": n, "value": self._inline(v), "verified_at": None} for n, v in shown_fields(a)
            ],
            "emojis": self._emojis(a.display_name, a.bio, *(part for field in a.fields for part in field)),
            "bot": a.bot,
            "group": a.state == "group",
            "discoverable": a.discoverable,
            "indexable": a.indexable,
            "noindex": True,  # no search engine ever sees it
            "created_at": timestamp(a.created_at // 86_400_000 * 86_400_000),
            "hide_collections": a.display.hide_collections,
            "show_media": a.display.show_media,
            "show_media_replies": a.display.show_media_replies,
            "show_featured": a.display.show_featured,
            "roles": [{"id": id, "name": name, "color": ""}] if name else [],
            "feature_approval": _WILLING if a.discoverable else _NOBODY,
            "officetalk": {
                "job_title": a.job_title,
                "department": a.department,
                "location": a.location,
                "manager_id": None if a.manager_id is None else str(a.manager_id),
                "pronouns": a.pronouns,
                "time_zone": a.time_zone,
                "mentions_count": 0,
            },
        }
        return _encode(shown).removesuffix(b"0}}")

    def person(self, person: Person) -> bytes:
        """An Account."""
        return self.account(person.account, person.counts)

    def people(self, people: Iterable[Person]) -> bytes:
        """A list of Accounts."""
        return b"[%b]" % b",".join([self.account(p.account, p.counts) for p in people])

    def muted(self, person: Person, expires_at: int | None) -> bytes:
        """A MutedAccount."""
        until = None if expires_at is None else timestamp(expires_at)
        return b'%b,"mute_expires_at":%b}' % (self.person(person)[:-1], _encode(until))

    def credentials(self, person: Person, preferences: Preferences, requests: int) -> bytes:
        """A CredentialAccount."""
        a = person.account
        id, name, permissions = _ROLES[a.role]
        own = {
            "source": {
                "privacy": VISIBILITY[preferences.audience],
                "sensitive": preferences.sensitive,
                "language": preferences.language or None,
                "note": a.bio,
                "fields": [{"name": n, "value": v, "verified_at": None} for n, v in a.fields],
                "follow_requests_count": requests,
                "hide_collections": a.display.hide_collections,
                "discoverable": a.discoverable,
                "indexable": a.indexable,
                "quote_policy": preferences.quote_policy,
                "attribution_domains": a.display.attribution_domains,
            },
            "role": {
                "id": id,
                "name": name,
                "color": "",
                "permissions": str(permissions),
                "highlighted": bool(name),
                "collection_limit": MAX_COLLECTIONS,
            },
        }
        return b"%b,%b" % (self.person(person)[:-1], _encode(own)[1:])

    def profile_url(self, username: str) -> str:
        return f"{self.origin}/@{username}"

    def avatar_url(self, account: Account) -> str:
        """The picture, or the one that is drawn for who has none."""
        if account.avatar is None:
            return self._picture(f"/avatars/{account.id}.svg")
        return self._picture(f"/media/{account.avatar}")

    def header_url(self, account: Account) -> str:
        if account.header is None:
            return self._picture(f"/headers/{account.id}.svg")
        return self._picture(f"/media/{account.header}")

    def picture_url(self, name: str) -> str:
        return self._picture(f"/media/{name}")

    def _picture(self, path: str) -> str:
        """Apps load pictures without their token: the address is signed."""
        return self.origin + self._signer.sign(path)

    # --- posts ----------------------------------------------------------------------------------------

    def status(self, post: Post) -> bytes:
        """A Status; a repost has the original inside."""
        reblog = b"null" if post.reposted is None else self._status(post.reposted, b"null")
        return self._status(post, reblog)

    def status_for_all(self, post: Post) -> bytes:
        """A Status as streams tell it to many at once: without what one reader did with it. `post` as nobody
        in particular sees it. (Quotes within JSON strings are escaped: nothing else can look so.)"""
        return self.status(post).replace(_FLAGS[0] + b",", b"").replace(_NO_VOTE, b"")

    def statuses(self, posts: Iterable[Post]) -> bytes:
        """A list of Statuses."""
        return b"[%b]" % b",".join([self.status(post) for post in posts])

    def _status(self, post: Post, reblog: bytes, nested: bool = False) -> bytes:
        content = post.content
        key = self._key
        head = content.rendered.get(key)
        if head is None:
            head = content.rendered[key] = self._status_head(content, post.author)
        if post.quote is not None and post.quote.id is not None:
            head = self._with_line_of_quote(head, content)
        bits = post.liked | post.shared << 1 | post.muted << 2 | post.bookmarked << 3 | post.pinned << 4
        return (
            b'%b,"account":%b,"reblog":%b,"replies_count":%d,"reblogs_count":%d,"favourites_count":%d,'
            b'"quotes_count":%d,%b,%b}'
        ) % (
            head,
            self.account(post.author, post.author_counts),
            reblog,
            post.comments,
            post.reposts,
            post.likes,
            post.quotes,
            _FLAGS[bits],
            self._attached_state(post, nested),
        )

    def _attached_state(self, post: Post, nested: bool) -> bytes:
        """Poll, quote and filters: what differs from reader to reader beside the flags."""
        nothing = post.tally is None and post.quote is None
        if nothing and post.content.quote_policy == "public":
            approval = _OPEN_TO_ALL
        else:
            approval = render_polls.quote_approval(post)
        if nothing and not post.filtered:  # most posts: nothing to encode
            return _NOTHING_ATTACHED % approval
        return b'"poll":%b,"quote":%b,"quote_approval":%b,"filtered":%b' % (
            b"null" if post.tally is None else _encode(self.poll(post)),
            render_polls.shallow_quote(post) if nested else self._quote(post),
            approval,
            _encode(filter_results(post.filtered)),
        )

    def poll(self, post: Post) -> dict[str, Any] | None:
        """A Poll; None for a post without one."""
        poll, tally = post.content.attached.poll, post.tally
        if poll is None or tally is None:
            return None
        own = post.author.id == post.viewer_id
        return render_polls.poll(post.id, poll, tally, own=own, emojis=self._emojis(*poll.options))

    def _quote(self, post: Post) -> bytes:
        """A Quote, or null."""
        quote = post.quote
        if quote is None:
            return b"null"
        inner = b"null" if quote.post is None else self._status(quote.post, b"null", nested=True)
        return b'{"state":"%b","quoted_status":%b}' % (quote.state.encode(), inner)

    def _status_head(self, c: Content, author: Account) -> bytes:
        """The post without author, counts and flags: ends before the closing brace."""
        url = self.status_url(author.username, c.id)
        app = c.app
        shown = {
            "id": str(c.id),
            "uri": url,
            "url": url,
            "created_at": timestamp(c.created_at),
            "edited_at": None if c.edited_at is None else timestamp(c.edited_at),
            "content": self.content(c.text, c.recognised),
            "visibility": VISIBILITY[c.audience],
            "sensitive": c.sensitive,
            "spoiler_text": c.spoiler,
            "language": c.language or None,
            "in_reply_to_id": None if c.parent_id is None else str(c.parent_id),
            "in_reply_to_account_id": None if c.parent_author_id is None else str(c.parent_author_id),
            "application": None if app is None else {"name": app.name, "website": app.website},
            "media_attachments": self.media(c.attached.media) if c.attached.media else [],
            "mentions": [
                {"id": str(id), "username": name, "acct": name, "url": self.profile_url(name)}
                for id, name in (*c.recognised.mentions, *c.recognised.groups)
            ],
            "tags": [
                {"name": name, "url": self.tag_url(name)}
                for name in dict.fromkeys(tag.lower() for tag in c.recognised.hashtags)
            ],
            "emojis": self._emojis(c.text, c.spoiler),
            "card": self._card(c.attached.card) if c.attached.card else None,
            "tagged_collections": [],
        }
        return _encode(shown)[:-1]

    def media(self, attachments: Iterable[Attachment]) -> list[Any]:
        """A list of MediaAttachments."""
        from officetalk.api.render_media import attachment_json

        return [attachment_json(attachment, self._attachment_url) for attachment in attachments]

    def _attachment_url(self, name: str) -> str:
        return self._picture(ATTACHMENTS + name)

    def _card(self, card: Card | None) -> Any:
        """A PreviewCard, or null."""
        from officetalk.api.render_cards import card_json

        return None if card is None else card_json(card, self.picture_url)

    def _with_line_of_quote(self, head: bytes, c: Content) -> bytes:
        """For apps that know no quotes, a line that leads to what is quoted, unless the text does; the others
        hide it. For those alone who may read what is quoted: it names its author."""
        quoted = c.attached.quoted
        if quoted is None:
            return head
        url = self.status_url(quoted[1], quoted[0])
        if any(address == url for address, _ in c.recognised.links):
            return head
        line = '<p class="quote-inline">RE: ' + self.html(url, {}).removeprefix("<p>")
        return head.replace(b'"content":"', b'"content":"' + _encode(line)[1:-1], 1)

    def deleted(self, post: Post) -> bytes:
        """A DeletedStatus."""
        return b'%b,"text":%b}' % (self.status(post)[:-1], _encode(post.content.text))

    def edits(self, post: Post, versions: Iterable[Version]) -> bytes:
        """A list of StatusEdits."""
        account = self.account(post.author, post.author_counts)
        shown = []
        for version in versions:
            poll = version.attached.poll
            edit = {
                "content": self.content(version.text, version.recognised),
                "spoiler_text": version.spoiler,
                "sensitive": version.sensitive,
                "created_at": timestamp(version.created_at),
                "poll": None if poll is None else {"options": [{"title": title} for title in poll.options]},
                "media_attachments": self.media(version.attached.media) if version.attached.media else [],
                "emojis": self._emojis(version.text, version.spoiler),
                "quote": None,
            }
            shown.append(b'%b,"account":%b}' % (_encode(edit)[:-1], account))
        return b"[%b]" % b",".join(shown)

    def status_url(self, username: str, id: int) -> str:
        return f"{self.origin}/@{username}/{id}"

    # --- text -----------------------------------------------------------------------------------------

    def content(self, written: str, recognised: Recognised) -> str:
        """A post's text as HTML."""
        return self.html(
            written,
            {
                name.lower(): (name, self.profile_url(name))
                for _, name in (*recognised.mentions, *recognised.groups)
            },
        )

    def html(self, written: str, mentions: dict[str, tuple[str, str]]) -> str:
        # Links carry the whole address: the short one leads through the sign-in page, and apps open links
        # in a browser in which nobody is signed in.
        return text.to_html(written, mentions, self.tag_url, _same)

    def _inline(self, written: str) -> str:
        html = self.html(written, {})
        return html[3:-4] if html.count("<p>") == 1 else html

    def tag_url(self, name: str) -> str:
        # quote() takes longer than the rest of a tag, and most need none.
        plain = name.isascii() and name.isalnum()
        return f"{self.origin}/tags/{name if plain else quote(name, safe='')}"

    def tag(self, hashtag: Hashtag) -> dict[str, Any]:
        """A Tag."""
        return {
            "id": str(hashtag.id),
            "name": hashtag.name,
            "url": self.tag_url(hashtag.name),
            "history": [],
            "following": hashtag.following,
            "featuring": False,
        }


def _same(url: str) -> str:
    return url


def shown_fields(account: Account) -> list[tuple[str, str]]:
    """What an app that knows nothing of OfficeTalk shows in the profile's table: title and department
    before the person's own."""
    own = [("Title", account.job_title), ("Department", account.department)]
    return [(name, value) for name, value in own if value] + list(account.fields)


def relationship(r: Relationship) -> dict[str, Any]:
    """A Relationship."""
    return {
        "id": str(r.id),
        "following": r.following,
        "showing_reblogs": r.showing_reposts,
        "notifying": r.notifying,
        "languages": r.languages or None,
        "followed_by": r.followed_by,
        "blocking": r.blocking,
        "blocked_by": r.blocked_by,
        "muting": r.muting,
        "muting_notifications": r.muting_notifications,
        "muting_expires_at": None if r.muting_expires_at is None else timestamp(r.muting_expires_at),
        "requested": r.requested,
        "requested_by": r.requested_by,
        "domain_blocking": False,
        "endorsed": r.endorsed,
        "note": r.note,
    }
