"""Telephone under anything that people, engines and clocks may do to it."""

from __future__ import annotations

from typing import Any

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from games.core import BOT, ENGINE, Event
from games.table.table import (
    End,
    GameEnded,
    Join,
    Stage,
)
from games.telephone.books import ChainSettings, Preset, kind_of
from games.telephone.handoff import Phase
from games.telephone.page_events import (
    BotPage,
    Configure,
    Open,
    PageAsked,
    PageRequested,
    Start,
    SubmitDrawing,
    WritePhrase,
)
from games.telephone.reveal import AlbumReady, DriftMeasured, PageRevealed, RevealNext, VotePage
from games.telephone.telephone import TELEPHONE
from tests.games.driving import Driver
from tests.games.table_machine import TableMachine, people

PHRASES = ("a bird in a tree", "a sad robot", "two boats")


class Telephone(TableMachine):
    game = TELEPHONE

    def __init__(self) -> None:
        super().__init__()
        self.made = 0
        self.secrets: dict[str, tuple[int, int]] = {}
        self.asked: list[PageRequested] = []
        self.revealed: list[tuple[int, int]] = []

    @initialize(
        seed=st.integers(0, 10**6),
        preset=st.sampled_from(list(Preset)),
        links=st.sampled_from([0, 2, 3, 8]),
        seats=st.integers(1, 6),
        prompt=st.sampled_from(["", "secret prompt"]),
        pace=st.sampled_from(["normal", "speed", "slow"]),
        reveal=st.sampled_from([0, 6]),
        early=st.lists(people, unique=True, max_size=4),
        started=st.sampled_from([True, True, True, False]),
    )
    def open(self, seed: int, early: list[str], started: bool, **chosen: Any) -> None:
        self.host = Driver(TELEPHONE, str(seed))
        self.do(Open("ann", ChainSettings(**chosen)))
        for player in early:
            self.do(Join(player))
        if started:
            self.do(Start("ann", PHRASES))

    @property
    def passing(self) -> bool:
        return self.state.phase is Phase.PASSING

    def check(self, event: Event) -> None:
        """Before the reveal a page reaches nobody but whoever makes the next one."""
        effects = self.host.effects
        for effect in effects:
            if isinstance(effect, PageRequested):
                self.asked.append(effect)
            if isinstance(effect, PageRevealed):
                self.revealed.append((effect.book, effect.page))
            if effect.to == ENGINE or isinstance(effect, (PageRevealed, GameEnded)):
                continue
            secrets = [secret for secret in self.secrets if secret in repr(effect)]
            if not secrets:
                continue
            assert isinstance(effect, PageAsked), effect
            assert secrets == [effect.secret]
            book, page = self.secrets[effect.secret]
            assert effect.page == page + 1
            assert effect.to.seats == {self.state.books.owner(book)}

    def new(self, book: int) -> str:
        """Something that nobody has written or drawn before."""
        self.made += 1
        content = f"unheard-of thing {self.made:05}."
        self.secrets[content] = (book, self.state.books.page)
        return content

    @rule(by=people, preset=st.sampled_from(list(Preset)))
    def configure(self, by: str, preset: Preset) -> None:
        self.do(Configure(by, ChainSettings(preset=preset)))

    @rule(by=people)
    def start(self, by: str) -> None:
        self.do(Start(by, PHRASES))

    @precondition(lambda self: self.passing)
    @rule(data=st.data(), done=st.booleans())
    def make_page(self, data: st.DataObject, done: bool) -> None:
        books, seats = self.state.books, self.state.table.seats
        waiting = books.waiting(seats)
        if not waiting:
            return
        player = data.draw(st.sampled_from(waiting))
        book = books.task(player, seats)
        content = self.new(book)
        if kind_of(books.page) == "drawing":
            self.do(SubmitDrawing(player, books.page, content, done))
        else:
            self.do(WritePhrase(player, books.page, content))

    @rule(
        player=people,
        page=st.integers(0, 3),
        text=st.sampled_from(["", "fuck", "x" * 101, "fine"]),
    )
    def write(self, player: str, page: int, text: str) -> None:
        self.do(WritePhrase(player, page, text))

    @rule(player=people, page=st.integers(0, 3), done=st.booleans())
    def draw(self, player: str, page: int, done: bool) -> None:
        self.do(SubmitDrawing(player, page, "scribble", done))

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), works=st.sampled_from([True, True, False]))
    def engine_answers(self, data: st.DataObject, works: bool) -> None:
        request = data.draw(st.sampled_from(self.asked))
        on_time = self.passing and self.state.books.page == request.page
        content = self.new(request.book) if works and on_time else ""
        if content and (
            request.book not in self.state.books.missing or self.state.maker(request.book) != BOT
        ):
            del self.secrets[content]
        self.do(BotPage(request.book, request.page, content))

    @precondition(lambda self: self.state.phase is Phase.ALBUM)
    @rule(by=people, book=st.booleans())
    def reveal(self, by: str, book: bool) -> None:
        self.do(RevealNext(by, book))

    @rule(by=people, book=st.integers(0, 3), page=st.integers(0, 3))
    def vote(self, by: str, book: int, page: int) -> None:
        self.do(VotePage(by, book, page))

    @rule(kept=st.lists(st.floats(-1, 1), max_size=3))
    def measured(self, kept: list[float]) -> None:
        self.do(DriftMeasured(tuple(kept)))

    @precondition(lambda self: self.state.phase is Phase.ALBUM)
    @rule(by=people)
    def end(self, by: str) -> None:
        self.do(End(by))

    @invariant()
    def one_phase(self) -> None:
        state = self.state
        names = {name for name, _ in state.table.timers.due} - {"empty"}
        stage = state.table.stage
        assert (state.phase is Phase.OVER) == (stage is Stage.OVER)
        assert (state.phase is Phase.LOBBY) == (stage in (Stage.LOBBY, Stage.CLOSED))
        if state.phase is Phase.PASSING:
            assert names in ({"page"}, {"page", "remind"}, {"engine"})
            assert state.books.missing
        elif state.phase is Phase.ALBUM:
            assert names == {"reveal"}
        elif state.phase is Phase.VOTING:
            assert names == {"vote"}
        elif state.phase is Phase.OVER:
            assert not names

    @invariant()
    def a_book_has_nobody_twice(self) -> None:
        books = self.state.books
        for way, book in zip(books.ways, books.turned, strict=True):
            chairs = [chair for chair in way if chair is not None]
            assert len(set(chairs)) == len(chairs)
            authors = [page.author for page in book if page.author != BOT]
            assert len(set(authors)) == len(authors)
            assert [page.kind for page in book] == [kind_of(page) for page in range(len(book))]

    @invariant()
    def the_reveal_is_in_order(self) -> None:
        assert self.revealed == list(self.state.album.order[: len(self.revealed)])

    def teardown(self) -> None:
        super().teardown()
        if self.state.books.ways and self.state.table.ending == "finished":
            assert all(len(book) == self.state.books.pages for book in self.state.books.turned)
            assert len(self.revealed) == len(self.state.album.order)
        albums = [one for one in self.host.effects if isinstance(one, AlbumReady)]
        assert len(albums) <= 1


TestTelephone = Telephone.TestCase
TestTelephone.settings = hypothesis_settings(max_examples=150, stateful_step_count=50)
