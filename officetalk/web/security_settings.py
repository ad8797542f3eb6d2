"""Settings of signing in: password and mail address, devices and apps."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from officetalk.core.database import Connection
from officetalk.core.errors import Forbidden, Invalid, Unauthorized
from officetalk.core.translation import N_, _
from officetalk.identity import credentials, mails, recovery, sessions, tokens
from officetalk.identity.entities import Session
from officetalk.web import devices
from officetalk.web.door import domains_in_force, hashed
from officetalk.web.forms import Form
from officetalk.web.page import page
from officetalk.web.permissions import in_words
from officetalk.web.settings import render_setting
from officetalk.web.visit import Visit

_LABELS = {
    "current_password": N_("Your current password"),
    "new_password": N_("The new password"),
    "email": N_("The mail address"),
    "password": N_("Your password"),
}


class Device(msgspec.Struct, frozen=True):
    """A browser that is signed in."""

    session: Session
    words: str
    icon: str


class ConnectedApp(msgspec.Struct, frozen=True):
    """A client that may act for the person. `used_at` in ms."""

    id: int
    name: str
    permissions: str
    used_at: int


# --- password and mail address -----------------------------------------------------------------------


@page("/settings/password")
async def password_page(visit: Visit) -> Response:
    return await _password(visit)


@page("/settings/password", ("POST",))
async def change_password(visit: Visit) -> Response:
    form = Form(visit.form, _LABELS)
    form.require("current_password", "new_password")
    email = await visit.read(credentials.email_of, visit.me.id) or ""
    if form.ok:
        await check_password(visit, form, "current_password")
    password_hash = await hashed(form, "new_password", visit.me.username, email)
    if password_hash is None:
        return await _password(visit, password_form=form)
    await visit.write(recovery.change_password, visit.me.id, password_hash, visit.me_as_viewer.session_id)
    return visit.redirect("/settings/password", "password-changed")


@page("/settings/email", ("POST",))
async def change_email(visit: Visit) -> Response:
    form = Form(visit.form, _LABELS)
    by_mail = bool(visit.services.settings.smtp_url)
    form.require("email", "password")
    if form.ok:
        await check_password(visit, form, "password")
    if form.ok:
        try:
            await visit.write(_change_email, visit.me.id, form["email"], domains_in_force(visit), by_mail)
        except Invalid as problem:
            form.refuse(problem, ("email",))
    if not form.ok:
        return await _password(visit, email_form=form)
    return visit.redirect("/settings/password", "confirm-address" if by_mail else "saved")


def _change_email(
    conn: Connection, account_id: int, email: str, domains: tuple[str, ...], by_mail: bool
) -> None:
    """Take the new address; where mail is sent, its owner confirms it by a link."""
    address = credentials.change_email(conn, account_id, email, confirmed=not by_mail, domains=domains)
    if by_mail:
        mails.ask(conn, "confirm", account_id, address)


async def check_password(visit: Visit, form: Form, name: str) -> None:
    """Ask for the password before what a stranger at an open screen must not do."""
    visit.services.limits.hit("sign-in", f"password of {visit.me.id}")
    try:
        await visit.read(sessions.check, visit.me.username, form.raw(name))
    except (Unauthorized, Forbidden):
        form.errors[name] = _("This is not your current password.")
    else:
        visit.services.limits.forgive("sign-in", f"password of {visit.me.id}")


async def _password(
    visit: Visit, *, password_form: Form | None = None, email_form: Form | None = None
) -> Response:
    code = 200 if password_form is None and email_form is None else 422
    if email_form is None:
        email_form = Form({"email": await visit.read(credentials.email_of, visit.me.id) or ""})
    return render_setting(
        visit, "password", code, password_form=password_form or Form(), email_form=email_form
    )


# --- devices and apps --------------------------------------------------------------------------------


@page("/settings/sessions")
async def sessions_page(visit: Visit) -> Response:
    viewer = visit.me_as_viewer
    listed = await visit.read(sessions.list_sessions, viewer.id, viewer.session_id)
    apps = await visit.read(_apps, viewer.id)
    return render_setting(
        visit,
        "sessions",
        devices=[
            Device(s, devices.in_words(s.user_agent), devices.icon_of(s.user_agent))
            for s in sorted(listed, key=lambda s: not s.current)
        ],
        apps=apps,
        domain=visit.services.settings.domain,
    )


@page("/settings/sessions/{id:int}/end", ("POST",))
async def end_session(visit: Visit) -> Response:
    await visit.write(sessions.end, visit.me.id, visit.path_id)
    return visit.redirect("/settings/sessions", "session-ended")


@page("/settings/sessions/end-others", ("POST",))
async def end_other_sessions(visit: Visit) -> Response:
    await visit.write(sessions.end_all, visit.me.id, visit.me_as_viewer.session_id)
    return visit.redirect("/settings/sessions", "session-ended")


@page("/settings/apps/{id:int}/revoke", ("POST",))
async def revoke_app(visit: Visit) -> Response:
    await visit.write(tokens.revoke_app, visit.me.id, visit.path_id)
    return visit.redirect("/settings/sessions", "app-disconnected")


def _apps(conn: Connection, account_id: int) -> list[ConnectedApp]:
    """One row an app, whatever the number of its tokens; the newest use first."""
    made: dict[int, ConnectedApp] = {}
    granted: dict[int, list[str]] = {}
    for _id, app, used_at, scopes in tokens.apps_of(conn, account_id):
        known = made.get(app.id)
        granted.setdefault(app.id, []).extend(scopes)
        words = "; ".join(in_words(granted[app.id]))
        made[app.id] = ConnectedApp(app.id, app.name, words, max(used_at, known.used_at if known else 0))
    return sorted(made.values(), key=lambda app: -app.used_at)
