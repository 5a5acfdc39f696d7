"""Whether a text shows anything, by Unicode's own properties."""

from __future__ import annotations

import unicodedata

# Letters and symbols by their category, and blank: Default_Ignorable_Code_Point of
# DerivedCoreProperties.txt among them, and the Braille pattern without a dot.
_BLANK = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def is_visible(text: str) -> bool:
    """Whether any character of it is seen: none of format, control, space or mark alone."""
    return any(unicodedata.category(char)[0] not in "CZM" and char not in _BLANK for char in text)
