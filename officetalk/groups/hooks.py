"""Who else has to write when somebody is invited to a group, asks to join or is let in (people are told of it), in
the same transaction. See posts/hooks.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from officetalk.core.database import Connection

Invited = Callable[[Connection, int, int, int], None]
Asked = Callable[[Connection, int, int, list[int]], None]

_invited: list[Invited] = []
_uninvited: list[Invited] = []
_asked: list[Asked] = []
_answered: list[Asked] = []
_let_in: list[Invited] = []


def on_invite(call: Invited) -> None:
    """Call this with (group, who invites, who is invited). Can be repeated."""
    if call not in _invited:
        _invited.append(call)


def on_uninvite(call: Invited) -> None:
    """Call this with (group, who invited, who was invited) when an invitation ends, however. Can be repeated."""
    if call not in _uninvited:
        _uninvited.append(call)


def on_ask(call: Asked) -> None:
    """Call this with (group, who asks to join, those who lead it). Can be repeated."""
    if call not in _asked:
        _asked.append(call)


def on_answer(call: Asked) -> None:
    """Call this with (group, who asked, those who lead it) when a request ends, however. Can be repeated."""
    if call not in _answered:
        _answered.append(call)


def on_let_in(call: Invited) -> None:
    """Call this with (group, who decided, who asked) when somebody is let in. Can be repeated."""
    if call not in _let_in:
        _let_in.append(call)


def invited(conn: Connection, group: int, inviter: int, guest: int) -> None:
    for call in _invited:
        call(conn, group, inviter, guest)


def uninvited(conn: Connection, group: int, inviter: int, guest: int) -> None:
    for call in _uninvited:
        call(conn, group, inviter, guest)


def asked(conn: Connection, group: int, asker: int, leaders: Iterable[int]) -> None:
    for call in _asked:
        call(conn, group, asker, list(leaders))


def answered(conn: Connection, group: int, asker: int, leaders: Iterable[int]) -> None:
    for call in _answered:
        call(conn, group, asker, list(leaders))


def let_in(conn: Connection, group: int, leader: int, asker: int) -> None:
    for call in _let_in:
        call(conn, group, leader, asker)
