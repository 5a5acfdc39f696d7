"""The album that a game leaves: whose it is, where it was played, and how long it is kept."""

from __future__ import annotations

from bot.games.albums.album import Album, AlbumPage, AlbumStore
from bot.games.table.game_runner import GameRunner
from bot.store import server_settings
from engine.album import Drift


async def keep(
    albums: AlbumStore,
    runner: GameRunner,
    books: tuple[tuple[AlbumPage, ...], ...],
    *,
    drifts: tuple[Drift | None, ...] | None = None,
    drawings: bool = False,
    bred: str = "",
) -> Album:
    """Keep what became of a game as long as its server, or else the operator, wants that.

    drifts: of each book; none without. drawings: it is no chain, but drawings and words.
    bred: what was bred, if it was.
    """
    server = await server_settings.of(runner.services.store, runner.place.guild)
    host = runner.table.seats.host or ""
    return await albums.put(
        game=runner.id,
        guild=runner.place.guild,
        channel=runner.place.channel,
        host=int(host) if host.isdecimal() else 0,
        days=server.retention_days or runner.services.keep_days,
        books=books,
        drifts=(None,) * len(books) if drifts is None else drifts,
        drawings=drawings,
        bred=bred,
    )
