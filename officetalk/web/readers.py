"""Who reads: what the view models need to know of the one whom a page is made for."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from officetalk.accounts.entities import Account
from officetalk.emoji.catalogue import Catalogue
from officetalk.filters.entities import Context
from officetalk.web.time import Clockface


class Reader(msgspec.Struct, frozen=True, eq=False):
    """`address_of`: where the page gets an attachment's file, by its name, signed. `emoji`: the company's."""

    account: Account
    clock: Clockface
    address_of: Callable[[str], str]
    context: Context  # where the reader is, as filters name it
    emoji: Catalogue
