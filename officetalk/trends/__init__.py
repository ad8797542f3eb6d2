"""What the company talks about more than usual: hashtags, posts, links.

Every few minutes a job ranks them by how many different people use, answer or like them, and writes down the
few that lead, and how often each hashtag and link was used on the last seven days. Only what is said to the
whole company counts (audience `company`): a quiet post asks for no attention, so it gets none here. What
somebody reads of it is decided when it is read, as everywhere.
"""
