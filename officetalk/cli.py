"""The command line: `officetalk serve`, `officetalk account create`, `officetalk doctor` …"""

from __future__ import annotations

import getpass
import secrets
import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table

from officetalk import __version__
from officetalk.core.database import Database
from officetalk.core.errors import Problem
from officetalk.core.logs import configure_logging
from officetalk.core.settings import Settings, SettingsError, load

app = App(name="officetalk", help="The microblog that your company owns.", version=__version__)
account = App(name="account", help="People who may sign in.")
app.command(account)
emoji = App(name="emoji", help="The company's own emoji.")
app.command(emoji)

console = Console()
errors = Console(stderr=True)

Role = Literal["owner", "administrator", "moderator", "member"]
Data = Annotated[str | None, Parameter(help="Folder of the database and the pictures.")]


def _settings(data: str | None) -> Settings:
    settings = load(data=data)
    configure_logging(settings.log_level)
    return settings


def _database(settings: Settings) -> Database:
    """The migrated database, opened."""
    from officetalk.app import install, open_database
    from officetalk.schema import migrate

    install()
    migrate(settings.database)
    return open_database(settings)


@app.command
def serve(*, host: str | None = None, port: int | None = None, data: Data = None) -> None:
    """Serve the pages and the API until Ctrl+C."""
    from officetalk.serve import serve as run

    settings = load(host=host, port=port, data=data)
    configure_logging(settings.log_level)
    run(settings)


@app.command
def migrate(*, data: Data = None) -> None:
    """Bring the database to the newest version. `serve` does it too."""
    from officetalk.schema import migrate as run

    settings = _settings(data)
    run(settings.database)
    console.print("The database is at the newest version.")


@app.command
def demo(*, host: str | None = None, port: int | None = None, data: str = "data/demo") -> None:
    """Make a demo company of 200 people, once, and serve it. Its data is apart from your own."""
    from officetalk.demo.loader import PASSWORD, SIGN_IN_AS, load_demo
    from officetalk.serve import check_address
    from officetalk.serve import serve as run

    settings = load(host=host, port=port, data=data)
    configure_logging(settings.log_level)
    check_address(settings)
    db = _database(settings)
    try:
        with console.status("Making the demo company …"):
            load_demo(db)
    finally:
        db.close()
    console.print("\n  The demo company. Sign in with the password [bold]" + PASSWORD + "[/] as:")
    for name, who in SIGN_IN_AS:
        console.print(f"    [bold]{name}[/]  {who}")
    run(settings)


@account.command
def create(
    name: str,
    *,
    email: str,
    display_name: str = "",
    role: Role = "member",
    password_stdin: bool = False,
    data: Data = None,
) -> None:
    """Make an account. The password is asked for, or read from standard input with --password-stdin."""
    from officetalk.accounts.profile import create as create_account
    from officetalk.company import settings as company
    from officetalk.core.database import Connection
    from officetalk.identity import credentials, passwords

    password = _read_password(password_stdin)
    passwords.check_password_rules(password, name, email)
    hashed = passwords.hash_password(password)

    def make(conn: Connection) -> None:
        person = create_account(conn, name, display_name=display_name, role=role)
        credentials.add(conn, person.id, email, hashed, confirmed=True)
        if role == "owner":  # a company with an owner needs no set-up page
            company.change(conn, set_up=True)

    db = _database(_settings(data))
    try:
        db.write_now(make)
    finally:
        db.close()
    console.print(f"{name} can sign in now, as {role}.")


def _read_password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Once more: "):
        raise Problem("The two passwords differ.", "password")
    return first


@account.command(name="list")
def list_accounts(*, data: Data = None) -> None:
    """All accounts with role and state."""
    from officetalk.identity import credentials

    db = _database(_settings(data))
    try:
        rows = db.read_now(credentials.everybody)
    finally:
        db.close()
    table = Table("User name", "Name", "E-mail", "Role", "State", box=None)
    for row in rows:
        table.add_row(*row)
    console.print(table)
    console.print(f"{len(rows)} accounts")


@account.command
def reset_password(name: str, *, password_stdin: bool = False, data: Data = None) -> None:
    """Give an account a new password: a random one that is printed, or one from standard input."""
    from officetalk.accounts.queries import by_username
    from officetalk.identity import passwords, recovery

    password = _read_password(True) if password_stdin else secrets.token_urlsafe(12)
    db = _database(_settings(data))
    try:
        person = db.read_now(by_username, name)
        passwords.check_password_rules(password, name, "")
        db.write_now(recovery.change_password, person.id, passwords.hash_password(password), None)
    finally:
        db.close()
    console.print(
        f"{name} has a new password, and all sessions have ended."
        if password_stdin
        else f"{name} has the new password [bold]{password}[/], and all sessions have ended."
    )


@account.command
def set_role(name: str, role: Role, *, data: Data = None) -> None:
    """Change what an account may do."""
    from officetalk.accounts.queries import by_username
    from officetalk.moderation import access

    db = _database(_settings(data))
    try:
        person = db.read_now(by_username, name)
        db.write_now(access.set_role, None, person.id, role)
    finally:
        db.close()
    console.print(f"{name} is {role} now.")


@account.command
def disable(name: str, *, data: Data = None) -> None:
    """End an account's sign-in. What it posted stays."""
    from officetalk.accounts.queries import by_username
    from officetalk.moderation import access

    db = _database(_settings(data))
    try:
        person = db.read_now(by_username, name)
        db.write_now(access.disable, None, person.id)
    finally:
        db.close()
    console.print(f"{name} can no longer sign in.")


@emoji.command(name="import")
def import_emoji(folder: Path, *, category: str = "", replace: bool = False, data: Data = None) -> None:
    """Make emoji of the PNG, GIF and WebP pictures in a folder; each file's name is its shortcode."""
    from officetalk.emoji.importing import import_folder
    from officetalk.media.storage import open_storage

    if not folder.is_dir():
        raise Problem(f"There is no folder {folder}.")
    settings = _settings(data)
    db = _database(settings)
    try:
        outcome = import_folder(db, open_storage(settings), folder, category=category, replace=replace)
    finally:
        db.close()
    for one in outcome:
        if one.problem:
            console.print(f"[red]left out[/] {one.file}: {one.problem}")
    made = sum(not one.problem for one in outcome)
    console.print(f"{made} of {len(outcome)} pictures are emoji now.")


@app.command
def doctor(*, data: Data = None) -> None:
    """Check configuration, database, disk and mail, and say how to mend what is wrong."""
    from officetalk.doctor import examine

    settings = _settings(data)
    ok = True
    for finding in examine(settings):
        ok = ok and finding.ok
        console.print(
            f"[{'green' if finding.ok else 'red'}]{'ok  ' if finding.ok else 'FAIL'}[/] {finding.what}"
        )
        if finding.mend:
            console.print(f"     {finding.mend}")
    if not ok:
        sys.exit(1)


@app.command
def version() -> None:
    """Print the version."""
    console.print(__version__)


@app.command(show=False)
def settings_page() -> None:
    """Print docs/settings.md, generated from the code."""
    from officetalk.core.settings import settings_page as page

    print(page(), end="")


def main() -> None:
    """The entry point. Problems are told in a sentence; a traceback is a defect of ours."""
    try:
        app()
    except SettingsError as problem:
        errors.print(f"[red]Setting[/] {problem}")
        sys.exit(2)
    except Problem as problem:
        field = f"{problem.field} " if problem.field else ""
        errors.print(f"[red]Error:[/] {field}{problem.rule}")
        sys.exit(1)


if __name__ == "__main__":
    main()
