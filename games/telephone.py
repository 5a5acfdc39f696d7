"""Telephone: a phrase is drawn, the drawing is described, the description is drawn, and so on.

Every seat starts a book. Page by page the books travel (`latin`), all at once: page 0 is a
phrase, page 1 a drawing of it, page 2 a phrase for the drawing. Whoever makes a page sees the
one before it and nothing else. When the last page is in, the album is revealed book by book, and
the table votes for the funniest page.

The bot sits in every empty seat and in the seat of whoever has left or missed two pages running.
A page that is not in when time is up is made by the bot; if the bot cannot, a phrase is taken
from the words of the game and a drawing stays blank. So the books arrive, whoever leaves.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from games.album import (
    HOST_SECONDS,
    VOTE_SECONDS,
    Album,
    AlbumReady,
    DriftMeasured,
    RevealNext,
    VotePage,
    VotingStarted,
)
from games.blocklist import blocked
from games.chain import (
    DRAWING,
    PHRASE,
    PHRASE_LENGTH,
    Books,
    Page,
    Preset,
    Settings,
    kind_of,
    problems,
    ways,
)
from games.core import BOT, Effect, Effects, Event, Game, only
from games.pages import (
    PAGE_EVENTS,
    BotPage,
    Configure,
    Open,
    PageAsked,
    PagesIn,
    PagesStarted,
    PageTaken,
    Reminded,
    Start,
    SubmitDrawing,
    WritePhrase,
    read,
    request,
)
from games.seats import Seats
from games.table import (
    EMPTY,
    TABLE_EVENTS,
    Ending,
    Reason,
    SettingsChanged,
    Stage,
    Table,
    TimerFired,
    close,
    open_table,
    refuse,
    seats_changed,
    start,
    step,
)

PAGE = "page"
REMIND = "remind"
ENGINE_WAIT = "engine"
REVEAL = "reveal"
VOTE = "vote"

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
    settings: Settings = field(default_factory=Settings)
    phase: Phase = Phase.LOBBY
    phrases: tuple[str, ...] = ()
    books: Books = field(default_factory=Books)
    missed: tuple[tuple[str, int], ...] = ()
    album: Album = field(default_factory=Album)

    def maker(self, book: int) -> str:
        """Who makes the page that a book is at; see `Books.maker`."""
        return self.books.maker(book, self.table.seats)


def apply(state: State, event: Event, now: float, rng: random.Random) -> tuple[State, Effects]:
    """The game after an event; see `core.Game`."""
    players = 24 if state.settings.preset is not Preset.SOLO else 1
    table, effects, settled = step(state.table, event, now, players, late=False)
    if state.settings.preset is Preset.SELF_PLAY:
        # The bot plays alone, so nobody can be missing.
        table = replace(table, timers=table.timers.clear(EMPTY))
    before, state = state, replace(state, table=table)
    if settled:
        return _after_table(before, state, effects, now, rng)
    match event:
        case Open() | Configure() | Start():
            return _lobby(state, event, now, rng)
        case TimerFired(name):
            return _timer(state, name, now, rng)
        case BotPage(book, page, content):
            return _bot_page(state, book, page, content, now, rng)
        case WritePhrase(player) | SubmitDrawing(player):
            return _page(state, player, event, now, rng)
        case RevealNext(by, book):
            if not state.table.seats.may_manage(by):
                return state, refuse(by, Reason.NOT_YOURS)
            if state.phase is not Phase.ALBUM or state.table.paused:
                return state, refuse(by, Reason.NOT_NOW)
            return _reveal(state, book, now)
        case VotePage(by, book, page):
            return _vote(state, by, book, page)
        case DriftMeasured(kept):
            if state.phase not in (Phase.ALBUM, Phase.VOTING):
                return state, ()
            return replace(state, album=replace(state.album, kept=kept)), ()
        case _:
            return state, ()


def owed(state: State, now: float) -> Effects:
    """What the engine still owes; see `core.Game`."""
    if state.phase is not Phase.PASSING:
        return ()
    books, strokes = state.books, state.settings.strokes
    return tuple(
        request(books, book, strokes) for book in books.missing if state.maker(book) == BOT
    )


def _lobby(
    state: State, event: Open | Configure | Start, now: float, rng: random.Random
) -> tuple[State, Effects]:
    table = state.table
    match event:
        case Open(host, settings):
            if table.stage is not Stage.CLOSED:
                return state, refuse(host, Reason.NOT_NOW)
            if problems(settings):
                return state, refuse(host, Reason.OUT_OF_BOUNDS)
            table, effects = open_table(host, now, bot=False)
            if settings.preset is Preset.SELF_PLAY:
                seats = replace(Seats().watch(host), host=host)
                table, effects = replace(table, seats=seats), ()
            state = replace(state, table=table, settings=settings)
            return state, (SettingsChanged(), *effects)
        case Configure(by) | Start(by) if table.stage is not Stage.LOBBY:
            return state, refuse(by, Reason.NOT_NOW)
        case Configure(by) | Start(by) if not table.seats.may_manage(by):
            return state, refuse(by, Reason.NOT_YOURS)
        case Configure(by, settings):
            alone = settings.preset is Preset.SELF_PLAY or state.settings.preset is Preset.SELF_PLAY
            solo = settings.preset is Preset.SOLO and len(table.seats.people) > 1
            if problems(settings) or alone or solo:
                return state, refuse(by, Reason.OUT_OF_BOUNDS)
            return replace(state, settings=settings), (SettingsChanged(),)
        case Start(by, phrases):
            if not phrases:
                return state, refuse(by, Reason.NO_WORDS)
            return _begin(replace(state, phrases=phrases), now, rng)


def _begin(state: State, now: float, rng: random.Random) -> tuple[State, Effects]:
    people = state.table.seats.people
    seats = max(state.settings.seats, len(people), 2)
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
            asked.append(request(state.books, book, state.settings.strokes))
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
        books = state.books.put(0, Page(host, PHRASE, prompt))
        state = replace(state, books=replace(books, bots=frozenset({0})))
    return _fill_in(state, [book for book in state.books.missing if state.maker(book) == BOT], rng)


def _fill_in(state: State, books: Iterable[int], rng: random.Random) -> State:
    """The bot's pages for these books without the engine."""
    for book in books:
        state = replace(state, books=state.books.put(book, _made_by_bot(state, book, "", rng)))
    return state


def _page(
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
    content = read(event, state.settings.blocked)
    if isinstance(content, Reason):
        return state, refuse(player, content)
    if drawn and not event.done:
        return replace(state, books=books.draft(player, content)), ()
    missed = tuple(entry for entry in state.missed if entry[0] != player)
    state = replace(state, missed=missed, books=books.put(book, Page(player, kind, content)))
    state, more = _if_all_in(state, now, rng)
    return state, (PageTaken(only(player), event.page), *more)


def _bot_page(
    state: State, book: int, page: int, content: str, now: float, rng: random.Random
) -> tuple[State, Effects]:
    books = state.books
    if state.phase is not Phase.PASSING or page != books.page:
        return state, ()
    if book not in books.missing or state.maker(book) != BOT:
        return state, ()
    books = books.put(book, _made_by_bot(state, book, content, rng))
    return _if_all_in(replace(state, books=books), now, rng)


def _made_by_bot(state: State, book: int, content: str, rng: random.Random) -> Page:
    """The bot's page, from what the engine says or, where that is nothing, without it."""
    kind = kind_of(state.books.page)
    if kind == PHRASE:
        content = " ".join(content.split())[:PHRASE_LENGTH]
        if not content or blocked(content, state.settings.blocked):
            content = rng.choice(state.phrases)
    return Page(BOT, kind, content, filled=state.books.owner(book) != BOT)


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


def _after_table(
    before: State, state: State, effects: Effects, now: float, rng: random.Random
) -> tuple[State, Effects]:
    """What the table's own events mean for the pages under way."""
    table = state.table
    if table.ending is not None and table.stage is not Stage.OVER:
        state, more = _finish(state, table.ending)
        return state, (*effects, *more)
    if state.phase is not Phase.PASSING or table.seats == before.table.seats:
        return state, effects
    left = [
        book
        for book in range(len(state.books.turned))
        if before.maker(book) != BOT and state.maker(book) == BOT
    ]
    state, more = _hand_over(state, left, now, rng)
    return state, (*effects, *more)


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
        requests = tuple(request(state.books, book, state.settings.strokes) for book in missing)
    state, more = _if_all_in(state, now, rng)
    return state, (*requests, *more)


def _timer(state: State, name: str, now: float, rng: random.Random) -> tuple[State, Effects]:
    if name == REMIND:
        left = state.table.timers.left(PAGE, now) or 0.0
        waiting = state.books.waiting(state.table.seats)
        return state, tuple(Reminded(only(player), state.books.page, left) for player in waiting)
    if name == PAGE:
        return _time_up(state, now, rng)
    if name == ENGINE_WAIT:
        return _if_all_in(_fill_in(state, state.books.missing, rng), now, rng)
    if name == REVEAL:
        return _reveal(state, False, now)
    # What is left is VOTE.
    return _finish(state, Ending.FINISHED)


def _time_up(state: State, now: float, rng: random.Random) -> tuple[State, Effects]:
    """Take what has been drawn; who has nothing has missed a page."""
    books, seats, missed = state.books, state.table.seats, dict(state.missed)
    drafts = dict(books.drafts)
    late: list[int] = []
    for book in books.missing:
        player = state.maker(book)
        if player == BOT:
            continue
        if player in drafts:
            books = books.put(book, Page(player, DRAWING, drafts[player]))
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


def _show_album(state: State, now: float) -> tuple[State, Effects]:
    table = state.table.timer(REVEAL, now, state.settings.reveal or HOST_SECONDS)
    state = replace(state, table=table, phase=Phase.ALBUM, album=Album(state.books.turned))
    return state, (AlbumReady(books=state.books.turned),)


def _reveal(state: State, whole: bool, now: float) -> tuple[State, Effects]:
    album, effects = state.album.reveal(whole)
    table = replace(state.table, timers=state.table.timers.clear(REVEAL))
    state = replace(state, table=table, album=album)
    if not album.all_shown:
        seconds = state.settings.reveal or HOST_SECONDS
        return replace(state, table=table.timer(REVEAL, now, seconds)), effects
    if not table.seats.people:
        state, more = _finish(state, Ending.FINISHED)
        return state, (*effects, *more)
    state = replace(state, table=table.timer(VOTE, now, VOTE_SECONDS), phase=Phase.VOTING)
    return state, (*effects, VotingStarted(seconds=VOTE_SECONDS))


def _vote(state: State, by: str, book: int, page: int) -> tuple[State, Effects]:
    if state.phase not in (Phase.ALBUM, Phase.VOTING):
        return state, refuse(by, Reason.NOT_NOW)
    if not state.table.seats.has(by):
        return state, refuse(by, Reason.NOT_HERE)
    album = state.album.vote(by, book, page)
    if album is None:
        return state, refuse(by, Reason.OUT_OF_BOUNDS)
    state = replace(state, album=album)
    voters = {player for player, _ in album.votes}
    if state.phase is Phase.VOTING and voters.issuperset(state.table.seats.people):
        return _finish(state, Ending.FINISHED)
    return state, ()


def _finish(state: State, ending: Ending) -> tuple[State, Effects]:
    """The end. A vote is a point for the person who made the page."""
    table, album, effects = state.table, state.album, list[Effect]()
    if state.phase is Phase.PASSING:
        effects.append(AlbumReady(books=state.books.turned))
    for _, (book, page) in album.votes:
        table = table.award(album.books[book][page].author, 1)
    effects.extend(album.verdicts(drift=state.settings.preset is Preset.DRIFT))
    table, more = close(table, ending)
    return replace(state, table=table, phase=Phase.OVER), (*effects, *more)


TELEPHONE: Game[State] = Game(
    name="telephone",
    version=1,
    initial=State(),
    events=(*TABLE_EVENTS, *PAGE_EVENTS, RevealNext, VotePage, DriftMeasured),
    apply=apply,
    due=lambda state: state.table.timers.next(),
    over=lambda state: state.table.stage is Stage.OVER,
    owed=owed,
)
"""The rules of telephone."""
