"""Cards with words to choose from, which a drawer is shown in private."""

from __future__ import annotations

import discord
from discord import ButtonStyle

from bot.games.table.buttons import GameButton, rows
from bot.games.table.game_runner import GameRunner
from bot.kit import layout
from bot.kit.live_message import MessageView
from games.drawing.turn import WordsOffered


def card(runner: GameRunner, offered: WordsOffered) -> MessageView:
    """A button for each word."""
    due = runner.unix(runner.now + offered.seconds)
    buttons = [
        GameButton(
            runner.id, "choose", f"{offered.turn}.{index}", label=word, style=ButtonStyle.primary
        )
        for index, word in enumerate(offered.words)
    ]
    return layout.panel(runner.texts("pictionary.choose", at=due), rows(buttons), layout.BUSY)


class WordCards:
    """The cards of a game that can still be pressed. A drawer may have asked for several."""

    def __init__(self, runner: GameRunner) -> None:
        self._runner = runner
        self._shown: list[discord.Message] = []

    def keep(self, message: discord.Message) -> None:
        """A card was shown."""
        self._shown.append(message)

    def forget(self, message: int) -> None:
        """A card shows something else from now on."""
        self._shown = [shown for shown in self._shown if shown.id != message]

    def use_up(self, key: str, **values: str) -> None:
        """Put a text in the place of all cards: none of their buttons does anything now."""
        used, self._shown = self._shown, []
        page = layout.notice(self._runner.texts(key, **values))
        for message in used:
            self._runner.spawn(message.edit(view=page.view))
