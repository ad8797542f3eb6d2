"""A company in plain Python: what everybody should find at home and on lists, by looking at every post there
is."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field

from officetalk.accounts import profile, relations
from officetalk.core.database import Connection
from officetalk.core.errors import Problem
from officetalk.lists import rules as people_lists
from officetalk.posts import change, hashtags, publish
from officetalk.posts.entities import Draft, Post

AUDIENCES = ("company", "company", "company", "quiet", "followers", "direct")
TAGS = ("lunch", "launch", "bugs")
COMPANY_WIDE = ("company", "quiet")


@dataclass
class PeopleList:
    owner: int
    policy: str
    exclusive: bool
    members: set[int] = field(default_factory=set)


class Company:
    """People who do things at random; `home` is what must be at somebody's home, `on_list` what must be on a
    list, newest first."""

    def __init__(self, conn: Connection, seed: int, people: int) -> None:
        self.dice = random.Random(seed)
        self.people = [profile.create(conn, f"p{i}").id for i in range(people)]
        self.posts: dict[int, Post] = {}
        self.mentions: dict[int, set[int]] = {}
        self.follows: dict[tuple[int, int], bool] = {}  # (who, whom) to whether reposts are shown
        self.tags: set[tuple[int, str]] = set()
        self.mutes: set[tuple[int, int]] = set()
        self.blocks: set[tuple[int, int]] = set()
        self.lists: dict[int, PeopleList] = {}

    # What happens

    def live(self, conn: Connection, steps: int) -> None:
        """Let the company live for some steps."""
        habits = [
            (self._follow, 12), (self._unfollow, 2), (self._follow_tag, 2), (self._mute, 1), (self._block, 1),
            (self._publish, 40), (self._comment, 18), (self._repost, 10), (self._delete, 4), (self._edit, 3),
            (self._make_list, 3), (self._put_on_list, 8), (self._take_off_list, 2), (self._turn_list, 2),
            (self._remove_list, 0.5),
        ]  # fmt: skip
        happening = self.dice.choices([h for h, _ in habits], [weight for _, weight in habits], k=steps)
        for happens in happening:
            try:
                happens(conn, self.dice.choice(self.people))
            except Problem:  # not everything is allowed
                continue

    def _somebody(self) -> int:
        return self.dice.choice(self.people)

    def _some_post(self) -> Post:
        """A recent one, if there is any."""
        return self.dice.choice(list(self.posts.values())[-15:])

    def _text(self) -> str:
        parts = [f"words {self.dice.random()}"]
        if self.dice.random() < 0.3:
            parts.append(f"#{self.dice.choice(TAGS)}")
        if self.dice.random() < 0.3:
            parts.append(f"@p{self.dice.randrange(len(self.people))}")
        return " ".join(parts)

    def _keep(self, post: Post) -> None:
        self.posts[post.id] = post
        self.mentions[post.id] = {account_id for account_id, _ in post.content.recognised.mentions}

    def _publish(self, conn: Connection, who: int) -> None:
        self._keep(publish.publish(conn, who, Draft(self._text(), self.dice.choice(AUDIENCES)), 140))

    def _comment(self, conn: Connection, who: int) -> None:
        if self.posts:
            draft = Draft(self._text(), self.dice.choice(AUDIENCES), parent_id=self._some_post().id)
            self._keep(publish.publish(conn, who, draft, 140))

    def _repost(self, conn: Connection, who: int) -> None:
        if self.posts:
            self._keep(publish.repost(conn, who, self._some_post().id))

    def _edit(self, conn: Connection, who: int) -> None:
        if self.posts:
            post = self._some_post()
            self._keep(change.edit(conn, post.content.author_id, post.id, self._text(), 140))

    def _delete(self, conn: Connection, who: int) -> None:
        if self.posts:
            post = self._some_post()
            change.delete_post(conn, post.content.author_id, post.id)
            gone = [
                id for id, other in self.posts.items() if id == post.id or self._original(other) == post.id
            ]
            for id in gone:
                del self.posts[id]

    def _follow(self, conn: Connection, who: int) -> None:
        whom, reposts = self._somebody(), self.dice.random() < 0.7
        relations.follow(conn, who, whom, reposts=reposts)
        self.follows[who, whom] = reposts

    def _unfollow(self, conn: Connection, who: int) -> None:
        whom = self._somebody()
        relations.unfollow(conn, who, whom)
        self._no_longer_follows(who, whom)

    def _follow_tag(self, conn: Connection, who: int) -> None:
        tag = self.dice.choice(TAGS)
        hashtags.follow(conn, who, tag)
        self.tags.add((who, tag))

    def _mute(self, conn: Connection, who: int) -> None:
        whom = self._somebody()
        relations.mute_account(conn, who, whom)
        self.mutes.add((who, whom))

    def _block(self, conn: Connection, who: int) -> None:
        whom = self._somebody()
        relations.block_account(conn, who, whom)
        self.blocks.add((who, whom))
        self._no_longer_follows(who, whom)
        self._no_longer_follows(whom, who)

    def _no_longer_follows(self, who: int, whom: int) -> None:
        self.follows.pop((who, whom), None)
        for one in self.lists.values():
            if one.owner == who and who != whom:
                one.members.discard(whom)

    def _make_list(self, conn: Connection, who: int) -> None:
        policy, exclusive = self.dice.choice(("list", "followed", "none")), self.dice.random() < 0.3
        made = people_lists.create(conn, who, "List", policy, exclusive=exclusive)
        self.lists[made.id] = PeopleList(who, policy, exclusive)

    def _some_list(self) -> int:
        return self.dice.choice(list(self.lists))

    def _put_on_list(self, conn: Connection, who: int) -> None:
        if self.lists:
            id = self._some_list()
            owner = self.lists[id].owner
            able = [whom for one, whom in self.follows if one == owner] + [owner]
            members = set(self.dice.choices(able, k=3))
            people_lists.add(conn, owner, id, sorted(members))
            self.lists[id].members |= members

    def _take_off_list(self, conn: Connection, who: int) -> None:
        if self.lists:
            id, whom = self._some_list(), self._somebody()
            people_lists.take_off(conn, self.lists[id].owner, id, [whom])
            self.lists[id].members.discard(whom)

    def _turn_list(self, conn: Connection, who: int) -> None:
        if self.lists:
            id = self._some_list()
            one = self.lists[id]
            one.policy, one.exclusive = self.dice.choice(("list", "followed", "none")), not one.exclusive
            people_lists.change(conn, one.owner, id, replies_policy=one.policy, exclusive=one.exclusive)

    def _remove_list(self, conn: Connection, who: int) -> None:
        if self.lists:
            id = self._some_list()
            people_lists.remove(conn, self.lists.pop(id).owner, id)

    # What must be read

    @staticmethod
    def _original(post: Post) -> int | None:
        return post.reposted.id if post.reposted else None

    def may_read(self, viewer: int, post: Post) -> bool:
        content = post.content
        if content.author_id == viewer:
            return True
        if (content.author_id, viewer) in self.blocks:
            return False
        return (
            content.audience in COMPANY_WIDE
            or viewer in self.mentions[post.id]
            or (
                content.audience == "followers"
                and (content.audience_of == viewer or (viewer, content.audience_of) in self.follows)
            )
        )

    def _wants(self, viewer: int, author: int) -> bool:
        return (viewer, author) not in self.mutes and (viewer, author) not in self.blocks

    def _subscriptions(self, viewer: int, post: Post) -> Iterable[tuple[str, bool]]:
        """(kind, whether reposts are shown) of each by which the post comes."""
        author = post.content.author_id
        if author == viewer:
            yield "self", True
        if (viewer, author) in self.follows and not self._is_hidden(viewer, author):
            yield "account", self.follows[viewer, author]
        if post.content.audience != "direct":
            for tag in post.content.recognised.hashtags:
                if (viewer, tag) in self.tags:
                    yield "hashtag", True

    def _is_hidden(self, viewer: int, author: int) -> bool:
        return any(
            one.exclusive and author in one.members for one in self.lists.values() if one.owner == viewer
        )

    def _passes(self, viewer: int, post: Post, by: Iterable[tuple[str, bool]]) -> bool:
        """Whether a post that comes by subscriptions (kind, whether reposts are shown) is shown."""
        content = post.content
        answered = content.parent_author_id
        open_to_all = answered in (None, content.author_id, viewer) or (viewer, answered) in self.follows
        comes = any(
            (open_to_all or kind == "hashtag") and (reposts or post.reposted is None) for kind, reposts in by
        )
        original = self.posts.get(self._original(post) or 0)
        return (
            comes
            and self.may_read(viewer, post)
            and self._wants(viewer, content.author_id)
            and (
                original is None
                or (self.may_read(viewer, original) and self._wants(viewer, original.content.author_id))
            )
        )

    def _comes_on_list(self, one: PeopleList, post: Post) -> bool:
        author, answered = post.content.author_id, post.content.parent_author_id
        by = (
            [("self", True)]
            if author == one.owner
            else [("account", self.follows.get((one.owner, author), True))]
        )
        by_policy = (
            answered in (None, author, one.owner)
            or one.policy == "followed"
            or (one.policy == "list" and answered in one.members)
        )
        return author in one.members and by_policy and self._passes(one.owner, post, by)

    def home(self, viewer: int) -> list[int]:
        return [
            id
            for id in sorted(self.posts, reverse=True)
            if self._passes(viewer, self.posts[id], self._subscriptions(viewer, self.posts[id]))
        ]

    def on_list(self, list_id: int) -> list[int]:
        one = self.lists[list_id]
        return [id for id in sorted(self.posts, reverse=True) if self._comes_on_list(one, self.posts[id])]
