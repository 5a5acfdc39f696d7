"""Pictionary in a channel: one message a turn, guesses from everywhere, a podium at the end."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import discord

from bot.games.pictionary import turn_view
from bot.games.pictionary.drawing_turn import DrawingTurns
from bot.games.pictionary.exhibition import Exhibition
from bot.games.pictionary.guess_form import guess_in, show_form, tries, verdict
from bot.games.pictionary.paced_artist import PacedArtist
from bot.games.pictionary.tally import Tally
from bot.games.pictionary.turn_view import Said
from bot.games.table.chat import Chat, chat_of, delete
from bot.games.table.game_runner import GameRunner
from bot.games.table.results import GameResults
from bot.games.table.scene import Heard, Scene
from bot.games.table.sketches import whole
from bot.games.table.table_menu import reply, seat
from bot.kit import layout
from bot.kit.errors import UserError
from bot.kit.forms import Filled
from bot.kit.layout import notice
from bot.kit.live_message import MakeView, MessageView, still
from bot.kit.untrusted import line
from bot.pad import room
from bot.texts import Texts
from games.core import BOT, BOTS, Effects, Event
from games.drawing.guess_race import (
    ClockShortened,
    Guess,
    GuessAccepted,
    GuessClose,
    GuessNear,
    GuessShown,
    Spoiler,
)
from games.drawing.pictionary import State
from games.drawing.pictionary_turn import TurnEnded
from games.drawing.settings import Mode
from games.drawing.turn import TURN, Phase, TurnStarted
from games.drawing.word_choice import Choice, ChoosingStarted
from games.table.table import GameEnded, Join, SeatsChanged, Stage

SCROLLED_AFTER = 8
"""Messages of people below a drawing, after which it is posted anew: it is out of sight on a
phone."""
POSTED_APART = 8.0
"""Seconds between two times, at the least."""


class Pictionary(DrawingTurns):
    """Presents `games.drawing.pictionary`."""

    artist = PacedArtist

    def __init__(self, runner: GameRunner) -> None:
        super().__init__(runner)
        self._said: list[Said] = []
        self._ended: TurnEnded | None = None
        self._choice: Choice | None = None
        self._passed: Choice | None = None  # a choice that the last event took away
        self._tally = Tally()
        self._heard: list[tuple[str, room.Heard]] = []  # in this turn, for who draws
        self._tries: dict[str, list[str]] = {}  # wrong guesses of this turn, by person
        self._above = 0  # messages that people wrote since the turn was posted
        self._posted = -POSTED_APART
        self._exhibition = Exhibition(runner, self.sketches)

    @property
    def state(self) -> State:
        return self.runner.play.state

    @property
    def drawer(self) -> str:
        state = self.state
        if state.phase is Phase.CHOOSING and state.choice is not None:
            return state.choice.drawer
        if state.phase is Phase.DRAWING and state.turn is not None and state.turn.drawer != BOT:
            return state.turn.drawer
        return ""

    # -- what is kept

    def remember(self, event: Event, effects: Effects) -> None:
        super().remember(event, effects)
        state, before = self.state, self._choice
        self._choice, self._passed = state.choice, None
        begun = state.turn.number if state.turn is not None else 0
        if before is not None and state.choice != before and begun != before.number:
            self._passed = before
            self.ends(f"turn:{before.number}", partial(self._show_passed, before, state))
        for effect in effects:
            self._exhibition.remember(effect)
            match effect:
                case ChoosingStarted() | TurnStarted():
                    self._said, self._ended, self._tries, self._above = [], None, {}, 0
                    self._heard = []
                    self._tally.played(self.runner.table.seats.present)
                case GuessShown():
                    self._tally.played([effect.player])
                    self._heard.append((effect.player, room.Heard("", "wrong", effect.text)))
                    # What stands in the chat need not stand here too.
                    if not (isinstance(event, Guess) and event.chat):
                        self._said.append(Said(effect.player, effect.text))
                case GuessNear():
                    self._heard.append((effect.player, room.Heard("", "near", effect.text)))
                case GuessAccepted():
                    self._tally.played([effect.player])
                    self._heard.append((effect.player, room.Heard("", "right")))
                case TurnEnded():
                    self._ended = effect
                    self.ends(f"turn:{effect.turn}", partial(self._show_end, effect, state))
                    clock = self.runner.table.timers.clock(self.runner.play.now)
                    self._tally.turn(effect, state.turn, clock)

    def results(self) -> GameResults:
        return self._tally.results(board_of(self.settings.mode), self.end)

    # -- what is shown

    def present_turn(self, event: Event, effects: Effects) -> None:
        if self._passed is not None:
            self.runner.spawn(self._show_passed(self._passed, self.state))
        for effect in effects:
            match effect:
                case TurnEnded():
                    self.put_away(effect.turn, effect.drawer)
                    self.runner.spawn(self._show_end(effect, self.state))
                    self.runner.spawn(self._learn(effect))
                case ClockShortened():
                    self.shorten()
                case GuessShown() | GuessNear() | GuessAccepted() | SeatsChanged() if self.drawer:
                    self.runner.spawn(self.show_room())
                case GameEnded() if effect.podium:
                    self.runner.spawn(self._show_last(effect))
        self._refresh()

    def resume(self) -> None:
        super().resume()
        self._refresh()
        if self._ended is not None and self.phase is Phase.REVEAL:
            self.runner.spawn(self._show_end(self._ended, self.state))

    def _refresh(self) -> None:
        """Show the turn as it is now, if one is under way."""
        state = self.state
        if state.phase is Phase.CHOOSING and state.choice is not None:
            self.runner.posts.show(f"turn:{state.choice.number}", self._choosing_frame(state))
        elif state.phase is Phase.DRAWING and state.turn is not None:
            self.runner.posts.show(f"turn:{state.turn.number}", self._drawing_frame(state))
        elif state.phase is Phase.VOTING:
            self._exhibition.open()

    def _choosing_frame(self, state: State) -> MakeView:
        return still(turn_view.choosing(self.runner, state))

    def _drawing_frame(self, state: State) -> MakeView:
        turn, said = state.turn, tuple(self._said)

        async def frame() -> MessageView:
            if turn is None:
                return notice("…")
            picture = await self.sketches.png(turn.drawing) if turn.drawing else None
            chat = await chat_of(self.runner) is Chat.READ
            return turn_view.drawing(self.runner, state, turn, said, picture, chat=chat)

        return frame

    async def _show_passed(self, choice: Choice, state: State) -> None:
        """Nobody draws this turn: the drawer left or gave up, or the game is over."""
        page = turn_view.passed(self.runner, state, choice)
        await self.runner.posts.finish(f"turn:{choice.number}", still(page))

    async def _show_end(self, ended: TurnEnded, state: State) -> None:
        """The reveal. state: the game as the turn ended."""
        turn, key = state.turn, f"turn:{ended.turn}"
        round_ = turn.round if turn is not None else 0
        picture: layout.Picture | None = None

        async def frame() -> MessageView:
            return turn_view.ended(self.runner, state, ended, round_, picture)

        if ended.drawing:
            by_bot, drawing = ended.drawer == BOT, whole(ended.drawing)
            png = await self.sketches.png(drawing)
            picture = ("drawing.png", png) if png is not None else None
            self.runner.posts.show(key, frame)  # the moving one takes its time
            picture = await self.sketches.moving(drawing, ended.turn, by_bot=by_bot)
        await self.runner.posts.finish(key, frame)

    async def _learn(self, ended: TurnEnded) -> None:
        """Learn from what a person drew and another named."""
        named = any(one.player not in BOTS for one in ended.solved)
        if named and ended.drawing and ended.drawer.isdecimal():
            await self.engine_artist.learn(
                ended.turn, int(ended.drawer), ended.drawing, ended.concept
            )

    def watched(self, person: str, texts: Texts) -> Scene:
        state, turn, table = self.state, self.state.turn, self.runner.table
        joins = not table.seats.has(person) and table.stage is Stage.PLAYING
        if self.phase is Phase.CHOOSING and state.choice is not None:
            note, drawer = texts("activity.choosing"), state.choice.drawer
            return Scene(note=note, drawer=drawer, joins=joins)
        ended = self._ended
        if self.phase is not Phase.DRAWING and ended is not None:
            title = texts("activity.it_was", word=ended.word)
            picture = whole(ended.drawing) if ended.drawing else ""
            return Scene(
                title=title,
                picture=picture,
                state=self.states,
                heard=self.heard_of_turn(),
                joins=joins,
            )
        if self.phase is not Phase.DRAWING or turn is None:
            return super().watched(person, texts)
        left = table.timers.left(TURN, self.runner.now)
        knows = person in turn.knowers
        return Scene(
            number=turn.number,
            title=turn_view.letters(turn),
            note=texts(
                "activity.paused"
                if table.paused
                else "activity.solved"
                if knows
                else "activity.guess"
            ),
            drawer=turn.drawer,
            picture=turn.drawing,
            state=self.states,
            heard=self.heard_of_turn(),
            deadline=None if left is None or table.paused else round(self.runner.now + left, 1),
            joins=joins,
            guesses=not (knows or table.paused),
        )

    def heard_of_turn(self) -> tuple[Heard, ...]:
        turn = self.state.turn
        solved = () if turn is None else tuple(Heard(one.player) for one in turn.solved)
        return (*(Heard(one.player, one.text) for one in self._said[-turn_view.GUESSES :]), *solved)

    async def _show_last(self, end: GameEnded) -> None:
        """The result of the vote, the board, and the album."""
        await self._exhibition.close()
        await self.show_podium(end)
        await self._exhibition.keep()

    async def show_room(self) -> None:
        """Show who draws the guesses, who has it, and the points."""
        turn, drawer = self.state.turn, self.drawer
        if turn is None or not drawer or turn.drawer != drawer:
            return
        seats = [seat for seat in self.runner.table.seats.seats if seat.present]
        names = {seat.player: await self.runner.name(seat.player) for seat in seats}
        heard = [
            replace(one, who=names.get(player) or await self.runner.name(player))
            for player, one in self._heard[-room.MOST :]
        ]
        best = sorted(seats, key=lambda seat: -seat.score)
        solved = {one.player for one in turn.solved}
        standings = [
            room.Standing(names[seat.player], seat.score, seat.player in solved) for seat in best
        ]
        self.desk.show_room(turn.number, drawer, room.Room(tuple(heard), tuple(standings)))

    # -- guesses

    async def press(
        self, interaction: discord.Interaction[Any], what: str, argument: str, values: list[str]
    ) -> None:
        if what == "best":
            await self._exhibition.vote(interaction, values[0] if values else argument)
            return
        if what == "guess":
            if self.phase is not Phase.DRAWING:
                raise UserError("games.reason.nothing_drawn")
            await show_form(interaction, self.runner.id, self.state.number)
            return
        await super().press(interaction, what, argument, values)

    async def fill(
        self, interaction: discord.Interaction[Any], what: str, argument: str, form: Filled
    ) -> None:
        if what != "guess":
            await super().fill(interaction, what, argument, form)
            return
        if argument != str(self.state.number):
            raise UserError("games.turn_over")
        await self.answer(interaction, guess_in(form))

    async def answer(self, interaction: discord.Interaction[Any], text: str) -> None:
        person = seat(interaction)
        effects = await self._guess(person, text)
        texts, before = Texts.of(interaction, private=True), self._tries.setdefault(person, [])
        page = tries(self.runner, texts, effects, before)
        before += [one.text for one in effects if isinstance(one, GuessShown)]
        await reply(interaction, page)

    async def guess(self, person: str, text: str, texts: Texts) -> str:
        return verdict(texts, await self._guess(person, text))

    async def _guess(self, person: str, text: str) -> Effects:
        if not self.runner.table.seats.has(person):
            await self.runner.ask(Join(person), person)  # who guesses plays
        return await self.runner.ask(Guess(person, line(text)), person)

    def passed_by(self) -> None:
        turn, now = self.state.turn, self.runner.services.clock()
        if turn is None or self.phase is not Phase.DRAWING:
            return
        self._above += 1
        if self._above >= SCROLLED_AFTER and now - self._posted >= POSTED_APART:
            self._above, self._posted = 0, now
            self.runner.posts.renew(f"turn:{turn.number}")
            self._refresh()

    async def heard(self, message: discord.Message) -> None:
        person, text = str(message.author.id), line(message.content)
        if self.phase is not Phase.DRAWING or not text:
            return
        effects = await self.runner.do(Guess(person, text, chat=True))
        if any(isinstance(effect, Spoiler) for effect in effects):
            self.runner.spawn(delete(message))
        if any(isinstance(effect, GuessAccepted | GuessClose) for effect in effects):
            self.runner.whisper(person, notice(verdict(self.runner.texts_for(person), effects)))


def board_of(mode: Mode) -> str:
    """The board on which games of a mode count: who guesses while two bots play guesses what the
    bot draws."""
    return (Mode.BOT_DRAWS if mode is Mode.SELF_PLAY else mode).value
