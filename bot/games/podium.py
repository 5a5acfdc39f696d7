"""The end of a game: the board as a picture and in words."""

from __future__ import annotations

from bot.cards import page
from bot.games import lobby, pages
from bot.games.buttons import GameButton, rows
from bot.games.host import Host
from bot.games.turn_pages import who
from bot.live_message import Page
from games.drawing.settings import Settings
from games.table.table import GameEnded

END = "end"
"""The key of the last post of a game."""


async def show(host: Host, end: GameEnded, settings: Settings) -> None:
    """Post the board of a finished game."""
    texts = host.texts
    ranked = [(one.place, await host.name(one.player), one.score) for one in end.podium]
    png = await host.tools.renderer.podium(ranked)

    async def frame() -> Page:
        lines = [
            texts("pictionary.podium_title"),
            texts(f"pictionary.over_{end.ending.name.lower()}"),
        ]
        board = [
            texts("pictionary.board_line", place=one.place, who=who(texts, one.player), n=one.score)
            for one in end.podium
        ]
        parts = [
            *pages.texts(lines),
            pages.picture("podium.png", texts("pictionary.podium_alt")),
            *pages.texts([*board, texts("card.details", details=lobby.summary(texts, settings))]),
            *rows([GameButton(host.id, "again", label=texts("games.again"), emoji="🔁")]),
        ]
        return page(parts, pages.OVER, (("podium.png", png),))

    await host.posts.finish(END, frame)
