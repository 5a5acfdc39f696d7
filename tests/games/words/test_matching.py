"""Guesses in four languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from games.words.lists import words
from games.words.matching import LANGUAGES, Verdict, judge, keys, same


@pytest.mark.parametrize(
    ("guess", "word", "language"),
    [
        ("CAT", "cat", "en"),
        ("  the cat!", "cat", "en"),
        ("Is it a cat?", "cat", "en"),
        ("it's a cat", "cat", "en"),
        ("cats", "cat", "en"),
        ("cherries", "cherry", "en"),
        ("knives", "knife", "en"),
        ("a mouse", "mice", "en"),
        ("icecream", "ice cream", "en"),
        ("ice-cream", "ice cream", "en"),
        ("c a t", "cat", "en"),
        ("ｃａｔ", "cat", "en"),
        ("ca\u200bt", "cat", "en"),
        ("pinata", "piñata", "en"),
        ("Äpfel", "Apfel", "de"),
        ("aepfel", "Apfel", "de"),
        ("ein Bar", "Bär", "de"),
        ("baer", "Bär", "de"),
        ("strasse", "Straße", "de"),
        ("Hunde", "Hund", "de"),
        ("nandu", "ñandú", "es"),
        ("los lápices", "lápiz", "es"),
        ("ARBOL", "árbol", "es"),
        ("うさぎ", "ウサギ", "ja"),
        ("ウサギです", "うさぎ", "ja"),
        ("コンピュータ", "コンピューター", "ja"),
        ("ﾈｺ", "ねこ", "ja"),
    ],
)
def test_takes_every_way_of_writing_the_word(guess: str, word: str, language: str) -> None:
    assert judge(guess, [word], language) is Verdict.RIGHT


@pytest.mark.parametrize("guess", ["elphant", "elepphant", "elephamt", "elehpant"])
def test_one_slip_is_close(guess: str) -> None:
    assert judge(guess, ["elephant"], "en") is Verdict.CLOSE


def test_two_slips_are_wrong() -> None:
    assert judge("elefant", ["elephant"], "en") is Verdict.WRONG


def test_a_text_with_the_word_in_it_is_close() -> None:
    assert judge("dog or cat or bird", ["cat"], "en") is Verdict.CLOSE


def test_a_long_word_inside_another_is_close() -> None:
    assert judge("sunflowers", ["flower"], "en") is Verdict.CLOSE


def test_a_short_word_inside_another_is_wrong() -> None:
    assert judge("scatter", ["cat"], "en") is Verdict.WRONG


def test_a_word_of_two_letters_has_no_close_guess() -> None:
    assert judge("oy", ["ox"], "en") is Verdict.WRONG


def test_alternatives_count() -> None:
    assert judge("bike", ["bicycle", "bike"], "en") is Verdict.RIGHT


def test_a_singular_is_not_cut_short() -> None:
    assert judge("Eis", ["Ei"], "de") is Verdict.WRONG


def test_an_article_alone_is_a_word() -> None:
    assert keys("the", "en") == {"the"}


@given(st.sampled_from(LANGUAGES), st.data())
def test_every_word_of_the_lists_is_itself(language: str, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(words(language)))
    for answer in word.answers:
        assert judge(answer, word.answers, language) is Verdict.RIGHT


@given(st.text(), st.text(), st.sampled_from(LANGUAGES))
def test_same_is_symmetric(one: str, other: str, language: str) -> None:
    assert same(one, other, language) == same(other, one, language)


@given(st.text(), st.sampled_from(LANGUAGES))
def test_a_wrong_text_holds_no_word_that_is_told(text: str, language: str) -> None:
    if judge(f"{text} kumquat", ["kumquat"], language) is Verdict.WRONG:
        raise AssertionError(text)
