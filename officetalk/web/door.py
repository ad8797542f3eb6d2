"""The door: signing in and out, a lost password, confirming an address."""

from __future__ import annotations

import asyncio

from starlette.responses import Response

from officetalk.core.errors import Forbidden, Invalid, NotFound, Problem, TooMany, Unauthorized
from officetalk.core.translation import N_, _, ngettext
from officetalk.http.address import client_address
from officetalk.http.limits import Standing
from officetalk.identity import passwords, recovery, registration, sessions
from officetalk.web.forms import Form, sentence
from officetalk.web.page import page
from officetalk.web.visit import Visit, local_path

_LABELS = {"login": N_("User name or mail address"), "password": N_("Password"), "email": N_("Mail address")}
_MAX_USER_AGENT = 300


def address(visit: Visit) -> str:
    """Where the request comes from."""
    request = visit.request
    scope_client = (request.client.host, request.client.port) if request.client else None
    return client_address(scope_client, request.headers.raw, visit.services.settings.trusted_proxies)


def mode_in_force(visit: Visit) -> str:
    """Who may register: what the server's settings fix, else what the administrators chose."""
    return registration.mode_in_force(visit.company, visit.services.settings)


def domains_in_force(visit: Visit) -> tuple[str, ...]:
    """The domains whose mail addresses may register; none: all."""
    return registration.domains_in_force(visit.company, visit.services.settings)


async def sign_in(visit: Visit, account_id: int, location: str, *, keep: bool = True) -> Response:
    """Start a session and go there. `keep`: also after the browser was closed."""
    user_agent = visit.request.headers.get("user-agent", "")[:_MAX_USER_AGENT]
    if visit.viewer is not None and visit.viewer.session_id is not None:
        await visit.write(sessions.end, visit.viewer.id, visit.viewer.session_id)
    token = await visit.write(sessions.start, account_id, user_agent, address(visit))
    return visit.keep_session(visit.redirect(location), token, keep=keep)


def result(
    visit: Visit, heading: str, sentence: str, way: tuple[str, str], *, sign: str, code: int = 200
) -> Response:
    """A page that says what came of it, with one way forward (address, words)."""
    return visit.render("door/result.html", code, heading=heading, sentence=sentence, way=way, sign=sign)


async def hashed(form: Form, name: str, username: str, email: str) -> str | None:
    """The hash of the password in that field, or None with the error in the form. Argon2 takes its time
    by design, so it runs in a thread, and only when nothing else is wrong."""
    try:
        passwords.check_password_rules(form.raw(name), username, email)
    except Invalid as problem:
        form.errors.setdefault(name, sentence(_("The password"), problem))
    if not form.ok:
        return None
    return await asyncio.to_thread(passwords.hash_password, form.raw(name))


@page("/sign-in", public=True)
async def sign_in_page(visit: Visit) -> Response:
    if not visit.company.set_up:
        return visit.redirect("/setup")
    wanted = local_path(visit.asked("next")) or "/"
    if visit.viewer is not None:
        return visit.redirect(wanted)
    return _sign_in_form(visit, Form({"login": visit.asked("login"), "keep": "on"}), wanted)


# Without token: the form may have waited in a second tab while the first one signed in.
@page("/sign-in", ("POST",), public=True, csrf=False)
async def sign_in_by_password(visit: Visit) -> Response:
    form = Form(visit.form, _LABELS)
    wanted = local_path(form["next"]) or "/"
    form.require("login", "password")
    if not form.ok:
        return _sign_in_form(visit, form, wanted, 422)
    limits, login = visit.services.limits, sessions.login_key(form["login"])
    try:
        limits.hit("sign-in-address", address(visit))
        standing = limits.hit("sign-in", login)
    except TooMany as problem:
        form.errors["password"] = _(
            "Too many tries. Wait %(time)s, then try again.", time=_minutes(problem.retry_after)
        )
        return _sign_in_form(visit, form, wanted, 429, retry_after=problem.retry_after)
    try:
        account_id = await visit.read(sessions.check, form["login"], form.raw("password"))
    except Unauthorized as problem:
        form.errors["password"] = f"{problem.spoken()} {_tries_left(visit, standing)}".strip()
        return _sign_in_form(visit, form, wanted, 401)
    except Forbidden as problem:  # the password was right, but the account may not (yet)
        form.errors[""] = problem.spoken()
        return _sign_in_form(visit, form, wanted, 403)
    limits.forgive("sign-in", login)
    return await sign_in(visit, account_id, wanted, keep=form.checked("keep"))


def _sign_in_form(
    visit: Visit, form: Form, wanted: str, code: int = 200, retry_after: int | None = None
) -> Response:
    settings = visit.services.settings
    return visit.render(
        "door/sign_in.html",
        code,
        headers={"Retry-After": str(retry_after)} if retry_after else None,
        form=form,
        next=wanted,
        mode=mode_in_force(visit),
        domain=settings.domain,
        session_days=settings.session_days,
    )


def _tries_left(visit: Visit, standing: Standing) -> str:
    if not visit.services.settings.rate_limits:
        return ""
    seconds = max(1, (standing.reset_ms - visit.services.db.clock() + 999) // 1000)
    if standing.remaining == 0:
        return _("No tries left: wait %(time)s.", time=_minutes(seconds))
    return ngettext(
        "%(count)s try left, then a pause of %(time)s.", "%(count)s tries left, then a pause of %(time)s.",
        standing.remaining, time=_minutes(seconds),
    )  # fmt: skip


def _minutes(seconds: int) -> str:
    minutes = (seconds + 59) // 60
    return ngettext("%(count)s minute", "%(count)s minutes", minutes)


@page("/sign-out", ("POST",))
async def sign_out(visit: Visit) -> Response:
    viewer = visit.me_as_viewer
    if viewer.session_id is not None:
        await visit.write(sessions.end, viewer.id, viewer.session_id)
    wanted = local_path(visit.text("next"))
    return visit.forget_session(visit.redirect(wanted or "/sign-in", None if wanted else "signed-out"))


@page("/forgot", public=True)
async def forgot_page(visit: Visit) -> Response:
    return _forgot(visit, Form())


@page("/forgot", ("POST",), public=True, csrf=False)
async def forgot(visit: Visit) -> Response:
    """Always the same answer: it must not tell who has an account."""
    form = Form(visit.form, _LABELS)
    form.require("email")
    if "email" not in form.errors and "@" not in form["email"]:
        form.errors["email"] = _("This is not a mail address.")
    if not form.ok or not visit.services.settings.smtp_url:
        return _forgot(visit, form, code=200 if form.ok else 422)
    visit.services.limits.hit("mail", address(visit))
    visit.services.limits.hit("mail", "to " + form["email"].casefold())
    await visit.write(recovery.request_reset, form["email"])
    return _forgot(visit, form, sent=True)


def _forgot(visit: Visit, form: Form, *, sent: bool = False, code: int = 200) -> Response:
    return visit.render(
        "door/forgot.html", code, form=form, sent=sent, by_mail=bool(visit.services.settings.smtp_url)
    )


@page("/reset/{secret}", public=True)
async def reset_page(visit: Visit) -> Response:
    return visit.render("door/reset.html", form=Form(), secret=visit.path["secret"])


@page("/reset/{secret}", ("POST",), public=True, csrf=False)
async def reset(visit: Visit) -> Response:
    form = Form(visit.form, {"password": _("The password")})
    visit.services.limits.hit("anonymous", address(visit))
    password_hash = await hashed(form, "password", "", "")
    if password_hash is not None:
        try:
            await visit.write(recovery.reset, visit.path["secret"], password_hash)
        except NotFound:
            form.errors[""] = _("This link was used before or is too old.")
    if not form.ok:
        return visit.render("door/reset.html", 422, form=form, secret=visit.path["secret"])
    return result(
        visit, _("Your password is changed"), _("Every session has ended. Sign in with the new password."),
        ("/sign-in", _("Sign in")), sign="circle-check",
    )  # fmt: skip


@page("/confirm/{secret}", public=True)
async def confirm_page(visit: Visit) -> Response:
    return visit.render("door/confirm.html", form=Form(), secret=visit.path["secret"])


@page("/confirm/{secret}", ("POST",), public=True, csrf=False)
async def confirm(visit: Visit) -> Response:
    visit.services.limits.hit("anonymous", address(visit))
    try:
        await visit.write(registration.confirm, visit.services.settings, visit.path["secret"])
    except NotFound as problem:
        return _not_confirmed(visit, problem)
    here = visit.viewer is not None
    way = ("/settings/password", _("Back to settings")) if here else ("/sign-in", _("Sign in"))
    return result(
        visit,
        _("Your address is confirmed"),
        _("Mails of OfficeTalk reach you there."),
        way,
        sign="circle-check",
    )


def _not_confirmed(visit: Visit, problem: Problem) -> Response:
    return result(
        visit, _("This link does not work"), _("It was used before or is too old. Sign in to see where you stand."),
        ("/sign-in", _("Sign in")), sign="circle-alert", code=problem.status,
    )  # fmt: skip
