"""Coming, going, hosting, pausing, ending: at any table."""

from __future__ import annotations

from typing import Any

import pytest

from games.core import BOT, MODERATOR, Event, Tick
from games.drawing.pictionary import PICTIONARY
from games.drawing.turn import Start
from games.table.table import (
    End,
    Ending,
    GameEnded,
    Join,
    Kicked,
    KickVoted,
    Leave,
    Pause,
    Paused,
    Reason,
    Refused,
    Resume,
    Resumed,
    SeatsChanged,
    Stage,
    TimerFired,
    VoteKick,
    Watch,
)
from games.words.lists import Word
from tests.games.drawing.pictionary_tables import opened
from tests.games.driving import Driver


def started(*others: str, **chosen: Any) -> Driver:
    host = opened(*others, **chosen)
    host.do(Start("ann", (Word("kumquat", "kumquat"),)))
    return host


def people(host: Driver) -> tuple[str, ...]:
    return host.state.table.seats.people


def refused(host: Driver) -> tuple[str, Reason]:
    effect = host.one(Refused)
    assert effect.to.seats is not None
    (player,) = effect.to.seats
    return player, effect.reason


@pytest.mark.parametrize("event", [Join("ben"), Pause("ben"), Leave("ben")])
def test_before_it_is_opened_there_is_no_game(event: Event) -> None:
    host = Driver(PICTIONARY)
    host.do(event)
    assert refused(host) == ("ben", Reason.NOT_OPEN)


def test_everyone_hears_who_sits_here() -> None:
    host = opened("ben")
    changed = host.one(SeatsChanged)
    assert [seat.player for seat in changed.seats] == ["ann", BOT, "ben"]
    assert changed.host == "ann"


def test_the_same_person_sits_once() -> None:
    host = opened("ben")
    host.do(Join("ben"))
    assert refused(host) == ("ben", Reason.ALREADY_HERE)
    assert people(host) == ("ann", "ben")


@pytest.mark.parametrize("name", [BOT, MODERATOR])
def test_nobody_takes_a_name_that_means_something(name: str) -> None:
    host = opened()
    host.do(Join(name))
    assert refused(host) == (name, Reason.NOT_YOURS)


def test_a_full_table_takes_nobody() -> None:
    host = opened("ben", players=2)
    host.do(Join("cem"))
    assert refused(host) == ("cem", Reason.FULL)


def test_a_latecomer_may_join_where_the_settings_say_so() -> None:
    host = started()
    host.do(Join("ben"))
    assert people(host) == ("ann", "ben")


def test_a_latecomer_may_not_join_where_they_do_not() -> None:
    host = started("cem", late=False)
    host.do(Join("ben"))
    assert refused(host) == ("ben", Reason.TOO_LATE)
    host.do(Leave("cem"))
    host.do(Join("cem"))
    assert people(host) == ("ann", "cem")


def test_who_is_not_here_cannot_leave() -> None:
    host = opened()
    host.do(Leave("ben"))
    assert refused(host) == ("ben", Reason.NOT_HERE)


def test_the_host_hands_over_to_the_longest_seated() -> None:
    host = opened("ben", "cem")
    host.do(Leave("ann"))
    assert host.one(SeatsChanged).host == "ben"
    host.do(Join("ann"))
    assert host.one(SeatsChanged).host == "ben"


def test_an_empty_lobby_closes_unless_somebody_comes() -> None:
    host = opened()
    host.do(Leave("ann"))
    host.wait(59)
    host.do(Join("ben"))
    assert host.state.table.seats.host == "ben"
    host.wait(120)
    assert not host.play.over
    host.do(Leave("ben"))
    (ended,) = [one for one in host.wait(60) if isinstance(one, GameEnded)]
    assert (ended.ending, ended.podium) == (Ending.DESERTED, ())


def test_a_lobby_that_nobody_starts_closes() -> None:
    host = opened("ben")
    (ended,) = [one for one in host.wait(900) if isinstance(one, GameEnded)]
    assert ended.ending is Ending.NOBODY_STARTED
    assert host.play.over


def test_a_spectator_gives_up_the_seat_and_can_take_it_again() -> None:
    host = opened("ben")
    host.do(Watch("ben"))
    assert people(host) == ("ann",)
    assert host.one(SeatsChanged).spectators == ("ben",)
    host.do(Watch("ben"))
    assert refused(host) == ("ben", Reason.ALREADY_HERE)
    host.do(Join("ben"))
    assert people(host) == ("ann", "ben")
    assert host.one(SeatsChanged).spectators == ()


def test_a_spectator_can_leave() -> None:
    host = opened()
    host.do(Watch("ben"))
    host.do(Leave("ben"))
    assert host.one(SeatsChanged).spectators == ()


def test_who_was_put_out_cannot_watch() -> None:
    host = opened("ben")
    host.do(VoteKick(MODERATOR, "ben"))
    host.do(Watch("ben"))
    assert refused(host) == ("ben", Reason.BANNED)
    assert host.state.table.seats.spectators == ()


def test_more_than_half_of_the_others_put_somebody_out() -> None:
    host = opened("ben", "cem", "dia")
    host.do(VoteKick("ben", "ann"))
    assert (host.one(KickVoted).votes, host.one(KickVoted).needed) == (1, 2)
    host.do(VoteKick("ben", "ann"))
    assert host.one(KickVoted).votes == 1
    host.do(VoteKick("cem", "ann"))
    assert host.one(Kicked).player == "ann"
    assert host.state.table.seats.host == "ben"
    host.do(Join("ann"))
    assert refused(host) == ("ann", Reason.BANNED)


def test_the_vote_of_one_who_has_left_is_gone() -> None:
    host = opened("ben", "cem", "dia")
    host.do(VoteKick("ben", "ann"))
    host.do(Leave("ben"))
    host.do(VoteKick("cem", "ann"))
    assert host.one(KickVoted).votes == 1


def test_two_people_cannot_put_each_other_out() -> None:
    host = opened("ben")
    host.do(VoteKick("ben", "ann"))
    assert host.one(KickVoted).needed == 2


def test_a_moderator_puts_somebody_out_alone() -> None:
    host = opened("ben")
    host.do(VoteKick(MODERATOR, "ben"))
    assert host.has(Kicked)


@pytest.mark.parametrize(("by", "player"), [("ann", "ann"), ("ann", BOT), ("ann", "eve")])
def test_some_cannot_be_put_out(by: str, player: str) -> None:
    host = opened("ben")
    host.do(VoteKick(by, player))
    assert refused(host) == ("ann", Reason.NOT_THERE)


def test_a_stranger_cannot_put_anybody_out() -> None:
    host = opened("ben")
    host.do(VoteKick("eve", "ben"))
    assert refused(host) == ("eve", Reason.NOT_HERE)


@pytest.mark.parametrize("kind", [Pause, Resume, End])
def test_only_the_host_pauses_and_ends(kind: type[Pause | Resume | End]) -> None:
    host = started("ben")
    host.do(kind("ben"))
    assert refused(host) == ("ben", Reason.NOT_YOURS)


def test_a_lobby_cannot_be_paused() -> None:
    host = opened()
    host.do(Pause("ann"))
    assert refused(host) == ("ann", Reason.NOT_STARTED)


def test_what_is_not_paused_cannot_go_on() -> None:
    host = started()
    host.do(Resume("ann"))
    assert refused(host) == ("ann", Reason.NOT_PAUSED)


def test_a_pause_keeps_what_is_left_of_every_timer() -> None:
    host = started()
    host.wait(20)
    host.do(Pause("ann"))
    assert host.one(Paused).seconds == 1800
    host.do(Pause("ann"))
    assert refused(host) == ("ann", Reason.PAUSED_ALREADY)
    host.now += 500
    host.do(Resume("ann"))
    assert host.has(Resumed)
    assert host.state.table.timers.left("turn", host.now) == 70


def test_a_pause_that_nobody_ends_is_the_end() -> None:
    host = started()
    host.do(Pause("ann"))
    (ended,) = [one for one in host.wait(1800) if isinstance(one, GameEnded)]
    assert ended.ending is Ending.PAUSED_TOO_LONG


def test_a_paused_table_that_all_have_left_closes() -> None:
    host = started()
    host.do(Pause("ann"))
    host.do(Leave("ann"))
    (ended,) = [one for one in host.wait(60) if isinstance(one, GameEnded)]
    assert ended.ending is Ending.DESERTED


def test_the_host_ends_the_game() -> None:
    host = started("ben")
    host.do(End("ann"))
    assert host.one(GameEnded).ending is Ending.STOPPED
    assert [line.place for line in host.one(GameEnded).podium] == [0, 0, 0]
    assert host.state.table.stage is Stage.OVER
    host.do(Join("cem"))
    assert refused(host) == ("cem", Reason.NOT_OPEN)


@pytest.mark.parametrize("name", ["turn", "empty", "nonsense"])
def test_a_timer_that_is_not_due_does_nothing(name: str) -> None:
    host = started()
    state = host.state
    assert host.do(TimerFired(name)) == ()
    assert host.state == state


def test_a_tick_changes_nothing_but_the_time() -> None:
    host = started()
    state = host.state
    host.now = 12.0
    assert host.do(Tick()) == ()
    assert host.state == state
    assert host.play.now == 12.0


def test_time_without_a_host_does_not_count() -> None:
    host = started()
    host.wait(20)
    host.do(Tick())
    play, _ = host.replayed()
    assert play.now == 20
    assert play.due == host.play.due
    assert play.state.table.timers.left("turn", play.now) == 70
