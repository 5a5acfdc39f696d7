"""Two bots play with each other, and people may be faster."""

from __future__ import annotations

from typing import Any

from games.core import BOT, RIVAL
from games.drawing.guess_race import (
    BotLooked,
    ClockShortened,
    Guess,
    GuessAccepted,
    GuessShown,
    LookRequested,
)
from games.drawing.guesser import Candidate
from games.drawing.pictionary_turn import TurnEnded
from games.drawing.settings import DrawingSettings, Mode
from games.drawing.turn import (
    Configure,
    DrawingUpdated,
    Phase,
    TurnEnding,
)
from games.table.table import (
    Ending,
    GameEnded,
    Join,
    Leave,
    Reason,
    Refused,
)
from tests.games.drawing.pictionary_tables import opened, started
from tests.games.driving import Driver


def alone(**chosen: Any) -> Driver:
    """A game of the bot with itself, in its first turn."""
    return started(mode=Mode.SELF_PLAY, **chosen)


def drawn(host: Driver, strokes: int) -> list[LookRequested]:
    """So many strokes are there; what the engine is asked to look at."""
    turn = host.state.turn.number
    host.do(DrawingUpdated(turn, BOT, f"d{turn}.{strokes}", strokes))
    return [effect for effect in host.effects if isinstance(effect, LookRequested)]


def looked(host: Driver, word: str, sure: float = 0.9) -> None:
    host.do(BotLooked(host.state.turn.number, (Candidate(word, sure),)))


def test_two_bots_need_nobody() -> None:
    host = alone(rounds=2, hints=0)
    assert host.state.table.seats.people == ()
    assert host.state.table.seats.may_manage("ann")
    for _ in range(2):
        assert host.state.turn.drawer == BOT
        drawn(host, 1)
        looked(host, host.state.turn.word.text)
        assert host.one(GuessAccepted).player == RIVAL
        assert host.one(TurnEnded).ending is TurnEnding.ALL_GUESSED
        host.fire()
    ended = host.one(GameEnded)
    assert ended.ending is Ending.FINISHED
    assert {one.player for one in ended.podium} == {BOT, RIVAL}
    assert all(one.score > 0 for one in ended.podium)
    assert host.replayed()[0].state == host.state


def test_the_second_bot_looks_when_there_is_more_to_see() -> None:
    host = alone()
    (look,) = drawn(host, 1)
    assert look.drawing == "d1.1"
    assert drawn(host, 1) == []
    assert len(drawn(host, 2)) == 1
    looked(host, "something else")
    assert host.one(GuessShown).player == RIVAL
    looked(host, "something else")
    assert host.effects == ()


def test_a_person_may_be_first_and_then_the_clock_runs_for_the_other_bot_alone() -> None:
    host = alone(hints=0)
    host.do(Join("ben"))
    drawn(host, 1)
    host.do(Guess("ben", host.state.turn.word.text))
    assert host.one(GuessAccepted).player == "ben"
    assert host.one(TurnEnded).ending is TurnEnding.ALL_GUESSED


def test_with_people_at_the_table_the_turn_waits_for_them() -> None:
    host = alone(hints=0, seconds=60)
    host.do(Join("ben"))
    drawn(host, 1)
    looked(host, host.state.turn.word.text)
    assert not host.has(TurnEnded)
    assert drawn(host, 2) == []
    assert not host.has(ClockShortened)
    host.wait(60)
    assert host.state.phase is Phase.REVEAL
    assert host.score("ben") == 0 < host.score(RIVAL)


def test_bots_play_on_when_everybody_has_left() -> None:
    host = alone()
    host.do(Join("ben"))
    host.do(Leave("ben"))
    host.do(Leave("ann"))
    host.wait(300)
    assert not host.play.over


def test_self_play_is_chosen_at_the_beginning_and_stays() -> None:
    host = opened(mode=Mode.SELF_PLAY)
    host.do(Configure("ann", DrawingSettings(mode=Mode.MIXED)))
    assert host.one(Refused).reason is Reason.OUT_OF_BOUNDS
    other = opened()
    other.do(Configure("ann", DrawingSettings(mode=Mode.SELF_PLAY)))
    assert other.one(Refused).reason is Reason.OUT_OF_BOUNDS


def test_nobody_sits_down_as_a_bot() -> None:
    host = alone()
    host.do(Join(RIVAL))
    assert host.one(Refused).reason is Reason.NOT_YOURS
