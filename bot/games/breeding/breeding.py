"""Breeding in a channel: one post with nine drawings and their buttons, then the family tree."""

from __future__ import annotations

from typing import Any

import discord
from discord import ButtonStyle, ui

from bot.games.albums import game_album
from bot.games.albums.album import Album, AlbumPage, AlbumStore
from bot.games.albums.album_view import AlbumCards
from bot.games.breeding.litters import Litters
from bot.games.table.buttons import GameButton, rows
from bot.games.table.game_runner import GameRunner, Presenter
from bot.games.table.lobby import POST
from bot.games.table.results import GameResults
from bot.games.table.sketches import Sketches
from bot.games.table.table_menu import authority, seat
from bot.games.table.table_view import clock, everyone
from bot.kit import layout
from bot.kit.errors import UserError
from bot.kit.live_message import MessageView, still
from bot.kit.untrusted import shown
from engine.album.family import Family, Member
from engine.canvas.drawing import Drawing
from engine.canvas.sheet import numbered
from games.breeding.breeding import (
    BREEDING,
    IDLE,
    VOTE,
    BreedOn,
    Like,
    LitterRequested,
    ScoresRequested,
    Settle,
    State,
)
from games.breeding.litter import Litter
from games.core import Effect, Effects, Event
from games.table.table import GameEnded, Stage

END = "end"
"""The key of the post with the family tree."""

_COLUMNS = 3
_SCROLLED_AFTER = 8  # messages of people after which the post is sent anew
_POSTED_APART = 20.0  # seconds between that
_ALT = 1024  # characters, the most that Discord takes


class Breeding(Presenter):
    """Presents `games.breeding`."""

    def __init__(self, runner: GameRunner) -> None:
        super().__init__(runner)
        self._sketches = Sketches(runner.services.store, runner.services.renderer, runner.id)
        self._litters = Litters(runner, self._sketches)
        self._albums = AlbumStore(runner.services.store)
        self._sheet: tuple[int, bytes] | None = None  # of which generation
        self._above = 0  # messages that people wrote below the post
        self._posted = -_POSTED_APART

    @property
    def state(self) -> State:
        return self.runner.play.state

    # -- the life of a presenter

    async def lobby(self) -> MessageView:
        return await self._page()

    def remember(self, event: Event, effects: Effects) -> None:
        return  # the state has all that is shown

    def present(self, event: Event, effects: Effects) -> None:
        ended = [effect for effect in effects if isinstance(effect, GameEnded)]
        if ended:
            self.runner.spawn(self._finish(ended[0]))
        elif effects:
            self._show()

    def resume(self) -> None:
        if self.runner.table.stage is not Stage.OVER:
            self._show()

    async def serve(self, effect: Effect) -> None:
        match effect:
            case LitterRequested():
                await self._litters.make(effect)
            case ScoresRequested():
                await self._litters.score(effect)

    def results(self) -> GameResults:
        return GameResults(BREEDING.name)

    # -- the post

    def _show(self) -> None:
        self.runner.posts.show(POST, self._page)

    async def _page(self) -> MessageView:
        """The newest generation, with what there is to press."""
        state, texts = self.state, self.runner.texts
        lines = [texts("breeding.title", prompt=shown(state.settings.prompt))]
        if not state.litters:
            how = "breeding.painting" if state.settings.ink else "breeding.sketching"
            return layout.framed(layout.texts([*lines, texts(how)]), layout.BUSY)
        at = len(state.litters) - 1
        litter = state.litters[at]
        lines.append(self._where(state))
        over = state.table.stage is Stage.OVER
        below: list[str] = []
        buttons: list[ui.Item[Any]] = []
        if state.asked is not None:
            below.append(texts("breeding.breeding", parents=_listed(litter.chosen)))
        elif not over:
            waiting = clock(self.runner, VOTE) or clock(self.runner, IDLE, "breeding.idle")
            last = at + 1 == state.settings.generations
            below += [texts("breeding.how_last" if last else "breeding.how"), waiting]
            buttons = self._buttons(state, at, litter)
        elif litter.chosen:
            below.append(texts("breeding.settled", n=litter.chosen[0] + 1))
        file = ("drawings.png", await self._drawn(at, litter))
        alt = texts("breeding.alt", prompt=state.settings.prompt, n=len(litter.drawings))[:_ALT]
        parts = [*layout.texts(lines), layout.picture(file[0], alt), *layout.texts(below)]
        return layout.framed([*parts, *buttons], layout.DONE if over else layout.BUSY, (file,))

    def _where(self, state: State) -> str:
        """Which generation it is, and whose children."""
        texts, at = self.runner.texts, len(state.litters) - 1
        details = texts("breeding.generation", n=at + 1, of=state.settings.generations)
        if at:
            parents = _listed(state.litters[at - 1].chosen)
            details += " · " + texts("breeding.children_of", parents=parents)
        if state.settings.critic:
            details += " · " + texts("breeding.with_critic")
        return texts("card.details", details=details)

    def _buttons(self, state: State, at: int, litter: Litter) -> list[ui.Item[Any]]:
        """A button for each drawing, laid out as the drawings are, then those of the host."""
        runner, texts = self.runner, self.runner.texts
        likes: list[ui.Item[Any]] = []
        for number, votes in enumerate(litter.counts):
            label = texts("breeding.vote", n=number + 1, votes=votes) if votes else str(number + 1)
            style = ButtonStyle.success if votes else ButtonStyle.secondary
            likes.append(GameButton(runner.id, "like", f"{at}.{number}", label=label, style=style))
        grid = [likes[start : start + _COLUMNS] for start in range(0, len(likes), _COLUMNS)]
        hosts: list[ui.Item[Any]] = []
        if not state.table.paused:
            if at + 1 < state.settings.generations:
                label = texts("breeding.on")
                hosts.append(
                    GameButton(runner.id, "on", label=label, emoji="🧬", style=ButtonStyle.primary)
                )
            hosts.append(GameButton(runner.id, "settle", label=texts("breeding.settle")))
        return [row for line in grid for row in rows(line)] + rows([*hosts, *everyone(runner)])

    async def _drawn(self, at: int, litter: Litter) -> bytes:
        """The drawings of a generation on a sheet, a PNG."""
        if self._sheet is None or self._sheet[0] != at:
            sheet = numbered([one or Drawing(8, 8) for one in await self._of(litter)], _COLUMNS)
            self._sheet = at, await self.runner.services.renderer.png(sheet)
        return self._sheet[1]

    async def _of(self, litter: Litter) -> list[Drawing | None]:
        found = [await self._sketches.sketch(reference) for reference in litter.drawings]
        return [one if isinstance(one, Drawing) else None for one in found]

    def passed_by(self) -> None:
        now = self.runner.services.clock()
        if self.runner.table.stage is not Stage.PLAYING:
            return
        self._above += 1
        if self._above >= _SCROLLED_AFTER and now - self._posted >= _POSTED_APART:
            self._above, self._posted = 0, now
            self.runner.posts.renew(POST)
            self._show()

    # -- what people do

    async def press(
        self, interaction: discord.Interaction[Any], what: str, argument: str, values: list[str]
    ) -> None:
        runner, by = self.runner, authority(interaction, self.runner)
        match what:
            case "like":
                person = seat(interaction)
                generation, _, number = argument.partition(".")
                if not (generation.isdecimal() and number.isdecimal()):
                    raise UserError("games.reason.out_of_bounds")
                await runner.ask(Like(person, int(generation), int(number)), person)
            case "on":
                await runner.ask(BreedOn(by), by)
            case "settle":
                await runner.ask(Settle(by), by)
            case _:
                raise UserError("games.reason.not_now")
        await interaction.response.defer()

    # -- the end

    async def _finish(self, end: GameEnded) -> None:
        """The last state of the post, and the family tree below it."""
        runner, state = self.runner, self.state
        texts, services = runner.texts, runner.services
        if not state.litters:
            lines = [texts("breeding.title", prompt=shown(state.settings.prompt))]
            lines.append(texts(f"game_end.over_{end.ending.name.lower()}"))
            page = layout.framed(layout.texts(lines), layout.TROUBLED)
            await runner.posts.finish(POST, still(page))
            return
        await runner.posts.finish(POST, self._page)
        family = await self._family(state)
        tree = await services.renderer.family(family)
        kept = await self._album(state, family, tree)

        async def frame() -> MessageView:
            lines = [texts("breeding.tree", prompt=shown(state.settings.prompt))]
            if state.winner is not None:
                generation, number = state.winner
                lines.append(texts("breeding.winner", n=generation + 1, number=number + 1))
            else:
                lines.append(texts("breeding.nobody"))
            alt = texts("breeding.alt_tree", prompt=state.settings.prompt)[:_ALT]
            buttons: list[ui.Item[Any]] = [
                GameButton(runner.id, "again", label=texts("games.again"), emoji="🔁")
            ]
            if kept is not None:
                cards = AlbumCards(services.renderer, services.names, services.pad.address)
                lines.append(texts("breeding.album", n=kept.id))
                url = cards.url(kept)
                if url is not None:
                    buttons.append(ui.Button(label=texts("album.page"), url=url, emoji="🔗"))
            parts = [*layout.texts(lines), layout.picture("tree.png", alt), *rows(buttons)]
            return layout.framed(parts, layout.DONE, (("tree.png", tree),))

        await runner.posts.finish(END, frame)

    async def _family(self, state: State) -> Family:
        generations: list[tuple[Member, ...]] = []
        for litter in state.litters:
            drawn = await self._of(litter)
            generations.append(
                tuple(
                    Member(one or Drawing(8, 8), parents)
                    for one, parents in zip(drawn, litter.parents, strict=True)
                )
            )
        return Family(state.settings.prompt, tuple(generations), state.winner)

    async def _album(self, state: State, family: Family, tree: bytes) -> Album | None:
        """Keep the favourites of all generations, and the tree. None if nobody liked anything."""
        runner, texts = self.runner, self.runner.texts
        there = await self._albums.of_game(runner.id)
        if there is not None or state.winner is None:
            return there
        pages: list[AlbumPage] = []
        for at, litter in enumerate(state.litters):
            if litter.chosen:
                word = texts("breeding.page", n=at + 1)
                best = family.generations[at][litter.chosen[0]].drawing
                pages += [AlbumPage(0, word), AlbumPage(0, best)]
        pages += [AlbumPage(0, texts("breeding.page_tree")), AlbumPage(0, tree)]
        books, prompt = (tuple(pages),), state.settings.prompt
        return await game_album.keep(self._albums, runner, books, drawings=True, bred=prompt)


def _listed(numbers: tuple[int, ...]) -> str:
    """Drawings by the numbers that people see."""
    return ", ".join(str(number + 1) for number in sorted(numbers))
