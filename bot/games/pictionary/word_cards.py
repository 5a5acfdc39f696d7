"""The card with words to choose from, which a drawer is shown in private."""

from __future__ import annotations

from discord import ButtonStyle

from bot.games.table.buttons import GameButton, rows
from bot.games.table.game_runner import GameRunner
from bot.games.table.table_view import clock
from bot.kit import layout
from bot.kit.live_message import MessageView
from bot.texts import Texts
from games.drawing.word_choice import CHOOSE, WordsOffered


def card(runner: GameRunner, offered: WordsOffered, texts: Texts) -> MessageView:
    """A button for each word."""
    buttons = [
        GameButton(
            runner.id, "choose", f"{offered.turn}.{index}", label=word, style=ButtonStyle.primary
        )
        for index, word in enumerate(offered.words)
    ]
    lines = (texts("pictionary.choose"), clock(runner, CHOOSE, texts=texts))
    return layout.panel("\n".join(lines), rows(buttons), layout.BUSY)
