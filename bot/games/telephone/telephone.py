"""Telephone in a channel: the lobby, the pages that everybody makes, the reveal, the album.

With people at the table, nobody but who makes a page sees the one before it. The bot alone plays
in one message, which everyone may watch.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from typing import Any

import discord

from bot.games.albums import album, game_album
from bot.games.albums.album import Album, AlbumStore
from bot.games.albums.album_view import AlbumCards
from bot.games.table.game_runner import GameRunner
from bot.games.table.lobby import POST, closed_lobby
from bot.games.table.results import GameResults, Result
from bot.games.table.table_menu import authority
from bot.games.telephone import lobby, pages_view
from bot.games.telephone.engine_pages import EnginePages
from bot.games.telephone.page_tasks import PageTasks
from bot.games.telephone.reveal_view import Reveal
from bot.kit import layout
from bot.kit.errors import UserError
from bot.kit.live_message import MakeView, MessageView, still
from bot.texts import Texts
from engine.album import Drift
from engine.canvas.drawing import Drawing
from engine.client import EngineError
from games.core import MODERATOR, Effect, Effects, Event
from games.table.table import GameEnded, Paused, Resumed, SeatsChanged, SettingsChanged, Stage
from games.telephone.books import BOUNDS, PHRASE, BookPage, ChainSettings, Preset
from games.telephone.handoff import Phase, State
from games.telephone.page_events import Configure, PageRequested, PagesStarted, Start
from games.telephone.reveal import (
    AlbumReady,
    DriftMeasured,
    DriftScored,
    FunniestPages,
    PageRevealed,
    RevealNext,
    VotingStarted,
    still_said,
)
from games.telephone.telephone import TELEPHONE

log = logging.getLogger(__name__)

END = "end"
"""The key of the last post of a game."""

_MOST = BOUNDS["links"][1]


class Telephone(PageTasks):
    """Presents `games.telephone`."""

    def __init__(self, runner: GameRunner) -> None:
        super().__init__(runner)
        self._engine = EnginePages(runner, self.sketches, self._changed)
        self._reveal = Reveal(runner, self.sketches)
        self._albums = AlbumStore(runner.services.store)
        self._binding = asyncio.Lock()
        self._preview: tuple[int, Drawing] | None = None  # page, and how far its drawing is
        self._open: set[int] = set()  # pages whose messages still ask for them
        self._end: GameEnded | None = None
        self._funniest: FunniestPages | None = None
        self._score: DriftScored | None = None

    @property
    def settings(self) -> ChainSettings:
        return self.state.settings

    @property
    def _alone(self) -> bool:
        """Does the bot play by itself?"""
        return self.settings.preset is Preset.SELF_PLAY

    # -- the life of a presenter

    async def lobby(self) -> MessageView:
        return lobby.open_lobby(self.runner, self.settings)

    def remember(self, event: Event, effects: Effects) -> None:
        super().remember(event, effects)
        for effect in effects:
            match effect:
                case FunniestPages():
                    self._funniest = effect
                case DriftScored():
                    self._score = effect
                case GameEnded():
                    self._end = effect

    def present(self, event: Event, effects: Effects) -> None:
        runner = self.runner
        for effect in effects:
            match effect:
                case SettingsChanged() | SeatsChanged() if runner.table.stage is Stage.LOBBY:
                    self._show_lobby()
                case PagesStarted():
                    self._turn_page(effect)
                case AlbumReady():
                    self._pass_on()
                case PageRevealed() | VotingStarted() if not self._alone:
                    self._reveal.show(self.state)
                case Paused() | Resumed():
                    runner.spawn(self.set_clock())
                case GameEnded():
                    runner.spawn(self._finish(effect))
        super().present(event, effects)
        self._refresh()

    def resume(self) -> None:
        if self.runner.table.stage is Stage.LOBBY:
            if self._alone:  # it was ended before it had begun
                self.runner.spawn(self._begin(self.runner.table.seats.host or MODERATOR))
            else:
                self._show_lobby()
        elif self.state.phase is Phase.PASSING:
            self.runner.spawn(self.take_up_sheets())
        elif self.state.phase in (Phase.ALBUM, Phase.VOTING):
            self.runner.spawn(self._bind())
            if not self._alone:
                self._reveal.show(self.state)
        unfinished = self.runner.posts.unfinished
        self._open = {n for n in range(_MOST) if f"page:{n}" in unfinished}
        if self.runner.table.stage is not Stage.LOBBY:
            passing = self.state.phase is Phase.PASSING
            self._pass_on(self.state.books.page if passing else None)
            if POST in unfinished and not self._alone and self.state.books.turned:
                self._close_lobby("telephone.begun")
        self._refresh()

    async def serve(self, effect: Effect) -> None:
        match effect:
            case PageRequested():
                await self._engine.make(effect)
            case AlbumReady() if self.state.phase is not Phase.OVER:
                await self._bind()

    def results(self) -> GameResults:
        places = self._end.podium if self._end is not None else ()
        return GameResults(
            TELEPHONE.name,
            tuple(Result(int(one.player), one.score, one.place) for one in places),
        )

    # -- the lobby

    def _show_lobby(self) -> None:
        if not self._alone:
            self.runner.posts.show(POST, self.lobby)

    def _close_lobby(self, status: str) -> None:
        runner, texts = self.runner, self.runner.texts
        people = len(runner.table.seats.people)
        page = closed_lobby(runner, lobby.about(texts, self.settings, people), texts(status))
        runner.spawn(runner.posts.finish(POST, still(page)))

    async def _begin(self, by: str) -> None:
        await self.runner.ask(Start(by, lobby.first_phrases(self.settings)), by)

    # -- the pages

    def _turn_page(self, started: PagesStarted) -> None:
        if started.page == 0 and not self._alone:
            self._close_lobby("telephone.begun")
        self._pass_on(started.page)

    def _pass_on(self, page: int | None = None) -> None:
        """Close every page except this one."""
        runner, books = self.runner, self.state.books
        players = [chair for chair in books.chairs if chair.isdecimal()]
        for old in self._open - {page}:
            self._open.discard(old)
            self.cards.use_up("telephone.page_over")
            runner.spawn(self.put_away(old, players))
            frame = still(pages_view.passed(runner, old, books.pages))
            runner.spawn(runner.posts.finish(f"page:{old}", frame))

    def _refresh(self) -> None:
        """Show what is under way as it is now."""
        state = self.state
        if self._alone:
            if state.phase in (Phase.PASSING, Phase.ALBUM):
                self.runner.posts.show(POST, self._alone_frame(state))
        elif state.phase is Phase.PASSING:
            page = pages_view.passing(self.runner, state)
            self._open.add(state.books.page)
            self.runner.posts.show(f"page:{state.books.page}", still(page))

    def _changed(self, book: int, page: int, drawing: Drawing) -> None:
        """The bot has drawn more of a page. Only where it plays alone may people see that."""
        if self._alone and self.state.phase is Phase.PASSING and page == self.state.books.page:
            self._preview = page, drawing
            self._refresh()

    def _alone_frame(self, state: State) -> MakeView:
        made: tuple[BookPage, ...] = (state.books.turned or ((),))[0]
        preview = self._preview

        async def frame() -> MessageView:
            drawn = [one.content for one in made if one.kind != PHRASE and one.content]
            found = [await self.sketches.png(content) for content in drawn]
            pngs = [png for png in found if png is not None]
            if preview is not None and preview[0] == len(made):
                pngs.append(await self.runner.services.renderer.png(preview[1]))
            return pages_view.alone(self.runner, state, made, pngs)

        return frame

    # -- the album

    async def _bind(self) -> Album | None:
        """Keep the album, and tell the rules how much of each first phrase was kept. None if
        there is nothing to keep."""
        kept = await self._kept()
        state = self.state
        if kept is not None and state.phase in (Phase.ALBUM, Phase.VOTING):
            if not state.album.kept:
                measured = (drift.to_first if drift else () for drift in kept.drifts)
                await self.runner.do(DriftMeasured(tuple(map(still_said, measured))))
            if self._alone and state.phase is Phase.ALBUM:
                await self.runner.do(RevealNext(MODERATOR, book=True))
        return kept

    async def _kept(self) -> Album | None:
        runner, state = self.runner, self.state
        async with self._binding:
            there = await self._albums.of_game(runner.id)
            if there is not None:
                return there
            turned = state.album.books or state.books.turned
            if not turned or len(turned[0]) < 2:
                return None
            books = await album.books_of(self.sketches, turned)
            drifts = tuple(await self._measure(books))
            return await game_album.keep(self._albums, runner, books, drifts=drifts)

    async def _measure(self, books: Iterable[Sequence[album.AlbumPage]]) -> list[Drift | None]:
        """The drift of each book; None from the one on for which the engine was not there."""
        services = self.runner.services
        drifts: list[Drift | None] = []
        there = True
        for book in books:
            try:
                drift = (
                    await album.measure(services.engine, services.renderer, book) if there else None
                )
            except EngineError as error:
                log.warning("a drift was not measured", extra={"reason": str(error)})
                drift, there = None, False
            drifts.append(drift)
        return drifts

    async def _finish(self, end: GameEnded) -> None:
        """The last page of everything."""
        runner, state = self.runner, self.state
        if not state.books.turned:
            self._close_lobby("lobby.nobody_started")
            return
        if not self._alone:
            self._reveal.finish(state)
        kept = await self._kept()
        key = POST if self._alone else END
        if kept is None:
            page = layout.notice(runner.texts("telephone.too_short"))
            await runner.posts.finish(key, still(page))
            return
        if self._funniest is not None:
            await self._albums.vote(kept, self._funniest.pages)
            kept = await self._albums.of_game(runner.id) or kept
        services = runner.services
        cards = AlbumCards(services.renderer, services.names, services.pad.address)
        first = [lobby.title(runner.texts, self.settings)] if self._alone else []
        if self._score is not None:
            first.append(runner.texts("telephone.drift_score", points=self._score.points))
        best = self._funniest.pages[0][0] if self._funniest is not None else 0

        async def frame() -> MessageView:
            return await cards.card(runner.texts, kept, best, first=first)

        await runner.posts.finish(key, frame)

    # -- what people do

    async def press(
        self, interaction: discord.Interaction[Any], what: str, argument: str, values: list[str]
    ) -> None:
        runner, by = self.runner, authority(interaction, self.runner)
        match what:
            case "start":
                await self._begin(by)
                await interaction.response.defer()
            case "settings" | "set":
                if runner.table.stage is not Stage.LOBBY:
                    raise UserError("games.reason.not_now")
                if not runner.table.seats.may_manage(by):
                    raise UserError("games.reason.not_yours")
                if what == "set" and values:
                    chosen = lobby.changed(self.settings, argument, values[0])
                    await runner.ask(Configure(by, chosen), by)
                texts = Texts.of(interaction, private=True)
                page = lobby.panel(runner, self.settings, texts)
                if what == "set":
                    await interaction.response.edit_message(view=page.view)
                else:
                    await interaction.response.send_message(view=page.view, ephemeral=True)
            case "next" | "next_book" | "vote":
                await self._reveal.press(interaction, what, values)
            case _:
                await super().press(interaction, what, argument, values)
