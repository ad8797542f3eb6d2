"""Named links of the company: `/go/payroll`, made by anybody, looked after by who owns them.

Not to be mixed up with `links`, which shortens the addresses in posts. Who follows a link is not kept: only how
often each was followed on each day (`counting.py`).
"""
