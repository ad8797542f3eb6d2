"""Mails, sent to a real SMTP server on this machine."""

from __future__ import annotations

import asyncio
import socketserver
import threading
from collections.abc import Iterator
from email import message_from_string, policy

import msgspec
import pytest

from officetalk import mail
from officetalk.core.database import Database
from officetalk.core.settings import Settings
from officetalk.identity import credentials, mails, passwords, recovery
from officetalk.jobs.runner import Runner
from officetalk.moderation import actions, notices
from tests.jobs.test_jobs import until
from tests.people import People


class _Conversation(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as it takes to receive a mail."""

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline().decode().strip():
            command = line.split(" ")[0].upper()
            if command == "DATA":
                self._say("354 go on")
                lines = []
                while (data := self.rfile.readline().decode()) != ".\r\n":
                    lines.append(data)
                self.server.received.append("".join(lines))  # type: ignore[attr-defined]
            self._say("221 bye" if command == "QUIT" else "250 ok")
            if command == "QUIT":
                return

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def post_office() -> Iterator[tuple[int, list[str]]]:
    """The port of an SMTP server, and what it received."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Conversation) as server:
        server.daemon_threads = True
        server.received = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], server.received  # type: ignore[attr-defined]
        server.shutdown()


def test_a_link_to_reset_the_password_arrives_and_works(
    db: Database, people: People, post_office: tuple[int, list[str]]
) -> None:
    port, received = post_office
    settings = Settings(
        smtp_url=f"smtp://127.0.0.1:{port}",
        mail_from="OfficeTalk <talk@example.com>",
        public_url="https://talk.example",
    )
    db.write_now(
        credentials.add,
        people.ada.id,
        "ada@example.com",
        passwords.hash_password("old password"),
        confirmed=True,
    )

    async def live() -> None:
        runner = Runner(db, mail.handlers(settings, db))
        await runner.start()
        await db.write(recovery.request_reset, "ada@example.com")
        await until(lambda: received != [])
        await runner.stop()

    asyncio.run(live())

    [sent] = [message_from_string(text, policy=policy.default) for text in received]
    assert sent["To"] == "ada@example.com"
    assert sent["From"] == "OfficeTalk <talk@example.com>"
    assert sent["Date"]
    assert sent["Message-ID"].endswith("@talk.example>")
    text = sent.get_content()
    secret = text.partition("https://talk.example/reset/")[2].split()[0]
    assert db.write_now(mails.use_link, "reset", secret) == (people.ada.id, "ada@example.com")


def test_nothing_can_be_smuggled_into_the_headers() -> None:
    settings = Settings(smtp_url="smtp://127.0.0.1", mail_from="talk@example.com")
    made = mail.compose(settings, "ada@example.com", "Hello\r\nBcc: eve@example.com", "text")
    assert made["Subject"] == "Hello Bcc: eve@example.com"
    with pytest.raises(ValueError, match=r"linefeed|header"):
        mail.compose(settings, "ada@example.com\r\nBcc: eve@example.com", "Hello", "text")


def test_without_mail_the_link_is_not_made(db: Database, people: People) -> None:
    handler = mail.handlers(Settings(), db)[mails.JOB]
    asyncio.run(
        handler(msgspec.json.encode(mails.MailLink("reset", people.ada.id, "ada@example.com")).decode())
    )


def test_a_decision_of_moderators_arrives_with_its_reason(
    db: Database, people: People, post_office: tuple[int, list[str]]
) -> None:
    port, received = post_office
    settings = Settings(smtp_url=f"smtp://127.0.0.1:{port}", mail_from="OfficeTalk <talk@example.com>")
    people.mo.changes(role="moderator")
    db.write_now(credentials.add, people.bo.id, "bo@example.com", None, confirmed=True)
    handler = mail.handlers(settings, db)[notices.MAIL]

    entry = db.write_now(
        actions.act, people.mo.id, people.bo.id, "suspend", text="Against\nthe rules", notify=True
    )
    asyncio.run(handler(str(entry.id)))

    (sent,) = received
    message = message_from_string(sent, policy=policy.default)
    assert message["To"] == "bo@example.com"
    text = message.get_content().replace("\r\n", "\n")
    assert "Your account is suspended" in text
    assert "Against\nthe rules" in text
    assert "Mo" not in text.replace("moderators", "")  # not who decided


def test_without_a_mail_server_nothing_is_sent(db: Database, people: People) -> None:
    people.mo.changes(role="moderator")
    db.write_now(credentials.add, people.bo.id, "bo@example.com", None, confirmed=True)
    entry = db.write_now(actions.act, people.mo.id, people.bo.id, "none", text="Hello", notify=True)

    asyncio.run(mail.handlers(Settings(), db)[notices.MAIL](str(entry.id)))
