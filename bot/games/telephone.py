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

from bot import settings as server_settings
from bot.forms import Filled
from bot.games import album, pages, telephone_lobby, telephone_pages
from bot.games.album import Album, Shelf
from bot.games.album_card import Binder
from bot.games.bot_pages import BotPages
from bot.games.hall import LOBBY
from bot.games.host import Host, Presenter, Records, Result
from bot.games.manage import authority
from bot.games.reveal import Reveal
from bot.games.sketches import Sketches
from bot.games.tasks import Tasks
from bot.hostile import Refused
from bot.live_message import MakePage, Page
from bot.texts import Texts
from engine.album import Drift
from engine.canvas.drawing import Drawing
from engine.client import EngineError
from games.core import MODERATOR, Effect, Effects, Event
from games.table.table import GameEnded, Paused, Resumed, SeatsChanged, SettingsChanged, Stage
from games.telephone.books import BOUNDS, PHRASE, Preset, Settings
from games.telephone.books import Page as ChainPage
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


class Telephone(Presenter):
    """Presents telephone. keep_days: that albums are kept where a server set nothing."""

    def __init__(self, host: Host, keep_days: int) -> None:
        super().__init__(host)
        self.sketches = Sketches(host.tools.store, host.tools.renderer, host.id)
        self._keep_days = keep_days
        self._engine = BotPages(host, self.sketches, self._changed)
        self._tasks = Tasks(host, self.sketches)
        self._reveal = Reveal(host, self.sketches)
        self._shelf = Shelf(host.tools.store)
        self._binding = asyncio.Lock()
        self._preview: tuple[int, Drawing] | None = None  # page, and how far its drawing is
        self._open: set[int] = set()  # pages whose messages still ask for them
        self._end: GameEnded | None = None
        self._funniest: FunniestPages | None = None
        self._score: DriftScored | None = None

    @property
    def state(self) -> State:
        return self.host.play.state

    @property
    def settings(self) -> Settings:
        return self.state.settings

    @property
    def _alone(self) -> bool:
        """Does the bot play by itself?"""
        return self.settings.preset is Preset.SELF_PLAY

    # -- the life of a presenter

    async def lobby(self) -> Page:
        return telephone_lobby.open_lobby(self.host, self.settings)

    def note(self, event: Event, effects: Effects) -> None:
        self._tasks.note(effects)
        for effect in effects:
            match effect:
                case FunniestPages():
                    self._funniest = effect
                case DriftScored():
                    self._score = effect
                case GameEnded():
                    self._end = effect

    def present(self, event: Event, effects: Effects) -> None:
        host = self.host
        for effect in effects:
            match effect:
                case SettingsChanged() | SeatsChanged() if host.table.stage is Stage.LOBBY:
                    self._show_lobby()
                case PagesStarted():
                    self._turn_page(effect)
                case AlbumReady():
                    self._pass_on()
                case PageRevealed() | VotingStarted() if not self._alone:
                    self._reveal.show(self.state)
                case Paused() | Resumed():
                    host.spawn(self._tasks.set_clock())
                case GameEnded():
                    host.spawn(self._finish(effect))
        self._tasks.tell(effects)
        self._refresh()

    def resume(self) -> None:
        if self.host.table.stage is Stage.LOBBY:
            if self._alone:  # it was ended before it had begun
                self.host.spawn(self._begin(self.host.table.seats.host or MODERATOR))
            else:
                self._show_lobby()
        elif self.state.phase is Phase.PASSING:
            self.host.spawn(self._tasks.take_up_sheets())
        elif self.state.phase in (Phase.ALBUM, Phase.VOTING):
            self.host.spawn(self._bind())
            if not self._alone:
                self._reveal.show(self.state)
        self._open = {n for n in range(_MOST) if self.host.posts.sent(f"page:{n}")}
        self._refresh()

    async def serve(self, effect: Effect) -> None:
        match effect:
            case PageRequested():
                await self._engine.make(effect)
            case AlbumReady() if self.state.phase is not Phase.OVER:
                await self._bind()

    def records(self) -> Records:
        places = self._end.podium if self._end is not None else ()
        return Records(
            TELEPHONE.name,
            tuple(Result(int(one.player), one.score, one.place) for one in places),
        )

    # -- the lobby

    def _show_lobby(self) -> None:
        if not self._alone:
            self.host.posts.show(LOBBY, self.lobby)

    def _close_lobby(self, status: str) -> None:
        text = self.host.texts(status)
        page = telephone_lobby.closed_lobby(self.host, self.settings, text)
        self.host.spawn(self.host.posts.finish(LOBBY, _still(page)))

    async def _begin(self, by: str) -> None:
        await self.host.ask(Start(by, telephone_lobby.first_phrases(self.settings)), by)

    # -- the pages

    def _turn_page(self, started: PagesStarted) -> None:
        if started.page == 0 and not self._alone:
            self._close_lobby("telephone.begun")
        self._pass_on(started.page)

    def _pass_on(self, page: int | None = None) -> None:
        """Nobody makes any page any more but this one."""
        host, books = self.host, self.state.books
        players = [chair for chair in books.chairs if chair.isdecimal()]
        for old in self._open - {page}:
            self._open.discard(old)
            host.spawn(self._tasks.put_away(old, players))
            frame = _still(telephone_pages.passed(host, old, books.pages))
            host.spawn(host.posts.finish(f"page:{old}", frame))

    def _refresh(self) -> None:
        """Show what is under way as it is now."""
        state = self.state
        if self._alone:
            if state.phase in (Phase.PASSING, Phase.ALBUM):
                self.host.posts.show(LOBBY, self._alone_frame(state))
        elif state.phase is Phase.PASSING:
            page = telephone_pages.passing(self.host, state)
            self._open.add(state.books.page)
            self.host.posts.show(f"page:{state.books.page}", _still(page))

    def _changed(self, book: int, page: int, drawing: Drawing) -> None:
        """The bot has drawn more of a page. Only where it plays alone may people see that."""
        if self._alone and self.state.phase is Phase.PASSING and page == self.state.books.page:
            self._preview = page, drawing
            self._refresh()

    def _alone_frame(self, state: State) -> MakePage:
        made: tuple[ChainPage, ...] = (state.books.turned or ((),))[0]
        preview = self._preview

        async def frame() -> Page:
            drawn = [one.content for one in made if one.kind != PHRASE and one.content]
            found = [await self.sketches.png(content) for content in drawn]
            pngs = [png for png in found if png is not None]
            if preview is not None and preview[0] == len(made):
                pngs.append(await self.host.tools.renderer.png(preview[1]))
            return telephone_pages.alone(self.host, state, made, pngs)

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
                await self.host.do(DriftMeasured(tuple(map(still_said, measured))))
            if self._alone and state.phase is Phase.ALBUM:
                await self.host.do(RevealNext(MODERATOR, book=True))
        return kept

    async def _kept(self) -> Album | None:
        host, state = self.host, self.state
        async with self._binding:
            there = await self._shelf.of_game(host.id)
            if there is not None:
                return there
            turned = state.album.books or state.books.turned
            if not turned or len(turned[0]) < 2:
                return None
            books = await album.books_of(self.sketches, turned)
            server = await server_settings.of(host.tools.store, host.room.guild)
            owner = host.table.seats.host or ""
            return await self._shelf.put(
                game=host.id,
                guild=host.room.guild,
                channel=host.room.channel,
                host=int(owner) if owner.isdecimal() else 0,
                days=server.retention_days or self._keep_days,
                books=books,
                drifts=tuple(await self._measure(books)),
            )

    async def _measure(self, books: Iterable[Sequence[album.Leaf]]) -> list[Drift | None]:
        """The drift of each book; None from the one on for which the engine was not there."""
        tools = self.host.tools
        drifts: list[Drift | None] = []
        there = True
        for book in books:
            try:
                drift = await album.measure(tools.engine, tools.renderer, book) if there else None
            except EngineError as error:
                log.warning("a drift was not measured", extra={"reason": str(error)})
                drift, there = None, False
            drifts.append(drift)
        return drifts

    async def _finish(self, end: GameEnded) -> None:
        """The last page of everything."""
        host, state = self.host, self.state
        if not state.books.turned:
            self._close_lobby("pictionary.nobody_started")
            return
        if not self._alone:
            self._reveal.finish(state)
        kept = await self._kept()
        key = LOBBY if self._alone else END
        if kept is None:
            page = pages.note(host.texts("telephone.too_short"))
            await host.posts.finish(key, _still(page))
            return
        if self._funniest is not None:
            await self._shelf.vote(kept, self._funniest.pages)
            kept = await self._shelf.of_game(host.id) or kept
        tools = host.tools
        binder = Binder(tools.renderer, tools.names, tools.pad.address)
        first = [telephone_lobby.title(host.texts, self.settings)] if self._alone else []
        if self._score is not None:
            first.append(host.texts("telephone.drift_score", points=self._score.points))
        best = self._funniest.pages[0][0] if self._funniest is not None else 0

        async def frame() -> Page:
            return await binder.card(host.texts, kept, best, first=first)

        await host.posts.finish(key, frame)

    # -- what people do

    async def press(
        self, interaction: discord.Interaction[Any], what: str, argument: str, values: list[str]
    ) -> None:
        host, by = self.host, authority(interaction, self.host)
        match what:
            case "start":
                await self._begin(by)
                await interaction.response.defer()
            case "settings" | "set":
                if host.table.stage is not Stage.LOBBY:
                    raise Refused("games.reason.not_now")
                if not host.table.seats.may_manage(by):
                    raise Refused("games.reason.not_yours")
                if what == "set" and values:
                    chosen = telephone_lobby.changed(self.settings, argument, values[0])
                    await host.ask(Configure(by, chosen), by)
                texts = Texts.of(interaction, private=True)
                page = telephone_lobby.panel(host, self.settings, texts)
                if what == "set":
                    await interaction.response.edit_message(view=page.view)
                else:
                    await interaction.response.send_message(view=page.view, ephemeral=True)
            case "next" | "next_book" | "vote":
                await self._reveal.press(interaction, what, values)
            case _:
                await self._tasks.press(interaction, what, argument)

    async def fill(
        self, interaction: discord.Interaction[Any], what: str, argument: str, form: Filled
    ) -> None:
        await self._tasks.fill(interaction, what, argument, form)

    async def submit(self, interaction: discord.Interaction[Any], png: bytes) -> None:
        await self._tasks.submit(interaction, png)

    async def drawn(self, sheet: str, drawing: Drawing, *, done: bool) -> None:
        await self._tasks.drawn(sheet, drawing, done=done)


def _still(page: Page) -> MakePage:
    async def frame() -> Page:
        return page

    return frame
