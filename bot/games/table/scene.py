"""What one person may see of a game as it is now, for the Activity (bot/activity)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heard:
    """A wrong guess, or with an empty text that this player has the word."""

    player: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """Shows no more than the channel's messages do, but to the one whose sheet it is.

    sheet: names the sheet that the person has to draw on, another for each turn; "" for none.
    choices: words to choose from, of turn or page `number`.
    title, note: what is to be known, as plain text. drawer: the seat that draws.
    picture: the reference of what is drawn; state: another number whenever that looks different.
    heard: what was said of it.
    deadline: when the time is up, in game time; None without a clock, or while it stands still.
    joins: the person sits elsewhere, and may sit down. guesses: may say what it is.
    """

    number: int = 0
    sheet: str = ""
    choices: tuple[str, ...] = ()
    title: str = ""
    note: str = ""
    drawer: str = ""
    picture: str = ""
    state: int = 0
    heard: tuple[Heard, ...] = ()
    deadline: float | None = None
    joins: bool = False
    guesses: bool = False
