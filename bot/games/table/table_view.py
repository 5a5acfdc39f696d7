"""What messages of every game have in common: who, until when, and the buttons for everybody."""

from __future__ import annotations

from typing import Any

from discord import ButtonStyle, ui

from bot.games.table.buttons import GameButton
from bot.games.table.game_runner import GameRunner
from bot.texts import Texts
from games.core import BOT, BOTS


def who(texts: Texts, player: str) -> str:
    """A seat in a message."""
    if player in BOTS:
        return texts("games.bot" if player == BOT else "games.rival")
    return f"<@{player}>"


def pinged(*players: str) -> tuple[int, ...]:
    """The people among seats, who must act: for `layout.framed`."""
    return tuple(int(player) for player in players if player.isdecimal())


def clock(
    runner: GameRunner, timer: str, key: str = "games.ends", texts: Texts | None = None
) -> str:
    """When a timer fires, or that the game is paused. texts: of the game, unless of one reader."""
    said = texts or runner.texts
    if runner.table.paused:
        return said("games.is_paused")
    left = runner.table.timers.left(timer, runner.now)
    return said(key, at=runner.unix(runner.now + left)) if left is not None else ""


def everyone(runner: GameRunner) -> list[ui.Item[Any]]:
    """What everybody may press at any time. Who does not play yet finds Join in the menu: most who
    see this sit at the table already."""
    buttons: list[ui.Item[Any]] = []
    if runner.table.paused:
        label = runner.texts("games.resume")
        buttons.append(GameButton(runner.id, "resume", label=label, style=ButtonStyle.success))
    buttons.append(GameButton(runner.id, "menu", label=runner.texts("games.more")))
    return buttons
