"""Mails: what they say, and how they leave."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import unquote, urlsplit

import msgspec

from officetalk.accounts import queries
from officetalk.accounts.entities import Account
from officetalk.company import settings as company
from officetalk.core.database import Connection, Database
from officetalk.core.errors import NotFound
from officetalk.core.settings import Settings
from officetalk.core.translation import N_, _, choose, speaking
from officetalk.identity import credentials, mails
from officetalk.identity.mails import JOB, MailLink
from officetalk.jobs.runner import Handler
from officetalk.moderation import log, notices

_TIMEOUT = 30  # seconds
_SUBMISSION, _SMTPS = 587, 465  # the ports where the address names none
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})

_TEXTS = {
    "confirm": (
        N_("Confirm your address for %(company)s"),
        N_(
            "Hello %(name)s,\n\nopen this link to confirm that this address is yours:\n\n%(link)s\n\n"
            "It works once, for three days. If you did not register, ignore this mail.\n"
        ),
    ),
    "reset": (
        N_("Set a new password for %(company)s"),
        N_(
            "Hello %(name)s,\n\nopen this link to set a new password:\n\n%(link)s\n\n"
            "It works once, for one hour. If you did not ask for it, ignore this mail: nothing changes.\n"
        ),
    ),
}
_DECIDED = {
    "none": N_("The moderators have a word for you."),
    "disable": N_("You can no longer sign in. What you posted stays."),
    "sensitive": N_("Pictures in your posts are covered until somebody looks."),
    "silence": N_("Only those who follow you meet your posts."),
    "suspend": N_("Your account is suspended: you are signed out, and nobody sees your posts."),
    "delete_statuses": N_("A post of yours was deleted."),
}
_PATHS = {"confirm": "confirm", "reset": "reset"}


def handlers(settings: Settings, db: Database) -> dict[str, Handler]:
    """What the runner does for jobs that send mail."""

    async def send_link(payload: str) -> None:
        asked = msgspec.json.decode(payload, type=MailLink)
        if not settings.smtp_url:
            return
        person = await db.read(_receiver, asked)
        if person is None:
            return
        secret = await db.write(mails.make_link, asked)
        name = (await db.read(company.load)).name
        subject, text = _TEXTS[asked.purpose]
        link = f"{settings.origin}/{_PATHS[asked.purpose]}/{secret}"
        with speaking(choose(person.language, "")):
            message = compose(
                settings, asked.email, _(subject, company=name), _(text, name=person.name, link=link)
            )
        await asyncio.to_thread(send, settings, message)

    async def send_warning(payload: str) -> None:
        if not settings.smtp_url:
            return
        found = await db.read(_warning, msgspec.json.decode(payload, type=int))
        if found is None:
            return
        person, address, action, reason = found
        company_name = (await db.read(company.load)).name
        with speaking(choose(person.language, "")):
            decided = _(_DECIDED.get(action, _DECIDED["none"]))
            text = _(
                "Hello %(name)s,\n\n%(decided)s\n\nThe moderators of %(company)s\n",
                name=person.name,
                decided=f"{decided}\n\n{reason}" if reason else decided,
                company=company_name,
            )
            subject = _("A decision of the moderators of %(company)s", company=company_name)
            message = compose(settings, address, subject, text)
        await asyncio.to_thread(send, settings, message)

    return {JOB: send_link, notices.MAIL: send_warning}


def _warning(conn: Connection, entry_id: int) -> tuple[Account, str, str, str] | None:
    """Account and address of whom it is about, what was decided, and why; None without an address."""
    for entry in log.by_ids(conn, [entry_id]):
        address = credentials.email_of(conn, entry.account_id)
        if address is not None:
            person = queries.get(conn, entry.account_id).account
            return person, address, entry.action, entry.reason
    return None


def _receiver(conn: Connection, asked: MailLink) -> Account | None:
    """Whose mail it is; None when the account is gone or has another address since it was asked for."""
    if credentials.email_of(conn, asked.account_id) != asked.email:
        return None
    try:
        return queries.get(conn, asked.account_id).account
    except NotFound:
        return None


def compose(settings: Settings, to: str, subject: str, text: str) -> EmailMessage:
    """A plain mail. EmailMessage refuses line ends in headers, so nothing can be smuggled in."""
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = to
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = make_msgid(domain=settings.domain.partition(":")[0])
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
    message.set_content(text)
    return message


def send(settings: Settings, message: EmailMessage) -> None:
    """Hand a mail to the server of the settings. Blocks; raises smtplib's or OS errors."""
    with reach(settings) as server:
        server.send_message(message)


@contextmanager
def reach(settings: Settings, timeout: float = _TIMEOUT) -> Iterator[smtplib.SMTP]:
    """A conversation with the mail server of the settings, encrypted where that is offered.

    A password is sent only to a server whose certificate is valid (SSL_CERT_FILE names the company's own
    authority), or that runs on this machine; without one, encryption that anybody could have made is better
    than none, as between mail servers (RFC 7435). Blocks; raises smtplib's or OS errors.
    """
    parts = urlsplit(settings.smtp_url)
    host = parts.hostname or ""
    strict = parts.username is not None and host not in _HERE
    context = ssl.create_default_context()
    if not strict:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, parts.port or _SMTPS, timeout=timeout, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or _SUBMISSION, timeout=timeout)
    with server:
        server.ehlo()
        if parts.scheme != "smtps":
            if server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            elif strict:
                raise smtplib.SMTPNotSupportedError(f"{host} offers no encryption to send the password over")
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server
