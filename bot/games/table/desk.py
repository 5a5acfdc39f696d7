"""Where a person draws for a game: a sheet of the pad, whose newest state the game hears of."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import discord
from discord import ButtonStyle, ui

from bot.games.table.buttons import GameButton
from bot.games.table.game_runner import GameRunner
from bot.kit.errors import UserError
from bot.kit.newest import Newest
from bot.pad import Room, Sheet, Work
from bot.texts import Texts

log = logging.getLogger(__name__)

HERE = "here"
"""What the button that opens the pad inside Discord does."""

STATES_APART = 1.0  # seconds between states of a drawing that are shown and kept


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is on a sheet. number: of the turn or page; done: it was handed in."""

    number: int
    player: str
    work: Work
    done: bool


class Desk:
    """The sheets of one game. what: `turn` or `page`, as their ids have it.

    take: gives the rules what was drawn; called at most once in STATES_APART seconds for a sheet,
    with the newest state.
    """

    def __init__(
        self, runner: GameRunner, what: str, take: Callable[[Drawn], Awaitable[None]]
    ) -> None:
        self._runner = runner
        self._what = what
        self._take = take
        self._news: Newest[str, tuple[Work, bool]]
        self._news = Newest(self._hand_on, STATES_APART, runner.spawn)

    def _id(self, number: int, player: str) -> str:
        return f"game:{self._runner.id}:{self._what}:{number}:person:{player}"

    def ends_at(self, timer: str) -> int:
        """When a timer of the rules fires, in seconds since the epoch, if nothing holds it."""
        left = self._runner.table.timers.left(timer, self._runner.now) or 0.0
        return self._runner.unix(self._runner.now + left)

    async def open(
        self,
        number: int,
        player: str,
        *,
        title: str,
        ink: float,
        strokes: int | None,
        seconds: float,
        timer: str,
    ) -> str | None:
        """A link to a player's sheet; None where the pad has no address.

        After a restart, opening a sheet again lets the game hear what is on it.
        """
        sheet = Sheet(
            id=self._id(number, player),
            person=int(player),
            title=title,
            ink=ink,
            strokes=strokes,
            ends_at=float(self.ends_at(timer)),
            seconds=seconds,
            language=self._runner.texts_for(player).language,
        )
        return await self._runner.services.pad.open(sheet)

    async def set_clock(self, number: int, player: str, timer: str) -> None:
        """The clock was set anew, was stopped, or goes on."""
        await self._runner.services.pad.update(
            self._id(number, player),
            ends_at=float(self.ends_at(timer)),
            paused=self._runner.table.paused,
        )

    def show_room(self, number: int, player: str, room: Room) -> None:
        """Show a player beside their sheet what the others say."""
        self._runner.services.pad.show_room(self._id(number, player), room)

    async def put_away(self, number: int, player: str) -> None:
        """Nobody draws on this sheet any more."""
        await self._runner.services.pad.close(self._id(number, player))

    def drawn(self, sheet: str, work: Work, *, done: bool) -> None:
        """Something was drawn on a sheet, `WHAT:NUMBER:person:PLAYER`."""
        self._news.put(sheet, (work, done))

    async def _hand_on(self, sheet: str, news: tuple[Work, bool]) -> None:
        what, number, _, player = sheet.split(":")
        if what == self._what:
            await self._take(Drawn(int(number), player, *news))


def ways(runner: GameRunner, url: str | None, texts: Texts) -> list[ui.Item[Any]]:
    """The buttons that lead to a sheet: into the Activity, where there is one, and to a link."""
    found: list[ui.Item[Any]] = []
    if url is None:
        return found
    if runner.services.activity:
        label = texts("games.here")
        found.append(GameButton(runner.id, HERE, label=label, emoji="🖍️", style=ButtonStyle.primary))
    found.append(ui.Button(label=texts("games.pad"), emoji="✏️", url=url))
    return found


async def launch(interaction: discord.Interaction[Any]) -> None:
    """Open the Activity for whoever pressed. Raises UserError where Discord does not want to.

    docs: https://docs.discord.com/developers/interactions/receiving-and-responding
    """
    try:
        await interaction.response.launch_activity()
    except (discord.Forbidden, discord.NotFound):
        raise
    except discord.HTTPException as error:
        log.warning("the Activity was not launched", extra={"reason": str(error)})
        raise UserError("games.no_activity") from error
