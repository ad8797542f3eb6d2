"""Requests to other servers: for link previews and push messages."""
