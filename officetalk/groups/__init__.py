"""Groups. A group is an account of the state `group`, whose id is also that of its feed; to be a member is to
subscribe to that feed. So it is an account in every app: following it is joining it, mentioning it posts to it.

- open: everybody reads it and may join;
- closed: everybody sees that it is there, members read it, joining is asked for;
- secret: only its members, and those who are invited, know of it.

What is said in it has the audience `group`, and who may read that is decided where it is for every post, in
posts/visibility.py. Everything that lists accounts takes the active ones, so a group is nowhere among people but
where `queries` here puts it.
"""
