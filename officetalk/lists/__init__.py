"""Lists of people."""


def install() -> None:
    """Take off one's lists whom one no longer follows, in the same transaction. Can be repeated."""
    from officetalk.accounts import hooks
    from officetalk.lists import rules

    hooks.on_unfollow(rules.unfollowed)
