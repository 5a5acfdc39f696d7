"""All drawings of a game once more: the vote for the best, its result, and their album."""

from __future__ import annotations

from typing import Any

import discord

from bot.games.albums import game_album
from bot.games.albums.album import Album, AlbumStore
from bot.games.albums.album_view import AlbumCards
from bot.games.pictionary import best_view
from bot.games.table.game_runner import GameRunner
from bot.games.table.sketches import Sketches
from bot.games.table.table_menu import seat
from bot.kit.errors import UserError
from bot.kit.layout import notice
from bot.kit.live_message import MessageView, still
from bot.kit.untrusted import shown
from bot.texts import Texts
from engine.album import Book, Page
from games.core import Effect
from games.drawing.best import BestFound, BestVoted, Show, VoteBest

BEST = "best"
"""The key of the post with the vote for the best drawing."""


class Exhibition:
    """Presents `games.drawing.best`."""

    def __init__(self, runner: GameRunner, sketches: Sketches) -> None:
        self._runner = runner
        self._sketches = sketches
        self._albums = AlbumStore(runner.services.store)
        self._voted: BestVoted | None = None
        self._best: BestFound | None = None
        self._sheet: bytes | None = None

    @property
    def _show(self) -> Show:
        return self._runner.play.state.show

    def remember(self, effect: Effect) -> None:
        """Keep what the vote has come to so far."""
        match effect:
            case BestVoted():
                self._voted = effect
            case BestFound():
                self._best = effect
            case _:
                pass

    def open(self) -> None:
        """Show the ballot as it is now."""
        show, voted = self._show, self._voted

        async def frame() -> MessageView:
            return best_view.ballot(self._runner, show.ballot, voted, await self._drawings(show))

        self._runner.posts.show(BEST, frame)

    async def vote(self, interaction: discord.Interaction[Any], turn: str) -> None:
        """Somebody votes for the drawing of a turn. Raises UserError if they cannot."""
        person, texts = seat(interaction), Texts.of(interaction, private=True)
        if not turn.isdecimal() or len(turn) > 6:
            raise UserError("games.reason.out_of_bounds")
        await self._runner.ask(VoteBest(person, int(turn)), person)
        word = next(one.word for one in self._show.drawn if one.turn == int(turn))
        said = texts("pictionary.best_voted", word=shown(word))
        await interaction.response.send_message(view=notice(said).view, ephemeral=True)

    async def close(self) -> None:
        """Show the result of the vote, if there was one."""
        show, best = self._show, self._best
        if best is not None:
            page = best_view.found(self._runner, show.ballot, best, await self._drawings(show))
            await self._runner.posts.finish(BEST, still(page))

    async def keep(self) -> None:
        """Put the drawings into an album and show its card, if there are any."""
        runner, show = self._runner, self._show
        if not show.drawn:
            return
        kept = await self._album(show)
        services = runner.services
        cards = AlbumCards(services.renderer, services.names, services.pad.address)
        card = await cards.card(runner.texts, kept)
        await runner.posts.finish("album", still(card))

    async def _drawings(self, show: Show) -> bytes:
        """The sheet that is voted on."""
        if self._sheet is None:
            leaves = await best_view.pages(self._sketches, show.ballot)
            names = {0: self._runner.texts("games.bot")}
            for leaf in leaves:
                if leaf.author not in names:
                    names[leaf.author] = await self._runner.name(str(leaf.author))
            book = Book(tuple(Page(names[leaf.author], leaf.content) for leaf in leaves))
            self._sheet = await self._runner.services.renderer.sheet(book)
        return self._sheet

    async def _album(self, show: Show) -> Album:
        runner = self._runner
        there = await self._albums.of_game(runner.id)
        if there is not None:
            return there
        books = (await best_view.pages(self._sketches, show.drawn),)
        kept = await game_album.keep(self._albums, runner, books, drawings=True)
        best = self._best.turns if self._best is not None else ()
        if best:
            pages = tuple((0, 2 * i + 1) for i, one in enumerate(show.drawn) if one.turn in best)
            await self._albums.vote(kept, pages)
        return await self._albums.of_game(runner.id) or kept
