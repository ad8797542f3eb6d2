"""What people show on their profile: hashtags, colleagues, collections of colleagues."""


def install() -> None:
    """Feature nobody whom one no longer follows, in the same transaction. Can be repeated."""
    from officetalk.accounts import hooks
    from officetalk.featured import endorsements

    hooks.on_unfollow(endorsements.unfollowed)
