"""Who is told of what: moderators of a report and of a colleague who joins, a person of a decision; and what
these notifications are about."""

from __future__ import annotations

from officetalk.accounts import queries as accounts
from officetalk.core.database import Connection
from officetalk.jobs.queue import enqueue
from officetalk.moderation.entities import Entry, Report
from officetalk.notifications import causes

MAIL = "moderation.warning"  # a job that sends an entry of the log by mail: see officetalk/mail.py


def warned(conn: Connection, entry: Entry) -> None:
    """The person whom a decision is about: by a notification and, since it may have shut them out, by mail
    where mail is sent."""
    causes.warned(conn, entry.account_id, entry.id)
    enqueue(conn, MAIL, entry.id)


def filed(conn: Connection, report: Report) -> None:
    """The moderators, of a new report."""
    causes.reported(conn, report.id, report.account_id, report.target_id)


def joined(conn: Connection, account_id: int) -> None:
    """The moderators, of somebody who has registered."""
    if accounts.get(conn, account_id).account.role == "member":
        causes.joined(conn, account_id)
