from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.see.caption.grammar import LONGEST, SLOTS, Noun, Phrase, nouns, parse, singular

CAT, TREE = parse("cat @"), parse("tree")


@pytest.mark.parametrize(
    ("line", "noun"),
    [
        ("cat @", Noun("cat", "cats", "a", being=True)),
        ("box", Noun("box", "boxes", "a")),
        ("cherry", Noun("cherry", "cherries", "a")),
        ("key", Noun("key", "keys", "a")),
        ("squid | squid @", Noun("squid", "squid", "a", being=True)),
        ("bread =", Noun("bread", "", "")),
        ("scissors +", Noun("scissors", "", "")),
        ("ice cream", Noun("ice cream", "ice creams", "a")),
        ("sun ^", Noun("sun", "", "the")),
    ],
)
def test_a_line_of_the_vocabulary_is_a_noun(line: str, noun: Noun) -> None:
    assert parse(line) == noun


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("potato", "potatoes"), ("superhero", "superheroes"), ("piano", "pianos"),
        ("werewolf", "werewolves"), ("head scarf", "head scarves"), ("meatloaf", "meatloaves"),
        ("butter knife", "butter knives"), ("reef", "reefs"), ("safe", "safes"),
        ("computer mouse", "computer mice"), ("blouse", "blouses"), ("light aircraft",) * 2,
        ("snowwoman", "snowwomen"), ("goldfish", "goldfish"), ("musk ox", "musk oxen"),
        ("fox", "foxes"), ("child", "children"), ("mug of beer", "mugs of beer"),
        ("ship in a bottle", "ships in a bottle"), ("slice of bread", "slices of bread"),
        ("needle and thread", "needles and threads"), ("loaf of bread", "loaves of bread"),
    ],
)  # fmt: skip
def test_a_plural_follows_from_the_end_of_what_is_counted(one: str, many: str) -> None:
    assert parse(one).plural == many


@pytest.mark.parametrize(
    ("noun", "many"),
    [
        ("talisman", "talismans"), ("mongoose", "mongooses"), ("gulf", "gulfs"),
        ("stomach", "stomachs"), ("oasis", "oases"), ("skull and crossbones",) * 2,
    ],
)  # fmt: skip
def test_the_vocabulary_says_what_differs(noun: str, many: str) -> None:
    (found,) = (one.plural for one in nouns() if one.text == noun)
    assert found == many.replace("skull ", "skulls ")


def test_one_is_found_of_whatever_the_vocabulary_counts() -> None:
    counted = [noun for noun in nouns() if noun.plural]
    assert [noun.text for noun in counted if singular(noun.plural) != noun.text] == []


@pytest.mark.parametrize(
    ("many", "one"),
    [("cats", "cat"), ("cherries", "cherry"), ("buses", "bus"), ("mice", "mouse"), ("fish", "fish"),
     ("red foxes", "red fox"), ("glass", "glass"), ("octopus", "octopus"), ("pies", "pie"),
     ("old red houses", "old red house"), ("scissors", "scissors"), ("people", "person"),
     ("viruses", "virus"), ("spouses", "spouse"), ("firemen", "fireman")],
)  # fmt: skip
def test_one_of_many(many: str, one: str) -> None:
    assert singular(many) == one


def test_stuff_and_the_only_one_have_no_a() -> None:
    plainest = {str(Phrase(noun)) for noun in nouns()}
    assert plainest >= {"soup", "chess", "luggage", "the earth", "hurdles", "Noah's ark", "an ATM"}


def test_names_are_written_with_a_capital_letter() -> None:
    small = re.compile(r"\b(christmas|easter|santa|saturn|mars|venus|swiss|russian|dna|ufo|tv)\b")
    assert not [noun.text for noun in nouns() if small.search(noun.text)]


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
