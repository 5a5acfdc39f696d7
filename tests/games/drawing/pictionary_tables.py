"""Tables at which Pictionary is played, for tests of its rules."""

from __future__ import annotations

from typing import Any

from games.drawing.pictionary import PICTIONARY
from games.drawing.settings import DrawingSettings, Mode
from games.drawing.turn import (
    Open,
    Start,
)
from games.drawing.word_choice import ChooseWord
from games.table.table import (
    Join,
    Reason,
    Refused,
)
from games.words.lists import Word
from tests.games.driving import Driver

WORDS = tuple(Word(text, text, (f"{text} thing",)) for text in ("kumquat", "zugzwang", "vexillum"))


def opened(*others: str, **chosen: Any) -> Driver:
    host = Driver(PICTIONARY)
    host.do(Open("ann", DrawingSettings(**chosen)))
    for player in others:
        host.do(Join(player))
    return host


def started(*others: str, mode: Mode = Mode.BOT_DRAWS, **chosen: Any) -> Driver:
    host = opened(*others, mode=mode, **chosen)
    host.do(Start("ann", WORDS))
    return host


def drawing(*others: str, **chosen: Any) -> Driver:
    """A turn in which ann draws the first word on offer."""
    host = started(*others, mode=Mode.PEOPLE_DRAW, **chosen)
    host.do(ChooseWord("ann", 0))
    return host


def word(host: Driver) -> str:
    return host.state.turn.word.text


def refused(host: Driver) -> Reason:
    return host.one(Refused).reason
