"""Finding people, posts and hashtags."""


def install() -> None:
    """Keep the indexes with what is written from now on, in its own transaction. Can be repeated."""
    from officetalk.accounts import hooks as accounts
    from officetalk.posts import hooks as posts
    from officetalk.search import people
    from officetalk.search import posts as full_text

    accounts.on_change(people.index)
    posts.on_write(full_text.index)
    posts.on_delete(full_text.remove)
