"""The database: SQLite by default, PostgreSQL by one setting, one way to use either.

    posts = await db.read(timelines.home, viewer, page)     # the function gets a Connection first
    post = await db.write(posts.publish, viewer, draft)     # one transaction, acknowledged when durable

Functions are plain and synchronous; each call is one hop to a worker thread. `read_now` and `write_now`
do the same for callers without an event loop (command line, tests).

SQLite: one writer thread with group commit: the writes that wait run in one transaction, each in a
savepoint of its own, and are acknowledged after the one commit (WAL, synchronous=FULL: it is on disk).
Four reader threads have a connection each. PostgreSQL: each worker thread has a connection; a write is a
transaction, statements are prepared.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import re
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import msgspec

from officetalk.core import events
from officetalk.core.cache import Cache, Overlay
from officetalk.core.errors import Unavailable
from officetalk.core.events import Bus, Event
from officetalk.core.ids import Clock, Ids, now_ms
from officetalk.core.lazily import lazily
from officetalk.core.sql import Compiled, Statement

if TYPE_CHECKING:
    import psycopg
else:
    psycopg = lazily("psycopg")

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

SQLITE_READERS = 4
POSTGRESQL_WORKERS = 8
GROUP_COMMIT = 256  # writes in one transaction at the most
NOTIFY_CHANNEL = "officetalk"
_RETRIES = 4  # of a PostgreSQL transaction that lost a race
# A unique violation is one too: the function asked whether the name is free, and somebody took it before
# its own insert. Run again, it finds the name taken and says so.
_LOST_RACES = ("DeadlockDetected", "SerializationFailure", "UniqueViolation")  # of psycopg.errors


class Connection:
    """What a domain function gets: it runs statements, makes ids, knows the time and announces events."""

    __slots__ = (
        "_cache",
        "_overlays",
        "_snapshot",
        "dialect",
        "events",
        "ids",
        "now",
        "raw",
        "statements",
    )

    def __init__(self, raw: Any, dialect: str, ids: Ids, cache: dict[str, Cache]) -> None:
        self.raw = raw
        self.dialect = dialect
        self.ids = ids
        self._cache = cache
        self._overlays: dict[str, Cache] | None = None  # set while this connection writes
        self._snapshot: Any = True  # what holds it on an SQLite reader: see `_hold`
        self.now = 0
        self.events: list[Event] = []
        self.statements = 0  # run since the connection was handed out; the tests count with it

    def begin(self, now: int, *, write: bool) -> None:
        """A new unit of work."""
        self.now = now
        self.statements = 0
        self.events = []
        self._overlays = {} if write else None

    def cached(self, name: str, size: int) -> Cache:
        """The process's cache of this name; within a write an overlay that is thrown away after it."""
        shared = self._cache.get(name)
        if shared is None:
            shared = self._cache.setdefault(name, Cache(size))
        if self._overlays is None:
            return shared
        overlay = self._overlays.get(name)
        if overlay is None:
            overlay = self._overlays[name] = Overlay(shared)
        return overlay

    def _run(self, statement: Statement, values: dict[str, Any]) -> Any:
        compiled = statement.compiled(self.dialect)
        if compiled.defaults:
            values = {**compiled.defaults, **values}
        if self.dialect == "sqlite":
            parameters = [
                v if type(v) is not list else msgspec.json.encode(v).decode()
                for v in [values[name] for name in compiled.order]
            ]
        else:
            parameters = [values[name] for name in compiled.order]
        if self._snapshot is None:
            return self._hold(compiled, parameters)
        self.statements += 1
        return self.raw.execute(compiled.text, parameters)

    def read_only(self) -> None:
        """An SQLite reader begins a call: all its statements shall see one state of the database."""
        self._snapshot = None

    def _hold(self, compiled: Compiled, parameters: list[Any]) -> Any:
        """The first statement of a call on an SQLite reader. A packed one gives two rows and is left before
        the second, which holds the snapshot: BEGIN and ROLLBACK would be two more turns at the interpreter
        lock. Anything else begins a transaction."""
        self.statements += 1
        if not compiled.packed:
            self._snapshot = True
            self.raw.execute("BEGIN")
            return self.raw.execute(compiled.text, parameters)
        self._snapshot = self.raw.execute(compiled.text, parameters)
        return self._snapshot

    def end(self) -> None:
        """Let go of the snapshot of `read_only`."""
        if self._snapshot is True:
            if self.raw.in_transaction:
                self.raw.execute("ROLLBACK")
        elif self._snapshot is not None:
            self._snapshot.close()
        self._snapshot = None

    def all(self, statement: Statement, /, **values: Any) -> list[tuple]:
        """All rows, as tuples in the order of the selected columns."""
        found = self._run(statement, values)
        if self.dialect != "sqlite":
            return found.fetchall()
        compiled = statement.compiled("sqlite")
        rows = _unpack(found.fetchone()[0]) if compiled.packed else found.fetchall()
        if rows and compiled.booleans:
            rows = [_with_booleans(row, compiled.booleans) for row in rows]
        return rows

    def first(self, statement: Statement, /, **values: Any) -> tuple | None:
        """The first row, or None."""
        row = self._run(statement, values).fetchone()
        if row is not None and self.dialect == "sqlite":
            booleans = statement.compiled("sqlite").booleans
            if booleans:
                row = _with_booleans(row, booleans)
        return row

    def value(self, statement: Statement, /, **values: Any) -> Any:
        """The first column of the first row, or None."""
        row = self.first(statement, **values)
        return row[0] if row is not None else None

    def run(self, statement: Statement, /, **values: Any) -> int:
        """Execute without result; how many rows it touched."""
        return self._run(statement, values).rowcount

    def many(self, statement: Statement, rows: Sequence[dict[str, Any]]) -> None:
        """Execute once for each row (bulk insert)."""
        if not rows:
            return
        compiled = statement.compiled(self.dialect)
        order, defaults = compiled.order, compiled.defaults
        parameters = [[row[n] if n in row else defaults[n] for n in order] for row in rows]
        self.statements += 1
        if self.dialect == "sqlite":
            self.raw.executemany(compiled.text, parameters)
        else:
            with self.raw.cursor() as cursor:
                cursor.executemany(compiled.text, parameters)

    def new_id(self) -> int:
        return self.ids.next()

    def announce(self, name: str, id: int, actor: int = 0, more: Iterable[int] = ()) -> None:
        """Tell the others, once this transaction is durable."""
        self.events.append(Event(name, id, actor, tuple(more)))


_unpack = msgspec.json.Decoder(list[tuple]).decode


def _with_booleans(row: tuple, booleans: tuple[int, ...]) -> tuple:
    values = list(row)
    for i in booleans:
        if values[i] is not None:
            values[i] = bool(values[i])
    return tuple(values)


class _Call:
    """A function on its way to a worker thread, and where its result goes."""

    __slots__ = ("args", "fn", "future", "kwargs", "loop", "write")

    def __init__(self, fn: Callable, args: tuple, kwargs: dict, write: bool, future: Any, loop: Any) -> None:
        self.fn, self.args, self.kwargs, self.write = fn, args, kwargs, write
        self.future, self.loop = future, loop

    def finish(self, result: Any, error: BaseException | None) -> None:
        if self.loop is None:
            if error is None:
                self.future.set_result(result)
            else:
                self.future.set_exception(error)
        else:
            try:
                self.loop.call_soon_threadsafe(_resolve, self.future, result, error)
            except RuntimeError:  # the loop is closed: nobody waits any more
                log.debug("a result came after the loop had closed")


def _resolve(future: asyncio.Future, result: Any, error: BaseException | None) -> None:
    if future.done():  # the client went away
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)


class Database:
    """Opens lazily; `close()` finishes what was accepted and stops the threads."""

    dialect: str

    def __init__(self, *, node: int = 0, clock: Clock = now_ms, bus: Bus | None = None) -> None:
        self.bus = bus or Bus()
        self.clock = clock
        self.ids = Ids(node, clock)
        self.cache: dict[str, Cache] = {}
        self._reads: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._writes: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._closed = False

    async def read(self, fn: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `fn(conn, …)` on a reader."""
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self._put(_Call(fn, args, kwargs, False, future, loop))
        return await future

    async def write(
        self, fn: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run `fn(conn, …)` in a transaction; returns when it is durable."""
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self._put(_Call(fn, args, kwargs, True, future, loop))
        return await future

    def read_now(self, fn: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """`read` for callers without an event loop."""
        future: Future = Future()
        self._put(_Call(fn, args, kwargs, False, future, None))
        return future.result()

    def write_now(self, fn: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """`write` for callers without an event loop."""
        future: Future = Future()
        self._put(_Call(fn, args, kwargs, True, future, None))
        return future.result()

    def _put(self, call: _Call) -> None:
        if self._closed:
            raise Unavailable("The server is stopping")
        (self._writes if call.write else self._reads).put(call)

    def _start(self, work: Callable[[], None], name: str) -> None:
        thread = threading.Thread(target=work, name=name, daemon=True)
        thread.start()
        self._threads.append(thread)

    def close(self) -> None:
        """Finish what was accepted, then stop."""
        if self._closed:
            return
        self._closed = True
        for _ in self._threads:
            self._reads.put(None)
            self._writes.put(None)
        for thread in self._threads:
            thread.join(timeout=10)


class SQLite(Database):
    dialect = "sqlite"

    def __init__(self, path: Path, **options: Any) -> None:
        super().__init__(**options)
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._open(readonly=False).close()  # fails here, and not in a thread, when it cannot be opened
        for i in range(SQLITE_READERS):
            self._start(self._reader, f"sqlite-reader-{i}")
        self._start(self._writer, "sqlite-writer")

    def _open(self, *, readonly: bool) -> sqlite3.Connection:
        raw = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, cached_statements=512, timeout=30
        )
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute("PRAGMA foreign_keys=ON")
        raw.execute("PRAGMA cache_size=-32000")
        raw.execute("PRAGMA mmap_size=268435456")
        raw.execute("PRAGMA temp_store=MEMORY")
        if readonly:
            raw.execute("PRAGMA query_only=ON")
        return raw

    def _reader(self) -> None:
        raw = self._open(readonly=True)
        conn = Connection(raw, self.dialect, self.ids, self.cache)
        while (call := self._reads.get()) is not None:
            conn.begin(self.clock(), write=False)
            conn.read_only()
            try:
                result = call.fn(conn, *call.args, **call.kwargs)
                error = None
            except BaseException as problem:
                result, error = None, problem
            conn.end()
            call.finish(result, error)
            call = None
        raw.close()

    def _writer(self) -> None:
        raw = self._open(readonly=False)
        conn = Connection(raw, self.dialect, self.ids, self.cache)
        while (call := self._writes.get()) is not None:
            calls = [call]
            stop = False
            while len(calls) < GROUP_COMMIT:
                try:
                    more = self._writes.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    stop = True
                    break
                calls.append(more)
            self._commit_group(raw, conn, calls)
            call = more = calls = None  # a waiting thread must not keep the last call's data alive
            if stop:
                break
        raw.execute("PRAGMA optimize")
        raw.close()

    def _commit_group(self, raw: sqlite3.Connection, conn: Connection, calls: list[_Call]) -> None:
        done: list[tuple[_Call, Any, BaseException | None]] = []
        announced: list[Event] = []
        try:
            raw.execute("BEGIN IMMEDIATE")
            for call in calls:
                conn.begin(self.clock(), write=True)
                raw.execute("SAVEPOINT one")
                try:
                    result = call.fn(conn, *call.args, **call.kwargs)
                except BaseException as problem:
                    raw.execute("ROLLBACK TO one")
                    raw.execute("RELEASE one")
                    done.append((call, None, problem))
                else:
                    raw.execute("RELEASE one")
                    done.append((call, result, None))
                    announced += conn.events
            raw.execute("COMMIT")
        except BaseException as problem:  # disk full, database locked: nothing of this group has happened
            if raw.in_transaction:
                raw.execute("ROLLBACK")
            log.exception("a group of %d writes failed", len(calls))
            failed = Unavailable("The database cannot be written at the moment")
            failed.__cause__ = problem
            for call in calls:
                call.finish(None, failed)
            return
        self.bus.publish(announced)
        for call, result, error in done:
            call.finish(result, error)


class PostgreSQL(Database):
    dialect = "postgresql"

    def __init__(self, url: str, *, workers: int = POSTGRESQL_WORKERS, **options: Any) -> None:
        super().__init__(**options)
        self.url = url
        self._writes = self._reads  # any worker does either
        self._open().close()
        self._listening = threading.Event()
        self._own: set[int] = set()  # backends of our workers, whose events we have published ourselves
        for i in range(workers):
            self._start(self._worker, f"postgresql-{i}")
        self._listener = threading.Thread(target=self._listen, name="postgresql-listen", daemon=True)
        self._listener.start()
        self._listening.wait(10)

    def _open(self) -> psycopg.Connection:
        raw = psycopg.connect(
            self.url, autocommit=True, cursor_factory=psycopg.RawCursor, application_name="officetalk"
        )
        raw.prepare_threshold = 1
        return raw

    def _worker(self) -> None:
        raw: psycopg.Connection | None = None
        pid = 0
        while (call := self._reads.get()) is not None:
            try:
                if raw is None or raw.closed:
                    self._own.discard(pid)
                    raw = self._open()
                    pid = raw.info.backend_pid
                    self._own.add(pid)
                result, error = self._attempt(raw, call), None
            except psycopg.OperationalError as problem:
                log.warning("PostgreSQL: %s", problem)
                result, error = None, Unavailable("The database is not reachable at the moment")
                error.__cause__ = problem
                if raw is not None:
                    self._own.discard(pid)
                    raw.close()
                    raw = None
            except BaseException as problem:
                result, error = None, problem
            call.finish(result, error)
            call = None
        if raw is not None:
            raw.close()

    def _attempt(self, raw: psycopg.Connection, call: _Call) -> Any:
        conn = Connection(raw, self.dialect, self.ids, self.cache)
        if not call.write:
            conn.begin(self.clock(), write=False)
            return call.fn(conn, *call.args, **call.kwargs)
        for attempt in range(_RETRIES):
            conn.begin(self.clock(), write=True)
            try:
                with raw.transaction():
                    result = call.fn(conn, *call.args, **call.kwargs)
                    for text in events.encode(conn.events):
                        raw.execute("SELECT pg_notify($1, $2)", [NOTIFY_CHANNEL, text])
                # Here at once: who changed something must find it changed on the very next page.
                self.bus.publish(conn.events)
                return result
            except psycopg.Error as problem:
                if type(problem).__name__ not in _LOST_RACES or attempt == _RETRIES - 1:
                    raise
        raise AssertionError("unreachable")

    def _hear(self, payload: str) -> None:
        try:
            told = events.decode(payload)
        except msgspec.DecodeError:  # anybody with access to the database can NOTIFY
            log.warning("a notice that is no list of events was ignored")
        else:
            self.bus.publish(told)

    def _listen(self) -> None:
        """Events of every node, this one's included, arrive here."""
        while not self._closed:
            try:
                with self._open() as raw:
                    raw.execute(f"LISTEN {NOTIFY_CHANNEL}")
                    self._listening.set()
                    while not self._closed:
                        for notice in raw.notifies(timeout=0.5):
                            if notice.pid not in self._own:
                                self._hear(notice.payload)
                            if self._closed:
                                return
            except psycopg.Error as problem:
                if self._closed:
                    return
                log.warning("LISTEN was cut off: %s", problem)
                threading.Event().wait(0.5)

    def close(self) -> None:
        super().close()
        with contextlib.suppress(psycopg.Error), self._open() as raw:  # so that the listener need not wait
            raw.execute("SELECT pg_notify($1, $2)", [NOTIFY_CHANNEL, "[]"])
        self._listener.join(timeout=5)


def connect(url: str, **options: Any) -> Database:
    """Open `sqlite:///path` (relative) or `sqlite:////path`, or `postgresql://…`."""
    if url.startswith("sqlite:///"):
        return SQLite(Path(url.removeprefix("sqlite:///")), **options)
    if re.match(r"postgres(ql)?://", url):
        return PostgreSQL(url, **options)
    raise ValueError("must start with sqlite:/// or postgresql://")
