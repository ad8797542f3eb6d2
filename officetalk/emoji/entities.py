"""Emoji as the rest of the program sees them."""

from __future__ import annotations

import msgspec


class Emoji(msgspec.Struct, frozen=True):
    """An emoji of the company's: written `:shortcode:`. `file` and `static_file` are names in the store."""

    id: int
    shortcode: str
    file: str
    static_file: str
    category: str = ""
    in_picker: bool = True
    disabled: bool = False

    @property
    def address(self) -> str:
        """The path of the picture, to be signed."""
        return f"/emoji/{self.file}"

    @property
    def static_address(self) -> str:
        """The path of the picture that does not move, to be signed."""
        return f"/emoji/{self.static_file}"
