"""Notifications: who is told of what somebody did."""


def install() -> None:
    """Tell people of what happens from now on, in its own transaction. Can be repeated."""
    from officetalk.accounts import hooks as accounts
    from officetalk.featured import collections
    from officetalk.featured import hooks as featured
    from officetalk.groups import hooks as groups
    from officetalk.groups import queries as read_groups
    from officetalk.notifications import causes, subjects
    from officetalk.posts import hooks as posts
    from officetalk.projects import actions
    from officetalk.projects import hooks as projects

    posts.on_write(causes.written)
    posts.on_delete(causes.deleted)
    posts.on_poll_end(causes.poll_ended)
    posts.on_like(causes.liked)
    posts.on_unlike(causes.unliked)
    posts.on_repost(causes.reposted)
    posts.on_unrepost(causes.unreposted)
    accounts.on_follow(causes.followed)
    accounts.on_unfollow(causes.unfollowed)
    accounts.on_ask(causes.asked)
    accounts.on_answer(causes.answered)
    featured.on_collect(causes.collected)
    featured.on_uncollect(causes.uncollected)
    featured.on_change(causes.collection_changed)
    groups.on_invite(causes.invited)
    groups.on_uninvite(causes.uninvited)
    groups.on_ask(causes.asked_to_join)
    groups.on_answer(causes.join_answered)
    groups.on_let_in(causes.let_in)
    for kind in ("group_invitation", "group_request", "group_admission"):
        subjects.on_read(kind, read_groups.by_ids)
    projects.on_assign(causes.assigned)
    projects.on_due(causes.due)
    for kind in ("action_assigned", "action_due"):
        subjects.on_read(kind, actions.by_ids)
    subjects.on_read("added_to_collection", collections.by_ids)
    subjects.on_read("collection_update", collections.by_ids)
