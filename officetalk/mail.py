"""Mails: what they say, and how they leave."""

from __future__ import annotations

import asyncio
import smtplib
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import unquote, urlsplit

import msgspec

from officetalk.accounts import queries
from officetalk.company import settings as company
from officetalk.core.database import Database
from officetalk.core.settings import Settings
from officetalk.identity import mails
from officetalk.identity.mails import JOB, MailLink
from officetalk.jobs.runner import Handler

_TIMEOUT = 30  # seconds

_TEXTS = {
    "confirm": (
        "Confirm your address for {company}",
        "Hello {name},\n\nopen this link to confirm that this address is yours:\n\n{link}\n\n"
        "It works once, for three days. If you did not register, ignore this mail.\n",
    ),
    "reset": (
        "Set a new password for {company}",
        "Hello {name},\n\nopen this link to set a new password:\n\n{link}\n\n"
        "It works once, for one hour. If you did not ask for it, ignore this mail: nothing changes.\n",
    ),
}
_PATHS = {"confirm": "confirm", "reset": "reset"}


def handlers(settings: Settings, db: Database) -> dict[str, Handler]:
    """What the runner does for jobs that send mail."""

    async def send_link(payload: str) -> None:
        asked = msgspec.json.decode(payload, type=MailLink)
        if not settings.smtp_url:
            return
        secret = await db.write(mails.make_link, asked)
        person = (await db.read(queries.get, asked.account_id)).account
        name = (await db.read(company.load)).name
        subject, text = _TEXTS[asked.purpose]
        link = f"{settings.origin}/{_PATHS[asked.purpose]}/{secret}"
        message = compose(
            settings, asked.email, subject.format(company=name), text.format(name=person.name, link=link)
        )
        await asyncio.to_thread(send, settings, message)

    return {JOB: send_link}


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
    parts = urlsplit(settings.smtp_url)
    secure = parts.scheme == "smtps"
    kind = smtplib.SMTP_SSL if secure else smtplib.SMTP
    with kind(parts.hostname or "", parts.port or (465 if secure else 587), timeout=_TIMEOUT) as server:
        server.ehlo()
        if not secure and server.has_extn("starttls"):
            server.starttls()
            server.ehlo()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
