"""Rate limits: a bucket for each route and major parameter, and one for the bot as a whole.

docs: topics/rate-limits. Discord publishes the headers and the global limit of 50 requests a
second, not the size of the buckets ("should not be hard coded"); those here are of the size
that bots report.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from bot.playground.model.clock import Clock
from bot.playground.model.errors import Json

# Discord's proxy adds this; discord.py takes a 429 without it for a ban by Cloudflare.
VIA = {"Via": "1.1 google"}


@dataclass(frozen=True, slots=True)
class Limit:
    """`count` requests in `seconds`."""

    count: int
    seconds: float


GLOBAL = Limit(50, 1.0)  # docs: topics/rate-limits#global-rate-limit
# Editing messages older than an hour: its own, stricter limit with its own code.
# docs: topics/opcodes-and-status-codes#json (30046)
OLD_EDITS = Limit(3, 20.0)
OLD_AFTER = 3600.0  # seconds


class RateLimited(Exception):
    """Too many requests; `retry_after` in seconds, `headers` and `body` as Discord answers."""

    def __init__(
        self,
        retry_after: float,
        headers: dict[str, str],
        *,
        everywhere: bool = False,
        code: int | None = None,
        message: str = "You are being rate limited.",
    ) -> None:
        super().__init__(f"retry after {retry_after:.3f} s")
        scope = "global" if everywhere else "user"
        self.headers = VIA | headers | {"X-RateLimit-Scope": scope}
        self.headers["Retry-After"] = str(max(1, round(retry_after + 0.5)))
        if everywhere:
            self.headers["X-RateLimit-Global"] = "true"
        self.body: Json = {"message": message, "retry_after": round(retry_after, 3)}
        self.body["global"] = everywhere
        if code is not None:
            self.body["code"] = code


@dataclass(slots=True)
class _Window:
    left: int
    ends: float


class Limits:
    """Counts requests by bucket.

    generosity: multiplies what each bucket allows, but for edits of old messages.
    """

    def __init__(self, clock: Clock, generosity: float = 1.0) -> None:
        self.clock = clock
        self.generosity = generosity
        self._windows: dict[tuple[str, str], _Window] = {}

    def _window(self, key: tuple[str, str], limit: Limit) -> _Window:
        now = self.clock.now()
        window = self._windows.get(key)
        if window is None or now >= window.ends:
            if len(self._windows) > 5000:
                self._windows = {k: w for k, w in self._windows.items() if w.ends > now}
            window = self._windows[key] = _Window(self._allowed(limit), now + limit.seconds)
        return window

    def _allowed(self, limit: Limit) -> int:
        if limit is OLD_EDITS:
            return limit.count
        return max(1, round(limit.count * self.generosity))

    def take(self, bucket: str, major: str, limit: Limit) -> dict[str, str]:
        """Count one request; the headers of its answer. Raises RateLimited when none is left."""
        window = self._window((bucket, major), limit)
        now = self.clock.now()
        window.left -= 1
        headers = {
            "X-RateLimit-Limit": str(self._allowed(limit)),
            "X-RateLimit-Remaining": str(max(0, window.left)),
            "X-RateLimit-Reset": f"{window.ends:.3f}",
            "X-RateLimit-Reset-After": f"{window.ends - now:.3f}",
            "X-RateLimit-Bucket": hashlib.md5(bucket.encode(), usedforsecurity=False).hexdigest(),
        }
        if window.left < 0:
            raise RateLimited(window.ends - now, headers)
        return headers

    def take_global(self) -> None:
        """Count one request of the bot as a whole. Raises RateLimited above 50 a second."""
        window = self._window(("global", ""), GLOBAL)
        window.left -= 1
        if window.left < 0:
            raise RateLimited(window.ends - self.clock.now(), {}, everywhere=True)

    def take_old_edit(self, channel_id: int) -> None:
        """Count an edit of a message older than an hour. Raises RateLimited with code 30046."""
        window = self._window(("old edits", str(channel_id)), OLD_EDITS)
        window.left -= 1
        if window.left < 0:
            message = "Maximum number of edits to messages older than 1 hour reached."
            left = window.ends - self.clock.now()
            raise RateLimited(left, {}, code=30046, message=message)
