"""What must hold whatever happened: nothing promised is lost, no secret is out, nobody waits.

`Secrets` looks at every message as it appears; `after` looks at what is left when a run is over.
"""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Protocol

import aiohttp
import discord

from bot.games.registry import KINDS
from bot.games.table.game_runner import GameRunner
from bot.kit.reply import TOKEN_GOOD_FOR
from bot.playground.model.entities import Message
from bot.playground.model.world import NONCE_GOOD_FOR, Event
from bot.playground.server import Playground
from bot.texts import load
from engine.client import EngineError
from games import core
from games.drawing.turn import Phase as Drawing
from games.telephone.handoff import Phase as Passing
from tests.simulation.chance import TIME
from tests.simulation.machine import Machine
from tests.simulation.people import TEXTS, Crowd
from tests.simulation.place import Place

EVERYBODY = "everybody"

_UNFINISHED = (
    *("draw.accepted", "draw.next", "draw.started", "draw.finishing", "draw.waiting_engine"),
    *("draw.again_from", "draw.restart", "draw.restart_early", "pictionary.blank"),
    *("telephone.waiting_bot",),
)
"""What a message may say only for a while."""

_LEFT_OVER = ("again",)
"""What buttons of games that are over may do."""


_OF_THE_WEATHER = ("bot.command_sync",)
"""Loggers whose errors are what Discord did."""


_ALBUM = re.compile(r"### \S+ Album \d+:")


class Secrets:
    """Notes whoever is shown what they may not know yet. found: a line for each case."""

    def __init__(self, place: Place, machine: Machine) -> None:
        self._place = place
        self._machine = machine
        self.found: list[str] = []
        place.world.listeners.append(self._on_event)

    def _on_event(self, event: Event) -> None:
        bot = self._machine.bot
        if event.kind not in ("message_create", "message_update") or bot is None:
            return
        message: Message = event.subject
        if message.author is not self._place.world.bot:
            return
        if _ALBUM.match(message.text):  # of a game that is over; the next may draw a word again
            return
        text = message.content + json.dumps(message.components, ensure_ascii=False)
        for runner in bot.open_games.runners:
            for secret, knowing in _secrets(runner):
                if secret not in text or secret not in _said_besides(text, secret):
                    continue
                sees = self._sees(message)
                if sees not in knowing:
                    line = f"{TIME.now:.1f} {secret!r} is shown to {sees} in: {message.text!r}"
                    self.found.append(line)

    def _sees(self, message: Message) -> str:
        """The one seat that sees a message, or EVERYBODY."""
        if message.ephemeral_to is not None:
            return str(message.ephemeral_to)
        channel = self._place.world.channels[message.channel_id]
        if channel.is_direct:
            people = (one for one in channel.recipients if one != self._place.world.bot.id)
            return str(next(people))
        return EVERYBODY


def _said_besides(text: str, word: str) -> str:
    """A message without what the bot says of itself with a word in it: "Guess with the button"."""
    for saying in load("en").values():
        for piece in re.split(r"\{[^}]*\}", str(saying)) if word in str(saying) else ():
            if len(piece) > 2 * len(word):
                text = text.replace(piece.strip(), "")
    return text


def _secrets(runner: GameRunner) -> Iterator[tuple[str, set[str]]]:
    """What is secret in a game, and who may know it."""
    state = runner.play.state
    match runner.play.game.name:
        case "pictionary":
            if state.phase is Drawing.CHOOSING and state.choice is not None:
                for word in state.choice.words:
                    yield word.text, {state.choice.drawer}
            elif state.phase is Drawing.DRAWING and state.turn is not None:
                turn = state.turn
                yield turn.word.text, {turn.drawer, *(one.player for one in turn.solved)}
        case "duel":
            bout = state.bout
            if bout is not None and state.phase in (Drawing.CHOOSING, Drawing.DRAWING):
                for word in (bout.word, *bout.choice.words):
                    if word is not None:
                        yield word.text, {bout.artist}
        case "telephone":
            yield from _phrases(state)
        case _:
            return


def _phrases(state: Any) -> Iterator[tuple[str, set[str]]]:
    books = state.books
    if not books.turned or state.settings.preset == "self-play":
        return
    if state.phase not in (Passing.PASSING, Passing.ALBUM, Passing.VOTING):
        return
    shown = set(state.album.order[: state.album.shown])
    for book, pages in enumerate(books.turned):
        for number, page in enumerate(pages):
            if page.kind != "phrase" or (book, number) in shown or not page.content:
                continue
            if not page.content.startswith("xq"):
                continue  # not one of the phrases that only one person can have thought of
            knowing = {page.author}
            if number + 1 < books.pages:
                chair = books.ways[book][number + 1]
                knowing.add(core.BOT if chair is None else books.chairs[chair])
            yield page.content, knowing


class Kept(Protocol):
    """What a bot leaves. unhandled: errors that nobody handled; longest_away: seconds without a
    bot, at most."""

    @property
    def unhandled(self) -> list[str]: ...

    @property
    def longest_away(self) -> float: ...

    def query(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """What is in the database now."""
        ...


def after(crowd: Crowd, machine: Kept) -> Iterator[str]:
    """What does not hold at the end of a run, in which the bot has had all the time it needs."""
    yield from machine.unhandled
    yield from _under_way(machine)
    yield from _promises(crowd, machine)
    yield from _strokes(crowd, machine)
    yield from _logs(machine)
    yield from _messages(crowd.place, machine)
    yield from crowd.place.rest.violations
    for interaction in crowd.asked:
        if not interaction.settled.is_set():
            yield f"nobody ever answered {interaction.name}"


def _under_way(machine: Kept) -> Iterator[str]:
    for id_, kind in machine.query("select id, kind from games where over = 0"):
        yield f"game {id_} ({kind}) never ends"
    unfinished = "select id, state from drawings where state in ('queued', 'running')"
    for id_, state in machine.query(unfinished):
        yield f"drawing {id_} is {state} for ever"


def _promises(crowd: Crowd, machine: Kept) -> Iterator[str]:
    stored: Counter[tuple[int, str, str]] = Counter()
    for game, line in machine.query("select game, event from events"):
        entry = json.loads(line)
        data = entry["data"] or {}
        seat = str(data.get("by") or data.get("player") or "")
        stored[game, entry["event"], seat] += 1
    told = Counter((one.game, one.event, one.seat) for one in crowd.promises)
    for key, count in told.items():
        if stored[key] < count:
            yield f"{key} was promised {count} times and is stored {stored[key]} times"


def _strokes(crowd: Crowd, machine: Kept) -> Iterator[str]:
    for tab in crowd.tabs:
        if tab.acked:
            sql = "select max(number) from marks where client = ?"
            ((last,),) = machine.query(sql, (tab.client,))
            if (last or 0) < tab.acked:
                yield f"{tab.acked} operations of {tab.client} were stored, {last} are there"


def _logs(machine: Kept) -> Iterator[str]:
    """A game's log replays to its end, and its results are what it says."""
    rules = {kind.rules.name: kind.rules for kind in KINDS}
    for id_, kind, seed in machine.query("select id, kind, seed from games"):
        lines = machine.query("select event from events where game = ? order by n", (id_,))
        log = [core.decode(rules[kind], line) for (line,) in lines]
        play, _ = core.replay(rules[kind], seed, log)
        results = machine.query("select person, points from results where game = ?", (id_,))
        if not log:
            continue
        if not play.over:
            yield f"game {id_} ({kind}) is over, but its log does not say so"
        scores = {seat.player: seat.score for seat in play.state.table.seats.seats}
        for person, points in results:
            if scores.get(str(person) if person else core.BOT) != points:
                yield f"game {id_}: {person} has {points} points in the results, not {scores}"


def _messages(place: Place | Playground, machine: Kept) -> Iterator[str]:
    """Where there was no bot for longer than a token is good for, there is no way to an answer of
    which the bot did not hear before it was killed: one in which it thinks, or a lobby or drawing
    of which it does not know the message. Of these no more is asked then."""
    by_token = machine.longest_away < TOKEN_GOOD_FOR - 60
    sql = "select message from posts union select message from drawings"
    known = {message for (message,) in machine.query(sql)}
    for channel in place.world.channels.values():
        mine = [
            message
            for message in place.world.messages[channel.id].values()
            if message.author is place.world.bot
        ]
        abandoned, problems = _sent_again(mine)
        yield from problems
        for message in mine:
            if message.id in abandoned:
                continue
            unheard = message.is_loading or message.id not in known
            if message.interaction is not None and unheard and not by_token:
                continue
            text = message.text
            if message.is_loading:
                yield f"a message is left thinking ({message.command_name})"
            for key in _UNFINISHED:
                if TEXTS(key) in text:
                    yield f"a message is left at {TEXTS(key)!r}"
            if message.ephemeral_to is not None or channel.is_direct:
                continue
            for part in message.walk():
                custom_id = str(part.get("custom_id", ""))
                first, *rest = custom_id.split(":")
                live = first in ("game", "pick") and rest[1] not in _LEFT_OVER
                if live or custom_id.startswith("draw:stop:"):
                    yield f"a message keeps the button {_nameless(custom_id)}: {text[:90]!r}"


def _sent_again(messages: list[Message]) -> tuple[set[int], list[str]]:
    """The messages that the bot cannot know of, and what is wrong with those sent twice.

    A bot that is killed before Discord has said which message it has sent finds that out by sending
    it again with the same nonce. Where it comes back when Discord has forgotten the nonce, there is
    a second message, and nothing leads to the first: reading what was posted takes a permission
    that the bot does not ask for.
    """
    abandoned: set[int] = set()
    problems: list[str] = []
    newest: dict[str, Message] = {}
    for message in sorted(messages, key=lambda one: one.id):
        if message.nonce is None:
            continue
        before = newest.get(str(message.nonce))
        newest[str(message.nonce)] = message
        if before is None:
            continue
        if _sent_at(message) - _sent_at(before) > NONCE_GOOD_FOR - 0.01:
            abandoned.add(before.id)
        else:
            problems.append(f"the post {message.nonce} is there twice")
    return abandoned, problems


def _sent_at(message: Message) -> float:
    """When a message was sent, by its id. docs: reference#snowflakes"""
    return (message.id >> 22) / 1000


def _nameless(custom_id: str) -> str:
    return ":".join("N" if part.isdecimal() else part for part in custom_id.split(":"))


class Errors(logging.Handler):
    """Notes what the log has of errors that are not the weather's. found: a line for each."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if record.name in _OF_THE_WEATHER or (error is not None and _is_weather(error)):
            return
        self.found.append(f"{record.name}: {record.getMessage()}: {error!r}")
        if error is not None and error.__traceback__ is not None:
            trace = error.__traceback__
            while trace.tb_next is not None:
                trace = trace.tb_next
            where = trace.tb_frame.f_code
            self.found[-1] += f" in {where.co_name} ({where.co_filename.rsplit('/', 1)[-1]})"


def _is_weather(error: BaseException) -> bool:
    """Is this what the network or the engine may do to anybody?"""
    original: Any = getattr(error, "original", error)
    if isinstance(original, discord.HTTPException):
        return original.status >= 500 or original.status == 429
    return isinstance(original, aiohttp.ClientError | EngineError)
