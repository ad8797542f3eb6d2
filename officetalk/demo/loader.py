"""Writes the story of the demo company into an empty database, by the same verbs that people use."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import cast

from sqlalchemy import insert, update

from officetalk.accounts import profile, relations
from officetalk.accounts.entities import Audience
from officetalk.company import settings as company
from officetalk.core.database import Connection, Database
from officetalk.core.ids import Ids
from officetalk.core.sql import Statement, p
from officetalk.demo import groups, links
from officetalk.demo.company import Person
from officetalk.demo.story import Story, story
from officetalk.golinks import counting
from officetalk.golinks import queries as golinks
from officetalk.golinks.change import make as make_link
from officetalk.golinks.entities import LinkDraft
from officetalk.groups import members
from officetalk.groups.change import change as change_group
from officetalk.groups.change import make as make_group
from officetalk.identity import credentials, passwords
from officetalk.posts import change, hashtags, publish
from officetalk.posts.entities import Draft
from officetalk.posts.tables import bookmark, like, pin, post
from officetalk.projects import actions, decisions

PASSWORD = "aldermoor demo"
SIGN_IN_AS = (
    ("ingrid", "Ingrid Solheim, Sensors: an employee with a lively home"),
    ("tala", "Tala Haddad, IT: administrator"),
    ("eoin", "Eoin Gallagher, Managing Director: owner"),
)
_ROLES = {"eoin": "owner", "tala": "administrator", "camille": "moderator"}
_NOWHERE = "https://talk.aldermoor.example"  # our own address, to which no link leads
_MINUTE = 60_000
_DAY = 24 * 60 * _MINUTE

_LIKE, _BOOKMARK, _PIN = (
    Statement(insert(t).values({n: p(n) for n in ("account_id", "post_id", "id")}))
    for t in (like, bookmark, pin)
)
_COUNT_LIKES = Statement(update(post).where(post.c.id == p("post")).values(likes_count=p("likes")))


def load_demo(db: Database) -> bool:
    """Fill the database, once; whether it did. A company that is there already is left alone."""
    if db.read_now(company.load).set_up:
        return False
    now = db.clock()
    told = story(now=datetime.fromtimestamp(now / 1000, UTC))
    hashed = passwords.hash_password(PASSWORD)
    db.write_now(_write, told, hashed, now)
    return True


class _Then:
    """The clock of the story: ids and times are those of the moment that is told."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._at = 0
        conn.ids = Ids(clock=lambda: self._at)

    def is_at(self, ms: int) -> None:
        self._at = self._conn.now = ms


def _write(conn: Connection, told: Story, hashed: str, now: int) -> None:
    ids = conn.ids
    then = _Then(conn)
    try:
        people = _people(conn, told, hashed, now, then)
        posts = _posts(conn, told, people, now, then)
        then.is_at(now)
        _reactions(conn, told, people, posts)
        _links(conn, people, now)
        _groups(conn, people, now)
        company.change(
            conn,
            name="Aldermoor",
            description="Probes that tell the truth about water.",
            set_up=True,
        )
    finally:
        conn.ids = ids
        conn.now = now


def _people(conn: Connection, told: Story, hashed: str, now: int, then: _Then) -> dict[str, int]:
    ids: dict[str, int] = {}
    for person in sorted(told.people, key=lambda x: -x.joined_days_ago):
        then.is_at(now - person.joined_days_ago * _DAY)
        made = profile.create(
            conn,
            person.username,
            display_name=person.display_name,
            role=_ROLES.get(person.username, "member"),
        )
        ids[person.username] = made.id
        email = f"{person.username}@aldermoor.example"
        credentials.add(conn, made.id, email, hashed, confirmed=True)
    for person in told.people:
        profile.update_profile(conn, ids[person.username], **_profile(person, ids))
    for follow in told.follows:
        relations.follow(conn, ids[follow.who], ids[follow.target])
    for tag in told.tags:
        hashtags.follow(conn, ids[tag.who], tag.tag)
    for person in told.people:
        if person.locked:
            profile.update_profile(conn, ids[person.username], locked=True)
    return ids


def _profile(person: Person, ids: dict[str, int]) -> dict[str, object]:
    return {
        "bio": person.bio,
        "job_title": person.job_title,
        "department": person.department,
        "location": person.location,
        "manager_id": ids[person.manager] if person.manager else None,
        "pronouns": person.pronouns,
        "time_zone": person.time_zone,
        "language": person.language,
        "fields": person.fields,
        "bot": person.bot,
    }


def _posts(conn: Connection, told: Story, people: dict[str, int], now: int, then: _Then) -> dict[str, int]:
    posts: dict[str, int] = {}
    edits = {edit.key: edit for edit in told.edits}
    for said in told.posts:
        then.is_at(now - said.minutes_ago * _MINUTE)
        author = people[said.author]
        if said.repost_of:
            posts[said.key] = publish.repost(conn, author, posts[said.repost_of]).id
            continue
        draft = Draft(
            said.text,
            cast("Audience", said.audience),
            parent_id=posts[said.reply_to] if said.reply_to else None,
            language=said.language,
        )
        posts[said.key] = publish.publish(conn, author, draft, company.DEFAULT_CHARACTER_LIMIT).id
        if said.key in edits:
            edit = edits[said.key]
            conn.now = now - edit.minutes_ago * _MINUTE
            change.edit(conn, author, posts[said.key], edit.text, company.DEFAULT_CHARACTER_LIMIT)
    return posts


def _reactions(conn: Connection, told: Story, people: dict[str, int], posts: dict[str, int]) -> None:
    for statement, marks in ((_LIKE, told.likes), (_BOOKMARK, told.bookmarks), (_PIN, told.pins)):
        conn.many(
            statement,
            [{"account_id": people[m.who], "post_id": posts[m.key], "id": conn.new_id()} for m in marks],
        )
    likes = Counter(posts[m.key] for m in told.likes)
    conn.many(_COUNT_LIKES, [{"post": id, "likes": n} for id, n in likes.items()])


def _groups(conn: Connection, people: dict[str, int], now: int) -> None:
    """Groups and what is said in them, by a clock of their own."""
    then = _Then(conn)
    for place in groups.GROUPS:
        then.is_at(now - place.days_ago * _DAY)
        owner, helper, *others = (people[name] for name in place.people.split())
        made = make_group(
            conn, owner, place.handle, place.name, kind=place.kind, about=place.about, rules=place.rules
        )
        for member in (helper, *others):
            members.enter(conn, member, made.id)
        members.give_role(conn, made.id, helper, "manager")
        said: list[int] = []
        for line in place.talk:
            # A moment after the minute, so that no id is that of a post outside.
            then.is_at(now - line.minutes_ago * _MINUTE + 537)
            draft = Draft(
                line.text, "group",
                group_id=None if line.answers else made.id,
                parent_id=said[-line.answers] if line.answers else None,
                language="en",
            )  # fmt: skip
            said.append(publish.publish(conn, people[line.author], draft, company.DEFAULT_CHARACTER_LIMIT).id)
        then.is_at(now - 2 * _MINUTE * 60)
        _board(conn, people, owner, made.id, place, said)
        for name in place.asking.split():
            members.join(conn, people[name], made.id)
        for name in place.invited.split():
            members.invite(conn, owner, made.id, people[name])
    then.is_at(now)


def _board(
    conn: Connection, people: dict[str, int], owner: int, id: int, place: groups.Place, said: list[int]
) -> None:
    """What came out of the talk."""
    if not place.todo:
        return
    change_group(conn, owner, id, board=True)
    today = datetime.fromtimestamp(conn.now / 1000, UTC).date()
    for todo in place.todo:
        given = actions.give(
            conn, people[todo.given_by], id, todo.text,
            assignee=people[todo.assignee] if todo.assignee else None,
            due_on=None if todo.due_in is None else today + timedelta(days=todo.due_in),
        )  # fmt: skip
        if todo.done:
            actions.finish(conn, people[todo.given_by], given.id)
    for line in place.decisions:
        decisions.mark(conn, people[place.talk[line].author], said[line])


def _links(conn: Connection, people: dict[str, int], now: int) -> None:
    """Named links, the oldest first, with what was counted of them. They were made before the posts: a clock of
    their own."""
    then = _Then(conn)
    rng, today = random.Random(90), golinks.today(now)
    counted: counting.Counted = Counter()
    for one in sorted(links.LINKS, key=lambda x: -x.made):
        then.is_at(now - one.made * _DAY)
        draft = LinkDraft(one.name, one.target, one.description)
        made = make_link(conn, people[one.owner], draft, _NOWHERE)
        weekday = datetime.fromtimestamp(now / 1000, UTC).weekday()
        counted.update({(made.id, today - ago): n for ago, n in links.clicks(one, weekday, rng)})
    then.is_at(now)
    counting.add(conn, counted)
