"""Telephone: a phrase is drawn, the drawing is described, the description is drawn, and so on.

Every seat starts a book. BookPage by page the books travel (`latin`), all at once: page 0 is a
phrase, page 1 a drawing of it, page 2 a phrase for the drawing. Whoever makes a page sees the
one before it and nothing else. When the last page is in, the album is revealed book by book, and
the table votes for the funniest page.

The bot sits in every empty seat and in the seat of whoever has left or missed two pages running.
A page that is not in when time is up is made by the bot; if the bot cannot, a phrase is taken
from the words of the game and a drawing stays blank. So the books arrive, whoever leaves.
"""

from __future__ import annotations

import random
from dataclasses import replace

from games.core import Effect, Effects, Event, Game
from games.table.seats import Seats
from games.table.table import (
    EMPTY,
    TABLE_EVENTS,
    Ending,
    Join,
    Reason,
    SettingsChanged,
    Stage,
    TimerFired,
    close,
    open_table,
    refuse,
    step,
)
from games.telephone.books import Preset, problems
from games.telephone.handoff import (
    ENGINE_WAIT,
    PAGE,
    REMIND,
    REVEAL,
    Phase,
    State,
    begin,
    bot_made,
    engine_late,
    hand_in,
    left_behind,
    owed,
    remind,
    time_up,
)
from games.telephone.page_events import (
    PAGE_EVENTS,
    BotPage,
    Configure,
    Open,
    Start,
    SubmitDrawing,
    WritePhrase,
)
from games.telephone.reveal import (
    AWAY_SECONDS,
    HOST_SECONDS,
    VOTE_SECONDS,
    AlbumReady,
    DriftMeasured,
    RevealNext,
    VotePage,
    VotingStarted,
)

VOTE = "vote"


def apply(state: State, event: Event, now: float, rng: random.Random) -> tuple[State, Effects]:
    """The game after an event; see `core.Game`."""
    if isinstance(event, Join) and state.settings.preset is Preset.SELF_PLAY:
        return state, refuse(event.player, Reason.ALONE)
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
            return bot_made(state, book, page, content, now, rng)
        case WritePhrase(player) | SubmitDrawing(player):
            return hand_in(state, player, event, now, rng)
        case RevealNext(by, book):
            if not state.table.seats.may_manage(by):
                return state, refuse(by, Reason.NOT_YOURS)
            if state.phase is not Phase.ALBUM or state.table.paused:
                return state, refuse(by, Reason.NOT_NOW)
            return _reveal(state, book, now, HOST_SECONDS)
        case VotePage(by, book, page):
            return _vote(state, by, book, page)
        case DriftMeasured(kept):
            if state.phase not in (Phase.ALBUM, Phase.VOTING):
                return state, ()
            return replace(state, album=replace(state.album, kept=kept)), ()
        case _:
            return state, ()


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
            # A server's own words are no suggestions either.
            phrases = tuple(p for p in phrases if not state.settings.refuses(p))
            if not phrases:
                return state, refuse(by, Reason.NO_WORDS)
            return begin(replace(state, phrases=phrases), now, rng)


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
    state, more = left_behind(before, state, now, rng)
    return state, (*effects, *more)


def _timer(state: State, name: str, now: float, rng: random.Random) -> tuple[State, Effects]:
    if name == REMIND:
        return state, remind(state, now)
    if name == PAGE:
        return time_up(state, now, rng)
    if name == ENGINE_WAIT:
        return engine_late(state, now, rng)
    if name == REVEAL:
        return _reveal(state, False, now, AWAY_SECONDS)
    # What is left is VOTE.
    return _finish(state, Ending.FINISHED)


def _reveal(state: State, whole: bool, now: float, patience: float) -> tuple[State, Effects]:
    """Turn the page. patience: how long (s) the next one stays, where the host sets the pace."""
    album, effects = state.album.reveal(whole)
    table = replace(state.table, timers=state.table.timers.clear(REVEAL))
    state = replace(state, table=table, album=album)
    if not album.all_shown:
        seconds = state.settings.reveal or patience
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
