"""What moderators work through: reports that wait, one report, who is restricted, and the log.

Plain forms: each leads back to where one was. Who may decide about whom is the domain's rule.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import msgspec
from markupsafe import Markup
from starlette.responses import Response

from officetalk.accounts.entities import RANK, Account
from officetalk.company import settings as company
from officetalk.core.database import Connection
from officetalk.core.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from officetalk.core.paging import Page
from officetalk.core.translation import N_, _
from officetalk.moderation import actions, log, people, reports
from officetalk.moderation.entities import Action, Entry, Evidence, Report
from officetalk.moderation.people import Status, Wanted
from officetalk.posts import queries as posts
from officetalk.posts.text import to_web_html
from officetalk.web.cards import AUDIENCES, tag_path
from officetalk.web.forms import Form
from officetalk.web.page import page
from officetalk.web.visit import Visit

CATEGORIES = {
    "spam": N_("Spam"),
    "legal": N_("Against the law"),
    "violation": N_("Against our rules"),
    "other": N_("Something else"),
}
_REPORTS = 20
_ENTRIES = 50
_RESTRICTED = 100
# What can be decided: the form's word, what it is called, what it does.
_DECISIONS: tuple[tuple[Action, str, str], ...] = (
    ("none", N_("Warn"), N_("Nothing changes; they read what you write")),
    ("sensitive", N_("Cover pictures"), N_("Pictures in their posts are covered until one looks")),
    ("silence", N_("Silence"), N_("Only those who follow meet their posts")),
    ("suspend", N_("Suspend"), N_("Signed out, and nobody sees them or their posts. Can be undone")),
)
_DISABLE: tuple[Action, str, str] = (
    "disable",
    N_("Disable"),
    N_("They can no longer sign in; their posts stay"),
)
_UNDO: dict[str, tuple[Callable[[Connection, int, int], None], str]] = {
    "unsuspend": (actions.unsuspend, N_("No longer suspend")),
    "unsilence": (actions.unsilence, N_("No longer silence")),
    "unsensitive": (actions.unsensitive, N_("No longer cover")),
}
_STEPS: dict[str, tuple[Callable[[Connection, int, int], Report], str]] = {
    "assign": (reports.assign, "report-taken"),
    "unassign": (reports.unassign, "report-left"),
    "reopen": (reports.reopen, "report-reopened"),
}
# What the log says of each action.
_DID = {
    "none": N_("%(who)s warned %(whom)s"),
    "sensitive": N_("%(who)s covered the pictures of %(whom)s"),
    "disable": N_("%(who)s disabled the account of %(whom)s"),
    "silence": N_("%(who)s silenced %(whom)s"),
    "suspend": N_("%(who)s suspended %(whom)s"),
    "unsensitive": N_("%(who)s no longer covers the pictures of %(whom)s"),
    "unsilence": N_("%(who)s no longer silences %(whom)s"),
    "unsuspend": N_("%(who)s ended the suspension of %(whom)s"),
    "enable": N_("%(who)s enabled the account of %(whom)s"),
    "approve": N_("%(who)s let %(whom)s in"),
    "reject": N_("%(who)s turned %(whom)s down"),
    "role": N_("%(who)s changed the role of %(whom)s"),
    "delete_data": N_("%(who)s deleted the data of %(whom)s"),
    "delete_statuses": N_("%(who)s deleted a post of %(whom)s"),
    "assign": N_("%(who)s took a report about %(whom)s"),
    "unassign": N_("%(who)s left a report about %(whom)s"),
    "resolve": N_("%(who)s settled a report about %(whom)s"),
    "reopen": N_("%(who)s reopened a report about %(whom)s"),
    "classify": N_("%(who)s sorted a report about %(whom)s"),
}


class Shown(msgspec.Struct, frozen=True):
    """A reported post: the copy; whether the post is still there; and where it stands, if the viewer may
    read it."""

    evidence: Evidence
    body: Markup
    audience: str
    live: bool
    url: str


class Case(msgspec.Struct, frozen=True):
    """A report with the people in it."""

    report: Report
    reporter: Account | None
    target: Account | None
    assigned: Account | None
    resolver: Account | None
    category: str
    rules: tuple[str, ...]
    posts: tuple[Shown, ...]


class Line(msgspec.Struct, frozen=True):
    """An entry of the log; no actor: the command line."""

    entry: Entry
    actor: Account | None
    account: Account | None

    def did(self, who: Markup, whom: Markup) -> Markup:
        """The entry as a sentence, of the names as HTML."""
        said = _DID.get(self.entry.action)
        return (
            Markup(_(said)) % {"who": who, "whom": whom}
            if said
            else Markup("{} {}").format(who, self.entry.action)
        )


# --- reading -----------------------------------------------------------------------------------------


def _cases(conn: Connection, viewer: int, found: list[Report]) -> list[Case]:
    """Five statements, however many reports there are."""
    known = people.by_ids(conn, {id for r in found for id in r.people}, with_ips=False)
    rules = {rule.id: rule.text for rule in company.load(conn).all_rules}
    live = set(reports.posts_of(conn, viewer, found))
    mine = {p.id for p in posts.by_ids(conn, viewer, live)} if live else set()

    def account(id: int | None) -> Account | None:
        return known[id].person.account if id in known else None

    return [
        Case(
            r,
            account(r.account_id),
            account(r.target_id),
            account(r.assigned_id),
            account(r.resolved_by),
            _(CATEGORIES[r.category]),
            tuple(rules[id] for id in r.rule_ids if id in rules),
            tuple(_shown(e, live, account(r.target_id) if e.post_id in mine else None) for e in r.posts),
        )
        for r in found
    ]


def _shown(evidence: Evidence, live: set[int], author: Account | None) -> Shown:
    body = Markup(to_web_html(evidence.text, {}, tag_path, lambda url: url, None))
    url = f"/@{author.username}/{evidence.post_id}" if author is not None else ""
    return Shown(evidence, body, AUDIENCES[evidence.audience][2], evidence.post_id in live, url)


def _listed(conn: Connection, viewer: int, asked: Page, resolved: bool) -> tuple[list[Case], int]:
    found = reports.listed(conn, viewer, asked, resolved=resolved)
    return _cases(conn, viewer, found), reports.waiting(conn, viewer)


def _one(conn: Connection, viewer: int, id: int) -> tuple[Case, list[Line], int]:
    report = reports.get(conn, viewer, id)
    history = log.about(conn, report.target_id, Page(_ENTRIES))
    return _cases(conn, viewer, [report])[0], _lines(conn, history), reports.waiting(conn, viewer)


def _lines(conn: Connection, entries: list[Entry]) -> list[Line]:
    ids = {id for e in entries for id in (e.actor_id, e.account_id) if id is not None}
    known = people.by_ids(conn, ids, with_ips=False) if ids else {}

    def account(id: int | None) -> Account | None:
        return known[id].person.account if id in known else None

    return [Line(e, account(e.actor_id), account(e.account_id)) for e in entries]


# --- reports that wait ----------------------------------------------------------------------------------


@page("/moderation", role="moderator")
async def cases(visit: Visit) -> Response:
    return await _list(visit, resolved=False)


@page("/moderation/resolved", role="moderator")
async def resolved_cases(visit: Visit) -> Response:
    return await _list(visit, resolved=True)


async def _list(visit: Visit, *, resolved: bool) -> Response:
    asked = visit.list_page(_REPORTS)
    found, waiting = await visit.read(_listed, visit.me.id, asked, resolved)
    return visit.render(
        "moderation/cases.html",
        tab="resolved" if resolved else "waiting",
        cases=found,
        waiting=waiting,
        next_page=_next(visit, [c.report.id for c in found], asked),
    )


def _next(visit: Visit, cursors: list[int], asked: Page) -> str:
    if len(cursors) < asked.limit:
        return ""
    return f"{visit.request.url.path}?{urlencode({'max_id': cursors[-1]})}"


# --- one report -----------------------------------------------------------------------------------------


@page("/moderation/{id:int}", role="moderator")
async def case(visit: Visit) -> Response:
    return await _case(visit, Form({"action": "none", "notify": "1"}))


@page("/moderation/{id:int}", ("POST",), role="moderator")
async def decide(visit: Visit) -> Response:
    """One thing done about one report."""
    id, do = visit.path_id, visit.text("do")
    try:
        said = await _do(visit, id, do)
    except (Invalid, Forbidden, Conflict) as problem:
        form = Form(visit.form, {"text": _("The text")})
        form.refuse(problem, ("text",))
        return await _case(visit, form, problem.status)
    to_list = said in ("report-resolved", "decided")
    return visit.redirect("/moderation" if to_list else f"/moderation/{id}", said)


async def _do(visit: Visit, id: int, do: str) -> str:
    """Carry it out; the word that is said of it."""
    me, text, notify = visit.me.id, visit.text("text"), visit.checked("notify")
    if do in _STEPS:
        verb, said = _STEPS[do]
        await visit.write(verb, me, id)
        return said
    if do == "resolve":
        await visit.write(reports.resolve, me, id, text)
        return "report-resolved"
    if do == "delete":
        post_id = visit.text("post")
        if not post_id.isascii() or not post_id.isdigit() or len(post_id) > 19:
            raise NotFound
        await visit.write(actions.delete_post, me, id, int(post_id), text=text, notify=notify)
        return "post-removed"
    if do == "act":
        await visit.write(_act, me, id, visit.text("action"), text, notify)
        return "decided"
    if do in _UNDO:
        await visit.write(_undo, me, id, do)
        return "undone"
    raise NotFound


def _act(conn: Connection, actor: int, report_id: int, name: str, text: str, notify: bool) -> None:
    report = reports.get(conn, actor, report_id)
    action: Action | None = next((a for a in actions.ACTIONS if a == name), None)
    if action is None:
        raise Invalid(None, "Choose what is to be done.")
    actions.act(conn, actor, report.target_id, action, report_id=report_id, text=text, notify=notify)


def _undo(conn: Connection, actor: int, report_id: int, do: str) -> None:
    _UNDO[do][0](conn, actor, reports.get(conn, actor, report_id).target_id)


async def _case(visit: Visit, form: Form, code: int = 200) -> Response:
    found, history, waiting = await visit.read(_one, visit.me.id, visit.path_id)
    return visit.render(
        "moderation/case.html",
        code,
        tab="resolved" if found.report.resolved_at else "waiting",
        case=found,
        history=history,
        waiting=waiting,
        form=form,
        decisions=_decisions(visit, found.target),
        undo=_undoable(found.target),
    )


def _decisions(visit: Visit, target: Account | None) -> tuple[tuple[str, str, str], ...]:
    """What the viewer may decide about that person: nothing about those who are not below."""
    viewer = visit.me_as_viewer
    if target is None or RANK[target.role] >= RANK[viewer.role]:
        return ()
    offered = (*_DECISIONS, _DISABLE) if viewer.at_least("administrator") else _DECISIONS
    return tuple((action, _(words), _(does)) for action, words, does in offered)


def _undoable(target: Account | None) -> tuple[tuple[str, str], ...]:
    """What is in force, as (the form's word, words)."""
    if target is None:
        return ()
    return tuple(
        (do, _(words))
        for (do, (_verb, words)), holds in zip(
            _UNDO.items(), (target.state == "suspended", target.silenced, target.sensitized), strict=True
        )
        if holds
    )


# --- who is restricted ----------------------------------------------------------------------------------


class Restricted(msgspec.Struct, frozen=True):
    """Somebody with what is in force; `undo` is empty for those whom the viewer does not decide about."""

    account: Account
    undo: tuple[tuple[str, str], ...]


def _find_restricted(conn: Connection, viewer: int) -> tuple[list[Account], int]:
    found: dict[int, Account] = {}
    kinds: tuple[Status, ...] = ("suspended", "silenced", "sensitized")
    for status in kinds:
        for one in people.listed(conn, Wanted(status=status), Page(_RESTRICTED), with_ips=False):
            found[one.id] = one.person.account
    return [found[id] for id in sorted(found, reverse=True)], reports.waiting(conn, viewer)


@page("/moderation/people", role="moderator")
async def restricted(visit: Visit) -> Response:
    return await _restricted(visit)


@page("/moderation/people/{id:int}", ("POST",), role="moderator")
async def undo_restriction(visit: Visit) -> Response:
    do = visit.text("do")
    if do not in _UNDO:
        raise NotFound
    try:
        await visit.write(_UNDO[do][0], visit.me.id, visit.path_id)
    except (Forbidden, Conflict) as problem:
        return await _restricted(visit, problem)
    return visit.redirect("/moderation/people", "undone")


async def _restricted(visit: Visit, refused: Problem | None = None) -> Response:
    found, waiting = await visit.read(_find_restricted, visit.me.id)
    rank = RANK[visit.me.role]
    return visit.render(
        "moderation/people.html",
        refused.status if refused else 200,
        tab="people",
        waiting=waiting,
        restricted=[
            Restricted(account, _undoable(account) if RANK[account.role] < rank else ()) for account in found
        ],
        refusal=refused.spoken() if refused else "",
    )


# --- the log --------------------------------------------------------------------------------------------


def _log(conn: Connection, viewer: int, asked: Page) -> tuple[list[Line], int]:
    return _lines(conn, log.everything(conn, asked)), reports.waiting(conn, viewer)


@page("/moderation/log", role="moderator")
async def audit_log(visit: Visit) -> Response:
    asked = visit.list_page(_ENTRIES)
    lines, waiting = await visit.read(_log, visit.me.id, asked)
    return visit.render(
        "moderation/log.html",
        tab="log",
        waiting=waiting,
        lines=lines,
        next_page=_next(visit, [line.entry.id for line in lines], asked),
    )
