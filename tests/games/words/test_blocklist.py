"""Words that are refused, and words that only look like them."""

import pytest

from engine.see.caption.grammar import SLOTS, Phrase, nouns
from games.words.blocklist import blocked
from games.words.lists import words


@pytest.mark.parametrize(
    "text",
    [
        "fuck",
        "FUCK off",
        "f u c k",
        "f.u.c.k",
        "f*u*c*k",
        "fuuuuuck",
        "fück",
        "sh1t",
        "$hit",
        "ＦＵＣＫ",
        "fu\u200bck",
        "сunt",
        "SCHEISSE",
        "Scheiße",
        "cabron",
        "チンコ",
        "たのしいちんぽ",
    ],
)
def test_refuses_a_word_in_disguise(text: str) -> None:
    assert blocked(text)


@pytest.mark.parametrize(
    "text",
    ["Scunthorpe", "my pen is red", "cumin", "assassin", "grape", "cocktail", "パチンコ", "ピエロ"],
)
def test_leaves_words_that_hold_one_by_chance(text: str) -> None:
    assert not blocked(text)


def test_takes_the_words_of_a_server() -> None:
    assert blocked("a B-R-O-C-C-O-L-I pie", ["Broccoli"])
    assert not blocked("broccoli")


def test_takes_phrases_of_a_server_as_whole_words() -> None:
    assert blocked("more Ice-Cream, please", ["ice  cream"])
    assert blocked("more ice cream", ["Ice Cream"])
    assert not blocked("ice on cream", ["ice cream"])
    assert not blocked("nice creams", ["ice cream"])


@pytest.mark.parametrize("language", ["en", "de", "es", "ja"])
def test_blocks_no_word_of_the_lists(language: str) -> None:
    assert [word for one in words(language) for word in one.answers if blocked(word)] == []


def test_the_captioner_has_no_blocked_word_to_say() -> None:
    said = [text for noun in nouns() for text in (str(Phrase(noun)), noun.plural)]
    said += [word for words in SLOTS.values() for word in words]
    assert [text for text in said if blocked(text)] == []
