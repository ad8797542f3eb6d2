"""A person: profile, followers and following, and what one is to them (follow, block, mute)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec
from starlette.responses import Response

from officetalk.accounts import organisation, relations
from officetalk.accounts import queries as accounts
from officetalk.accounts.entities import Account, Person, Relationship
from officetalk.accounts.familiar import some_familiar_followers
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid, NotFound
from officetalk.core.paging import Page
from officetalk.core.translation import N_, _, ngettext
from officetalk.featured import endorsements, tags
from officetalk.featured.tags import FeaturedTag
from officetalk.groups import queries as groups
from officetalk.posts.entities import Post
from officetalk.timelines import lists
from officetalk.web import cards
from officetalk.web.page import page
from officetalk.web.reading import Answered, newer_link, older_link, with_answered
from officetalk.web.time import Clockface
from officetalk.web.visit import PAGE, Visit

TABS = ("posts", "comments", "media")
# What the menu offers: for how long a mute holds, in seconds (0: until it is undone).
MUTES = (
    ("3600", N_("For 1 hour")),
    ("86400", N_("For 1 day")),
    ("604800", N_("For 1 week")),
    ("0", N_("Until I undo it")),
)


_FEATURED = 8  # recommended colleagues beside a profile
_FAMILIAR = 4  # faces


class Profile(msgspec.Struct, frozen=True):
    """What a profile page shows."""

    person: Person
    relation: Relationship | None  # None on one's own
    above: list[Account]
    reports: list[Account]
    reporting: int  # how many report to this person
    pinned: list[Post]
    familiar: tuple[list[Person], int]  # some whom the viewer follows, and who follow this person; how many
    featured: list[Person]  # colleagues whom this person recommends
    tags: list[FeaturedTag]
    posts: list[Post]
    answered: Answered


def _posts(conn: Connection, viewer: int, of: int, tab: str, asked: Page) -> list[Post]:
    return lists.of_account(
        conn, viewer, of, asked,
        comments=tab == "comments", reposts=tab != "media", only_media=tab == "media",
    )  # fmt: skip


def _profile(conn: Connection, viewer: int, name: str, tab: str, asked: Page) -> Profile:
    person = accounts.by_username(conn, name)
    own = person.id == viewer
    reports, reporting = organisation.reports(conn, person.id)
    first = tab == "posts" and asked.max_id is None and asked.min_id is None
    return Profile(
        person,
        None if own else accounts.relationship(conn, viewer, person.id),
        organisation.above(conn, person.account),
        reports,
        reporting,
        _pins(conn, viewer, person.id) if first else [],
        ([], 0) if own else some_familiar_followers(conn, viewer, person, _FAMILIAR),
        endorsements.endorsed_by(conn, viewer, person.id, Page(_FEATURED)),
        tags.of_account(conn, viewer, person.id),
        *with_answered(conn, _posts, viewer, person.id, tab, asked),
    )


def _pins(conn: Connection, viewer: int, of: int) -> list[Post]:
    return lists.pinned(conn, viewer, of, Page(5))


def _more_posts(
    conn: Connection, viewer: int, name: str, tab: str, asked: Page
) -> tuple[list[Post], Answered]:
    return with_answered(conn, _posts, viewer, accounts.by_username(conn, name).id, tab, asked)


@page("/@{name}")
async def profile_page(visit: Visit) -> Response:
    tab = visit.asked("tab") if visit.asked("tab") in TABS else "posts"
    asked = visit.list_page()
    more = {"tab": tab} if tab != "posts" else {}
    if visit.fragment and (asked.max_id is not None or asked.min_id is not None):
        posts, answered = await visit.read(_more_posts, visit.me.id, visit.path["name"], tab, asked)
        return visit.render(
            "fragments/list.html",
            cards=cards.cards(posts, visit.reader, answered),
            older=older_link(visit, posts, asked, **more),
        )
    try:
        found = await visit.read(_profile, visit.me.id, visit.path["name"], tab, asked)
    except NotFound:  # apps know a group by the address of an account
        group = await visit.read(groups.by_handle, visit.me.id, visit.path["name"])
        return visit.redirect(f"/groups/{group.handle}")
    person = found.person.account
    if person.username != visit.path["name"]:
        return visit.redirect(f"/@{person.username}")
    return visit.render(
        "profile.html",
        here="me" if found.relation is None else "people",
        person=found.person,
        relation=found.relation,
        found=found,
        tab=tab,
        pinned=cards.cards(found.pinned, visit.reader),
        cards=cards.cards(found.posts, visit.reader, found.answered),
        older=older_link(visit, found.posts, asked, **more),
        newer=newer_link(visit, found.posts, asked, **more),
        local_time=_local_time(visit, person),
        muted_until=_muted_until(visit.clockface, found.relation),
    )


def _local_time(visit: Visit, person: Account) -> str:
    """What time it is where the person works: "09:42, same time as you"."""
    if not person.time_zone:
        return ""
    now = visit.services.db.clock()
    there, here = Clockface.of(person.time_zone, now).now, visit.clockface.now
    apart = (there.replace(tzinfo=None) - here.replace(tzinfo=None)).total_seconds() / 3600
    at = f"{there.hour:02}:{there.minute:02}"
    if visit.me.id == person.id:
        return _("%(time)s local time", time=at)
    if abs(apart) < 0.1:
        return _("%(time)s, same time as you", time=at)
    hours = f"{abs(apart):.1f}".removesuffix(".0")
    # Half hours take the plural, in all of our languages.
    count = int(abs(apart)) if hours.isdigit() else 2
    if apart > 0:
        return ngettext(
            "%(time)s, %(hours)s hour ahead", "%(time)s, %(hours)s hours ahead", count, time=at, hours=hours
        )
    return ngettext(
        "%(time)s, %(hours)s hour behind", "%(time)s, %(hours)s hours behind", count, time=at, hours=hours
    )


def _muted_until(clock: Clockface, relation: Relationship | None) -> str:
    if relation is None or not relation.muting:
        return ""
    return (
        _("until %(time)s", time=clock.full(relation.muting_expires_at))
        if relation.muting_expires_at
        else _("until you undo it")
    )


def _card(conn: Connection, viewer: int, name: str) -> tuple[Person, Relationship | None]:
    person = accounts.by_username(conn, name)
    return person, None if person.id == viewer else accounts.relationship(conn, viewer, person.id)


@page("/@{name}/card")
async def hover_card(visit: Visit) -> Response:
    """A person in short, for the card beside a name."""
    person, relation = await visit.read(_card, visit.me.id, visit.path["name"])
    return visit.render(
        "fragments/hovercard.html",
        person=person,
        relation=relation,
        local_time=_local_time(visit, person.account),
    )


# --- followers and following ---


def _list(
    conn: Connection, viewer: int, name: str, kind: Literal["followers", "following"], asked: Page
) -> tuple[Person, list[Person], list[Relationship]]:
    person = accounts.by_username(conn, name)
    people = accounts.connections(conn, viewer, person.account, kind, asked)
    return person, people, accounts.relationships(conn, viewer, [p.id for p in people if p.id != viewer])


@page("/@{name}/followers")
async def followers_page(visit: Visit) -> Response:
    return await _people(visit, "followers")


@page("/@{name}/following")
async def following_page(visit: Visit) -> Response:
    return await _people(visit, "following")


async def _people(visit: Visit, kind: Literal["followers", "following"]) -> Response:
    asked = Page(PAGE * 2, visit.asked_id("max_id"))
    person, people, found = await visit.read(_list, visit.me.id, visit.path["name"], kind, asked)
    name = person.account.name
    return visit.render(
        "fragments/people.html" if visit.fragment else "people_list.html",
        title=_("%(name)s’s followers", name=name)
        if kind == "followers"
        else _("Whom %(name)s follows", name=name),
        back=f"/@{person.account.username}",
        people=people,
        relations={r.id: r for r in found},
        older=older_link(visit, people, asked),
        nothing=_("Nobody yet.") if kind == "followers" else _("%(name)s follows nobody yet.", name=name),
    )


# --- what one is to them ---


@page("/@{name}/follow", ("POST",))
async def follow(visit: Visit) -> Response:
    """The button: follow, unfollow, unblock. Answers with the button as it stands now."""
    act = visit.text("act")
    verbs = {"follow": relations.follow, "unfollow": relations.unfollow, "unblock": relations.unblock_account}
    if act not in verbs:
        raise Invalid(None, "This is nothing that one can do here.")
    person = await visit.read(accounts.by_username, visit.path["name"])
    relation = await visit.write(verbs[act], visit.me.id, person.id)
    if visit.fragment:
        return visit.render(
            "fragments/follow.html",
            account=person.account,
            relation=relation,
            size="sm" if visit.text("size") == "sm" else "",
        )
    return visit.back(f"/@{person.account.username}")


@page("/@{name}/more")
async def more_page(visit: Visit) -> Response:
    """Block and mute: the menu on a profile, which is also a page."""
    person, relation = await visit.read(_card, visit.me.id, visit.path["name"])
    return visit.render(
        "fragments/person_menu.html" if visit.fragment else "person_menu.html",
        person=person,
        relation=relation,
        mutes=[(seconds, _(words)) for seconds, words in MUTES],
        address=f"{visit.services.settings.origin}/@{person.account.username}",
    )


@page("/@{name}/more", ("POST",))
async def change_relation(visit: Visit) -> Response:
    person = await visit.read(accounts.by_username, visit.path["name"])
    act, me, id = visit.text("act"), visit.me.id, person.id
    if act == "mute":
        lasting = visit.text("seconds") or "0"
        if lasting not in dict(MUTES):
            raise Invalid("seconds", "must be one of the times offered")
        await visit.write(relations.mute_account, me, id, seconds=int(lasting))
        said = "muted"
    elif act in _RELATIONS:
        verb, said = _RELATIONS[act]
        await visit.write(verb, me, id)
    else:
        raise Invalid(None, "This is nothing that one can do here.")
    return visit.redirect(f"/@{person.account.username}", said)


@page("/@{name}/note", ("POST",))
async def note(visit: Visit) -> Response:
    """What the viewer notes about a colleague, for nobody else."""
    person = await visit.read(accounts.by_username, visit.path["name"])
    await visit.write(relations.set_note, visit.me.id, person.id, visit.text("note"))
    return visit.redirect(f"/@{person.account.username}", "saved")


def _option(
    *, notify: bool | None = None, reposts: bool | None = None
) -> Callable[[Connection, int, int], Relationship]:
    """How somebody is followed; one who is not is not followed by this."""

    def change(conn: Connection, me: int, id: int) -> Relationship:
        if not accounts.relationship(conn, me, id).following:
            raise NotFound
        return relations.follow(conn, me, id, notify=notify, reposts=reposts)

    return change


_RELATIONS: dict[str, tuple[Callable[..., Relationship], str]] = {
    "unmute": (relations.unmute_account, "unmuted"),
    "block": (relations.block_account, "blocked"),
    "unblock": (relations.unblock_account, "unblocked"),
    "remove": (relations.remove_follower, "saved"),
    "ring": (_option(notify=True), "rung"),
    "silence": (_option(notify=False), "saved"),
    "reposts": (_option(reposts=True), "saved"),
    "no-reposts": (_option(reposts=False), "saved"),
    "feature": (endorsements.endorse, "featured"),
    "unfeature": (endorsements.unendorse, "saved"),
}


@page("/requests/{name}", ("POST",))
async def answer_request(visit: Visit) -> Response:
    """Let somebody follow who asked, or not."""
    person = await visit.read(accounts.by_username, visit.path["name"])
    approve = visit.text("act") == "approve"
    await visit.write(
        relations.accept_follower if approve else relations.reject_follower, visit.me.id, person.id
    )
    if visit.fragment:
        return visit.render("fragments/request_answered.html", account=person.account, approved=approve)
    return visit.redirect("/requests", "approved" if approve else "declined")
