"""Errors that people are told about."""

from __future__ import annotations

from typing import Any


class UserError(ValueError):
    """Tells a person why something cannot be done. key: of the text; values: for its braces."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def __reduce__(self) -> tuple[Any, ...]:
        # Pictures are opened in other processes, and keywords get lost on the way back.
        return _rebuilt, (self.key, self.values)


def _rebuilt(key: str, values: dict[str, object]) -> UserError:
    return UserError(key, **values)
