"""The log: what is stored, and what is read back."""

import json
from typing import Any

import pytest

from games.core import (
    ENGINE,
    EVERYONE,
    Entry,
    Event,
    Game,
    Play,
    Tick,
    UnreadableLog,
    decode,
    encode,
    only,
)
from games.drawing.duel import DUEL
from games.drawing.guess_race import BotLooked
from games.drawing.guesser import Candidate
from games.drawing.pictionary import PICTIONARY
from games.drawing.settings import DrawingSettings, Mode
from games.drawing.turn import DrawingUpdated, Open, Start
from games.table.table import Join
from games.words.lists import Word


def test_an_audience_of_some_is_seen_by_them_alone() -> None:
    assert only("ann", "ben").sees("ben")
    assert not only("ann").sees("ben")


def test_everyone_sees_what_is_for_everyone_and_nobody_what_is_for_the_engine() -> None:
    assert EVERYONE.sees("ann")
    assert not ENGINE.sees("ann")


@pytest.mark.parametrize(
    "event",
    [
        Open("ann", DrawingSettings(mode=Mode.PEOPLE_DRAW, own=(Word("c", "t", ("a",)),))),
        Start("ann", (Word("a", "ä"), Word("b", "b", ("x", "y"), "hard", "food", 0.5))),
        BotLooked(3, (Candidate("猫", 0.25),)),
        Tick(),
    ],
)
def test_an_event_is_read_back_as_it_was(event: Event) -> None:
    entry = Entry(12.25, event)
    assert decode(PICTIONARY, encode(PICTIONARY, entry)) == entry


def test_an_event_of_another_game_is_not_written() -> None:
    class Stranger(Event):
        pass

    with pytest.raises(TypeError, match="Stranger is no event of pictionary"):
        encode(PICTIONARY, Entry(0, Stranger()))


def test_a_field_that_came_later_has_its_default() -> None:
    line = json.loads(encode(PICTIONARY, Entry(0, Open("ann"))))
    del line["data"]["settings"]["scale"]
    assert decode(PICTIONARY, json.dumps(line)).event == Open("ann")


@pytest.mark.parametrize("game", [PICTIONARY, DUEL])
def test_what_was_stored_when_ink_was_how_much_people_drew_is_read(game: Game[Any]) -> None:
    def line(event: Event) -> dict[str, Any]:
        return json.loads(encode(game, Entry(0, event))) | {"version": 1}

    opened = line(Open("ann"))
    del opened["data"]["settings"]["line_limit"]
    opened["data"]["settings"]["ink"] = 70
    then = DrawingSettings(
        line_limit=70, choosing=15, beginning=30, best=False, steady=game is PICTIONARY
    )
    assert decode(game, json.dumps(opened)).event == Open("ann", then)
    drawn = line(DrawingUpdated(1, "ann", "d", 3))
    del drawn["data"]["length"]
    drawn["data"]["ink"] = 2.5
    assert decode(game, json.dumps(drawn)).event == DrawingUpdated(1, "ann", "d", 3, 2.5)
    assert decode(game, json.dumps(line(Join("ben")))).event == Join("ben")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 99}, "version 99"),
        ({"game": "chess"}, "of chess"),
        ({"event": "Explode"}, "no event 'Explode'"),
        ({"data": {"player": []}}, "Join"),
        ({"at": None}, "Join"),
    ],
)
def test_a_line_that_does_not_fit_is_refused(change: dict[str, object], message: str) -> None:
    line = json.loads(encode(PICTIONARY, Entry(0, Join("ann"))))
    with pytest.raises(UnreadableLog, match=message):
        decode(PICTIONARY, json.dumps(line | change))


@pytest.mark.parametrize("line", ["", "{", "[1]", "null"])
def test_damage_is_refused(line: str) -> None:
    with pytest.raises(UnreadableLog):
        decode(PICTIONARY, line)


def test_time_does_not_run_backwards() -> None:
    play = Play(PICTIONARY, "seed", PICTIONARY.initial)
    play, _ = play.step(Open("ann"), 10.0)
    play, _ = play.step(Tick(), 4.0)
    assert play.now == 10.0
