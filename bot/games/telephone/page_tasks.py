"""Each person's task in a chain: told privately, and handed in by form, pad or picture.

A task is whispered when it begins and again as a reminder, and whoever asks gets it once more: the
message in the channel has a button for that, which always works.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.games.table import upload
from bot.games.table.buttons import custom_id
from bot.games.table.desk import Desk, Drawn
from bot.games.table.game_runner import GameRunner, Presenter
from bot.games.table.private_cards import PrivateCards
from bot.games.table.scene import Scene
from bot.games.table.sketches import Sketch, Sketches
from bot.games.table.table_menu import seat
from bot.games.telephone import pages_view
from bot.games.telephone.engine_pages import slot
from bot.kit import forms, layout
from bot.kit.errors import UserError
from bot.kit.forms import Filled
from bot.kit.live_message import MessageView
from bot.kit.untrusted import clean, shown
from bot.pad import Work
from bot.store.promises import think
from bot.texts import Texts
from games.core import Effects, Event
from games.table.table import Reason
from games.telephone.books import DRAWING, PHRASE, PHRASE_LENGTH, kind_of
from games.telephone.handoff import PAGE, Phase, State
from games.telephone.page_events import (
    PageAsked,
    PagesStarted,
    Reminded,
    SubmitDrawing,
    WritePhrase,
)

INK = 80.0
"""How long the lines of a drawing on the pad may be in all, in widths of the canvas."""


class PageTasks(Presenter):
    """The presenter of a chain, as far as tasks go; the subclass shows the rest.

    It keeps each person's task, in case they ask again.
    """

    def __init__(self, runner: GameRunner) -> None:
        super().__init__(runner)
        self.sketches = Sketches(runner.services.store, runner.services.renderer, runner.id)
        self._asked: dict[str, PageAsked] = {}
        self.cards = PrivateCards(runner)
        self._desk = Desk(runner, "page", self._take)

    @property
    def state(self) -> State:
        return self.runner.play.state

    # -- telling

    def remember(self, event: Event, effects: Effects) -> None:
        for effect in effects:
            match effect:
                case PagesStarted():
                    self._asked = {}
                case PageAsked() if effect.to.seats:
                    for player in effect.to.seats:
                        self._asked[player] = effect

    def present(self, event: Event, effects: Effects) -> None:
        """Whisper tasks and reminders, and take away what the bot makes instead of somebody."""
        self.cards.use_up_where(lambda player: self._task_of(player) is None, "telephone.page_over")
        for effect in effects:
            if isinstance(effect, PageAsked | Reminded):
                reminder = isinstance(effect, Reminded)
                for player in effect.to.seats or ():
                    self.runner.spawn(self._whisper(player, reminder=reminder))

    async def _whisper(self, player: str, *, reminder: bool) -> None:
        asked = self._task_of(player)
        if asked is not None:
            page = await self._page(player, asked, reminder=reminder)
            instead = pages_view.still_missing(self.runner, player) if reminder else None
            key = f"ping:{asked.page}:{player[-12:]}"
            otherwise = (key, instead) if instead else None
            message = await self.runner.whispered(
                player, page, otherwise, lambda: self._task_of(player) is asked
            )
            if message is not None:
                self._card_shown(message, player, asked)

    def _card_shown(self, message: discord.Message, player: str, asked: PageAsked) -> None:
        """A task was shown, whose buttons work as long as its page is the one under way."""
        state = self.state
        if state.phase is Phase.PASSING and asked.page == state.books.page:
            self.cards.keep(message, player)
        else:  # the page was passed on while the card was on its way
            self.cards.replace(message, player, "telephone.page_over")

    def _task_of(self, player: str) -> PageAsked | None:
        """A person's task, even if it is in already and may be changed."""
        state, asked = self.state, self._asked.get(player)
        if state.phase is not Phase.PASSING or asked is None or asked.page != state.books.page:
            return None
        return asked if state.books.task(player, state.table.seats) is not None else None

    def _task(self, player: str) -> PageAsked:
        """The same. Raises UserError, with why there is none."""
        asked = self._task_of(player)
        if asked is not None:
            return asked
        if self.runner.table.seats.has(player):
            raise UserError("telephone.no_task")
        raise self.runner.refused(Reason.NOT_HERE, player)

    async def _page(self, player: str, asked: PageAsked, *, reminder: bool = False) -> MessageView:
        state = self.state  # as it was when the task was theirs: the game goes on meanwhile
        taken = player not in state.books.waiting(state.table.seats)
        picture, url = None, None
        if asked.kind == PHRASE and asked.secret:
            png = await self.sketches.png(asked.secret)
            picture = ("drawing.png", png) if png is not None else None
        if asked.kind == DRAWING:
            url = await self._open_sheet(player, asked)
        return pages_view.task(
            self.runner,
            asked,
            self.runner.texts_for(player),
            picture=picture,
            url=url,
            reminder=reminder,
            taken=taken,
        )

    # -- taking in

    async def press(
        self, interaction: discord.Interaction[Any], what: str, argument: str, values: list[str]
    ) -> None:
        """My task, write, a suggestion, or a picture. Raises UserError."""
        person = seat(interaction)
        asked = self._task(person)
        match what:
            case "task":
                await think(interaction, ephemeral=True)
                page = await self._page(person, asked)
                message = await interaction.followup.send(
                    view=page.view, files=page.attachments(), ephemeral=True, wait=True
                )
                self._card_shown(message, person, asked)
            case "write" if asked.kind == PHRASE:
                await self._show_form(interaction, asked.page)
            case "suggest" if argument.isdecimal() and int(argument) < len(asked.suggestions):
                await self.write(interaction, asked.page, asked.suggestions[int(argument)])
            case "upload" if asked.kind == DRAWING:
                await upload.show_form(interaction, self.runner.id, asked.page)
            case _:
                raise UserError("games.reason.not_now")

    async def _show_form(self, interaction: discord.Interaction[Any], page: int) -> None:
        """Answer with a form with one line, for one page of a chain."""
        texts = Texts.of(interaction, private=True)
        phrase: ui.TextInput[Any] = ui.TextInput(
            custom_id="phrase", min_length=1, max_length=PHRASE_LENGTH
        )
        label: ui.Label[Any] = ui.Label(text=texts("telephone.phrase_label"), component=phrase)
        id_ = custom_id(self.runner.id, "write", str(page))
        await forms.show(interaction, id_, texts("telephone.phrase_title"), label)

    async def fill(
        self, interaction: discord.Interaction[Any], what: str, argument: str, form: Filled
    ) -> None:
        """A phrase or a picture came in by a form, for the page in its id."""
        asked = self._task_of(seat(interaction))
        if asked is None or argument != str(asked.page):
            raise UserError("telephone.page_over")
        if what == "write":
            await self.write(interaction, asked.page, form.texts.get("phrase", ""))
        elif what == "upload":
            await upload.take_form(interaction, self.runner, form)
        else:
            raise UserError("games.reason.not_now")

    async def write(self, interaction: discord.Interaction[Any], page: int, text: str) -> None:
        """Take a phrase. Raises UserError."""
        person, texts = seat(interaction), Texts.of(interaction, private=True)
        phrase = clean(text, PHRASE_LENGTH)
        await self.runner.ask(WritePhrase(person, page, phrase), person)
        told = self._taken(person, page, texts, texts("telephone.written", phrase=shown(phrase)))
        await interaction.response.send_message(view=told.view, ephemeral=True)

    def _taken(self, player: str, page: int, texts: Texts, said: str) -> MessageView:
        """That a page is in; and if it is still under way, that it may be changed."""
        asked = self._task_of(player)
        if asked is not None and asked.page == page:
            said += " " + texts("telephone.changeable")
        return layout.notice(said)

    async def submit(self, interaction: discord.Interaction[Any], png: bytes) -> None:
        """Take a picture; the interaction is deferred. Raises UserError."""
        person, texts = seat(interaction), Texts.of(interaction, private=True)
        asked = self._task(person)
        if asked.kind != DRAWING:
            raise UserError("games.reason.not_now")
        reference = await self._keep(person, png)
        await self.runner.ask(SubmitDrawing(person, asked.page, reference), person)
        told = self._taken(person, asked.page, texts, texts("telephone.handed_in"))
        await interaction.followup.send(view=told.view, ephemeral=True)

    async def _keep(self, player: str, sketch: Sketch, fills: Sequence[int] = ()) -> str:
        state = self.state
        book = state.books.task(player, state.table.seats)
        if book is None:
            raise UserError("games.reason.not_now")
        return await self.sketches.put(slot(book, state.books.page), int(player), sketch, fills)

    # -- the pad

    def scene(self, person: str, texts: Texts) -> Scene:
        asked = self._task_of(person)
        if asked is not None and asked.kind == DRAWING:
            return Scene(number=asked.page, sheet=f"page:{asked.page}")
        return super().scene(person, texts)

    async def sheet(self, person: str) -> str | None:
        asked = self._task_of(person)
        if asked is None or asked.kind != DRAWING:
            return None
        return await self._open_sheet(person, asked)

    async def _open_sheet(self, player: str, asked: PageAsked) -> str | None:
        """A link to a sheet for the phrase; None where the pad has no address."""
        return await self._desk.open(
            asked.page,
            player,
            title=asked.secret,
            ink=INK,
            strokes=None,
            seconds=asked.seconds,
            timer=PAGE,
        )

    async def set_clock(self) -> None:
        """The clock was stopped, or goes on."""
        state = self.state
        if state.phase is Phase.PASSING and kind_of(state.books.page) == DRAWING:
            for player in self._asked:
                await self._desk.set_clock(state.books.page, player, PAGE)

    async def take_up_sheets(self) -> None:
        """After a restart: the clock has stood still, and the last strokes may not have come."""
        for player in list(self._asked):
            asked = self._task_of(player)
            if asked is not None and asked.kind == DRAWING:
                await self._open_sheet(player, asked)
        await self.set_clock()

    async def put_away(self, page: int, players: list[str]) -> None:
        """Nobody draws this page any more."""
        if kind_of(page) == DRAWING:
            for player in players:
                await self._desk.put_away(page, player)

    async def drawn(self, sheet: str, work: Work, *, done: bool) -> None:
        self._desk.drawn(sheet, work, done=done)

    async def _take(self, drawn: Drawn) -> None:
        """Give the rules what is on a sheet, unless they know it already."""
        player, done = drawn.player, drawn.done
        asked = self._task_of(player)
        if asked is None or asked.kind != DRAWING or asked.page != drawn.number:
            return
        reference = await self._keep(player, drawn.work.drawing, drawn.work.fills)
        if done or (player, reference) not in self.state.books.drafts:
            await self.runner.do(SubmitDrawing(player, asked.page, reference, done))
