"""One chain of the bot alone, played by the rules as a bot's host does: events in, effects out."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import Protocol

from engine.album import Book, Drift
from engine.album import Page as Shown
from engine.canvas.drawing import Drawing
from engine.client import EngineClient
from engine.paint.options import Ink
from engine.paint.spec import DrawingSpec
from games.core import Effect, Entry, Event, Play
from games.selfplay.survey import Chain
from games.table.table import TimerFired
from games.telephone.books import DRAWING, PHRASE, BookPage, ChainSettings, Preset
from games.telephone.handoff import State
from games.telephone.page_events import BotPage, Open, PageRequested, PagesStarted, Start
from games.telephone.reveal import AlbumReady, DriftMeasured, still_said
from games.telephone.telephone import TELEPHONE
from games.words.lists import words

HOST = "host"

_SUGGESTIONS = 200  # words that a random chain may begin with
_RUNNERS_UP = 5  # captions asked for, should the first be a blocked one


@dataclass(frozen=True, slots=True)
class ChainSpec:
    """One chain to play, and how its drawings are painted.

    The fields are those of `ChainSettings` and `DrawingSpec`. An empty `prompt` picks a word by
    chance; without `steps` the engine takes as many as it likes.
    """

    seed: int
    prompt: str
    links: int
    strokes: int
    avoid: tuple[str, ...]
    ink: Ink
    steps: int | None

    @property
    def settings(self) -> ChainSettings:
        """The chain as the rules know it."""
        return ChainSettings(
            Preset.SELF_PLAY, self.prompt, links=self.links, strokes=self.strokes, reveal=1
        )

    def drawing_spec(self, page: int, phrase: str) -> DrawingSpec:
        """What the engine is to draw: another beginning for each page, the same one each time.

        Raises pydantic's ValidationError for what the engine would refuse.
        """
        return DrawingSpec(
            prompt=phrase,
            strokes=self.strokes,
            steps=self.steps,
            avoid=self.avoid,
            ink=self.ink,
            seed=random.Random(f"{self.seed}:{page}").randrange(2**31),
        )


@dataclass
class Told:
    """What came of a chain: the log of the game, its drawings by reference, and its album."""

    spec: ChainSpec
    log: list[Entry] = field(default_factory=list[Entry])
    drawings: dict[str, Drawing] = field(default_factory=dict[str, Drawing])
    pages: tuple[BookPage, ...] = ()
    drift: Drift = Drift((), ())  # noqa: RUF009  it is frozen

    @property
    def book(self) -> Book:
        """The chain as the album shows it."""
        return Book(
            tuple(
                Shown(
                    "You" if number == 0 and self.spec.prompt else "Penguess",
                    self.drawings.get(p.content) if p.kind == DRAWING else p.content,
                )
                for number, p in enumerate(self.pages)
            )
        )

    @property
    def chain(self) -> Chain:
        """The chain as it is surveyed."""
        return Chain(self.spec.strokes, bool(self.spec.avoid), self.pages, self.drift.to_first)


class Watcher(Protocol):
    """Is told how far a chain is."""

    def page(self, number: int, pages: int) -> None:
        """Page `number`, from 0, of `pages` is begun."""
        ...

    def doing(self, what: str, part: float, number: int) -> None:
        """What page `number` is about, and which part of it is done, in 0..1."""
        ...


async def play(client: EngineClient, spec: ChainSpec, watcher: Watcher | None = None) -> Told:
    """Play a chain to its end, in a time of its own: it stands still while the engine works,
    however long that takes, and jumps over waits that nobody needs.

    Raises EngineError when the engine stays away; what it cannot make, the rules fill in.
    """
    told = Told(spec)
    game: Play[State] = Play(TELEPHONE, str(spec.seed), TELEPHONE.initial)
    now = 0.0
    phrases = tuple(word.text for word in words("en"))
    suggestions = tuple(random.Random(spec.seed).sample(phrases, _SUGGESTIONS))
    due: list[Event] = [Open(HOST, spec.settings), Start(HOST, suggestions)]
    asked: dict[asyncio.Task[str], PageRequested] = {}
    while not game.over:
        if due:
            event = due.pop(0)
            game, effects = game.step(event, now)
            told.log.append(Entry(game.now, event))
            for effect in effects:
                await _carry_out(effect, client, told, watcher, asked, due)
        elif asked:
            done, _ = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                request = asked.pop(task)
                due.append(BotPage(request.book, request.page, task.result()))
        elif (timer := game.due) is not None:
            now = max(now, timer[1])
            due.append(TimerFired(timer[0]))
        else:
            raise RuntimeError("the rules wait for nothing")
    return told


async def _carry_out(
    effect: Effect,
    client: EngineClient,
    told: Told,
    watcher: Watcher | None,
    asked: dict[asyncio.Task[str], PageRequested],
    due: list[Event],
) -> None:
    match effect:
        case PagesStarted(page=number, pages=pages) if watcher:
            watcher.page(number, pages)
        case PageRequested():
            made = _phrase if effect.kind == PHRASE else _drawing
            asked[asyncio.create_task(made(client, told, effect, watcher))] = effect
        case AlbumReady(books=books):
            told.pages = books[0]
            told.drift = await _measure(client, told.book)
            due.append(DriftMeasured((still_said(told.drift.to_first),)))
        case _:
            pass  # for people, of whom there are none


async def _phrase(
    client: EngineClient, told: Told, request: PageRequested, watcher: Watcher | None
) -> str:
    drawing = told.drawings.get(request.secret)
    if drawing is None:
        return ""
    if watcher:
        watcher.doing("what is it?", 0.5, request.page)
    found = await client.caption(drawing, _RUNNERS_UP, said=request.said)
    return next((c.phrase for c in found if not told.spec.settings.refuses(c.phrase)), "")


async def _drawing(
    client: EngineClient, told: Told, request: PageRequested, watcher: Watcher | None
) -> str:
    drawing_spec = told.spec.drawing_spec(request.page, request.secret)
    async for event in client.draw(drawing_spec, priority="game", client=HOST):
        if event.type == "progress" and watcher:
            watcher.doing(request.secret, event.step / event.steps, request.page)
        if event.type == "finished":
            reference = f"drawing-{request.page}"
            told.drawings[reference] = event.drawing
            return reference
    return ""


async def _measure(client: EngineClient, book: Book) -> Drift:
    phrases = [page.phrase for page in book.pages if page.phrase]
    shown = [page.png(512) for page in book.pages if not page.phrase and page.content]
    found = await client.embed(phrases, shown)
    texts, images = iter(found.texts), iter(found.images)
    return Drift.of(
        [
            next(texts) if page.phrase else next(images) if page.content else None
            for page in book.pages
        ]
    )
