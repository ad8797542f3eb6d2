"""Notifications: who is told of what somebody did."""


def install() -> None:
    """Tell people of what happens from now on, in its own transaction. Can be repeated."""
    from officetalk.accounts import hooks as accounts
    from officetalk.featured import collections
    from officetalk.featured import hooks as featured
    from officetalk.notifications import causes, subjects
    from officetalk.posts import hooks as posts

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
    subjects.on_read("added_to_collection", collections.by_ids)
    subjects.on_read("collection_update", collections.by_ids)
