"""Reports, and what moderators do about them."""


def install() -> None:
    """Tell moderators of those who join, and say what notifications of moderation are about. Can be
    repeated."""
    from officetalk.identity import hooks
    from officetalk.moderation import notices, subjects
    from officetalk.notifications import subjects as notifications

    hooks.on_sign_up(notices.joined)
    notifications.on_read("admin.report", subjects.filed)
    notifications.on_read("moderation_warning", subjects.warnings)
