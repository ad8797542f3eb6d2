"""Eight threads that post until the process is killed: `python -m tests.durability.writers URL IDS…`.

Prints `ready`, and the id of each post once its write is acknowledged.
"""

from __future__ import annotations

import itertools
import os
import sys
import threading

from officetalk import search
from officetalk.core.database import connect
from officetalk.posts.entities import Draft
from officetalk.posts.publish import publish

THREADS = 8


def main() -> None:
    url, *people = sys.argv[1:]
    authors = [int(id) for id in people]
    search.install()
    db = connect(url)

    def write(thread: int) -> None:
        author, parent = authors[thread % len(authors)], None
        for i in itertools.count():
            text = f"{thread} {i} @p{(thread + 1) % len(authors)} #tag{i % 3} https://example.com/{i % 50}"
            post = db.write_now(publish, author, Draft(text, parent_id=parent), 140)
            os.write(1, f"{post.id}\n".encode())  # one system call a line: nothing is torn, nothing waits
            parent = post.id if i % 4 == 0 else None

    print("ready", flush=True)
    threads = [threading.Thread(target=write, args=(i,), daemon=True) for i in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
