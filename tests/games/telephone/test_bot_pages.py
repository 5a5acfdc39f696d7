"""What the bot is asked for and says, with people and alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from games.table.table import (
    Ending,
    GameEnded,
    Join,
    Leave,
    Reason,
)
from games.telephone.books import ChainSettings, Preset
from games.telephone.handoff import Phase
from games.telephone.page_events import (
    BotPage,
    Open,
    Start,
)
from games.telephone.reveal import (
    AlbumReady,
)
from games.telephone.telephone import TELEPHONE
from tests.games.driving import Driver
from tests.games.telephone.chains import (
    PHRASES,
    asked,
    draw,
    opened,
    refused,
    requested,
    reveal_all,
    started,
    write,
)


@pytest.mark.parametrize("content", ["", "fuck you"])
def test_a_phrase_that_cannot_be_is_replaced_by_a_suggestion(content: str) -> None:
    host = started(preset=Preset.SELF_PLAY, links=3)
    host.do(BotPage(0, 1, "d"))
    host.do(BotPage(0, 2, content))
    assert host.state.album.books[0][2].content in PHRASES


def test_the_bot_is_told_what_was_said_in_the_book() -> None:
    host = started(preset=Preset.SELF_PLAY, links=6, prompt="a cat")
    host.do(BotPage(0, 1, "d"))
    assert requested(host)[-1].said == ("a cat",)
    host.do(BotPage(0, 2, "a dog"))
    host.do(BotPage(0, 3, "d"))
    assert requested(host)[-1].said == ("a cat", "a dog")
    assert not requested(host)[-1].by_hand


def test_with_people_the_bot_may_guess_what_a_person_wrote_but_not_say_its_own_again() -> None:
    host = started("ben", "cem", seats=3, preset=Preset.BOT_GUESSES)
    write(host, "ann", "ben", "cem")
    draw(host, "ann", "ben", "cem")
    assert [request.said for request in requested(host)] == [(), (), ()]
    assert all(request.by_hand for request in requested(host))
    for request in requested(host):
        host.do(BotPage(request.book, 2, f"guess {request.book}"))
    draw(host, "ann", "ben", "cem")
    again = requested(host)
    assert sorted(request.said for request in again) == [(f"guess {book}",) for book in range(3)]


def test_a_suggestion_that_was_said_is_not_taken_again() -> None:
    for seed in range(20):
        host = Driver(TELEPHONE, seed=str(seed))
        host.do(Open("ann", ChainSettings(Preset.SELF_PLAY, links=2 * len(PHRASES))))
        host.do(Start("ann", PHRASES))
        while host.state.phase is Phase.PASSING:
            page = host.state.books.page
            host.do(BotPage(0, page, "d" if page % 2 else ""))
        said = [one.content for one in host.state.album.books[0][::2]]
        assert sorted(said) == sorted(PHRASES)


def test_an_answer_that_nobody_waits_for_is_nothing() -> None:
    host = started("ben", seats=2)
    assert host.do(BotPage(0, 0, "pushy")) == ()
    assert host.do(BotPage(0, 5, "early")) == ()


def test_self_play_needs_nobody() -> None:
    host = started(preset=Preset.SELF_PLAY, links=4, prompt="a cat on a bicycle", reveal=1)
    assert requested(host)[0].secret == "a cat on a bicycle"
    for page, content in enumerate(["d1", "a dog", "d2"], start=1):
        host.do(BotPage(0, page, content))
    assert host.one(AlbumReady).books[0][0].content == "a cat on a bicycle"
    assert [one.content.content for one in reveal_all(host)] == [
        "a cat on a bicycle",
        "d1",
        "a dog",
        "d2",
    ]
    assert host.one(GameEnded).ending is Ending.FINISHED


@pytest.mark.parametrize("host", [opened, started])
def test_nobody_can_sit_down_where_the_bot_plays_alone(host: Callable[..., Driver]) -> None:
    table = host(preset=Preset.SELF_PLAY)
    for player in ("ann", "ben"):
        table.do(Join(player))
        assert refused(table) is Reason.ALONE
    assert table.state.table.seats.people == ()


def test_self_play_goes_on_when_its_host_leaves() -> None:
    host = started(preset=Preset.SELF_PLAY)
    host.do(Leave("ann"))
    host.wait(120)
    assert not host.play.over


def test_self_play_takes_a_phrase_from_the_list() -> None:
    host = started(preset=Preset.SELF_PLAY)
    assert requested(host)[0].secret in PHRASES
    assert host.state.books.pages == 8


def test_the_bot_plays_every_drawing() -> None:
    host = started("ben", seats=2, preset=Preset.BOT_DRAWS)
    write(host, "ann", "ben")
    assert len(requested(host)) == 2
    for request in requested(host):
        host.do(BotPage(request.book, 1, f"d{request.book}"))
    assert {ask.kind for ask in asked(host).values()} == {"phrase"}
    write(host, "ann", "ben")
    assert host.state.phase is Phase.ALBUM


def test_the_bot_plays_every_guess() -> None:
    host = started("ben", "cem", seats=3, preset=Preset.BOT_GUESSES)
    write(host, "ann", "ben", "cem")
    draw(host, "ann", "ben", "cem")
    assert {request.kind for request in requested(host)} == {"phrase"}
    assert not asked(host)


def test_a_restarted_host_asks_the_engine_again() -> None:
    host = started(seats=3)
    write(host, "ann")
    requests = tuple(requested(host))
    play, _ = host.replayed()
    assert play.owed == requests
    assert opened().play.owed == ()


def test_what_the_engine_says_is_not_passed_on_if_it_is_blocked() -> None:
    for said in ("a fucking cat", "a b4stard", "two robots", "", "   "):
        host = opened(preset=Preset.SELF_PLAY, prompt="a green moon", blocked=("robot",))
        host.do(Start("ann", PHRASES))
        host.do(BotPage(0, 1, "drawing"))
        host.do(BotPage(0, 2, said))
        phrase = host.state.books.turned[0][2].content
        assert phrase in PHRASES
        assert phrase != "a sad robot"


def test_what_the_engine_says_is_cut_where_a_phrase_ends() -> None:
    host = opened(preset=Preset.SELF_PLAY, prompt="a green moon")
    host.do(Start("ann", PHRASES))
    host.do(BotPage(0, 1, "drawing"))
    host.do(BotPage(0, 2, "a  cat\n" + "x" * 200))
    phrase = host.state.books.turned[0][2].content
    assert phrase.startswith("a cat x")
    assert len(phrase) == 100
