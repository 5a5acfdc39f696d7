from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pad.links import BadLink, ExpiredLink, Pass, read, token

SECRET = b"s" * 32
PASS = Pass("game:1:turn:2:person:3", 3, 1000)

passes = st.builds(Pass, st.text(max_size=80), st.integers(0, 2**63), st.integers(1, 2**40))


@given(passes)
def test_a_token_says_what_was_signed(given_out: Pass):
    assert read(SECRET, token(SECRET, given_out), now=0.0) == given_out


@given(passes)
def test_a_token_fits_into_an_address(given_out: Pass):
    assert set(token(SECRET, given_out)) <= set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
    )


def test_a_token_expires():
    assert read(SECRET, token(SECRET, PASS), now=999.9) == PASS
    with pytest.raises(ExpiredLink):
        read(SECRET, token(SECRET, PASS), now=1000.0)


def test_another_secret_signs_nothing():
    with pytest.raises(BadLink):
        read(b"t" * 32, token(SECRET, PASS), now=0.0)


@given(st.data())
def test_no_character_of_a_token_can_be_changed(data: st.DataObject):
    good = token(SECRET, PASS)
    place = data.draw(st.integers(0, len(good) - 1))
    other = data.draw(st.characters().filter(lambda c: c != good[place]))
    with pytest.raises(BadLink):
        read(SECRET, good[:place] + other + good[place + 1 :], now=0.0)


@given(st.text(max_size=200))
def test_anything_else_is_a_bad_link(text: str):
    with pytest.raises(BadLink):
        read(SECRET, text, now=0.0)


@pytest.mark.parametrize("text", ["", ".", "a" * 2000, "é.é"])
def test_nothing_much_is_a_bad_link(text: str):
    with pytest.raises(BadLink):
        read(SECRET, text, now=0.0)
