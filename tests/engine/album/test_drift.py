from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.album import Book, Drift, Page
from tests.engine.album.conftest import DRAWING


def chain(*phrases: str) -> Book:
    """Phrases with a drawing behind each."""
    return Book(tuple(p for text in phrases for p in (Page("Ada", text), Page("Bot", DRAWING))))


def turned(*degrees: float | None) -> Drift:
    """The drift of vectors that point there, each page one."""
    return Drift.of(
        [None if d is None else (math.cos(math.radians(d)), math.sin(math.radians(d)))
         for d in degrees]
    )  # fmt: skip


def test_similarities_are_cosines_to_the_first_page_and_to_the_one_before() -> None:
    drift = turned(0, 60, 90)
    assert drift.to_first == pytest.approx((1.0, 0.5, 0.0), abs=1e-6)
    assert drift.to_previous[0] is None
    assert drift.to_previous[1:] == pytest.approx((0.5, math.cos(math.radians(30))), abs=1e-6)


def test_a_missing_page_has_no_similarity_nor_has_the_next_to_it() -> None:
    drift = turned(0, None, 60)
    assert drift.to_first[1] is None
    assert drift.to_previous == (None, None, None)


def test_who_says_more_keeps_what_was_said() -> None:
    book = chain("an apple", "a red apple", "the tall red apple")
    assert turned(0, 90, 60, 90, 70, 90).broke_at(book) is None
    lost = chain("an apple", "a red apple", "a pie")
    assert turned(0, 90, 60, 90, 70, 90).broke_at(lost) == 4


def test_what_is_left_is_told_by_the_last_phrase() -> None:
    assert turned(0, 90, 60, 10).left == pytest.approx(0.5, abs=1e-6)
    assert turned(0, 90, 120).left == 0.0
    assert turned(0, 90).left is None


def test_it_broke_where_a_phrase_lost_most() -> None:
    book = chain("a cat", "a kitten", "a car", "a truck")
    drift = turned(0, 45, 10, 50, 80, 85, 85, 85)
    assert drift.broke_at(book) == 4
    assert drift.sentence(book) == "It broke on page 5, where “a kitten” became “a car”."


def test_it_did_not_break_if_the_last_phrase_says_the_first() -> None:
    book = chain("a cat", "a kitten")
    assert turned(0, 45, 10, 50).broke_at(book) is None
    assert turned(0, 45, 10, 50).sentence(book) == (
        "It never broke: “a cat” came back as “a kitten”."
    )
    again = chain("a cat", "a cat")
    assert turned(0, 45, 0, 45).sentence(again) == (
        "It never broke: “a cat” came back word for word."
    )


def test_one_phrase_cannot_break() -> None:
    assert turned(0, 45).sentence(chain("a cat")) == "Too short a chain to break."


@given(st.lists(st.none() | st.floats(0, 180), min_size=2, max_size=24))
def test_there_is_a_sentence_for_every_chain(degrees: list[float | None]) -> None:
    first = 0.0 if degrees[0] is None else degrees[0]
    drift = turned(first, *degrees[1:])
    pages = [Page("Ada", f"phrase {i}" if i % 2 == 0 else DRAWING) for i in range(len(degrees))]
    at = drift.broke_at(Book(tuple(pages)))
    assert at is None or (at > 0 and pages[at].phrase)
    assert drift.sentence(Book(tuple(pages))).endswith(".")
