"""How fast what many games do is stored."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

from bot.store.database import Store

_EVENT = '{"type": "Guess", "seat": 1, "text": "is it a lighthouse by the sea", "at": 12.345}'


async def store(games: int, seconds: float, folder: Path | None) -> int:
    """Let so many games store events as fast as they can, each its next when the last is stored."""
    waits: list[float] = []

    async def play(kept: Store, number: int) -> None:
        game = await kept.add_game("pictionary", guild=number, channel=number)
        count = 0
        while time.monotonic() < until:
            began = time.perf_counter()
            await kept.append(game, count, float(count), _EVENT)
            waits.append(time.perf_counter() - began)
            count += 1

    with tempfile.TemporaryDirectory(prefix="penguess-bench-", dir=folder) as made:
        async with Store(Path(made) / "bench.sqlite3") as kept:
            began, until = time.monotonic(), time.monotonic() + seconds
            await asyncio.gather(*(play(kept, number) for number in range(games)))
            lasted = time.monotonic() - began
    waits.sort()
    half, late = (waits[round(share * (len(waits) - 1))] * 1000 for share in (0.5, 0.99))
    print(f"{len(waits) / lasted:.0f} events a second by {games} games on {made}")
    print(f"an event is stored after p50 {half:.1f} ms, p99 {late:.1f} ms")
    return 0
