"""How fast somebody may ask: a token bucket."""

from __future__ import annotations

import asyncio


class TokenBucket:
    """Fills at `rate` tokens a second up to `burst`, with which it begins."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._held, self._since = burst, asyncio.get_running_loop().time()

    async def pay(self, cost: float = 1.0) -> None:
        """Take so many; who takes more than there are is kept waiting, and loses nothing."""
        self._fill()
        self._held -= cost
        if self._held < 0:
            await asyncio.sleep(-self._held / self._rate)

    def spare(self) -> bool:
        """Take one if there is one. Returns whether there was."""
        self._fill()
        if self._held < 1:
            return False
        self._held -= 1
        return True

    def _fill(self) -> None:
        now = asyncio.get_running_loop().time()
        self._held = min(self._burst, self._held + (now - self._since) * self._rate)
        self._since = now
