"""The end of a game: the board as a picture and in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discord import ui

from bot.games.table.buttons import GameButton, rows
from bot.games.table.game_runner import GameRunner
from bot.games.table.table_view import who
from bot.kit import layout
from bot.kit.live_message import still
from games.table.table import Ending, GameEnded

END = "end"
"""The key of the last post of a game."""


async def show(
    runner: GameRunner, end: GameEnded, details: str = "", more: Sequence[ui.Item[Any]] = ()
) -> None:
    """Post the board of a finished game, with a podium if somebody has won.

    details: how it was played, in one line. more: buttons beside that for another game.
    """
    texts = runner.texts
    won = any(one.place for one in end.podium)
    why = [texts(f"game_end.over_{end.ending.name.lower()}")]
    if not won:
        finished = end.ending is Ending.FINISHED
        why.append(texts("game_end.no_points" if finished else "game_end.no_winner"))
    parts = layout.texts([texts("game_end.title" if won else "game_end.title_open"), " ".join(why)])
    files: tuple[layout.Picture, ...] = ()
    if won:
        ranked = [
            (one.place, await runner.name(one.player), one.score) for one in end.podium if one.score
        ]
        files = (("podium.png", await runner.services.renderer.podium(ranked)),)
        parts.append(layout.picture("podium.png", texts("game_end.alt")))
    line = "game_end.line" if won else "game_end.line_open"
    board = [
        texts(line, place=one.place, who=who(texts, one.player), n=one.score)
        for one in end.podium
        if won or one.score
    ]
    again = GameButton(runner.id, "again", label=texts("games.again"), emoji="🔁")
    parts += layout.texts([*board, texts("card.details", details=details) if details else ""])
    page = layout.framed([*parts, *rows([again, *more])], layout.DONE, files)
    await runner.posts.finish(END, still(page))
