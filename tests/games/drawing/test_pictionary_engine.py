"""What the bot looks at and says, and what becomes of a game whose engine fails."""

from __future__ import annotations

import json

from games.core import BOT, ENGINE, Entry, decode, encode, replay
from games.drawing.guess_race import (
    BotLooked,
    Guess,
    GuessShown,
    LookRequested,
)
from games.drawing.guesser import Candidate
from games.drawing.pictionary import PICTIONARY
from games.drawing.pictionary_turn import TurnEnded
from games.drawing.turn import (
    DrawingFailed,
    DrawingUpdated,
    DrawRequested,
    TurnEnding,
)
from games.table.table import (
    Ending,
    GameEnded,
    Pause,
    Resume,
)
from tests.games.drawing.pictionary_tables import drawing, opened, started, word
from tests.games.driving import Driver


def test_the_bot_looks_at_what_is_drawn() -> None:
    host = drawing("ben", strength="hard")
    host.do(DrawingUpdated(1, "ann", "d", 1))
    looks = [one for one in host.wait(40) if isinstance(one, LookRequested)]
    # First after 9 s, then every 6 s, give or take a fifth.
    assert 4 <= len(looks) <= 8
    assert {(look.to, look.drawing) for look in looks} == {(ENGINE, "d")}


def test_the_bot_does_not_look_at_an_empty_sheet() -> None:
    host = drawing("ben", strength="hard")
    assert not [one for one in host.wait(25) if isinstance(one, LookRequested)]


def test_the_bot_stops_looking_once_it_has_it() -> None:
    host = drawing("ben", strength="hard")
    host.do(DrawingUpdated(1, "ann", "d", 1))
    host.do(BotLooked(1, (Candidate(word(host), 0.9),)))
    assert not [one for one in host.wait(40) if isinstance(one, LookRequested)]
    assert host.do(BotLooked(1, (Candidate("teapot", 0.9),))) == ()


def test_the_bot_says_what_it_is_sure_of_and_nothing_twice() -> None:
    host = drawing("ben")
    host.wait(40)
    seen = (Candidate("teapot", 0.5), Candidate("kettle", 0.35), Candidate("mug", 0.1))
    said: list[str] = []
    for _ in range(3):
        host.do(BotLooked(1, seen))
        said += [one.text for one in host.effects if isinstance(one, GuessShown)]
    assert said == ["teapot", "kettle"]


def says(host: Driver, sure: float) -> bool:
    """Whether the bot says a word that it is so sure of."""
    host.do(BotLooked(1, (Candidate("teapot", sure),)))
    return host.has(GuessShown)


def test_the_bot_need_not_be_so_sure_later_in_the_turn() -> None:
    host = drawing("ben", seconds=100, strength="medium")
    assert not says(host, 0.45)
    host.wait(10)  # of 100 s: .5 has come down to .46
    assert not says(host, 0.45)
    host.wait(10)
    assert says(host, 0.45)


def test_a_shorter_clock_is_less_to_wait_for() -> None:
    host = drawing("ben", "cem", seconds=100, strength="medium")
    host.wait(30)
    assert not says(host, 0.35)
    host.do(Guess("ben", word(host)))  # leaves 30 s: half of the turn has passed
    assert says(host, 0.35)


def test_a_pause_is_no_time_of_the_turn() -> None:
    host = drawing("ben", seconds=100, strength="medium")
    host.do(Pause("ann"))
    host.wait(60)
    host.do(Resume("ann"))
    assert not says(host, 0.45)


def test_a_game_that_began_before_is_played_again_and_goes_on_as_it_began() -> None:
    host = drawing("ben", seconds=100, strength="medium")
    seen = (Candidate("teapot", 0.45),)
    host.do(BotLooked(1, seen))
    assert not host.has(GuessShown)
    lines = [json.loads(encode(PICTIONARY, entry)) | {"version": 3} for entry in host.log]
    del lines[0]["data"]["settings"]["steady"]
    log = [decode(PICTIONARY, json.dumps(line)) for line in lines]
    play, effects = replay(PICTIONARY, host.play.seed, log)
    # .2 was enough at any time.
    assert [one.text for one in effects if isinstance(one, GuessShown)] == ["teapot"]
    assert play.state.turn is not None
    assert play.state.turn.said == ("teapot",)
    # What is stored from now on is of this version, and the game still is what it was.
    log.append(Entry(99.0, BotLooked(1, (Candidate("kettle", 0.19), Candidate("mug", 0.19)))))
    assert decode(PICTIONARY, encode(PICTIONARY, log[-1])) == log[-1]
    assert replay(PICTIONARY, host.play.seed, log)[1] == ()
    log[-1] = Entry(1.0, BotLooked(1, (Candidate("kettle", 0.21),)))
    assert replay(PICTIONARY, host.play.seed, log)[1] != ()


def test_the_bot_keeps_a_near_miss_to_itself() -> None:
    host = drawing("ben")
    assert host.do(BotLooked(1, (Candidate(f"big {word(host)}", 0.9),))) == ()


def test_the_bot_looks_in_vain_during_a_pause() -> None:
    host = drawing("ben")
    host.do(Pause("ann"))
    assert host.do(BotLooked(1, (Candidate(word(host), 0.9),))) == ()


def test_a_failed_drawing_ends_the_turn_unpaid() -> None:
    host = started("ben", "cem")
    host.do(Guess("ben", word(host)))
    host.do(DrawingFailed(1))
    assert host.one(TurnEnded).ending is TurnEnding.ENGINE_FAILED
    assert host.score(BOT) == 0


def test_two_failures_running_end_the_game() -> None:
    host = started("ben")
    host.do(DrawingFailed(1))
    host.wait(10)
    host.do(DrawingFailed(2))
    assert host.one(GameEnded).ending is Ending.BROKEN


def test_a_restarted_host_asks_again_for_the_drawing() -> None:
    host = started("ben")
    host.wait(20)
    host.do(Guess("ben", "teapot"))
    play, _ = host.replayed()
    (request,) = play.owed
    assert isinstance(request, DrawRequested)
    assert request.seconds == 70


def test_nothing_is_owed_when_a_person_draws() -> None:
    assert drawing("ben").play.owed == ()
    assert opened().play.owed == ()
