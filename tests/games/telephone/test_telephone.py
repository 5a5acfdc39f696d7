"""Telephone, one rule at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from games.core import BOT, ENGINE, only
from games.table.table import (
    End,
    Ending,
    GameEnded,
    Join,
    Leave,
    Pause,
    Reason,
    Refused,
    SeatsChanged,
    SettingsChanged,
)
from games.telephone.books import BookPage, ChainSettings, Preset
from games.telephone.handoff import Phase
from games.telephone.page_events import (
    BotPage,
    Configure,
    Open,
    PageAsked,
    PageRequested,
    PagesIn,
    PagesStarted,
    PageTaken,
    Reminded,
    Start,
    SubmitDrawing,
    WritePhrase,
)
from games.telephone.reveal import (
    AWAY_SECONDS,
    AlbumReady,
    DriftMeasured,
    DriftScored,
    FunniestPages,
    PageRevealed,
    RevealNext,
    VotePage,
    VotingStarted,
)
from games.telephone.telephone import TELEPHONE
from tests.games.driving import Driver

PHRASES = ("a bird in a tree", "a sad robot", "two boats", "a green door")


def opened(*others: str, **chosen: Any) -> Driver:
    host = Driver(TELEPHONE)
    host.do(Open("ann", ChainSettings(**chosen)))
    for player in others:
        host.do(Join(player))
    return host


def started(*others: str, **chosen: Any) -> Driver:
    host = opened(*others, **chosen)
    host.do(Start("ann", PHRASES))
    return host


def refused(host: Driver) -> Reason:
    return host.one(Refused).reason


def asked(host: Driver) -> dict[str, PageAsked]:
    """What each player was asked for by the last event."""
    found: dict[str, PageAsked] = {}
    for effect in host.effects:
        if isinstance(effect, PageAsked) and effect.to.seats:
            found[next(iter(effect.to.seats))] = effect
    return found


def requested(host: Driver) -> list[PageRequested]:
    return [effect for effect in host.effects if isinstance(effect, PageRequested)]


def write(host: Driver, *players: str) -> None:
    for player in players:
        page = host.state.books.page
        host.do(WritePhrase(player, page, f"{player} writes {page}"))


def draw(host: Driver, *players: str) -> None:
    for player in players:
        page = host.state.books.page
        host.do(SubmitDrawing(player, page, f"{player}-draws-{page}"))


def play_two(**chosen: Any) -> Driver:
    """Ann and ben with two pages, up to the album."""
    host = started("ben", seats=2, **chosen)
    write(host, "ann", "ben")
    draw(host, "ann", "ben")
    return host


def reveal_all(host: Driver) -> list[PageRevealed]:
    revealed: list[PageRevealed] = []
    while host.state.phase is Phase.ALBUM:
        revealed += [one for one in host.fire() if isinstance(one, PageRevealed)]
    return revealed


def test_everybody_starts_a_book_with_suggestions() -> None:
    host = started("ben", seats=2)
    begun = host.one(PagesStarted)
    assert (begun.page, begun.pages, begun.kind, begun.seconds) == (0, 2, "phrase", 60)
    assert set(asked(host)) == {"ann", "ben"}
    assert all(len(ask.suggestions) == 3 and not ask.secret for ask in asked(host).values())


def test_a_page_is_shown_to_its_successor_alone() -> None:
    host = started("ben", seats=2)
    write(host, "ann", "ben")
    pages = asked(host)
    assert pages["ben"].secret == "ann writes 0"
    assert pages["ann"].secret == "ben writes 0"
    assert pages["ben"].to == only("ben")
    assert pages["ben"].kind == "drawing"
    assert pages["ben"].seconds == 120


def test_the_bot_fills_the_table() -> None:
    host = started(seats=4)
    assert set(asked(host)) == {"ann"}
    assert host.one(PagesIn).done == 3
    write(host, "ann")
    requests = requested(host)
    assert len(requests) == 3
    assert {one.to for one in requests} == {ENGINE}
    assert {one.strokes for one in requests} == {24}


def test_a_page_in_can_be_replaced_until_the_page_turns() -> None:
    host = started("ben", seats=2)
    host.do(WritePhrase("ann", 0, "first thought"))
    assert host.one(PageTaken).to == only("ann")
    host.do(WritePhrase("ann", 0, "second  thought"))
    write(host, "ben")
    assert asked(host)["ben"].secret == "second thought"


@pytest.mark.parametrize(
    ("player", "page", "text", "reason"),
    [
        ("ann", 0, " ", Reason.EMPTY),
        ("ann", 0, "x" * 101, Reason.TOO_LONG),
        ("ann", 0, "fuck", Reason.BLOCKED),
        ("ann", 0, "marzipan", Reason.BLOCKED),
        ("ann", 1, "early", Reason.NOT_NOW),
        ("eve", 0, "not mine", Reason.NOT_NOW),
    ],
)
def test_a_phrase_is_refused(player: str, page: int, text: str, reason: Reason) -> None:
    host = started("ben", seats=2, blocked=("marzipan",))
    host.do(WritePhrase(player, page, text))
    assert refused(host) is reason


def test_a_drawing_is_no_phrase() -> None:
    host = started("ben", seats=2)
    host.do(SubmitDrawing("ann", 0, "d"))
    assert refused(host) is Reason.NOT_NOW


def test_a_drawing_without_anything_is_refused() -> None:
    host = started("ben", seats=2)
    write(host, "ann", "ben")
    host.do(SubmitDrawing("ann", 1, ""))
    assert refused(host) is Reason.EMPTY


def test_pages_wait_for_the_end_of_a_pause() -> None:
    host = started("ben", seats=2)
    host.do(Pause("ann"))
    host.do(WritePhrase("ben", 0, "fine"))
    assert refused(host) is Reason.PAUSED


def test_whoever_is_late_is_reminded() -> None:
    host = started("ben", seats=2)
    write(host, "ann")
    (reminded,) = [one for one in host.wait(45) if isinstance(one, Reminded)]
    assert (reminded.to, reminded.seconds) == (only("ben"), 15)


def test_the_bot_makes_a_page_that_is_not_in() -> None:
    host = started("ben", seats=2)
    write(host, "ann", "ben")
    draw(host, "ann")
    effects = host.wait(120)
    (request,) = [one for one in effects if isinstance(one, PageRequested)]
    assert request.secret == "ann writes 0"
    host.do(BotPage(request.book, 1, "d"))
    (book,) = [book for book in host.state.album.books if book[0].author == "ann"]
    assert book[1] == BookPage(BOT, "drawing", "d", filled=True)


def test_a_late_page_is_no_more_wanted() -> None:
    host = started("ben", seats=2)
    write(host, "ann", "ben")
    host.wait(120)
    draw(host, "ben")
    assert refused(host) is Reason.NOT_NOW


def test_an_unfinished_drawing_counts_when_time_is_up() -> None:
    host = started("ben", seats=2)
    write(host, "ann", "ben")
    draw(host, "ann")
    host.do(SubmitDrawing("ben", 1, "half", done=False))
    host.do(SubmitDrawing("ben", 1, "more", done=False))
    assert host.state.phase is Phase.PASSING
    host.wait(120)
    assert ("ben", "more") in [(b[1].author, b[1].content) for b in host.state.album.books]


def test_a_first_phrase_that_is_not_in_is_a_suggestion() -> None:
    host = started("ben", seats=2)
    write(host, "ann")
    host.wait(60)
    (book,) = [book for book in host.state.books.turned if book[0].author == BOT]
    assert book[0].content in PHRASES


def test_two_missed_pages_give_the_seat_to_the_bot() -> None:
    host = started("ben", "cem", seats=3)
    write(host, "ann", "cem")
    host.wait(60)
    draw(host, "ann", "cem")
    effects = host.wait(120)
    (changed,) = [one for one in effects if isinstance(one, SeatsChanged)]
    assert [seat.player for seat in changed.seats if not seat.present] == ["ben"]
    host.do(Join("ben"))
    assert host.state.table.seats.has("ben")


def test_a_page_made_forgives_the_one_missed() -> None:
    host = started("ben", "cem", seats=3)
    write(host, "ann", "cem")
    host.wait(60)
    draw(host, "ann", "ben", "cem")
    write(host, "ann", "cem")
    host.wait(60)
    assert host.state.table.seats.has("ben")


def test_a_table_asleep_is_brought_home_by_the_bot() -> None:
    host = started("ben", seats=4)
    while not host.play.over:
        host.fire()
    assert host.one(GameEnded).ending is Ending.FINISHED
    assert [len(book) for book in host.state.album.books] == [4, 4, 4, 4]


def test_a_seat_that_is_left_goes_to_the_bot_at_once() -> None:
    host = started("ben", seats=2)
    write(host, "ann", "ben")
    draw(host, "ann")
    host.do(Leave("ben"))
    (request,) = requested(host)
    assert request.secret == "ann writes 0"
    host.do(Join("ben"))
    draw(host, "ben")
    assert refused(host) is Reason.NOT_NOW


def test_who_leaves_the_first_page_needs_no_engine() -> None:
    host = started("ben", seats=2)
    write(host, "ann")
    host.do(Leave("ben"))
    assert host.state.books.page == 1


def test_who_leaves_after_the_page_is_in_leaves_it() -> None:
    host = started("ben", seats=2)
    write(host, "ben")
    host.do(Leave("ben"))
    write(host, "ann")
    assert "ben" in [book[0].author for book in host.state.books.turned]


def test_who_comes_back_has_the_next_page() -> None:
    host = started("ben", "cem", seats=3)
    host.do(Leave("ben"))
    host.do(Join("ben"))
    write(host, "ann", "cem")
    assert "ben" in asked(host)


def test_newcomers_are_too_late() -> None:
    host = started("ben")
    host.do(Join("cem"))
    assert refused(host) is Reason.TOO_LATE


def test_the_engine_has_a_time_limit() -> None:
    host = started(seats=2)
    write(host, "ann")
    draw(host, "ann")
    host.wait(300)
    assert host.state.phase is Phase.ALBUM
    assert BookPage(BOT, "drawing", "") in [book[1] for book in host.state.album.books]


@pytest.mark.parametrize("content", ["", "fuck you"])
def test_a_phrase_that_cannot_be_is_replaced_by_a_suggestion(content: str) -> None:
    host = started(preset=Preset.SELF_PLAY, links=3)
    host.do(BotPage(0, 1, "d"))
    host.do(BotPage(0, 2, content))
    assert host.state.album.books[0][2].content in PHRASES


def test_the_bot_is_told_what_was_said_in_the_book() -> None:
    host = started(preset=Preset.SELF_PLAY, links=6, prompt="a cat")
    host.do(BotPage(0, 1, "d"))
    assert requested(host)[-1].said == ("a cat",)
    host.do(BotPage(0, 2, "a dog"))
    host.do(BotPage(0, 3, "d"))
    assert requested(host)[-1].said == ("a cat", "a dog")
    assert not requested(host)[-1].by_hand


def test_with_people_the_bot_may_guess_what_a_person_wrote_but_not_say_its_own_again() -> None:
    host = started("ben", "cem", seats=3, preset=Preset.BOT_GUESSES)
    write(host, "ann", "ben", "cem")
    draw(host, "ann", "ben", "cem")
    assert [request.said for request in requested(host)] == [(), (), ()]
    assert all(request.by_hand for request in requested(host))
    for request in requested(host):
        host.do(BotPage(request.book, 2, f"guess {request.book}"))
    draw(host, "ann", "ben", "cem")
    again = requested(host)
    assert sorted(request.said for request in again) == [(f"guess {book}",) for book in range(3)]


def test_a_suggestion_that_was_said_is_not_taken_again() -> None:
    for seed in range(20):
        host = Driver(TELEPHONE, seed=str(seed))
        host.do(Open("ann", ChainSettings(Preset.SELF_PLAY, links=2 * len(PHRASES))))
        host.do(Start("ann", PHRASES))
        while host.state.phase is Phase.PASSING:
            page = host.state.books.page
            host.do(BotPage(0, page, "d" if page % 2 else ""))
        said = [one.content for one in host.state.album.books[0][::2]]
        assert sorted(said) == sorted(PHRASES)


def test_an_answer_that_nobody_waits_for_is_nothing() -> None:
    host = started("ben", seats=2)
    assert host.do(BotPage(0, 0, "pushy")) == ()
    assert host.do(BotPage(0, 5, "early")) == ()


def test_self_play_needs_nobody() -> None:
    host = started(preset=Preset.SELF_PLAY, links=4, prompt="a cat on a bicycle", reveal=1)
    assert requested(host)[0].secret == "a cat on a bicycle"
    for page, content in enumerate(["d1", "a dog", "d2"], start=1):
        host.do(BotPage(0, page, content))
    assert host.one(AlbumReady).books[0][0].content == "a cat on a bicycle"
    assert [one.content.content for one in reveal_all(host)] == [
        "a cat on a bicycle",
        "d1",
        "a dog",
        "d2",
    ]
    assert host.one(GameEnded).ending is Ending.FINISHED


@pytest.mark.parametrize("host", [opened, started])
def test_nobody_can_sit_down_where_the_bot_plays_alone(host: Callable[..., Driver]) -> None:
    table = host(preset=Preset.SELF_PLAY)
    for player in ("ann", "ben"):
        table.do(Join(player))
        assert refused(table) is Reason.ALONE
    assert table.state.table.seats.people == ()


def test_self_play_goes_on_when_its_host_leaves() -> None:
    host = started(preset=Preset.SELF_PLAY)
    host.do(Leave("ann"))
    host.wait(120)
    assert not host.play.over


def test_self_play_takes_a_phrase_from_the_list() -> None:
    host = started(preset=Preset.SELF_PLAY)
    assert requested(host)[0].secret in PHRASES
    assert host.state.books.pages == 8


def test_the_bot_plays_every_drawing() -> None:
    host = started("ben", seats=2, preset=Preset.BOT_DRAWS)
    write(host, "ann", "ben")
    assert len(requested(host)) == 2
    for request in requested(host):
        host.do(BotPage(request.book, 1, f"d{request.book}"))
    assert {ask.kind for ask in asked(host).values()} == {"phrase"}
    write(host, "ann", "ben")
    assert host.state.phase is Phase.ALBUM


def test_the_bot_plays_every_guess() -> None:
    host = started("ben", "cem", seats=3, preset=Preset.BOT_GUESSES)
    write(host, "ann", "ben", "cem")
    draw(host, "ann", "ben", "cem")
    assert {request.kind for request in requested(host)} == {"phrase"}
    assert not asked(host)


def test_solo_is_for_one() -> None:
    host = opened(preset=Preset.SOLO)
    host.do(Join("ben"))
    assert refused(host) is Reason.FULL


@pytest.mark.parametrize(
    ("chosen", "seconds"),
    [
        ({"preset": Preset.SPEED}, 20),
        ({"preset": Preset.SPEED, "pace": "slow"}, 86400),
        ({"pace": "slow"}, 86400),
    ],
)
def test_the_pace_sets_the_time(chosen: dict[str, Any], seconds: float) -> None:
    assert started("ben", **chosen).one(PagesStarted).seconds == seconds


def test_the_prompt_opens_the_book_of_the_host() -> None:
    host = started("ben", seats=2, prompt="a cat on a bicycle")
    assert set(asked(host)) == {"ben"}
    host.do(WritePhrase("ann", 0, "something else"))
    assert refused(host) is Reason.NOT_NOW
    write(host, "ben")
    assert asked(host)["ben"].secret == "a cat on a bicycle"
    assert host.state.books.turned[0][0].author == "ann"


def test_links_make_books_shorter() -> None:
    assert started("ben", "cem", seats=3, links=2).state.books.pages == 2


def test_the_album_is_revealed_book_by_book() -> None:
    host = play_two()
    assert host.one(AlbumReady).to == ENGINE
    revealed = reveal_all(host)
    assert [(one.book, one.page) for one in revealed] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert host.has(VotingStarted)


def test_the_host_turns_the_pages() -> None:
    host = play_two(reveal=0)
    host.do(RevealNext("ann"))
    assert host.one(PageRevealed).page == 0
    host.do(RevealNext("ann", book=True))
    host.do(RevealNext("ann", book=True))
    assert [one.book for one in host.effects if isinstance(one, PageRevealed)] == [1, 1]
    assert host.state.phase is Phase.VOTING


def test_a_host_who_sleeps_does_not_stop_the_reveal() -> None:
    host = play_two(reveal=0)
    assert [one for one in host.wait(600) if isinstance(one, PageRevealed)]
    # What is left does not take ten minutes a page, in which the channel has no other game.
    host.wait(3 * AWAY_SECONDS)
    assert host.state.phase is Phase.VOTING


def test_a_host_who_is_back_sets_the_pace_again() -> None:
    host = play_two(reveal=0)
    host.wait(600)
    host.do(RevealNext("ann"))
    host.wait(599)
    assert host.state.album.shown == 2


def test_others_do_not_turn_the_pages_and_nobody_does_before_the_album() -> None:
    host = started("ben")
    host.do(RevealNext("ben"))
    assert refused(host) is Reason.NOT_YOURS
    host.do(RevealNext("ann"))
    assert refused(host) is Reason.NOT_NOW


def test_a_vote_is_a_point_for_the_author() -> None:
    host = play_two()
    reveal_all(host)
    author = host.state.album.books[1][0].author
    host.do(VotePage("ann", 0, 0))
    host.do(VotePage("ann", 1, 0))
    host.do(VotePage("ben", 1, 0))
    funniest = host.one(FunniestPages)
    assert (funniest.pages, funniest.votes) == (((1, 0),), 2)
    best = host.one(GameEnded).podium[0]
    assert (best.player, best.score) == (author, 2)


def test_a_tie_has_more_than_one_funniest_page() -> None:
    host = play_two()
    reveal_all(host)
    host.do(VotePage("ann", 0, 0))
    host.do(VotePage("ben", 1, 1))
    assert host.one(FunniestPages).pages == ((0, 0), (1, 1))


def test_the_vote_ends_by_itself() -> None:
    host = play_two()
    reveal_all(host)
    ended = [one for one in host.wait(60) if isinstance(one, GameEnded)]
    assert ended[0].ending is Ending.FINISHED
    assert not host.has(FunniestPages)


@pytest.mark.parametrize(
    ("by", "page", "reason"),
    [("eve", 0, Reason.NOT_HERE), ("ann", 9, Reason.OUT_OF_BOUNDS)],
)
def test_a_vote_is_refused(by: str, page: int, reason: Reason) -> None:
    host = play_two()
    reveal_all(host)
    host.do(VotePage(by, 0, page))
    assert refused(host) is reason


def test_nobody_votes_before_there_is_an_album() -> None:
    host = started("ben")
    host.do(VotePage("ann", 0, 0))
    assert refused(host) is Reason.NOT_NOW


def test_a_page_must_be_revealed_to_be_voted_for() -> None:
    host = play_two()
    host.do(VotePage("ann", 0, 0))
    assert refused(host) is Reason.OUT_OF_BOUNDS


def test_people_against_drift_are_scored_by_what_they_keep() -> None:
    host = play_two(preset=Preset.DRIFT)
    host.do(DriftMeasured((0.9, 0.4)))
    reveal_all(host)
    effects = host.wait(60)
    (scored,) = [one for one in effects if isinstance(one, DriftScored)]
    assert scored.points == 65


def test_without_a_measurement_there_is_no_score() -> None:
    host = started("ben", seats=2, preset=Preset.DRIFT)
    assert host.do(DriftMeasured((0.9,))) == ()
    write(host, "ann", "ben")
    draw(host, "ann", "ben")
    reveal_all(host)
    assert not [one for one in host.wait(60) if isinstance(one, DriftScored)]


def test_a_game_that_is_ended_leaves_an_album_of_what_there_is() -> None:
    host = started("ben", seats=2)
    write(host, "ann", "ben")
    host.do(End("ann"))
    assert [len(book) for book in host.one(AlbumReady).books] == [1, 1]
    assert host.one(GameEnded).ending is Ending.STOPPED


def test_a_lobby_that_is_ended_leaves_nothing() -> None:
    host = opened()
    host.do(End("ann"))
    assert not host.has(AlbumReady)


def test_a_restarted_host_asks_the_engine_again() -> None:
    host = started(seats=3)
    write(host, "ann")
    requests = tuple(requested(host))
    play, _ = host.replayed()
    assert play.owed == requests
    assert opened().play.owed == ()


def test_a_chain_is_opened_once() -> None:
    host = opened()
    host.do(Open("ben"))
    assert refused(host) is Reason.NOT_NOW


@pytest.mark.parametrize(
    "chosen",
    [
        {"seats": 25},
        {"links": 1},
        {"strokes": 3},
        {"reveal": -1},
        {"pace": "warp"},
        {"language": "tlh"},
        {"prompt": "x" * 101},
        {"prompt": "fuck"},
    ],
)
def test_settings_out_of_bounds_open_nothing(chosen: dict[str, Any]) -> None:
    assert refused(opened(**chosen)) is Reason.OUT_OF_BOUNDS


def test_the_host_changes_the_settings_before_the_start() -> None:
    host = opened("ben")
    host.do(Configure("ann", ChainSettings(links=3)))
    assert host.has(SettingsChanged)
    assert host.state.settings.links == 3


@pytest.mark.parametrize(
    ("by", "preset", "reason"),
    [
        ("ben", Preset.SPEED, Reason.NOT_YOURS),
        ("ann", Preset.SOLO, Reason.OUT_OF_BOUNDS),
        ("ann", Preset.SELF_PLAY, Reason.OUT_OF_BOUNDS),
    ],
)
def test_a_change_is_refused(by: str, preset: Preset, reason: Reason) -> None:
    host = opened("ben")
    host.do(Configure(by, ChainSettings(preset=preset)))
    assert refused(host) is reason


def test_a_chain_under_way_is_neither_changed_nor_started() -> None:
    host = started("ben")
    host.do(Configure("ann", ChainSettings()))
    assert refused(host) is Reason.NOT_NOW
    host.do(Start("ann", PHRASES))
    assert refused(host) is Reason.NOT_NOW


def test_a_chain_needs_suggestions() -> None:
    host = opened("ben")
    host.do(Start("ann", ()))
    assert refused(host) is Reason.NO_WORDS


def test_a_servers_own_words_are_no_suggestions() -> None:
    host = opened("ben", blocked=("robot", "boat", "boats"))
    host.do(Start("ann", PHRASES))
    assert all(set(task.suggestions) <= {PHRASES[0], PHRASES[3]} for task in asked(host).values())
    host = opened("ben", blocked=("robot",))
    host.do(Start("ann", ("a sad robot",)))
    assert refused(host) is Reason.NO_WORDS


def test_what_the_engine_says_is_not_passed_on_if_it_is_blocked() -> None:
    for said in ("a fucking cat", "a b4stard", "two robots", "", "   "):
        host = opened(preset=Preset.SELF_PLAY, prompt="a green moon", blocked=("robot",))
        host.do(Start("ann", PHRASES))
        host.do(BotPage(0, 1, "drawing"))
        host.do(BotPage(0, 2, said))
        phrase = host.state.books.turned[0][2].content
        assert phrase in PHRASES
        assert phrase != "a sad robot"


def test_what_the_engine_says_is_cut_where_a_phrase_ends() -> None:
    host = opened(preset=Preset.SELF_PLAY, prompt="a green moon")
    host.do(Start("ann", PHRASES))
    host.do(BotPage(0, 1, "drawing"))
    host.do(BotPage(0, 2, "a  cat\n" + "x" * 200))
    phrase = host.state.books.turned[0][2].content
    assert phrase.startswith("a cat x")
    assert len(phrase) == 100
