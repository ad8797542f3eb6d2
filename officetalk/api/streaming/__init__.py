"""The streaming API: WebSockets and server-sent events, as Mastodon's documentation has it
(methods/streaming)."""
