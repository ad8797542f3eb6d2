"""What comes out of the talk of a group that has turned on its board: decisions, and actions with somebody who does
them and a day by which."""


def install() -> None:
    """Make an action of every post in a group that says `!action`, in its own transaction. Can be repeated."""
    from officetalk.posts import hooks
    from officetalk.projects import command, decisions

    hooks.on_write(command.written)
    hooks.on_delete(decisions.deleted)
