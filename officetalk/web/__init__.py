"""The web app: pages in HTML, complete without script. No SQL and no rules here, see the capabilities."""

from officetalk.web.routes import not_found, routes

__all__ = ["not_found", "routes"]
