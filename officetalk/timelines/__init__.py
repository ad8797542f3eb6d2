"""Reading: home, company, profiles, hashtags, lists, likes and bookmarks, all by key in both directions."""


def install() -> None:
    """Keep which posts have which links, in the transaction of each post. Can be repeated."""
    from officetalk.posts import hooks
    from officetalk.timelines import linked

    hooks.on_write(linked.written)
    hooks.on_delete(linked.deleted)
