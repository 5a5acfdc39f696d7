"""Letters given away."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from games.words.hints import interval, mask, plan


@pytest.mark.parametrize("word", ["ox", "x", "目", "海老", ""])
def test_a_word_of_two_letters_has_none(word: str) -> None:
    assert plan(word, 5, random.Random(1)) == ()


def test_spaces_and_hyphens_are_always_shown() -> None:
    assert mask("yo-yo man", ()) == (None, None, "-", None, None, " ", None, None, None)


def test_a_shown_letter_is_in_its_place() -> None:
    assert mask("cat", (1,)) == (None, "a", None)


def test_an_accented_letter_is_one_letter() -> None:
    assert mask("a\u0301rbol", (0,)) == ("á", None, None, None, None)


@given(st.text(min_size=1, max_size=20), st.integers(0, 5), st.integers())
def test_more_than_half_of_the_letters_stay_hidden(word: str, wanted: int, seed: int) -> None:
    planned = plan(word, wanted, random.Random(seed))
    assert len(planned) <= wanted
    hidden = mask(word, ()).count(None)
    assert hidden == 0 or mask(word, planned).count(None) > hidden / 2


def test_hints_and_the_end_are_evenly_apart() -> None:
    assert interval(90, 2) == 30
