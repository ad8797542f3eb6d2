"""Logging: one line an event on standard error. No personal content is ever logged."""

from __future__ import annotations

import logging
import sys


def configure_logging(level: str) -> None:
    """Log from `level` on; what libraries say of their ordinary work is left out."""
    logging.basicConfig(
        level=level.upper(), stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for name in ("alembic", "asyncio", "granian", "_granian"):
        logging.getLogger(name).setLevel(logging.WARNING)
