"""Telephone, one rule at a time."""

from __future__ import annotations

from typing import Any

import pytest

from games.core import ENGINE, only
from games.table.table import (
    Join,
    Pause,
    Reason,
)
from games.telephone.books import Preset
from games.telephone.page_events import (
    PagesIn,
    PagesStarted,
    PageTaken,
    SubmitDrawing,
    WritePhrase,
)
from tests.games.telephone.chains import (
    asked,
    opened,
    refused,
    requested,
    started,
    write,
)


def test_everybody_starts_a_book_with_suggestions() -> None:
    host = started("ben", seats=2)
    begun = host.one(PagesStarted)
    assert (begun.page, begun.pages, begun.kind, begun.seconds) == (0, 2, "phrase", 60)
    assert set(asked(host)) == {"ann", "ben"}
    assert all(len(ask.suggestions) == 3 and not ask.secret for ask in asked(host).values())


def test_a_page_is_shown_to_its_successor_alone() -> None:
    host = started("ben", seats=2)
    write(host, "ann", "ben")
    pages = asked(host)
    assert pages["ben"].secret == "ann writes 0"
    assert pages["ann"].secret == "ben writes 0"
    assert pages["ben"].to == only("ben")
    assert pages["ben"].kind == "drawing"
    assert pages["ben"].seconds == 120


def test_the_bot_fills_the_table() -> None:
    host = started(seats=4)
    assert set(asked(host)) == {"ann"}
    assert host.one(PagesIn).done == 3
    write(host, "ann")
    requests = requested(host)
    assert len(requests) == 3
    assert {one.to for one in requests} == {ENGINE}
    assert {one.strokes for one in requests} == {24}


def test_a_page_in_can_be_replaced_until_the_page_turns() -> None:
    host = started("ben", seats=2)
    host.do(WritePhrase("ann", 0, "first thought"))
    assert host.one(PageTaken).to == only("ann")
    host.do(WritePhrase("ann", 0, "second  thought"))
    write(host, "ben")
    assert asked(host)["ben"].secret == "second thought"


@pytest.mark.parametrize(
    ("player", "page", "text", "reason"),
    [
        ("ann", 0, " ", Reason.EMPTY),
        ("ann", 0, "x" * 101, Reason.TOO_LONG),
        ("ann", 0, "fuck", Reason.BLOCKED),
        ("ann", 0, "marzipan", Reason.BLOCKED),
        ("ann", 1, "early", Reason.NOT_NOW),
        ("eve", 0, "not mine", Reason.NOT_NOW),
    ],
)
def test_a_phrase_is_refused(player: str, page: int, text: str, reason: Reason) -> None:
    host = started("ben", seats=2, blocked=("marzipan",))
    host.do(WritePhrase(player, page, text))
    assert refused(host) is reason


def test_a_drawing_is_no_phrase() -> None:
    host = started("ben", seats=2)
    host.do(SubmitDrawing("ann", 0, "d"))
    assert refused(host) is Reason.NOT_NOW


def test_a_drawing_without_anything_is_refused() -> None:
    host = started("ben", seats=2)
    write(host, "ann", "ben")
    host.do(SubmitDrawing("ann", 1, ""))
    assert refused(host) is Reason.EMPTY


def test_pages_wait_for_the_end_of_a_pause() -> None:
    host = started("ben", seats=2)
    host.do(Pause("ann"))
    host.do(WritePhrase("ben", 0, "fine"))
    assert refused(host) is Reason.PAUSED


def test_solo_is_for_one() -> None:
    host = opened(preset=Preset.SOLO)
    host.do(Join("ben"))
    assert refused(host) is Reason.FULL


@pytest.mark.parametrize(
    ("chosen", "seconds"),
    [
        ({"preset": Preset.SPEED}, 20),
        ({"preset": Preset.SPEED, "pace": "slow"}, 86400),
        ({"pace": "slow"}, 86400),
    ],
)
def test_the_pace_sets_the_time(chosen: dict[str, Any], seconds: float) -> None:
    assert started("ben", **chosen).one(PagesStarted).seconds == seconds


def test_the_prompt_opens_the_book_of_the_host() -> None:
    host = started("ben", seats=2, prompt="a cat on a bicycle")
    assert set(asked(host)) == {"ben"}
    host.do(WritePhrase("ann", 0, "something else"))
    assert refused(host) is Reason.NOT_NOW
    write(host, "ben")
    assert asked(host)["ben"].secret == "a cat on a bicycle"
    assert host.state.books.turned[0][0].author == "ann"


def test_links_make_books_shorter() -> None:
    assert started("ben", "cem", seats=3, links=2).state.books.pages == 2
