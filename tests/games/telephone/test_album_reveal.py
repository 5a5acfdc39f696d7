"""The album page by page, the vote for the funniest, and what a chain has kept of its phrases."""

from __future__ import annotations

import pytest

from games.core import ENGINE
from games.table.table import (
    End,
    Ending,
    GameEnded,
    Reason,
)
from games.telephone.books import Preset
from games.telephone.handoff import Phase
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
from tests.games.telephone.chains import (
    draw,
    play_two,
    refused,
    reveal_all,
    started,
    write,
)


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
