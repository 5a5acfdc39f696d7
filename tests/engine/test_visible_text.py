from __future__ import annotations

import pytest

from engine.visible_text import is_visible


@pytest.mark.parametrize(
    "text",
    ["", "  ", "\u200b\u200d", "\u3164", "\u2800\u2800", "\ufe0f", "\U000e0041", "\u0301", "\x00"],
)
def test_what_shows_nothing_is_empty(text: str) -> None:
    assert not is_visible(text)


@pytest.mark.parametrize("text", ["a", "山", "🐱", "?", "\u200ba"])
def test_what_shows_something_is_not(text: str) -> None:
    assert is_visible(text)
