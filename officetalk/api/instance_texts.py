"""What the company has written about itself: rules, description, privacy policy, terms of service.

Public, as in Mastodon: people read them before they join. Administrators write them in the settings.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from officetalk.api.endpoint import PUBLIC, Call, endpoint
from officetalk.api.entities import ExtendedDescription, PrivacyPolicy, Rule, TermsOfService
from officetalk.api.times import timestamp
from officetalk.company.settings import Company
from officetalk.company.settings import Rule as CompanyRule
from officetalk.core.errors import NotFound


def rule_json(rule: CompanyRule) -> Rule:
    return Rule(id=str(rule.id), text=rule.text, hint=rule.hint, translations={})


def rules_json(company: Company) -> list[Rule]:
    """The rules in force."""
    return [rule_json(rule) for rule in company.rules]


@endpoint("GET", "/api/v1/instance/rules", scope=PUBLIC, returns=list[Rule], summary="The server's rules")
async def rules(call: Call[Any]) -> list[Rule]:
    return rules_json(await call.services.company())


@endpoint(
    "GET", "/api/v1/instance/extended_description",
    scope=PUBLIC, returns=ExtendedDescription, summary="More about the server",
)  # fmt: skip
async def extended_description(call: Call[Any]) -> ExtendedDescription:
    company = await call.services.company()
    about = company.about
    # The short description stands in for a long one; when that was written is not kept.
    return ExtendedDescription(
        updated_at=timestamp(about.at), content=call.render.html(about.text or company.description, {})
    )


@endpoint(
    "GET", "/api/v1/instance/privacy_policy",
    scope=PUBLIC, returns=PrivacyPolicy, summary="What becomes of people's data; empty until it is written",
)  # fmt: skip
async def privacy_policy(call: Call[Any]) -> PrivacyPolicy:
    policy = (await call.services.company()).privacy_policy
    return PrivacyPolicy(updated_at=timestamp(policy.at), content=call.render.html(policy.text, {}))


async def _terms(call: Call[Any]) -> tuple[date, TermsOfService]:
    """The terms and since when they hold. NotFound until they are written."""
    terms = (await call.services.company()).terms
    if not terms.text:
        raise NotFound
    since = datetime.fromtimestamp(terms.at // 1000, UTC).date()
    return since, TermsOfService(
        effective_date=since.isoformat(),
        effective=True,
        content=call.render.html(terms.text, {}),
        succeeded_by=None,  # only what is in force is kept
    )


@endpoint(
    "GET", "/api/v1/instance/terms_of_service",
    scope=PUBLIC, returns=TermsOfService, errors=(404,), summary="The terms that hold",
)  # fmt: skip
async def terms_of_service(call: Call[Any]) -> TermsOfService:
    return (await _terms(call))[1]


@endpoint(
    "GET", "/api/v1/instance/terms_of_service/{date}",
    scope=PUBLIC, returns=TermsOfService, summary="The terms that hold since a date",
)  # fmt: skip
async def terms_of_service_since(call: Call[Any]) -> TermsOfService:
    since, terms = await _terms(call)
    if call.path["date"] != since.isoformat():
        raise NotFound
    return terms
