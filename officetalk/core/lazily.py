"""Modules that are imported when something of them is first used.

For what is large and seldom needed: a server on SQLite that reads and writes posts needs neither PostgreSQL's
driver nor the cryptography of Web Push, which together take as much memory as its caches.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class _Lazily:
    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)


def lazily(name: str) -> Any:
    """Stands for the module of that name, which is imported with the first attribute that is asked of it.
    (importlib's LazyLoader would import the packages around it at once, and those are what is large.)"""
    return _Lazily(name)
