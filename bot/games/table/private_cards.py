"""Cards that people are shown in private, and what becomes of them when they are used up."""

from __future__ import annotations

import logging
from collections.abc import Callable

import discord

from bot.games.table.game_runner import GameRunner
from bot.kit import layout
from bot.kit.live_message import TROUBLE, MessageView

log = logging.getLogger(__name__)


class PrivateCards:
    """The cards of a game that can still be pressed. A person may have asked for several."""

    def __init__(self, runner: GameRunner) -> None:
        self._runner = runner
        self._shown: list[tuple[discord.Message, str]] = []  # with whom they were shown to
        self._changed: set[int] = set()  # cards that show something else by now

    def keep(self, message: discord.Message, player: str) -> None:
        """A card was shown to a player."""
        self._changed.discard(message.id)
        self._shown.append((message, player))

    def forget(self, message: int) -> None:
        """A card shows something else from now on, whoever learns late that it was shown."""
        self._changed.add(message)
        self._shown = [shown for shown in self._shown if shown[0].id != message]

    def use_up(self, key: str, **values: str) -> None:
        """Put a text in the place of all cards: none of their buttons does anything now."""
        self.use_up_where(lambda _: True, key, **values)

    def use_up_where(self, over: Callable[[str], bool], key: str, **values: str) -> None:
        """The same with the cards of those players for whom it is `over`."""
        used = [shown for shown in self._shown if over(shown[1])]
        self._shown = [shown for shown in self._shown if shown not in used]
        for message, player in used:
            self.replace(message, player, key, **values)

    def replace(self, message: discord.Message, player: str, key: str, **values: str) -> None:
        """Put a text in the place of a player's card, which is not among those kept, unless it
        shows something else by now."""
        if message.id in self._changed:
            return
        page = layout.notice(self._runner.texts_for(player)(key, **values))
        self._runner.spawn(_replace(message, page))


async def _replace(message: discord.Message, page: MessageView) -> None:
    """Within the 15 minutes in which a private message can be changed; then it stays."""
    try:
        await message.edit(view=page.view, attachments=[])
    except TROUBLE as error:
        log.info("a private card stays", extra={"reason": str(error)})
