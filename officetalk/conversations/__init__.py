"""Conversations."""


def install() -> None:
    """Keep the conversations with every direct post, in its own transaction. Can be repeated."""
    from officetalk.conversations import rules
    from officetalk.posts import hooks

    hooks.on_write(rules.written)
    hooks.on_delete(rules.deleted)
