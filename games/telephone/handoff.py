"""The pages of telephone under way: who is asked for which, what comes in, and who is late.

All books are at the same page. It turns when the page of every book is in; past the last one the
books are the album. What a person does not make in time, or leaves behind, the bot makes; and what
the engine does not make in time is made without it.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from games.core import BOT, Effect, Effects, only
from games.table.table import EMPTY, Reason, Table, refuse, seats_changed, start
from games.telephone.books import (
    DRAWING,
    PHRASE,
    PHRASE_LENGTH,
    BookPage,
    Books,
    ChainSettings,
    kind_of,
    seats_of,
    ways,
)
from games.telephone.page_events import (
    PageAsked,
    PagesIn,
    PagesStarted,
    PageTaken,
    Reminded,
    SubmitDrawing,
    WritePhrase,
    read,
    request,
)
from games.telephone.reveal import HOST_SECONDS, Album, AlbumReady

PAGE = "page"
REMIND = "remind"
ENGINE_WAIT = "engine"
REVEAL = "reveal"

REMIND_AT = 0.75
"""The part of a page's time after which its maker is reminded."""
ENGINE_SECONDS = 300.0
"""How long the table waits for pages of the bot once all others are in."""
SUGGESTIONS = 3
"""How many first phrases a player may pick from."""
MISSED = 2
"""Pages missed running after which the bot takes a seat over."""


class Phase(StrEnum):
    """What a game of telephone is at."""

    LOBBY = "lobby"
    PASSING = "passing"
    ALBUM = "album"
    VOTING = "voting"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class State:
    """A game of telephone: the books while they travel, then the album.

    `phrases` are the suggestions, `missed` how many pages running a player has not made.
    """

    table: Table = field(default_factory=Table)
    settings: ChainSettings = field(default_factory=ChainSettings)
    phase: Phase = Phase.LOBBY
    phrases: tuple[str, ...] = ()
    books: Books = field(default_factory=Books)
    missed: tuple[tuple[str, int], ...] = ()
    album: Album = field(default_factory=Album)

    def maker(self, book: int) -> str:
        """Who makes the page that a book is at; see `Books.maker`."""
        return self.books.maker(book, self.table.seats)


def begin(state: State, now: float, rng: random.Random) -> tuple[State, Effects]:
    """Seat everybody, send the books on their ways, and ask for the first pages."""
    people = state.table.seats.people
    seats = seats_of(state.settings, len(people))
    empty = (BOT,) * (seats - len(people))
    travel = ways(state.settings, seats, rng)
    if state.settings.prompt and state.table.seats.host in people:
        # The prompt is the host's own first page, so it opens the book that the host starts.
        chair = people.index(state.table.seats.host)
        travel = tuple(sorted(travel, key=lambda way: way[0] != chair))
    books = Books((*people, *empty), travel, ((),) * len(travel), (None,) * len(travel))
    state = replace(state, table=start(state.table), phase=Phase.PASSING, books=books)
    return _open_page(state, now, rng)


def _open_page(state: State, now: float, rng: random.Random) -> tuple[State, Effects]:
    """Ask everybody for the page that the books have come to; past the last is the album."""
    books, settings = state.books, state.settings
    timers = state.table.timers.keep([EMPTY])
    state = replace(state, table=replace(state.table, timers=timers))
    if books.page == books.pages:
        return _show_album(state, now)
    if books.page == 0:
        state = _first_phrases(state, rng)
        books = state.books
    number, kind = books.page, kind_of(books.page)
    seconds = settings.seconds(kind)
    asked: list[Effect] = [PagesStarted(page=number, pages=books.pages, kind=kind, seconds=seconds)]
    for book in books.missing:
        maker = state.maker(book)
        if maker == BOT:
            asked.append(request(state.books, book, state.settings))
            continue
        some = min(SUGGESTIONS, len(state.phrases)) if number == 0 else 0
        hints = tuple(rng.sample(state.phrases, some))
        asked.append(PageAsked(only(maker), number, kind, books.secret(book), hints, seconds))
    if books.waiting(state.table.seats):
        table = state.table.timer(PAGE, now, seconds)
        state = replace(state, table=table.timer(REMIND, now, seconds * REMIND_AT))
    state, more = _if_all_in(state, now, rng)
    return state, (*asked, *more)


def _first_phrases(state: State, rng: random.Random) -> State:
    """The first pages that need nobody: the prompt, and the bot's own, which are suggestions."""
    host, prompt = state.table.seats.host or "", state.settings.prompt
    if prompt:
        books = state.books.put(0, BookPage(host, PHRASE, prompt))
        state = replace(state, books=replace(books, bots=frozenset({0})))
    return _fill_in(state, [book for book in state.books.missing if state.maker(book) == BOT], rng)


def _fill_in(state: State, books: Iterable[int], rng: random.Random) -> State:
    """The bot's pages for these books without the engine."""
    for book in books:
        state = replace(state, books=state.books.put(book, _made_by_bot(state, book, "", rng)))
    return state


def hand_in(
    state: State,
    player: str,
    event: WritePhrase | SubmitDrawing,
    now: float,
    rng: random.Random,
) -> tuple[State, Effects]:
    """A person's page."""
    books, kind = state.books, kind_of(event.page)
    drawn = isinstance(event, SubmitDrawing)
    book = books.task(player, state.table.seats) if state.phase is Phase.PASSING else None
    if book is None or event.page != books.page or drawn != (kind == DRAWING):
        return state, refuse(player, Reason.NOT_NOW)
    if state.table.paused:
        return state, refuse(player, Reason.PAUSED)
    content = read(event, state.settings)
    if isinstance(content, Reason):
        return state, refuse(player, content)
    if drawn and not event.done:
        return replace(state, books=books.draft(player, content)), ()
    missed = tuple(entry for entry in state.missed if entry[0] != player)
    state = replace(state, missed=missed, books=books.put(book, BookPage(player, kind, content)))
    state, more = _if_all_in(state, now, rng)
    return state, (PageTaken(only(player), event.page), *more)


def bot_made(
    state: State, book: int, page: int, content: str, now: float, rng: random.Random
) -> tuple[State, Effects]:
    """The engine's page; one that nobody asked for, or that comes too late, changes nothing."""
    books = state.books
    if state.phase is not Phase.PASSING or page != books.page:
        return state, ()
    if book not in books.missing or state.maker(book) != BOT:
        return state, ()
    books = books.put(book, _made_by_bot(state, book, content, rng))
    return _if_all_in(replace(state, books=books), now, rng)


def _made_by_bot(state: State, book: int, content: str, rng: random.Random) -> BookPage:
    """The bot's page, from what the engine says or, where that is nothing, without it."""
    kind = kind_of(state.books.page)
    if kind == PHRASE:
        content = " ".join(content.split())[:PHRASE_LENGTH]
        if not content or state.settings.refuses(content):
            content = rng.choice(state.phrases)
            if content in state.books.said(book):
                said = state.books.said(book)
                content = rng.choice([p for p in state.phrases if p not in said] or state.phrases)
    return BookPage(BOT, kind, content, filled=state.books.owner(book) != BOT)


def _if_all_in(state: State, now: float, rng: random.Random) -> tuple[State, Effects]:
    """Turn the page if all are in; otherwise say how far it is."""
    books, table = state.books, state.table
    if not books.missing:
        return _open_page(replace(state, books=books.turn()), now, rng)
    waiting = books.waiting(table.seats)
    if not waiting and not table.timers.has(ENGINE_WAIT):
        # Only the engine is awaited, which has a time of its own.
        table = replace(table, timers=table.timers.clear(PAGE, REMIND))
        table = table.timer(ENGINE_WAIT, now, ENGINE_SECONDS)
    count = len(books.turned)
    done = PagesIn(page=books.page, done=count - len(books.missing), books=count, waiting=waiting)
    return replace(state, table=table), (done,)


def left_behind(
    before: State, state: State, now: float, rng: random.Random
) -> tuple[State, Effects]:
    """Give the bot the pages of those who were there before and are not any more."""
    left = [
        book
        for book in range(len(state.books.turned))
        if before.maker(book) != BOT and state.maker(book) == BOT
    ]
    return _hand_over(state, left, now, rng)


def _hand_over(
    state: State, books: list[int], now: float, rng: random.Random
) -> tuple[State, Effects]:
    """Give the pages of these books to the bot, for good: the engine is shown their secrets."""
    if not books:
        return state, ()
    state = replace(state, books=replace(state.books, bots=state.books.bots | {*books}))
    missing = [book for book in books if book in state.books.missing]
    requests: Effects = ()
    if state.books.page == 0:
        state = _fill_in(state, missing, rng)
    else:
        requests = tuple(request(state.books, book, state.settings) for book in missing)
    state, more = _if_all_in(state, now, rng)
    return state, (*requests, *more)


def remind(state: State, now: float) -> Effects:
    """Tell those whose pages are not in how much time there is."""
    left = state.table.timers.left(PAGE, now) or 0.0
    waiting = state.books.waiting(state.table.seats)
    return tuple(Reminded(only(player), state.books.page, left) for player in waiting)


def time_up(state: State, now: float, rng: random.Random) -> tuple[State, Effects]:
    """Take what has been drawn; who has nothing has missed a page."""
    books, seats, missed = state.books, state.table.seats, dict(state.missed)
    drafts = dict(books.drafts)
    late: list[int] = []
    for book in books.missing:
        player = state.maker(book)
        if player == BOT:
            continue
        if player in drafts:
            books = books.put(book, BookPage(player, DRAWING, drafts[player]))
            continue
        late.append(book)
        missed[player] = missed.get(player, 0) + 1
        if missed[player] >= MISSED:
            seats = seats.leave(player)
            del missed[player]
    # When all have gone without a word, no timer waits for them: the bot brings the books home.
    table = replace(state.table, seats=seats)
    effects: Effects = (seats_changed(table),) if seats != state.table.seats else ()
    state = replace(state, table=table, books=books, missed=tuple(missed.items()))
    state, more = _hand_over(state, late, now, rng) if late else _if_all_in(state, now, rng)
    return state, (*effects, *more)


def engine_late(state: State, now: float, rng: random.Random) -> tuple[State, Effects]:
    """Go on without what the engine still owes."""
    return _if_all_in(_fill_in(state, state.books.missing, rng), now, rng)


def _show_album(state: State, now: float) -> tuple[State, Effects]:
    table = state.table.timer(REVEAL, now, state.settings.reveal or HOST_SECONDS)
    state = replace(state, table=table, phase=Phase.ALBUM, album=Album(state.books.turned))
    return state, (AlbumReady(books=state.books.turned),)


def owed(state: State, now: float) -> Effects:
    """What the engine still owes; see `core.Game`."""
    if state.phase is not Phase.PASSING:
        return ()
    books, settings = state.books, state.settings
    return tuple(
        request(books, book, settings) for book in books.missing if state.maker(book) == BOT
    )
