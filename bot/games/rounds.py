"""What the drawing games share: the lobby and its settings, words for a drawer, the drawer's means.

A drawer is told the word where nobody else sees it, with a link to a sheet of the pad and a form
for a picture; what they draw comes back as `DrawingUpdated`, about once a second.
"""

from __future__ import annotations

import asyncio
import random
import secrets
from abc import abstractmethod
from typing import Any

import discord
from discord import ButtonStyle, ui

from bot.forms import Filled
from bot.games import lobby, pages, upload
from bot.games.buttons import GameButton, rows
from bot.games.chat import Chat, chat_of
from bot.games.easel import STATES_APART, Easel
from bot.games.hall import LOBBY
from bot.games.host import Host, Presenter
from bot.games.manage import authority, reply, seat
from bot.games.sketches import Sketch, Sketches, length
from bot.hostile import Refused, shown
from bot.live_message import Page
from bot.pad import Sheet
from bot.texts import Texts, language_of
from engine.canvas.drawing import Drawing
from games.core import Effect, Effects, Event
from games.drawing.duel import JudgeRequested
from games.drawing.guess_race import LookRequested
from games.drawing.settings import Settings
from games.drawing.turn import (
    TURN,
    ChooseWord,
    Configure,
    DrawingUpdated,
    DrawRequested,
    GameStarted,
    Phase,
    Skip,
    Start,
    WordsOffered,
    WordTold,
)
from games.table.table import GameEnded, Paused, Resumed, SeatsChanged, SettingsChanged, Stage
from games.words import lists


class Rounds(Presenter):
    """The presenter of a drawing game, but for its turns, which subclasses show.

    artist: how the bot draws. offered, told: what the drawer of the turn under way has been shown
    last, for who asks again. told_pad, submitted: keys of what a drawer is told with a pad, and
    after handing a picture in.
    """

    artist: type[Easel] = Easel
    told_pad = "pictionary.told_pad"
    submitted = "pictionary.submitted"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.sketches = Sketches(host.tools.store, host.tools.renderer, host.id)
        self.easel = self.artist(host, self.sketches)
        self.offered: WordsOffered | None = None
        self.told: WordTold | None = None
        self.end: GameEnded | None = None
        self._news: dict[str, tuple[Drawing, bool]] = {}

    @property
    def settings(self) -> Settings:
        return self.host.play.state.settings

    @property
    def phase(self) -> Phase:
        return self.host.play.state.phase

    # -- for subclasses

    @property
    @abstractmethod
    def drawer(self) -> str:
        """The seat of the person who draws or is choosing a word; "" if there is none."""

    @abstractmethod
    def present_turn(self, event: Event, effects: Effects) -> None:
        """Show the turn under way, or its end."""

    async def handed_in(self, player: str) -> None:
        """A drawer says that the drawing is done."""
        return

    def more_means(self) -> list[ui.Item[Any]]:
        """Buttons for the drawer, besides the pad, the form for a picture and giving up."""
        return []

    # -- the life of a presenter

    async def lobby(self) -> Page:
        chat = await chat_of(self.host)
        return lobby.open_lobby(self.host, self.settings, chat_lacks=chat is Chat.LACKING)

    def note(self, event: Event, effects: Effects) -> None:
        for effect in effects:
            match effect:
                case WordsOffered():
                    self.offered, self.told = effect, None
                case WordTold():
                    self.offered, self.told = None, effect
                case GameEnded():
                    self.end = effect

    def present(self, event: Event, effects: Effects) -> None:
        for effect in effects:
            match effect:
                case SettingsChanged() | SeatsChanged() if self.host.table.stage is Stage.LOBBY:
                    self._show_lobby()
                case GameStarted():
                    self._close_lobby("pictionary.begun")
                case GameEnded(podium=()):
                    self._close_lobby("pictionary.nobody_started")
                case WordsOffered():
                    self.host.whisper(self.drawer, self.offer_page(effect))
                case WordTold() if not isinstance(event, ChooseWord):
                    self.host.spawn(self._whisper_word())
                case Paused() | Resumed():
                    self.host.spawn(self._set_clock())
        self.present_turn(event, effects)

    def resume(self) -> None:
        if self.host.table.stage is Stage.LOBBY:
            self._show_lobby()
        elif self.told is not None and self.phase is Phase.DRAWING:
            self.host.spawn(self._take_up_sheet())

    async def serve(self, effect: Effect) -> None:
        pool = self.host.play.state.pool
        match effect:
            case DrawRequested():
                await self.easel.draw(effect)
            case LookRequested():
                await self.easel.look(effect, pool)
            case JudgeRequested():
                await self.easel.judge(effect)

    # -- the lobby

    def _show_lobby(self) -> None:
        self.host.posts.show(LOBBY, self.lobby)

    def _close_lobby(self, status: str) -> None:
        page = lobby.closed_lobby(self.host, self.settings, self.host.texts(status))

        async def frame() -> Page:
            return page

        self.host.spawn(self.host.posts.finish(LOBBY, frame))

    async def _start(self, interaction: discord.Interaction[Any]) -> None:
        by, settings = authority(interaction, self.host), self.settings
        pool = lists.pool(
            settings.language,
            random.Random(secrets.token_bytes(32)),
            settings.theme,
            settings.difficulty,
            settings.own,
            settings.own_only,
        )
        await self.host.ask(Start(by, pool), by)
        await interaction.response.defer()

    async def _configure(
        self, interaction: discord.Interaction[Any], name: str, value: str
    ) -> None:
        texts, by = Texts.of(interaction, private=True), authority(interaction, self.host)
        if name == "own":
            settings = await lobby.with_own_words(
                self.host.tools.store, self.host.room.guild, self.settings, value
            )
        else:
            settings = lobby.changed(self.settings, name, value)
        await self.host.ask(Configure(by, settings), by)
        more = name not in lobby.FIRST_PAGE
        page = lobby.panel(self.host, self.settings, texts, more=more)
        await interaction.response.edit_message(view=page.view)

    # -- what people press

    async def press(
        self, interaction: discord.Interaction[Any], what: str, argument: str, values: list[str]
    ) -> None:
        texts, person = Texts.of(interaction, private=True), seat(interaction)
        match what:
            case "start":
                await self._start(interaction)
            case "settings" | "turn_page":
                if self.host.table.stage is not Stage.LOBBY:
                    raise Refused("games.reason.not_now")
                if not self.host.table.seats.may_manage(authority(interaction, self.host)):
                    raise Refused("games.reason.not_yours")
                page = lobby.panel(self.host, self.settings, texts, more=argument == "more")
                await reply(interaction, page)
            case "set" if values:
                await self._configure(interaction, argument, values[0])
            case "mine":
                page = await self._means(person)
                await interaction.response.send_message(view=page.view, ephemeral=True)
            case "choose":
                await self._choose(interaction, person, argument)
            case "upload":
                if person != self.drawer:
                    raise Refused("games.reason.not_yours")
                await upload.show_form(interaction, self.host.id, self.host.play.state.number)
            case "skip":
                by = person if person == self.drawer else authority(interaction, self.host)
                await self.host.ask(Skip(by), by)
                await reply(interaction, pages.note(texts("pictionary.skipped")))
            case _:
                raise Refused("games.reason.not_now")

    async def fill(
        self, interaction: discord.Interaction[Any], what: str, argument: str, form: Filled
    ) -> None:
        if what != "upload":
            raise Refused("games.reason.not_now")
        if argument != str(self.host.play.state.number):
            raise Refused("games.turn_over")
        await upload.take_form(interaction, self.host, form)

    def menu(self, person: str, manages: bool, texts: Texts) -> list[ui.Item[Any]]:
        skips = person == self.drawer or manages
        if not skips or self.phase not in (Phase.CHOOSING, Phase.DRAWING):
            return []
        return [GameButton(self.host.id, "skip", label=texts("pictionary.skip"), emoji="⏭️")]

    # -- the drawer

    def offer_page(self, offered: WordsOffered) -> Page:
        """The words that the drawer may choose from."""
        texts, turn = self.host.texts, offered.turn
        due = self.host.unix(self.host.now + offered.seconds)
        buttons = [
            GameButton(
                self.host.id, "choose", f"{turn}.{index}", label=word, style=ButtonStyle.primary
            )
            for index, word in enumerate(offered.words)
        ]
        return pages.panel(texts("pictionary.choose", at=due), rows(buttons), pages.PLAYING)

    async def _choose(
        self, interaction: discord.Interaction[Any], person: str, argument: str
    ) -> None:
        turn, _, index = argument.partition(".")
        offered = self.offered
        if offered is None or str(offered.turn) != turn or not index.isdecimal():
            raise Refused("games.reason.not_now")
        await self.host.ask(ChooseWord(person, int(index)), person)
        page = await self._means(person)
        await interaction.response.edit_message(view=page.view)

    async def _means(self, person: str) -> Page:
        """What a drawer needs, whenever they ask. Raises Refused for others."""
        if person != self.drawer:
            raise Refused("games.reason.not_yours")
        if self.phase is Phase.CHOOSING and self.offered is not None:
            return self.offer_page(self.offered)
        if self.phase is not Phase.DRAWING or self.told is None:
            raise Refused("games.reason.not_now")
        return await self._told_page(self.told)

    async def _told_page(self, told: WordTold) -> Page:
        texts, url = self.host.texts, await self._open_sheet()
        buttons: list[ui.Item[Any]] = []
        if url is not None:
            buttons.append(ui.Button(label=texts("pictionary.pad"), emoji="✏️", url=url))
        buttons.append(GameButton(self.host.id, "upload", label=texts("pictionary.upload")))
        buttons += self.more_means()
        buttons.append(GameButton(self.host.id, "skip", label=texts("pictionary.give_up")))
        lines = [
            texts("pictionary.told", word=shown(told.word)),
            texts("pictionary.told_strokes", n=told.strokes) if told.strokes else "",
            texts(self.told_pad if url else "pictionary.told_picture"),
            texts("pictionary.ends", at=self._ends_at()),
        ]
        return pages.panel("\n".join(line for line in lines if line), rows(buttons), pages.PLAYING)

    async def _whisper_word(self) -> None:
        if self.told is not None:
            self.host.whisper(self.drawer, await self._told_page(self.told))

    def _ends_at(self) -> int:
        """When the turn ends, in seconds since the epoch."""
        left = self.host.table.timers.left(TURN, self.host.now) or 0.0
        return self.host.unix(self.host.now + left)

    # -- the pad

    def _sheet(self, turn: int, player: str) -> str:
        return f"game:{self.host.id}:turn:{turn}:person:{player}"

    async def _open_sheet(self) -> str | None:
        """A link to the drawer's sheet; None where the pad has no address."""
        told = self.told
        if told is None:
            return None
        sheet = Sheet(
            id=self._sheet(told.turn, self.drawer),
            person=int(self.drawer),
            title=told.word,
            ink=float(told.line_limit),
            strokes=told.strokes or None,
            ends_at=float(self._ends_at()),
            seconds=told.seconds,
            language=language_of(self.host.room.language),
        )
        return await self.host.tools.pad.open(sheet)

    async def _take_up_sheet(self) -> None:
        """After a restart: the clock has stood still, and the last strokes may not have come."""
        if self.drawer:
            await self._open_sheet()  # which lets us hear what is on it
            await self._set_clock()

    async def _set_clock(self) -> None:
        told = self.told
        if told is not None and self.phase is Phase.DRAWING and self.drawer:
            await self.host.tools.pad.update(
                self._sheet(told.turn, self.drawer),
                ends_at=float(self._ends_at()),
                paused=self.host.table.paused,
            )

    def shorten(self) -> None:
        """The clock of the turn was set anew."""
        self.host.spawn(self._set_clock())

    def put_away(self, turn: int, player: str) -> None:
        """The drawing of a turn is over: nobody draws on, neither the bot nor a person."""
        self.easel.stop(turn)
        if player.isdecimal():
            self.host.spawn(self.host.tools.pad.close(self._sheet(turn, player)))

    async def drawn(self, sheet: str, drawing: Drawing, *, done: bool) -> None:
        busy = sheet in self._news
        self._news[sheet] = drawing, done
        if not busy:
            self.host.spawn(self._tell(sheet))

    async def _tell(self, sheet: str) -> None:
        """Give the rules what is newest on a sheet, at most once a second."""
        told: Drawing | None = None
        try:
            while True:
                drawing, done = self._news[sheet]
                if drawing is told and not done:
                    return
                told = drawing
                self._news[sheet] = drawing, False
                await self._update(sheet, drawing)
                if done:
                    await self.handed_in(sheet.rsplit(":", 1)[-1])
                await asyncio.sleep(STATES_APART)
        finally:
            del self._news[sheet]

    async def _update(self, sheet: str, drawing: Drawing) -> None:
        _, turn, _, player = sheet.split(":")
        told = self.told
        if told is None or int(turn) != told.turn or player != self.drawer or not drawing.strokes:
            return
        # The pad kept to the limit stroke by stroke; it measures as the pen moved, we the curve.
        used = min(length(drawing), float(told.line_limit))
        strokes = len(drawing.strokes)
        if told.strokes:
            strokes = min(strokes, told.strokes)
        await self.host.do(await self._put(told.turn, player, drawing, strokes, used))

    async def _put(
        self, turn: int, player: str, sketch: Sketch, strokes: int, used: float
    ) -> DrawingUpdated:
        reference = await self.sketches.put(turn, int(player), sketch)
        return DrawingUpdated(turn, player, reference, strokes, used)

    async def submit(self, interaction: discord.Interaction[Any], png: bytes) -> None:
        person, told = seat(interaction), self.told
        if person != self.drawer or told is None:
            raise Refused("games.reason.not_yours")
        if self.phase is not Phase.DRAWING:
            raise Refused("games.reason.not_now")
        await self.host.ask(await self._put(told.turn, person, png, 1, 0.0), person)
        text = Texts.of(interaction, private=True)(self.submitted)
        await interaction.followup.send(view=pages.note(text).view, ephemeral=True)
        await self.handed_in(person)
