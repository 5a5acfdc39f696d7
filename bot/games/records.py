"""What a finished game leaves behind: rows of `results` and `turns`, and nothing else of it."""

from __future__ import annotations

import time
from dataclasses import asdict

from sqlite_utils import Database

from bot.games.host import Host
from bot.schema import table


async def keep(host: Host) -> None:
    """Store what the boards need, end the game, and let go of its drawings; all or nothing."""
    records = host.presenter.records()
    common = {
        "game": host.id,
        "guild": host.room.guild or 0,
        "kind": records.kind,
        "at": time.time(),
    }

    def write(db: Database) -> None:
        table(db, "results").upsert_all(
            [common | asdict(result) for result in records.results], pk=("game", "person")
        )
        table(db, "turns").upsert_all(
            [common | asdict(turn) for turn in records.turns], pk=("game", "turn")
        )
        table(db, "sketches").delete_where("game = ?", [host.id])
        table(db, "games").update(host.id, {"over": 1})

    await host.tools.store.do(write)
