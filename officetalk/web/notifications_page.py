"""What one is told of: in groups, newest first, what is new marked, and what one can do about it at hand."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import msgspec
from markupsafe import Markup, escape
from starlette.responses import Response

from officetalk.accounts import queries as accounts
from officetalk.accounts.entities import Account, Person, Relationship
from officetalk.core.database import Connection
from officetalk.core.errors import Invalid, NotFound
from officetalk.core.ids import time_of
from officetalk.core.paging import Page
from officetalk.core.translation import N_, _, ngettext
from officetalk.notifications import groups, queries, requests, retention
from officetalk.notifications.entities import Group, Groups, Kind, Notification, Request
from officetalk.notifications.queries import Choice
from officetalk.timelines import markers
from officetalk.web import cards
from officetalk.web.faces import face
from officetalk.web.page import page
from officetalk.web.reading import keep_offline
from officetalk.web.visit import Visit

_PAGE = 30  # groups
_FACES = 5
# Which kinds stand under which tab; the first has all.
TABS: dict[str, tuple[str, frozenset[Kind] | None]] = {
    "all": (N_("All"), None),
    "mentions": (N_("Mentions"), frozenset({"mention", "quote"})),
    "reactions": (N_("Reactions"), frozenset({"favourite", "reblog", "poll", "update", "quoted_update"})),
    "people": (
        N_("People"),
        frozenset(
            {
                "follow",
                "follow_request",
                "status",
                "added_to_collection",
                "group_invitation",
                "group_request",
                "group_admission",
            }
        ),
    ),
}
_MODERATION: frozenset[Kind] = frozenset({"admin.sign_up", "admin.report", "moderation_warning"})
# Icon and class of a kind, as the design has them.
_SIGNS: dict[Kind, tuple[str, str]] = {
    "mention": ("at-sign", "mention"),
    "status": ("bell", ""),
    "reblog": ("repeat-2", "ok"),
    "follow": ("user-plus", ""),
    "follow_request": ("user-check", "ask"),
    "favourite": ("heart", "like"),
    "poll": ("chart-bar", ""),
    "update": ("pencil", ""),
    "quote": ("quote", "mention"),
    "quoted_update": ("pencil", ""),
    "admin.sign_up": ("user-plus", "notice"),
    "admin.report": ("flag", "notice"),
    "severed_relationships": ("user-x", "notice"),
    "moderation_warning": ("shield", "notice"),
    "added_to_collection": ("layout-grid", "praise"),
    "collection_update": ("layout-grid", ""),
    "group_invitation": ("hash", "mention"),
    "group_request": ("user-check", "ask"),
    "group_admission": ("hash", "ok"),
    "action_assigned": ("list-checks", "mention"),
    "action_due": ("list-checks", "notice"),
}


class Notice(msgspec.Struct, frozen=True):
    """A group as the page shows it. `relation`: to who follows or asks to, where there is one person."""

    group: Group
    sentence: Markup
    card: cards.Card | None
    icon: str
    tone: str
    unread: bool
    faces: tuple[Account, ...]
    relation: Relationship | None
    href: str

    @property
    def at(self) -> int:
        return time_of(self.group.newest_id)


class Stretch(msgspec.Struct, frozen=True):
    """New, or a day."""

    label: str
    written: str
    notices: list[Notice]


def _who(group: Group) -> Markup:
    """The people of a group in words, their names as links."""
    names = [
        Markup('<a class="b" href="{}" data-card><bdi>{}</bdi></a>').format(
            face(p.account).path, p.account.name
        )
        for p in group.people[:2]
    ]
    if group.count == 1 or len(names) == 1:
        return names[0]
    if group.count == 2:
        return _filled(_("%(first)s and %(second)s"), first=names[0], second=names[1])
    more = group.count - 2
    text = ngettext(
        "%(first)s, %(second)s and %(count)s other", "%(first)s, %(second)s and %(count)s others", more,
        first="%(first)s", second="%(second)s",
    )  # fmt: skip
    return _filled(text, first=names[0], second=names[1])


def _filled(text: str, **values: Markup) -> Markup:
    """A translated text with markup in the place of its names."""
    return Markup(escape(text)) % values


_GROUPS: dict[Kind, str] = {
    "group_invitation": N_("%(who)s invites you to the group %(group)s"),
    "group_request": N_("%(who)s asks to join the group %(group)s"),
    "group_admission": N_("%(who)s has let you into the group %(group)s"),
}


def _group_name(group: Group) -> Markup:
    """The group that it is about, as a link."""
    account = group.subject.account
    return Markup('<a class="b" href="{}"><bdi>{}</bdi></a>').format(face(account).path, account.name)


def _sentence(group: Group, viewer: Account) -> Markup:
    """What happened, in the spoken language."""
    n, kind = group.count, group.kind
    own = group.post is not None and group.post.shown.author.id == viewer.id
    if kind == "poll":
        return _filled(_("Your poll has ended") if own else _("A poll that you voted in has ended"))
    if kind == "moderation_warning":
        return _filled(_("The moderators have written to you about what you posted"))
    if kind == "severed_relationships":
        return _filled(_("You have lost some of your connections"))
    match kind:
        case "mention":
            text = _("%(who)s mentioned you")
        case "status":
            text = _("%(who)s posted")
        case "reblog":
            text = ngettext("%(who)s reposted your post", "%(who)s reposted your post", n, who="%(who)s")
        case "favourite":
            text = ngettext("%(who)s liked your post", "%(who)s liked your post", n, who="%(who)s")
        case "follow":
            text = ngettext("%(who)s follows you", "%(who)s follow you", n, who="%(who)s")
        case "follow_request":
            text = _("%(who)s asks to follow you")
        case "update":
            text = _("%(who)s edited a post that you reposted")
        case "quote":
            text = _("%(who)s quoted your post")
        case "quoted_update":
            text = _("%(who)s edited a post that you quoted")
        case "admin.sign_up":
            text = ngettext("%(who)s joined", "%(who)s joined", n, who="%(who)s")
        case "admin.report":
            text = _("%(who)s reported something")
        case "added_to_collection":
            text = _("%(who)s recommends you in a collection")
        case "group_invitation" | "group_request" | "group_admission":
            return _filled(_(_GROUPS[kind]), who=_who(group), group=_group_name(group))
        case "action_assigned" | "action_due":
            words = Markup("<bdi>{}</bdi>").format(group.subject.text)
            if kind == "action_due":
                return _filled(_("Due tomorrow: %(action)s"), action=words)
            return _filled(_("%(who)s asks you to do something: %(action)s"), who=_who(group), action=words)
        case _other:
            text = _("%(who)s changed a collection that you are in")
    return _filled(text, who=_who(group))


def _href(told: Group | Notification, actor: Person, card: cards.Card | None) -> str:
    kind, subject = told.kind, told.subject
    if card is not None:
        return card.url
    if kind in ("added_to_collection", "collection_update") and subject is not None:
        return f"/collections/{told.subject_id}"
    if kind in _GROUPS and subject is not None:
        path = face(subject.account).path
        return f"{path}/members" if kind == "group_request" else path
    if kind in ("action_assigned", "action_due"):
        return "/actions"
    if kind == "admin.report":
        return "/moderation"
    if kind == "follow_request":
        return "/requests"
    return face(actor.account).path


def _notice(group: Group, visit: Visit, read: int, relations: dict[int, Relationship]) -> Notice:
    card = cards.card(group.post, visit.reader) if group.post is not None else None
    icon, tone = _SIGNS[group.kind]
    alone = group.people[0].id if group.count == 1 and group.kind in ("follow", "follow_request") else 0
    return Notice(
        group=group,
        sentence=_sentence(group, visit.me),
        card=card,
        icon=icon,
        tone=tone,
        unread=group.newest_id > read,
        faces=tuple(person.account for person in group.people[:_FACES]),
        relation=relations.get(alone),
        href=_href(group, group.people[0], card),
    )


def _stretches(notices: list[Notice], visit: Visit) -> list[Stretch]:
    """What is new first, then by the day."""
    clock, made = visit.clockface, []
    for notice in notices:
        label, written = (_("New"), "") if notice.unread else clock.part(notice.at)[:2]
        if not made or made[-1].label != label:
            made.append(Stretch(label, written, []))
        made[-1].notices.append(notice)
    return made


class Told(msgspec.Struct, frozen=True):
    """A page of it, with what the viewer is to those who follow, up to where it was read, and how many ask."""

    groups: Groups
    relations: dict[int, Relationship]
    read: int
    asking: int


def _told(conn: Connection, viewer: int, asked: Page, kinds: frozenset[Kind] | None) -> Told:
    found = groups.groups(conn, viewer, asked, Choice(kinds))
    people = [g.people[0].id for g in found.groups if g.count == 1 and g.kind in ("follow", "follow_request")]
    relations = {r.id: r for r in accounts.relationships(conn, viewer, people)} if people else {}
    marked = markers.get(conn, viewer, ("notifications",))
    asking = requests.summary(conn, viewer).requests if asked.max_id is None else 0
    return Told(found, relations, marked[0].last_read_id if marked else 0, asking)


@page("/notifications")
async def notifications_page(visit: Visit) -> Response:
    tab = visit.asked("show")
    tabs = _tabs(visit)
    kinds = _MODERATION if tab == "moderation" else TABS.get(tab, TABS["all"])[1]
    asked = visit.list_page(_PAGE)
    told = await visit.read(_told, visit.me.id, asked, kinds)
    notices = [_notice(group, visit, told.read, told.relations) for group in told.groups.groups]
    more = {"show": tab} if tab in dict.fromkeys(key for key, _href, _words in tabs) and tab != "all" else {}
    values: dict[str, Any] = {
        "stretches": _stretches(notices, visit),
        "older": _more(told.groups.older, max_id=told.groups.oldest_id, **more),
    }
    if visit.fragment:
        return visit.render("fragments/notifications.html", **values)
    keep_offline(visit, [group.post for group in told.groups.groups if group.post is not None])
    return visit.render(
        "notifications.html",
        tab=tab if more else "all",
        tabs=tabs,
        asking=told.asking,
        newest=told.groups.newest_id,
        any_new=any(notice.unread for notice in notices),
        newer=_more(asked.max_id is not None, **more),
        **values,
    )


def _tabs(visit: Visit) -> list[tuple[str, str, str]]:
    tabs = [
        (key, "/notifications" if key == "all" else f"/notifications?show={key}", _(words))
        for key, (words, _kinds) in TABS.items()
    ]
    if visit.me_as_viewer.at_least("moderator"):
        tabs.append(("moderation", "/notifications?show=moderation", _("Moderation")))
    return tabs


def _more(there_is: bool, **query: object) -> str:
    if not there_is:
        return ""
    return f"/notifications?{urlencode(query)}" if query else "/notifications"


def _read_up_to(conn: Connection, viewer: int, last: int) -> None:
    """Never back: another page may have read further."""
    known = markers.get(conn, viewer, ("notifications",))
    if not known or known[0].last_read_id < last:
        markers.put(conn, viewer, {"notifications": last})


@page("/notifications/{id:int}")
async def told_of(visit: Visit) -> Response:
    """What a notification is about: where a push message leads (assets/sw/telling.js). To the list when it is not
    there any longer."""
    try:
        one = await visit.read(queries.named, visit.me.id, visit.path_id)
    except NotFound:
        return visit.redirect("/notifications")
    return visit.redirect(_href(one, one.actor, cards.card(one.post, visit.reader) if one.post else None))


@page("/notifications/read", ("POST",))
async def mark_read(visit: Visit) -> Response:
    """Everything up to there is read. The page's script says it when one leaves, the button at once."""
    last = visit.text("last_read_id")
    if not (last.isascii() and last.isdigit() and len(last) < 19):
        raise Invalid("last_read_id", "must be the key of a notification")
    await visit.write(_read_up_to, visit.me.id, int(last))
    return visit.back("/notifications")


@page("/notifications/dismiss", ("POST",))
async def dismiss(visit: Visit) -> Response:
    """Take one group off the list."""
    await visit.write(groups.dismiss, visit.me.id, visit.text("group"))
    if visit.fragment:  # the row goes, and so nothing comes in its place
        return Response(status_code=200, headers=visit.telling(toast=_("Removed.")), media_type="text/html")
    return visit.back("/notifications", said="removed")


@page("/notifications/clear")
async def clear_page(visit: Visit) -> Response:
    return visit.render("notifications_clear.html")


@page("/notifications/clear", ("POST",))
async def clear(visit: Visit) -> Response:
    await visit.write(retention.clear, visit.me.id)
    return visit.redirect("/notifications", "removed")


# --- people whose notifications are held ---------------------------------------------------------------


def _asking(conn: Connection, viewer: int, asked: Page) -> list[Request]:
    return requests.requests(conn, viewer, asked)


@page("/notifications/requests")
async def requests_page(visit: Visit) -> Response:
    asked = visit.list_page(_PAGE)
    found = await visit.read(_asking, visit.me.id, asked)
    return visit.render(
        "notification_requests.html",
        requests=[(one, cards.card(one.last, visit.reader) if one.last else None) for one in found],
        older=(
            f"/notifications/requests?{urlencode({'max_id': found[-1].id})}" if len(found) == _PAGE else ""
        ),
        count=lambda n: ngettext("%(count)s held", "%(count)s held", n),
    )


@page("/notifications/requests", ("POST",))
async def answer_requests(visit: Visit) -> Response:
    """Let somebody through for good, or put away what is held."""
    chosen = [int(id) for id in visit.texts("id") if id.isdigit() and len(id) < 19]
    act = visit.text("act")
    if act not in ("accept", "dismiss") or not chosen:
        raise NotFound
    await visit.write(requests.accept_all if act == "accept" else requests.dismiss_all, visit.me.id, chosen)
    return visit.redirect("/notifications/requests", "let-through" if act == "accept" else "put-away")
