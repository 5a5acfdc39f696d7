"""Fair limits: how many drawings one person and one server may have under way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from bot.kit.errors import UserError


class InFlight:
    """Counts what is under way."""

    def __init__(self) -> None:
        self._people: Counter[int] = Counter()
        self._servers: Counter[int] = Counter()

    @property
    def total(self) -> int:
        return self._people.total()

    def of_server(self, server: int) -> int:
        """How many are under way in a server."""
        return self._servers[server]

    @contextmanager
    def place(
        self, person: int, server: int | None, *, per_person: int, per_server: int
    ) -> Iterator[None]:
        """Hold a place for the time of the block; `server` is None in direct messages.

        Raises UserError when as many as are allowed are under way already.
        """
        if self._people[person] >= per_person:
            raise UserError("refused.busy_person", n=per_person)
        if server is not None and self._servers[server] >= per_server:
            raise UserError("refused.busy_server", n=per_server)
        self._people[person] += 1
        if server is not None:
            self._servers[server] += 1
        try:
            yield
        finally:
            self._give_back(self._people, person)
            if server is not None:
                self._give_back(self._servers, server)

    @staticmethod
    def _give_back(counts: Counter[int], key: int) -> None:
        counts[key] -= 1
        if counts[key] <= 0:
            del counts[key]
