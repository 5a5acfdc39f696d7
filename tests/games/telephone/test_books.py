"""The ways of books."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from games.table.seats import Seats
from games.telephone.books import (
    PHRASE,
    BookPage,
    Books,
    ChainSettings,
    Preset,
    kind_of,
    pages_of,
    seats_of,
    ways,
)


@given(st.sampled_from(list(Preset)), st.integers(2, 24), st.integers(0, 24), st.integers())
def test_no_book_has_a_seat_twice_and_no_seat_two_books(
    preset: Preset, seats: int, links: int, seed: int
) -> None:
    travel = ways(ChainSettings(preset=preset, links=links), seats, random.Random(seed))
    for way in travel:
        chairs = [chair for chair in way if chair is not None]
        assert len(set(chairs)) == len(chairs)
    for column in zip(*travel, strict=True):
        chairs = [chair for chair in column if chair is not None]
        assert len(set(chairs)) == len(chairs)


def test_with_as_many_links_as_seats_everybody_has_every_book() -> None:
    for way in ways(ChainSettings(), 6, random.Random(1)):
        assert sorted(chair for chair in way if chair is not None) == list(range(6))


@pytest.mark.parametrize(("preset", "kind"), [("bot-draws", "drawing"), ("bot-guesses", "phrase")])
def test_the_engine_makes_all_pages_of_a_kind(preset: str, kind: str) -> None:
    for way in ways(ChainSettings(preset=Preset(preset)), 3, random.Random(1)):
        assert len(way) == 5
        assert way[0] is not None
        engine = {kind_of(page) for page, chair in enumerate(way) if chair is None}
        people = {kind_of(page) for page, chair in enumerate(way) if chair is not None and page}
        assert engine == {kind}
        assert kind not in people


def test_the_bot_alone_has_one_book_of_any_length() -> None:
    settings = ChainSettings(preset=Preset.SELF_PLAY, links=24)
    assert ways(settings, 2, random.Random(1)) == ((None,) * 24,)


def test_a_table_has_no_more_pages_than_it_has_seats_for() -> None:
    classic, shared = (
        ChainSettings(links=8, seats=2),
        ChainSettings(Preset.BOT_DRAWS, links=8, seats=2),
    )
    assert [pages_of(classic, seats_of(classic, people)) for people in (1, 2, 5, 9)] == [2, 2, 5, 8]
    assert pages_of(shared, seats_of(shared, 2)) == 3


def test_nobody_has_a_task_when_all_books_are_full() -> None:
    page = BookPage("ada", PHRASE, "a cat")
    books = Books(("ada", "bo"), ((0, 1), (1, 0)), ((page, page), (page, page)), (None, None))
    seats = Seats()
    assert books.task("ada", seats) is None  # as in the moment before the album
    assert books.waiting(seats) == ()
