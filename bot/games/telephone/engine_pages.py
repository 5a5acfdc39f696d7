"""The bot's pages of a chain: the engine draws phrases, and finds phrases for drawings.

What comes of it goes back to the rules as `BotPage`. The engine may be away or full for a while;
it is asked again as long as the table waits.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence

from bot.drawing.engine_drawing import asked_until
from bot.games.table.engine_artist import EngineArtist
from bot.games.table.game_runner import GameRunner
from bot.games.table.sketches import Sketches
from engine.canvas.drawing import Drawing
from engine.serve.api import FoundCaption
from games.drawing.turn import DrawRequested
from games.telephone.books import DRAWING
from games.telephone.handoff import ENGINE_SECONDS
from games.telephone.page_events import BotPage, PageRequested
from games.words.lists import called, translated

log = logging.getLogger(__name__)

_PAGES = 100  # more than any book has
_CAPTIONS = 5


def slot(book: int, page: int) -> int:
    """The number under which `Sketches` keeps a page of a chain."""
    return book * _PAGES + page


def in_language(
    captions: Sequence[FoundCaption], language: str, said: Collection[str]
) -> list[str]:
    """Phrases for what captions show, best first. Captions are English: in another language its
    own words for their nouns come first, as far as its list has them and they are not `said`."""
    phrases = [caption.phrase for caption in captions]
    if language == "en":
        return phrases
    own = [called(one.noun, language) for one in captions if translated(one.noun, language)]
    return [word for word in own if word not in said] + phrases


class EnginePages(EngineArtist):
    """The engine at work for one chain. changed(book, page, drawing): how far a drawing is."""

    def __init__(
        self, runner: GameRunner, sketches: Sketches, changed: Callable[[int, int, Drawing], None]
    ) -> None:
        super().__init__(runner, sketches)
        self._changed = changed

    async def make(self, request: PageRequested) -> None:
        """Make a page and hand it in; "" if it cannot be made."""
        if request.kind == DRAWING:
            content = await self._drawn(request)
        else:
            content = await self._said(request)
        await self._runner.do(BotPage(request.book, request.page, content))

    async def _drawn(self, request: PageRequested) -> str:
        at = slot(request.book, request.page)
        # `draw` counts on some of the time for showing the drawing, which is not needed here.
        await self.draw(
            DrawRequested(
                turn=at,
                concept=request.secret,
                strokes=request.strokes,
                seconds=ENGINE_SECONDS,
                ink=request.ink,
            )
        )
        last = await self._sketches.last_state(at)
        return last[0] if last is not None else ""

    async def tell(self, turn: int, reference: str, drawing: Drawing) -> None:
        self._changed(turn // _PAGES, turn % _PAGES, drawing)

    async def failed(self, turn: int) -> None:
        log.warning("a page could not be drawn", extra={"game": self._runner.id, "page": turn})

    async def _said(self, request: PageRequested) -> str:
        clock = self._runner.services.clock
        until = clock() + ENGINE_SECONDS
        return await asked_until(lambda: self._caption(request), clock, until) or ""

    async def _caption(self, request: PageRequested) -> str:
        """The best phrase for a drawing that may be passed on. Raises EngineError."""
        sketch = await self._sketches.outline(request.secret) if request.secret else None
        if sketch is None:
            return ""
        settings = self._runner.play.state.settings
        found = await self._runner.services.engine.caption(
            sketch,
            top=_CAPTIONS,
            blocked=settings.blocked,
            said=request.said,
            by_hand=request.by_hand,
        )
        phrases = in_language(found, settings.language, request.said)
        return next((one for one in phrases if not settings.refuses(one)), "")
