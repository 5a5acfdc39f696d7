from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.see.caption.grammar import LONGEST, SLOTS, Noun, Phrase, nouns, parse

CAT, TREE = parse("cat @"), parse("tree")


@pytest.mark.parametrize(
    ("line", "noun"),
    [
        ("cat @", Noun("cat", "cats", "a", being=True)),
        ("box", Noun("box", "boxes", "a")),
        ("cherry", Noun("cherry", "cherries", "a")),
        ("key", Noun("key", "keys", "a")),
        ("mouse | mice @", Noun("mouse", "mice", "a", being=True)),
        ("bread =", Noun("bread", "", "")),
        ("scissors +", Noun("scissors", "", "")),
        ("ice cream", Noun("ice cream", "ice creams", "a")),
        ("sun ^", Noun("sun", "", "the")),
    ],
)
def test_a_line_of_the_vocabulary_is_a_noun(line: str, noun: Noun) -> None:
    assert parse(line) == noun


@pytest.mark.parametrize(
    ("noun", "words"),
    [
        ("cat", "a cat"), ("owl", "an owl"), ("hourglass", "an hourglass"),
        ("unicorn", "a unicorn"), ("umbrella", "an umbrella"), ("ufo", "a ufo"),
        ("x-ray", "an x-ray"), ("ukulele", "a ukulele"), ("bread =", "bread"),
        ("scissors +", "scissors"), ("moon ^", "the moon"), ("Eiffel Tower ^", "the Eiffel Tower"),
    ],
)  # fmt: skip
def test_articles_go_by_sound(noun: str, words: str) -> None:
    assert str(Phrase(parse(noun))) == words


def test_slots_stand_in_their_order() -> None:
    whole = Phrase(
        CAT, count="two", size="tiny", attribute="happy", colour="red", action="sleeping",
        relation="under", other=TREE, setting="at night",
    )  # fmt: skip
    assert str(whole) == "two tiny happy red cats sleeping under a tree at night"
    assert str(Phrase(CAT, attribute="old")) == "an old cat"
    assert str(Phrase(parse("bread ="), colour="brown")) == "brown bread"


def test_an_addition_fills_one_empty_slot() -> None:
    found = [str(phrase) for phrase in Phrase(CAT, size="tiny").additions(("size", "colour"))]
    assert found == [f"a tiny {colour} cat" for colour in SLOTS["colour"]]


def test_only_beings_act() -> None:
    assert any(phrase.action for phrase in Phrase(CAT).additions())
    assert not any(phrase.action for phrase in Phrase(TREE).additions())
    assert "a cat riding a tree" in map(str, Phrase(CAT).in_company(TREE))
    assert "a tree riding a cat" not in map(str, Phrase(TREE).in_company(CAT))


def test_what_has_no_plural_is_not_counted() -> None:
    assert not any(phrase.count for phrase in Phrase(parse("bread =")).additions())


def test_nothing_is_in_its_own_company() -> None:
    assert not list(Phrase(CAT).in_company(CAT))


@given(st.sampled_from(nouns()), st.sampled_from(nouns()), st.data())
def test_phrases_are_well_formed(noun: Noun, other: Noun, data: st.DataObject) -> None:
    phrase = Phrase(noun)
    for _ in range(3):
        options = [*phrase.additions(), *phrase.in_company(other)]
        phrase = data.draw(st.sampled_from(options))
    text = str(phrase)
    assert len(text) <= LONGEST
    assert text == " ".join(text.split())
    assert not re.search(r"\b(a|an|the) (a|an|the)\b|\ba [aeio]|\ban [bcdfgjklmnpqrstvwz]", text)


def test_the_vocabulary_is_large_and_without_repeats() -> None:
    names = [noun.text.lower() for noun in nouns()]
    assert len(names) > 4000
    assert len(names) == len(set(names))
    assert not [name for name in names if name != name.strip() or len(name) > 30]
