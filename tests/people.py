"""A small language for tests: people who post, follow and read.

ada, bo = people.ada, people.bo
bo.follows(ada)
post = ada.posts("Hello @bo")
assert bo.home() == ["Hello @bo"]
"""

from __future__ import annotations

from typing import Any

from officetalk.accounts import profile, queries, relations
from officetalk.accounts.entities import Account, Counts
from officetalk.conversations import rules as conversations
from officetalk.conversations.entities import Conversation
from officetalk.core.database import Database
from officetalk.core.paging import Page
from officetalk.groups import change as groups
from officetalk.groups import members as group_members
from officetalk.groups.entities import Group
from officetalk.lists import rules as people_lists
from officetalk.lists.entities import PeopleList
from officetalk.posts import change, hashtags, marks, publish, thread
from officetalk.posts import queries as posts
from officetalk.posts.entities import Draft, Post
from officetalk.search import posts as search
from officetalk.timelines import home, lists, people_list


class Human:
    """Somebody with an account."""

    def __init__(self, db: Database, id: int, name: str) -> None:
        self.db = db
        self.id = id
        self.name = name

    def _write(self, verb: Any, *args: Any, **options: Any) -> Any:
        return self.db.write_now(verb, self.id, *args, **options)

    def _read(self, question: Any, *args: Any, **options: Any) -> Any:
        return self.db.read_now(question, self.id, *args, **options)

    @property
    def account(self) -> Account:
        return self.db.read_now(queries.get, self.id).account

    @property
    def counts(self) -> Counts:
        return self.db.read_now(queries.get, self.id).counts

    def changes(self, **parts: Any) -> None:
        self.db.write_now(profile.update_profile, self.id, **parts)

    # What people do

    def posts(self, text: str, audience: Any = "company", *, limit: int = 140, **more: Any) -> Post:
        return self._write(publish.publish, Draft(text, audience, **more), limit)

    def comments(self, on: Post, text: str, audience: Any = "company") -> Post:
        return self.posts(text, audience, parent_id=on.id)

    def edits(self, post: Post, text: str, **more: Any) -> Post:
        return self._write(change.edit, post.id, text, 140, **more)

    def deletes(self, post: Post) -> Post:
        return self._write(change.delete_post, post.id)

    def reposts(self, post: Post) -> Post:
        return self._write(publish.repost, post.id)

    def reposts_to(self, audience: Any, post: Post) -> Post:
        return self._write(publish.repost, post.id, audience)

    def takes_back_the_repost_of(self, post: Post) -> Post:
        return self._write(change.unrepost, post.id)

    def likes(self, post: Post) -> Post:
        return self._write(marks.like_post, post.id)

    def no_longer_likes(self, post: Post) -> Post:
        return self._write(marks.unlike_post, post.id)

    def bookmarks(self, post: Post) -> Post:
        return self._write(marks.bookmark_post, post.id)

    def no_longer_bookmarks(self, post: Post) -> Post:
        return self._write(marks.unbookmark_post, post.id)

    def pins(self, post: Post) -> Post:
        return self._write(marks.pin_post, post.id)

    def unpins(self, post: Post) -> Post:
        return self._write(marks.unpin_post, post.id)

    def mutes_the_conversation_of(self, post: Post) -> Post:
        return self._write(marks.mute_conversation, post.id)

    def unmutes_the_conversation_of(self, post: Post) -> Post:
        return self._write(marks.unmute_conversation, post.id)

    def follows(self, *others: Human, **options: Any) -> None:
        for other in others:
            self._write(relations.follow, other.id, **options)

    def unfollows(self, other: Human) -> None:
        self._write(relations.unfollow, other.id)

    def accepts(self, asker: Human) -> None:
        self._write(relations.accept_follower, asker.id)

    def rejects(self, asker: Human) -> None:
        self._write(relations.reject_follower, asker.id)

    def shakes_off(self, follower: Human) -> None:
        self._write(relations.remove_follower, follower.id)

    def follows_hashtag(self, name: str) -> None:
        self._write(hashtags.follow, name)

    def unfollows_hashtag(self, name: str) -> None:
        self._write(hashtags.unfollow, name)

    def blocks(self, other: Human) -> None:
        self._write(relations.block_account, other.id)

    def unblocks(self, other: Human) -> None:
        self._write(relations.unblock_account, other.id)

    def mutes(self, other: Human, **options: Any) -> None:
        self._write(relations.mute_account, other.id, **options)

    def unmutes(self, other: Human) -> None:
        self._write(relations.unmute_account, other.id)

    def makes_list(self, *members: Human, title: str = "List", **options: Any) -> PeopleList:
        made = self._write(people_lists.create, title, **options)
        self.puts_on(made, *members)
        return made

    def changes_list(self, one: PeopleList, **changes: Any) -> None:
        self._write(people_lists.change, one.id, **changes)

    def removes_list(self, one: PeopleList) -> None:
        self._write(people_lists.remove, one.id)

    def puts_on(self, one: PeopleList, *members: Human) -> None:
        self._write(people_lists.add, one.id, [member.id for member in members])

    def takes_off(self, one: PeopleList, *members: Human) -> None:
        self._write(people_lists.take_off, one.id, [member.id for member in members])

    def relation_to(self, other: Human) -> Any:
        return self._read(queries.relationship, other.id)

    # What people read: texts, newest first

    def home_page(self, **page: Any) -> list[Post]:
        return self._read(home.home, Page(**page))

    def home(self, **page: Any) -> list[str]:
        return texts(self.home_page(**page))

    def company(self, **page: Any) -> list[str]:
        return texts(self._read(lists.company, Page(**page)))

    def reads_list(self, one: PeopleList, **page: Any) -> list[str]:
        return texts(self._read(people_list.people_list_timeline, one.id, Page(**page)))

    def members_of(self, one: PeopleList, **page: Any) -> list[str]:
        return names(self._read(people_lists.members, one.id, Page(**page)))

    def conversation_page(self, **page: Any) -> list[Conversation]:
        return self._read(conversations.conversations, Page(**page))

    def conversations(self, **page: Any) -> list[tuple[list[str], str, bool]]:
        """(with whom, last text, unread) of each."""
        found = self.conversation_page(**page)
        return [(names(one.people), one.last.content.text, one.unread) for one in found]

    def profile_of(self, other: Human, **options: Any) -> list[str]:
        return texts(self._read(lists.of_account, other.id, Page(), **options))

    def pinned_of(self, other: Human) -> list[str]:
        return texts(self._read(lists.pinned, other.id, Page()))

    def hashtag(self, name: str, **page: Any) -> list[str]:
        found = self._read(hashtags.find, name)
        return texts(self._read(lists.by_hashtag, found.id, Page(**page)))

    def liked(self) -> list[str]:
        return texts(self._read(lists.likes, Page()))

    def bookmarked(self) -> list[str]:
        return texts(self._read(lists.bookmarks, Page()))

    def sees(self, post: Post) -> bool:
        return bool(self._read(posts.by_ids, [post.id]))

    def sees_at(self, post: Post) -> Post:
        return self._read(posts.get, post.id)

    def history_of(self, post: Post) -> list[str]:
        return [version.text for version in self._read(posts.history, post.id)[1]]

    def sees_likes_of(self, post: Post) -> list[str]:
        return names(self._read(thread.liked_by, post.id, Page()))

    def sees_reposts_of(self, post: Post) -> list[str]:
        return names(self._read(thread.reposted_by, post.id, Page()))

    def followers(self) -> list[str]:
        return names(self.db.read_now(queries.followers, self.id, Page()))

    def following(self) -> list[str]:
        return names(self.db.read_now(queries.following, self.id, Page()))

    def finds(self, words: str) -> list[str]:
        return texts(self._read(search.search, words))

    # Groups

    def founds(self, handle: str, kind: str = "open", name: str = "") -> Group:
        return self._write(groups.make, handle, name or handle.title(), kind=kind)

    def joins(self, group: Group) -> Group:
        return self._write(group_members.join, group.id)

    def leaves(self, group: Group) -> None:
        self._write(group_members.leave, group.id)

    def invites(self, group: Group, *guests: Human) -> None:
        for guest in guests:
            self._write(group_members.invite, group.id, guest.id)

    def lets_in(self, group: Group, asker: Human) -> None:
        self._write(group_members.accept, group.id, asker.id)

    def tells(self, group: Group, text: str, **more: Any) -> Post:
        return self.posts(text, "group", group_id=group.id, **more)

    def reads(self, group: Group, **page: Any) -> list[str]:
        return texts(self._read(lists.of_group, group.id, Page(**page)))

    def thread(self, post: Post) -> tuple[list[str], str, list[str]]:
        found = self._read(thread.thread, post.id)
        return texts(found.ancestors), found.post.content.text, texts(found.descendants)


class People:
    """People by name, made when first named."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: dict[str, Human] = {}

    def __getattr__(self, name: str) -> Human:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._known:
            made = self._db.write_now(profile.create, name, display_name=name.title())
            self._known[name] = Human(self._db, made.id, name)
        return self._known[name]


def names(found: Any) -> list[str]:
    """User names, in the list's order."""
    return [person.account.username for person in found]


def texts(found: Any) -> list[str]:
    """What is to be read: the text, or `repost: ` and the original's."""
    return [f"repost: {post.reposted.content.text}" if post.reposted else post.content.text for post in found]
