"""Pictionary in a channel: one message a turn, guesses from everywhere, a podium at the end."""

from __future__ import annotations

from collections import Counter
from typing import Any

import discord

from bot.forms import Filled
from bot.games import podium, turn_pages
from bot.games.chat import Chat, chat_of, take_away
from bot.games.guessing import guess_in, show_form, verdict
from bot.games.host import Host, Records, Result, TurnRecord
from bot.games.manage import seat
from bot.games.pace import PacedEasel
from bot.games.pages import note
from bot.games.rounds import Rounds
from bot.games.sketches import whole
from bot.games.turn_pages import Said
from bot.hostile import Refused
from bot.live_message import MakePage, Page
from bot.texts import Texts
from games.core import BOT, Effects, Event
from games.drawing.guess_race import ClockShortened, Guess, GuessAccepted, GuessClose, GuessShown
from games.drawing.pictionary import Choice, State, TurnEnded
from games.drawing.turn import ChoosingStarted, Phase, TurnEnding, TurnStarted
from games.table.table import GameEnded
from games.words.matching import GUESS_LENGTH, Verdict, judge

_PLAYED_OUT = (TurnEnding.TIME_UP, TurnEnding.ALL_GUESSED)
"""How turns end that say something about the word."""


class Pictionary(Rounds):
    """Presents `games.drawing.pictionary`."""

    artist = PacedEasel

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._said: list[Said] = []
        self._ended: TurnEnded | None = None
        self._choice: Choice | None = None
        self._passed: Choice | None = None  # a choice that the last event took away
        self._played: set[str] = set()
        self._solved: Counter[str] = Counter()
        self._drawn: Counter[str] = Counter()
        self._best: dict[str, float] = {}
        self._turns: list[TurnRecord] = []

    @property
    def state(self) -> State:
        return self.host.play.state

    @property
    def drawer(self) -> str:
        state = self.state
        if state.phase is Phase.CHOOSING and state.choice is not None:
            return state.choice.drawer
        if state.phase is Phase.DRAWING and state.turn is not None and state.turn.drawer != BOT:
            return state.turn.drawer
        return ""

    # -- what is kept

    def note(self, event: Event, effects: Effects) -> None:
        super().note(event, effects)
        state, before = self.state, self._choice
        self._choice, self._passed = state.choice, None
        begun = state.turn.number if state.turn is not None else 0
        if before is not None and state.choice != before and begun != before.number:
            self._passed = before
        for effect in effects:
            match effect:
                case ChoosingStarted() | TurnStarted():
                    self._said, self._ended = [], None
                    self._played |= set(self.host.table.seats.present)
                case GuessShown():
                    self._said.append(Said(effect.player, effect.text))
                case TurnEnded():
                    self._ended = effect
                    self._record(effect)

    def _record(self, ended: TurnEnded) -> None:
        for one in ended.solved:
            self._solved[one.player] += 1
            self._best[one.player] = min(one.seconds, self._best.get(one.player, one.seconds))
        turn = self.state.turn
        if ended.ending not in _PLAYED_OUT or turn is None:
            return
        self._drawn[ended.drawer] += 1
        people = [player for player in turn.guessers if player != BOT]
        solvers = [one.player for one in ended.solved if one.player in people]
        elapsed = self.host.table.timers.clock(self.host.play.now) - turn.started
        self._turns.append(
            TurnRecord(
                turn=ended.turn,
                word=ended.word,
                concept=ended.concept,
                drawer=_number(ended.drawer),
                solvers=len(solvers),
                guessers=len(people),
                seconds=round(elapsed, 3),
            )
        )

    def records(self) -> Records:
        places = self.end.podium if self.end is not None else ()
        results = tuple(
            Result(
                person=_number(one.player),
                points=one.score,
                place=one.place,
                solved=self._solved[one.player],
                drawn=self._drawn[one.player],
                best_seconds=self._best.get(one.player),
            )
            for one in places
            if one.player in self._played
        )
        return Records(self.settings.mode.value, results, tuple(self._turns))

    # -- what is shown

    def present_turn(self, event: Event, effects: Effects) -> None:
        if self._passed is not None:
            self._show_passed(self._passed)
        for effect in effects:
            match effect:
                case TurnEnded():
                    self.put_away(effect.turn, effect.drawer)
                    self.host.spawn(self._show_end(effect))
                case ClockShortened():
                    self.shorten()
                case GameEnded() if effect.podium:
                    self.host.spawn(podium.show(self.host, effect, self.settings))
        self._refresh()

    def resume(self) -> None:
        super().resume()
        self._refresh()
        if self._ended is not None and self.phase is Phase.REVEAL:
            self.host.spawn(self._show_end(self._ended))

    def _refresh(self) -> None:
        """Show the turn as it is now, if one is under way."""
        state = self.state
        if state.phase is Phase.CHOOSING and state.choice is not None:
            self.host.posts.show(f"turn:{state.choice.number}", self._choosing_frame(state))
        elif state.phase is Phase.DRAWING and state.turn is not None:
            self.host.posts.show(f"turn:{state.turn.number}", self._drawing_frame(state))

    def _choosing_frame(self, state: State) -> MakePage:
        async def frame() -> Page:
            return turn_pages.choosing(self.host, state)

        return frame

    def _drawing_frame(self, state: State) -> MakePage:
        turn, said = state.turn, tuple(self._said)

        async def frame() -> Page:
            if turn is None:
                return note("…")
            picture = await self.sketches.png(turn.drawing) if turn.drawing else None
            chat = await chat_of(self.host) is Chat.READ
            return turn_pages.drawing(self.host, state, turn, said, picture, chat=chat)

        return frame

    def _show_passed(self, choice: Choice) -> None:
        """Nobody draws this turn: who was to do so left or gave up, or the game is over."""
        page = turn_pages.passed(self.host, self.state, choice)

        async def frame() -> Page:
            return page

        self.host.spawn(self.host.posts.finish(f"turn:{choice.number}", frame))

    async def _show_end(self, ended: TurnEnded) -> None:
        state, turn, key = self.state, self.state.turn, f"turn:{ended.turn}"
        round_ = turn.round if turn is not None else 0
        picture: turn_pages.Picture | None = None

        async def frame() -> Page:
            last = self.host.play.over
            return turn_pages.ended(self.host, state, ended, round_, picture, last=last)

        if ended.drawing:
            by_bot, drawing = ended.drawer == BOT, whole(ended.drawing)
            png = await self.sketches.png(drawing)
            picture = ("drawing.png", png) if png is not None else None
            self.host.posts.show(key, frame)  # the moving one takes its time
            picture = await self.sketches.moving(drawing, ended.turn, by_bot=by_bot)
        await self.host.posts.finish(key, frame)

    # -- guesses

    async def press(
        self, interaction: discord.Interaction[Any], what: str, argument: str, values: list[str]
    ) -> None:
        if what == "guess":
            await show_form(interaction, self.host.id, self.state.number)
            return
        await super().press(interaction, what, argument, values)

    async def fill(
        self, interaction: discord.Interaction[Any], what: str, argument: str, form: Filled
    ) -> None:
        if what != "guess":
            await super().fill(interaction, what, argument, form)
            return
        if argument != str(self.state.number):
            raise Refused("games.turn_over")
        await self.answer(interaction, guess_in(form))

    async def answer(self, interaction: discord.Interaction[Any], text: str) -> None:
        person = seat(interaction)
        effects = await self.host.ask(Guess(person, text), person)
        said = verdict(Texts.of(interaction, private=True), effects)
        await interaction.response.send_message(view=note(said).view, ephemeral=True)

    async def heard(self, message: discord.Message) -> None:
        state, turn = self.state, self.state.turn
        if state.phase is not Phase.DRAWING or turn is None:
            return
        person, text = str(message.author.id), message.content
        if not text.strip():
            return
        # Nobody can spoil it: neither those who know or do not play, nor by words around the word.
        if judge(text, turn.word.answers, state.settings.language) is not Verdict.WRONG:
            self.host.spawn(take_away(message))
        if not state.table.seats.has(person) or person in turn.knowers:
            return
        effects = await self.host.do(Guess(person, text[: GUESS_LENGTH + 1]))
        if any(isinstance(effect, GuessAccepted | GuessClose) for effect in effects):
            self.host.whisper(person, note(verdict(self.host.texts, effects)))


def _number(player: str) -> int:
    """A seat as the boards know it: 0 is the bot."""
    return 0 if player == BOT else int(player)
