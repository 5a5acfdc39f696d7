"""The results of a finished game: rows of `results` and `turns`, all that is kept of it."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass

from sqlite_utils import Database

from bot.store.database import Store
from bot.store.schema import table


@dataclass(frozen=True, slots=True)
class Result:
    """What one player takes from a finished game: a row of `results`. person: 0 is the bot."""

    person: int
    points: int
    place: int
    solved: int = 0
    drawn: int = 0
    best_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class TurnResult:
    """A word that was drawn: a row of `turns`. drawer: 0 is the bot; solvers of guessers, people
    all, had it; seconds: how long the turn was."""

    turn: int
    word: str
    concept: str
    drawer: int
    solvers: int
    guessers: int
    seconds: float


@dataclass(frozen=True, slots=True)
class GameResults:
    """What a game leaves behind. kind: what the boards know it by, such as its mode."""

    kind: str
    results: tuple[Result, ...] = ()
    turns: tuple[TurnResult, ...] = ()


async def keep(store: Store, game: int, guild: int | None, left: GameResults) -> None:
    """Store what the boards need, end the game, and let go of its drawings; all or nothing."""
    common = {"game": game, "guild": guild or 0, "kind": left.kind, "at": time.time()}

    def write(db: Database) -> None:
        table(db, "results").upsert_all(
            [common | asdict(result) for result in left.results], pk=("game", "person")
        )
        table(db, "turns").upsert_all(
            [common | asdict(turn) for turn in left.turns], pk=("game", "turn")
        )
        table(db, "sketches").delete_where("game = ?", [game])
        table(db, "games").update(game, {"over": 1})

    await store.do(write)
