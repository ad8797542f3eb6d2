"""Reports, warnings and accounts as moderators see them, as the API says them."""

from __future__ import annotations

from typing import Any

import msgspec

from officetalk.api.instance_texts import rule_json
from officetalk.api.render import _ROLES, Renderer
from officetalk.api.render_notifications import on_subject
from officetalk.api.times import timestamp
from officetalk.company.settings import Company
from officetalk.moderation.entities import Filed, Managed, Report, Warned
from officetalk.posts.entities import Post

_encode = msgspec.json.Encoder().encode


def _ids(ids: tuple[int, ...]) -> list[str] | None:
    """Mastodon answers null where there are none."""
    return [str(id) for id in ids] or None


def report_json(render: Renderer, filed: Filed) -> bytes:
    """A Report."""
    report = filed.report
    shown = {
        "id": str(report.id),
        "action_taken": report.resolved_at is not None,
        "action_taken_at": None if report.resolved_at is None else timestamp(report.resolved_at),
        "category": report.category,
        "comment": report.comment,
        "forwarded": False,
        "created_at": timestamp(report.created_at),
        "status_ids": _ids(tuple(evidence.post_id for evidence in report.posts)),
        "collection_ids": None,
        "rule_ids": _ids(report.rule_ids),
    }
    return b'%b,"target_account":%b}' % (_encode(shown)[:-1], render.person(filed.target))


def warning_json(render: Renderer, warned: Warned) -> bytes:
    """An AccountWarning."""
    entry = warned.entry
    shown = {
        "id": str(entry.id),
        "action": entry.action,
        "text": entry.reason,
        "status_ids": _ids(warned.post_ids),
        "appeal": None,
        "created_at": timestamp(entry.created_at),
    }
    return b'%b,"target_account":%b}' % (_encode(shown)[:-1], render.person(warned.target))


def admin_account(render: Renderer, managed: Managed) -> bytes:
    """An Admin::Account."""
    account = managed.person.account
    role_id, role_name, permissions = _ROLES[account.role]
    shown: dict[str, Any] = {
        "id": str(account.id),
        "username": account.username,
        "domain": None,
        "created_at": timestamp(account.created_at),
        "email": managed.email,
        "ip": managed.ips[0][0] if managed.ips else None,
        "ips": [{"ip": ip, "used_at": timestamp(at)} for ip, at in managed.ips],
        "locale": account.language or None,
        "invite_request": managed.reason or None,
        "role": {
            "id": role_id,
            "name": role_name,
            "color": "",
            "permissions": str(permissions),
            "highlighted": bool(role_name),
            "collection_limit": 0,
        },
        "confirmed": managed.confirmed,
        "approved": account.state != "pending",
        "disabled": managed.disabled,
        "sensitized": account.sensitized,
        "silenced": account.silenced,
        "suspended": account.state == "suspended",
    }
    if managed.app_id is not None:
        shown["created_by_application_id"] = str(managed.app_id)
    if managed.invited_by is not None:
        shown["invited_by_account_id"] = str(managed.invited_by)
    return b'%b,"account":%b}' % (_encode(shown)[:-1], render.person(managed.person))


def admin_report(
    render: Renderer, company: Company, report: Report, people: dict[int, Managed], posts: dict[int, Post]
) -> bytes:
    """An Admin::Report; `people` and `posts` hold all that occur in it."""

    def person(id: int | None) -> bytes:
        return b"null" if id is None or id not in people else admin_account(render, people[id])

    rules = [rule_json(rule) for rule in company.all_rules if rule.id in report.rule_ids]
    shown = {
        "id": str(report.id),
        "action_taken": report.resolved_at is not None,
        "action_taken_at": None if report.resolved_at is None else timestamp(report.resolved_at),
        "category": report.category,
        "comment": report.comment,
        "forwarded": False,
        "created_at": timestamp(report.created_at),
        "updated_at": timestamp(report.updated_at),
        "rules": rules,
    }
    found = [posts[e.post_id] for e in report.posts if e.post_id in posts]
    return (
        b'%b,"account":%b,"target_account":%b,"assigned_account":%b,"action_taken_by_account":%b,'
        b'"statuses":%b}'
        % (
            _encode(shown)[:-1],
            person(report.account_id),
            person(report.target_id),
            person(report.assigned_id),
            person(report.resolved_by),
            render.statuses(found),
        )
    )


on_subject("admin.report", report_json)
on_subject("moderation_warning", warning_json)
