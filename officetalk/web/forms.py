"""A form on its way through a page: what was typed, and what is wrong with it.

A view reads the form, calls the verb, and on Invalid shows the same page with the form's errors: everything
that was typed is still there, except passwords, and the first field in error has the focus.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from officetalk.core.errors import Invalid, Problem
from officetalk.core.translation import N_, _, number

# What the domain's fields are called, where the form has no word of its own.
_LABELS = {
    "audience": N_("The audience"),
    "category": N_("The category"),
    "choices": N_("The choice"),
    "email": N_("The mail address"),
    "ends_at": N_("The end"),
    "file": N_("The file"),
    "image": N_("The picture"),
    "languages": N_("The languages"),
    "media_ids": N_("The files"),
    "name": N_("The name"),
    "password": N_("The password"),
    "phrase": N_("The phrase"),
    "poll_expires_at": N_("The end of the poll"),
    "poll_options": N_("The choices"),
    "reason": N_("The reason"),
    "role": N_("The role"),
    "scheduled_at": N_("The time"),
    "shortcode": N_("The short name"),
    "starts_at": N_("The beginning"),
    "status": N_("The text"),
    "text": N_("The text"),
    "title": N_("The title"),
    "url": N_("The address"),
    "username": N_("The user name"),
    "visibility": N_("The audience"),
}
# What is never sent back into a page.
_SECRET = frozenset({"password", "current_password", "new_password"})


class Form:
    """Values and errors by the field's name. The error of no field in particular has the name ""."""

    def __init__(
        self, values: Mapping[str, Any] | None = None, labels: Mapping[str, str] | None = None
    ) -> None:
        self.values = {k: v for k, v in (values or {}).items() if isinstance(v, str)}
        self.errors: dict[str, str] = {}
        self._labels = labels or {}

    def __getitem__(self, name: str) -> str:
        """What was typed, without spaces around it."""
        return self.values.get(name, "").strip()

    def raw(self, name: str) -> str:
        """What was typed, as it is: for passwords."""
        return self.values.get(name, "")

    def checked(self, name: str) -> bool:
        return bool(self.values.get(name))

    def number(self, name: str, *, low: int, high: int) -> int | None:
        """A whole number, or None where nothing was typed; an error of the field otherwise."""
        text = self[name]
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 10) or not low <= int(text) <= high:
            self.errors[name] = _(
                "Must be a number from %(low)s to %(high)s.", low=number(low), high=number(high)
            )
            return None
        return int(text)

    def require(self, *names: str) -> None:
        """Errors for the fields in which nothing was typed."""
        for name in names:
            if not self.raw(name).strip():
                self.refuse(Invalid(name, "must not be empty"))

    def refuse(self, problem: Problem, known: Iterable[str] = ()) -> None:
        """Take the problem's field and rule; one that is not among `known` stands above the form."""
        field = problem.field or ""
        if known and field not in known:
            field = ""
        self.errors.setdefault(field, self._sentence(problem.field or "", problem))

    @property
    def ok(self) -> bool:
        return not self.errors

    def shown(self, name: str) -> str:
        """What the page puts back into the field."""
        return "" if name in _SECRET else self.values.get(name, "")

    def first_error(self, order: Iterable[str] = ()) -> str | None:
        """The field that gets the focus."""
        return next((name for name in order if name in self.errors), next(iter(self.errors), None))

    def _sentence(self, field: str, problem: Problem) -> str:
        label = self._labels.get(field)
        return sentence(_(label) if label else label_of(field), problem)


def label_of(field: str) -> str:
    """What a field of the domain is called; its own name where there is no word for it."""
    return _(_LABELS[field]) if field in _LABELS else field.replace("_", " ")


def sentence(label: str, problem: Problem) -> str:
    """What breaks the rule of a field, as a sentence. The domain's rules go on after the field's name ("is
    too long"), as Mastodon's clients expect them; one that begins with a capital is a sentence already."""
    rule = problem.spoken()
    if label and not problem.text[:1].isupper():
        # Translators: a field and the rule that it breaks: "The name" "is too long".
        rule = _("%(label)s %(rule)s", label=label, rule=rule)
    return rule if rule.endswith((".", "?", "。", "؟")) else _("%(sentence)s.", sentence=rule)
