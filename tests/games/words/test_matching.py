"""Guesses in four languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from games.words import matching
from games.words.lists import words
from games.words.matching import LANGUAGES, Verdict, counts_as, judge, keys, same


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


@pytest.mark.parametrize(
    ("guess", "word", "language"),
    [
        ("パンダ", "パン", "ja"),
        ("ぱんだ", "パン", "ja"),
        ("Burger", "Burg", "de"),
        ("Bürger", "Burg", "de"),
        ("Fischer", "Fisch", "de"),
        ("Küche", "Kuchen", "de"),
        ("Küchen", "Kuchen", "de"),
        ("Reise", "Reis", "de"),
        ("Eisen", "Eis", "de"),
        ("zehn", "Zeh", "de"),
        ("Bären", "Bar", "de"),
        ("Schlosser", "Schloss", "de"),
        ("moño", "mono", "es"),
        ("caña", "cana", "es"),
        ("canes", "can", "en"),
        ("planes", "plan", "en"),
        ("rates", "rat", "en"),
        ("cubes", "cub", "en"),
        ("glass", "glas", "en"),
    ],
)
def test_a_word_of_its_own_is_no_plural_of_another(guess: str, word: str, language: str) -> None:
    assert judge(guess, [word], language) is not Verdict.RIGHT


@pytest.mark.parametrize(
    ("guess", "word", "language"),
    [
        ("flies", "fly", "en"),
        ("fly", "flies", "en"),
        ("boxes", "box", "en"),
        ("wolves", "wolf", "en"),
        ("potatoes", "potato", "en"),
        ("shoes", "shoe", "en"),
        ("waves", "wave", "en"),
        ("fish & chips", "fish and chips", "en"),
        ("fish and chips", "fish & chips", "en"),
        ("peces", "pez", "es"),
        ("pan y queso", "pan & queso", "es"),
        ("árboles", "árbol", "es"),
        ("nino", "niño", "es"),
        ("Häuser", "Haus", "de"),
        ("Haeuser", "Haus", "de"),
        ("Kinder", "Kind", "de"),
        ("Eier", "Ei", "de"),
        ("Vögel", "Vogel", "de"),
        ("Katzen", "Katze", "de"),
        ("Bäume", "Baum", "de"),
        ("Nüsse", "Nuss", "de"),
        ("Gärten", "Garten", "de"),
        ("Uhren", "Uhr", "de"),
        ("Salz und Pfeffer", "Salz & Pfeffer", "de"),
        ("猫だ", "猫", "ja"),
        ("ネコかな", "ネコ", "ja"),
    ],
)
def test_plurals_as_they_are_spelt_count(guess: str, word: str, language: str) -> None:
    assert judge(guess, [word], language) is Verdict.RIGHT


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_a_list_counts_as_another(language: str) -> None:
    """All pairs, both ways; only words that have a form or a plural in common are compared."""
    by_form: dict[str, set[tuple[str, str]]] = {}
    for word in words(language):
        for answer in word.answers:
            for form in (
                *keys(answer, language),
                *matching._singulars(keys(answer, language), language),
            ):
                by_form.setdefault(form, set()).add((word.concept, answer))
    answers = {word.concept: set(word.answers) for word in words(language)}
    compared = 0
    for found in by_form.values():
        for concept, guess in found:
            for other, answer in found:
                if concept == other or guess in answers[other] or answer in answers[concept]:
                    continue
                # Words that are spelt alike are both meant.
                if matching._exact(guess, language) & matching._exact(answer, language):
                    continue
                compared += 1
                assert not counts_as(guess, answer, language), (guess, answer)
    assert compared or language != "de"
