"""Background work: pages are fetched here, outside of any request."""

from __future__ import annotations

import asyncio
import logging

import msgspec

from officetalk.core.database import Database
from officetalk.jobs.runner import Handler
from officetalk.media.storage import Storage
from officetalk.outgoing.client import Client
from officetalk.outgoing.connecting import Failed
from officetalk.outgoing.policy import Refused
from officetalk.previews import cards, rules
from officetalk.previews.wanted import Wanted

log = logging.getLogger(__name__)

BESIDE = {rules.JOB: 2}  # how many pages are fetched at once, beside the other jobs


def handlers(db: Database, wanted: Wanted, storage: Storage) -> dict[str, Handler]:
    """Job handlers by kind. Pictures go into `storage`, to the profile pictures."""
    client = Client(wanted.reach)

    async def fetch(payload: str) -> None:
        url = msgspec.json.decode(payload, type=str)
        # The settings may have changed since the post was written.
        if not wanted.wants(url) or not await db.write(rules.begin, url):
            return
        try:
            card = await asyncio.to_thread(cards.make, client, storage, url)
        # The address is not logged: it may be the secret of a direct message.
        except Refused as problem:
            log.info("no card for a link: it %s", problem)
            card = None
        except Failed as problem:
            log.info("no card for a link for now: %s", problem)
            await db.write(rules.failed, url)
            return
        await db.write(rules.store, url, card)

    return {rules.JOB: fetch}
