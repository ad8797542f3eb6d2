"""Mastodon's entities as this server answers them: the one typed description, a file for each family.

OpenAPI is generated from it, and the tests hold to it what `render.py` puts together as bytes. Every
documented field is there, null where Mastodon allows null: Swift and Kotlin decoders fail on a missing
one. Sources: docs.joinmastodon.org/entities and section 5 of the inventory.
"""

from officetalk.api.entities.accounts import (
    Account,
    AccountRole,
    CredentialAccount,
    FamiliarFollowers,
    FeatureApproval,
    Field,
    MutedAccount,
    OfficeTalkAccount,
    Relationship,
    Role,
    Source,
)
from officetalk.api.entities.apps import (
    Application,
    AuthorizationServer,
    CredentialApplication,
    Token,
    UserInfo,
)
from officetalk.api.entities.common import CustomEmoji, Empty, Entity, Error, ErrorDetail, Visibility
from officetalk.api.entities.notifications import (
    GroupedNotifications,
    NotificationPolicy,
    NotificationSummary,
    UnreadCount,
)
from officetalk.api.entities.statuses import (
    Context,
    DeletedStatus,
    FeaturedTag,
    Marker,
    Mention,
    Preferences,
    QuoteApproval,
    Search,
    Status,
    StatusApplication,
    StatusEdit,
    StatusSource,
    StatusTag,
    Tag,
    TagHistory,
)

__all__ = [
    "Account",
    "AccountRole",
    "Application",
    "AuthorizationServer",
    "Context",
    "CredentialAccount",
    "CredentialApplication",
    "CustomEmoji",
    "DeletedStatus",
    "Empty",
    "Entity",
    "Error",
    "ErrorDetail",
    "FamiliarFollowers",
    "FeatureApproval",
    "FeaturedTag",
    "Field",
    "GroupedNotifications",
    "Marker",
    "Mention",
    "MutedAccount",
    "NotificationPolicy",
    "NotificationSummary",
    "OfficeTalkAccount",
    "Preferences",
    "QuoteApproval",
    "Relationship",
    "Role",
    "Search",
    "Source",
    "Status",
    "StatusApplication",
    "StatusEdit",
    "StatusSource",
    "StatusTag",
    "Tag",
    "TagHistory",
    "Token",
    "UnreadCount",
    "UserInfo",
    "Visibility",
]
