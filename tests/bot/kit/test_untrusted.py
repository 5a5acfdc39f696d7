from __future__ import annotations

import pickle
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kit.errors import UserError
from bot.kit.untrusted import MAX_PROMPT, clean, shown


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a cat", "a cat"),
        ("  a \n\t cat ", "a cat"),
        ("a\u200bcat\u2060", "acat"),
        ("\u202ecat a\u202c", "cat a"),
        ("cafe\u0301", "café"),
        ("a\x00 \x1b[31mcat", "a [31mcat"),
        ("c" + "\u0336" * 40 + "at", "c" + "\u0336" * 4 + "at"),
        ("קוף", "קוף"),
        ("👩\u200d🎨", "👩\u200d🎨"),
        ("猫", "猫"),
    ],
)
def test_text_is_one_line_of_visible_characters(text: str, cleaned: str):
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "refused.empty"),
        ("   ", "refused.empty"),
        ("\u200b\u200b", "refused.empty"),
        ("...", "refused.empty"),
        ("x" * 6000, "refused.long"),
        ("x" * (MAX_PROMPT + 1), "refused.long"),
    ],
)
def test_what_is_not_taken_has_a_reason(text: str, key: str):
    with pytest.raises(UserError) as caught:
        clean(text)
    assert caught.value.key == key


def test_a_refusal_survives_the_way_between_processes():
    again = pickle.loads(pickle.dumps(UserError("refused.long", most=3)))  # noqa: S301
    assert (again.key, again.values) == ("refused.long", {"most": 3})


@given(st.text(max_size=400))
def test_what_is_taken_is_visible_and_short(text: str):
    try:
        cleaned = clean(text)
    except UserError:
        return
    assert 0 < len(cleaned) <= MAX_PROMPT
    assert cleaned == cleaned.strip()
    kept = {unicodedata.category(char) for char in cleaned if char not in "\u200c\u200d"}
    assert not any(category.startswith("C") for category in kept)


@pytest.mark.parametrize(
    "text",
    [
        "@everyone",
        "<@123456789>",
        "**bold**",
        "[x](http://y.z)",
        "||s||",
        "`code`",
        "# big",
        "<#1>",
    ],
)
def test_no_markdown_mention_or_link_is_left(text: str):
    escaped = shown(text)
    for index, char in enumerate(escaped):
        if char in "*_~|`>#[]()<@:":
            assert escaped[index - 1] == "\\"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\n\n\n\nb", "a b"),
        ("a\u202eb\u2066c", "abc"),
        ("z\u200b\u200b\ufeffz", "zz"),
        ("e" + "\u0301" * 58, "é" + "\u0301" * 4),
        ("\u200b\u2060", "…"),
        ("\u3164 \u2800", "…"),
        ("", "…"),
    ],
)
def test_what_is_shown_is_one_line_that_can_be_seen(text: str, seen: str):
    assert shown(text) == seen


def test_text_from_right_to_left_keeps_to_its_place():
    assert shown("קוף") == "\u2068קוף\u2069"
    assert shown("cat") == "cat"


def test_long_text_ends_in_an_ellipsis():
    assert shown("a" * 50, 10) == "a" * 9 + "…"
