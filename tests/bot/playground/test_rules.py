from __future__ import annotations

from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.model.errors import FormErrors
from bot.playground.model.locales import LOCALES, locale_of
from bot.playground.protocol import message_rules


@pytest.mark.parametrize("emoji", ["🐱", "👍🏽", "❤️", "1️⃣", "🏳️‍🌈"])
def test_emoji_are_emoji(emoji: str):
    assert message_rules.is_emoji(emoji)


@pytest.mark.parametrize("text", ["", "a", "1", "<:cat:123>", "🐱 🐱", "../x", "🐱" * 17])
def test_other_texts_are_not(text: str):
    assert not message_rules.is_emoji(text)


def embed_problems(*embeds: Any) -> str:
    blame = FormErrors()
    message_rules.check_embeds(blame, list(embeds))
    return str(blame.tree)


@given(st.lists(st.integers(0, 4096), min_size=1, max_size=10))
def test_the_texts_of_all_embeds_have_six_thousand_characters(lengths: list[int]):
    problems = embed_problems(*({"description": "x" * length} for length in lengths))
    assert ("MAX_EMBED_SIZE_EXCEEDED" in problems) is (sum(lengths) > 6000)


def test_title_fields_footer_and_author_count_towards_the_sum():
    part = {
        "title": "x" * 256,
        "footer": {"text": "x" * 2048},
        "author": {"name": "x" * 256},
        "fields": [{"name": "x" * 256, "value": "x" * 1024}],
    }
    assert embed_problems(part) == "{}"
    assert "MAX_EMBED_SIZE_EXCEEDED" in embed_problems(part, {"description": "x" * 2161})


def test_eleven_embeds_are_too_many():
    assert "BASE_TYPE_BAD_LENGTH" in embed_problems(*({"title": "x"} for _ in range(11)))


def test_mentions_are_parsed_or_listed_not_both():
    blame = FormErrors()
    message_rules.check_allowed_mentions(blame, {"parse": ["users"], "users": ["1"]})
    assert "mutually exclusive" in str(blame.tree)


def test_languages_are_those_of_discord():
    assert list(LOCALES) == [locale.value for locale in discord.Locale]


@pytest.mark.parametrize(
    ("said", "read"), [("de-AT", "de"), ("ja", "ja"), ("en-GB", "en-GB"), ("es-MX", "es-419")]
)
def test_a_browser_s_language_is_one_of_discord_s(said: str, read: str):
    assert locale_of(said) == read
    assert locale_of("eo") is None
