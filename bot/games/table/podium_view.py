"""The end of a game: the board as a picture and in words."""

from __future__ import annotations

from bot.games.table.buttons import GameButton, rows
from bot.games.table.game_runner import GameRunner
from bot.games.table.table_view import who
from bot.kit import layout
from bot.kit.live_message import still
from games.table.table import GameEnded

END = "end"
"""The key of the last post of a game."""


async def show(runner: GameRunner, end: GameEnded, details: str = "") -> None:
    """Post the board of a finished game. details: how it was played, in one line."""
    texts = runner.texts
    ranked = [(one.place, await runner.name(one.player), one.score) for one in end.podium]
    png = await runner.services.renderer.podium(ranked)

    lines = [texts("game_end.title"), texts(f"game_end.over_{end.ending.name.lower()}")]
    board = [
        texts("game_end.line", place=one.place, who=who(texts, one.player), n=one.score)
        for one in end.podium
    ]
    parts = [
        *layout.texts(lines),
        layout.picture("podium.png", texts("game_end.alt")),
        *layout.texts([*board, texts("card.details", details=details) if details else ""]),
        *rows([GameButton(runner.id, "again", label=texts("games.again"), emoji="🔁")]),
    ]
    page = layout.framed(parts, layout.DONE, (("podium.png", png),))
    await runner.posts.finish(END, still(page))
