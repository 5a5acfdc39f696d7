"""What the bot looks at and says, and what becomes of a game whose engine fails."""

from __future__ import annotations

from games.core import BOT, ENGINE
from games.drawing.guess_race import (
    BotLooked,
    Guess,
    GuessShown,
    LookRequested,
)
from games.drawing.guesser import Candidate
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
)
from tests.games.drawing.pictionary_tables import drawing, opened, started, word


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
    seen = (Candidate("teapot", 0.5), Candidate("kettle", 0.3), Candidate("mug", 0.1))
    said: list[str] = []
    for _ in range(3):
        host.do(BotLooked(1, seen))
        said += [one.text for one in host.effects if isinstance(one, GuessShown)]
    assert said == ["teapot", "kettle"]


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
