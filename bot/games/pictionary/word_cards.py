"""The card with words to choose from, which a drawer is shown in private."""

from __future__ import annotations

from discord import ButtonStyle

from bot.games.table.buttons import GameButton, rows
from bot.games.table.game_runner import GameRunner
from bot.kit import layout
from bot.kit.live_message import MessageView
from bot.texts import Texts
from games.drawing.word_choice import WordsOffered


def card(runner: GameRunner, offered: WordsOffered, texts: Texts) -> MessageView:
    """A button for each word."""
    due = runner.unix(runner.now + offered.seconds)
    buttons = [
        GameButton(
            runner.id, "choose", f"{offered.turn}.{index}", label=word, style=ButtonStyle.primary
        )
        for index, word in enumerate(offered.words)
    ]
    return layout.panel(texts("pictionary.choose", at=due), rows(buttons), layout.BUSY)
