"""Sheets are opened, drawn on and closed; whoever opened them hears what becomes of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.pad.sheet import Sheet
from bot.store import Store
from engine.drawing import Drawing

Listener = Callable[[str, Drawing], Awaitable[None]]


class Pad:
    """All sheets. `address` is what people reach the bot's web server by, None if they do not;
    it may be set later."""

    def __init__(self, store: Store, address: str | None = None) -> None:
        self.address = address
        self._store = store

    def listen(self, prefix: str, on_change: Listener, on_done: Listener) -> None:
        """Hear of sheets whose ids begin with `prefix`, as (sheet's id, drawing so far).

        on_change: a few times a second at most for a sheet; the newest drawing, others left out.
        on_done: the person has handed the sheet in. Both may come again after a restart.
        """
        raise NotImplementedError

    async def open(self, sheet: Sheet) -> str | None:
        """Give a sheet out. Returns the link to it, or None without a public address.

        Opening the same id again keeps what is drawn, takes over title, ink and clock, and gives
        another link to it; if something is drawn, or it is handed in already, listeners hear so.
        """
        raise NotImplementedError

    async def drawing(self, sheet_id: str) -> Drawing:
        """What is on a sheet, open or closed. Raises KeyError for a sheet that never was."""
        raise NotImplementedError

    async def update(
        self, sheet_id: str, *, ends_at: float | None = None, paused: bool | None = None
    ) -> None:
        """Set the clock anew, or stop the drawing for a while; None leaves a thing as it is."""
        raise NotImplementedError

    async def close(self, sheet_id: str) -> None:
        """Take no more strokes. What is drawn stays; closing again does nothing."""
        raise NotImplementedError
