"""Showing the moderators a post, or a colleague."""

from __future__ import annotations

from starlette.responses import Response

from officetalk.accounts import queries as accounts
from officetalk.accounts.entities import Account
from officetalk.core.errors import Forbidden, Invalid
from officetalk.core.translation import N_, _
from officetalk.moderation import reports
from officetalk.moderation.entities import Category, ReportDraft
from officetalk.posts import queries as posts
from officetalk.web import cards
from officetalk.web.forms import Form
from officetalk.web.moderation import CATEGORIES
from officetalk.web.page import page
from officetalk.web.thread_page import post_id, url_of
from officetalk.web.visit import Visit

_LABELS = {"comment": N_("The text"), "category": N_("The reason"), "rule_ids": N_("The rule")}


@page("/posts/{id}/report")
async def report_post_page(visit: Visit) -> Response:
    return await _post(visit, Form({"category": "other"}))


@page("/posts/{id}/report", ("POST",))
async def report_post(visit: Visit) -> Response:
    """What is reported of a repost is the original."""
    post = (await visit.read(posts.get, visit.me.id, post_id(visit))).shown
    form = Form(visit.form, _LABELS)
    if await _file(visit, form, post.author, (post.id,)):
        return visit.redirect(url_of(post), "reported")
    return await _post(visit, form, 422)


@page("/@{name}/report")
async def report_person_page(visit: Visit) -> Response:
    return await _person(visit, Form({"category": "other"}))


@page("/@{name}/report", ("POST",))
async def report_person(visit: Visit) -> Response:
    account = (await visit.read(accounts.by_username, visit.path["name"])).account
    form = Form(visit.form, _LABELS)
    if await _file(visit, form, account, ()):
        return visit.redirect(f"/@{account.username}", "reported")
    return await _person(visit, form, 422)


async def _file(visit: Visit, form: Form, target: Account, post_ids: tuple[int, ...]) -> bool:
    """Whether it is on its way; otherwise the form has the errors."""
    if target.id == visit.me.id:
        raise Forbidden("This is your own.")
    rules = tuple(int(id) for id in visit.texts("rule_ids") if id.isascii() and id.isdigit() and len(id) < 10)
    category: Category | None = next((c for c in reports.CATEGORIES if c == form["category"]), None)
    try:
        if category is None:
            raise Invalid("category", "must be one of those offered")
        draft = ReportDraft(
            target.id, post_ids, category, rules if category == "violation" else (), form["comment"]
        )
        await visit.write(reports.file, visit.me.id, draft)
    except Invalid as problem:
        form.refuse(problem, _LABELS)
        return False
    return True


async def _post(visit: Visit, form: Form, code: int = 200) -> Response:
    post = (await visit.read(posts.get, visit.me.id, post_id(visit))).shown
    card = cards.card(post, visit.reader)
    return _render(visit, form, code, post.author, f"/posts/{post.id}/report", url_of(post), card)


async def _person(visit: Visit, form: Form, code: int = 200) -> Response:
    account = (await visit.read(accounts.by_username, visit.path["name"])).account
    back = f"/@{account.username}"
    return _render(visit, form, code, account, f"{back}/report", back, None)


def _render(
    visit: Visit, form: Form, code: int, target: Account, action: str, back: str, card: cards.Card | None
) -> Response:
    # Without rules nothing can be against them.
    rules = visit.company.rules
    offered = [(key, _(words)) for key, words in CATEGORIES.items() if key != "violation" or rules]
    return visit.render(
        "report.html",
        code,
        form=form,
        target=target,
        action=action,
        back=back,
        card=card,
        categories=offered,
        rules=rules,
        ticked=set(visit.texts("rule_ids")),
        limit=reports.MAX_COMMENT,
    )
