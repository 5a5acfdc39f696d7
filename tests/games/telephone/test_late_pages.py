"""Pages that are not in: reminders, what the bot makes instead, and whose seats it takes."""

from __future__ import annotations

from games.core import BOT, only
from games.table.table import (
    Ending,
    GameEnded,
    Join,
    Leave,
    Reason,
    SeatsChanged,
)
from games.telephone.books import BookPage
from games.telephone.handoff import Phase
from games.telephone.page_events import (
    BotPage,
    PageRequested,
    Reminded,
    SubmitDrawing,
)
from tests.games.telephone.chains import (
    PHRASES,
    asked,
    draw,
    refused,
    requested,
    started,
    write,
)


def test_whoever_is_late_is_reminded() -> None:
    host = started("ben", seats=2)
    write(host, "ann")
    (reminded,) = [one for one in host.wait(45) if isinstance(one, Reminded)]
    assert (reminded.to, reminded.seconds) == (only("ben"), 15)


def test_the_bot_makes_a_page_that_is_not_in() -> None:
    host = started("ben", seats=2)
    write(host, "ann", "ben")
    draw(host, "ann")
    effects = host.wait(120)
    (request,) = [one for one in effects if isinstance(one, PageRequested)]
    assert request.secret == "ann writes 0"
    host.do(BotPage(request.book, 1, "d"))
    (book,) = [book for book in host.state.album.books if book[0].author == "ann"]
    assert book[1] == BookPage(BOT, "drawing", "d", filled=True)


def test_a_late_page_is_no_more_wanted() -> None:
    host = started("ben", seats=2)
    write(host, "ann", "ben")
    host.wait(120)
    draw(host, "ben")
    assert refused(host) is Reason.NOT_NOW


def test_an_unfinished_drawing_counts_when_time_is_up() -> None:
    host = started("ben", seats=2)
    write(host, "ann", "ben")
    draw(host, "ann")
    host.do(SubmitDrawing("ben", 1, "half", done=False))
    host.do(SubmitDrawing("ben", 1, "more", done=False))
    assert host.state.phase is Phase.PASSING
    host.wait(120)
    assert ("ben", "more") in [(b[1].author, b[1].content) for b in host.state.album.books]


def test_a_first_phrase_that_is_not_in_is_a_suggestion() -> None:
    host = started("ben", seats=2)
    write(host, "ann")
    host.wait(60)
    (book,) = [book for book in host.state.books.turned if book[0].author == BOT]
    assert book[0].content in PHRASES


def test_two_missed_pages_give_the_seat_to_the_bot() -> None:
    host = started("ben", "cem", seats=3)
    write(host, "ann", "cem")
    host.wait(60)
    draw(host, "ann", "cem")
    effects = host.wait(120)
    (changed,) = [one for one in effects if isinstance(one, SeatsChanged)]
    assert [seat.player for seat in changed.seats if not seat.present] == ["ben"]
    host.do(Join("ben"))
    assert host.state.table.seats.has("ben")


def test_a_page_made_forgives_the_one_missed() -> None:
    host = started("ben", "cem", seats=3)
    write(host, "ann", "cem")
    host.wait(60)
    draw(host, "ann", "ben", "cem")
    write(host, "ann", "cem")
    host.wait(60)
    assert host.state.table.seats.has("ben")


def test_a_table_asleep_is_brought_home_by_the_bot() -> None:
    host = started("ben", seats=4)
    while not host.play.over:
        host.fire()
    assert host.one(GameEnded).ending is Ending.FINISHED
    assert [len(book) for book in host.state.album.books] == [4, 4, 4, 4]


def test_a_seat_that_is_left_goes_to_the_bot_at_once() -> None:
    host = started("ben", seats=2)
    write(host, "ann", "ben")
    draw(host, "ann")
    host.do(Leave("ben"))
    (request,) = requested(host)
    assert request.secret == "ann writes 0"
    host.do(Join("ben"))
    draw(host, "ben")
    assert refused(host) is Reason.NOT_NOW


def test_who_leaves_the_first_page_needs_no_engine() -> None:
    host = started("ben", seats=2)
    write(host, "ann")
    host.do(Leave("ben"))
    assert host.state.books.page == 1


def test_who_leaves_after_the_page_is_in_leaves_it() -> None:
    host = started("ben", seats=2)
    write(host, "ben")
    host.do(Leave("ben"))
    write(host, "ann")
    assert "ben" in [book[0].author for book in host.state.books.turned]


def test_who_comes_back_has_the_next_page() -> None:
    host = started("ben", "cem", seats=3)
    host.do(Leave("ben"))
    host.do(Join("ben"))
    write(host, "ann", "cem")
    assert "ben" in asked(host)


def test_newcomers_are_too_late() -> None:
    host = started("ben")
    host.do(Join("cem"))
    assert refused(host) is Reason.TOO_LATE


def test_the_engine_has_a_time_limit() -> None:
    host = started(seats=2)
    write(host, "ann")
    draw(host, "ann")
    host.wait(300)
    assert host.state.phase is Phase.ALBUM
    assert BookPage(BOT, "drawing", "") in [book[1] for book in host.state.album.books]
