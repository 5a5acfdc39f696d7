from __future__ import annotations

import pytest

from games.breeding.breeding import (
    BREEDING,
    ENGINE_SECONDS,
    IDLE_SECONDS,
    BreedOn,
    BreedSettings,
    Like,
    Liked,
    LitterBorn,
    LitterRequested,
    LitterScored,
    LitterShown,
    Open,
    ParentsChosen,
    ScoresRequested,
    Settle,
    problems,
)
from games.breeding.litter import LITTER, MOST_PARENTS
from games.core import MODERATOR
from games.table.table import (
    End,
    Ending,
    GameEnded,
    Leave,
    Pause,
    Reason,
    Refused,
    Resume,
    Stage,
    VoteKick,
)
from tests.games.driving import Driver

CAT = BreedSettings("a cat", generations=3, seconds=30)


def opened(settings: BreedSettings = CAT) -> Driver:
    host = Driver(BREEDING)
    host.do(Open("ann", settings))
    host.fire()
    return host


def born(host: Driver, count: int = LITTER) -> None:
    """The engine answers."""
    asked = host.state.asked
    kin = tuple((asked.parents[0][0],) for _ in range(count)) if asked.parents else ()
    at = asked.generation
    host.do(LitterBorn(at, tuple(f"{at}.{n}" for n in range(count)), kin))


def shown(settings: BreedSettings = CAT) -> Driver:
    host = opened(settings)
    born(host)
    return host


def refused(host: Driver) -> Reason:
    return host.one(Refused).reason


def test_it_begins_by_itself_with_nine_of_the_prompt():
    host = Driver(BREEDING)
    host.do(Open("ann", CAT))
    assert host.play.due == ("begin", 0.0)
    host.fire()
    asked = host.one(LitterRequested)
    assert (asked.generation, asked.parents) == (0, ())
    assert host.play.owed == (asked,)
    born(host)
    assert host.one(LitterShown).generation == 0
    assert host.play.owed == ()
    assert not host.has(ScoresRequested)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"prompt": " "}, "prompt"),
        ({"prompt": "x" * 301}, "prompt"),
        ({"prompt": "a nazi"}, "prompt"),
        ({"prompt": "a moth", "blocked": ("moth",)}, "prompt"),
        ({"generations": 1}, "generations"),
        ({"seconds": 9}, "seconds"),
        ({"strokes": 65}, "strokes"),
        ({"ink": "blood"}, "ink"),
    ],
)
def test_settings_that_cannot_be_are_refused(change: dict[str, object], name: str):
    settings = BreedSettings(**({"prompt": "a cat"} | change))  # type: ignore[arg-type]
    assert problems(settings) == (name,)
    host = Driver(BREEDING)
    host.do(Open("ann", settings))
    assert refused(host) is Reason.OUT_OF_BOUNDS


def test_the_clock_starts_with_the_first_vote_and_whoever_votes_sits_down():
    host = shown()
    assert host.play.due == ("idle", IDLE_SECONDS)
    host.wait(100)
    host.do(Like("ben", 0, 4))
    assert host.has(Liked)
    assert host.state.table.seats.has("ben")
    assert host.play.due == ("vote", 130.0)
    host.do(Like("ann", 0, 2))
    assert host.play.due == ("vote", 130.0)


def test_a_second_press_takes_a_vote_back():
    host = shown()
    for number in (4, 2, 4):
        host.do(Like("ann", 0, number))
    host.do(Like("ben", 0, 2))
    assert host.state.litters[0].counts == (0, 0, 2, 0, 0, 0, 0, 0, 0)


def test_the_liked_ones_have_children_the_most_liked_most():
    host = shown()
    for player, number in (("ann", 7), ("ben", 7), ("ben", 1)):
        host.do(Like(player, 0, number))
    host.fire()
    assert host.one(ParentsChosen).chosen == (7, 1)
    asked = host.one(LitterRequested)
    assert asked.generation == 1
    assert asked.parents == ((7, "0.7", 2), (1, "0.1", 1))
    assert host.play.owed == (asked,)


def test_no_more_than_some_are_parents():
    host = shown()
    for number in range(LITTER):
        host.do(Like("ann", 0, number))
    host.do(BreedOn("ann"))
    assert len(host.one(ParentsChosen).chosen) == MOST_PARENTS


def test_votes_are_for_the_newest_generation_while_it_is_open():
    host = opened()
    host.do(Like("ann", 0, 1))
    assert refused(host) is Reason.VOTE_CLOSED
    born(host)
    host.do(Like("ann", 0, 9))
    assert refused(host) is Reason.OUT_OF_BOUNDS
    host.do(Like("ann", 0, 1))
    host.do(BreedOn("ann"))
    host.do(Like("ann", 0, 2))
    assert refused(host) is Reason.VOTE_CLOSED
    born(host)
    host.do(Like("ann", 0, 2))
    assert refused(host) is Reason.VOTE_CLOSED


def test_whoever_was_put_out_does_not_vote():
    host = shown()
    host.do(Like("ben", 0, 1))
    host.do(VoteKick(MODERATOR, "ben"))
    host.do(Like("ben", 0, 2))
    assert refused(host) is Reason.BANNED
    assert host.state.litters[0].counts[2] == 0


def test_only_the_host_hurries_and_not_without_a_vote():
    host = shown()
    host.do(BreedOn("ann"))
    assert refused(host) is Reason.NO_VOTES
    host.do(Like("ben", 0, 3))
    for event in (BreedOn("ben"), Settle("ben")):
        host.do(event)
        assert refused(host) is Reason.NOT_YOURS
    host.do(BreedOn(MODERATOR))
    assert host.one(LitterRequested).parents == ((3, "0.3", 1),)
    host.do(BreedOn("ann"))
    assert refused(host) is Reason.NOT_NOW


def test_the_last_generation_ends_with_its_favourite():
    host = shown()
    for generation in range(3):
        host.do(Like("ann", generation, generation + 1))
        host.fire()
        if generation < 2:
            assert not host.play.over
            born(host)
    assert host.one(GameEnded).ending is Ending.FINISHED
    assert host.state.winner == (2, 3)


def test_the_host_may_be_content_at_any_time():
    host = shown()
    host.do(Like("ben", 0, 3))
    host.do(BreedOn("ann"))
    host.do(Settle("ann"))  # while the engine is at work
    assert host.one(GameEnded).ending is Ending.FINISHED
    assert host.state.winner == (0, 3)
    assert host.play.owed == ()


def test_without_a_vote_it_ends_with_the_favourite_of_before():
    host = shown()
    host.do(Like("ann", 0, 3))
    host.fire()
    born(host)
    host.fire()
    assert host.one(GameEnded).ending is Ending.FINISHED
    assert host.state.winner == (0, 3)
    nobody = shown()
    nobody.fire()
    assert nobody.state.winner is None


def test_votes_that_were_all_taken_back_are_waited_for_again():
    host = shown()
    host.do(Like("ann", 0, 3))
    host.do(Like("ann", 0, 3))
    host.fire()
    assert host.play.due == ("idle", 30.0 + IDLE_SECONDS)
    assert not host.play.over


def test_the_critic_breaks_ties_and_chooses_where_nobody_does():
    asking = BreedSettings("a cat", generations=3, seconds=30, critic=True)
    host = shown(asking)
    assert host.one(ScoresRequested).drawings == tuple(f"0.{n}" for n in range(LITTER))
    assert [type(one) for one in host.play.owed] == [ScoresRequested]
    host.do(LitterScored(0, tuple(n / 10 for n in range(LITTER))))
    assert host.play.owed == ()
    for number in (2, 6, 4):
        host.do(Like("ann", 0, number))
    host.fire()
    assert host.one(ParentsChosen).chosen == (6, 4, 2)
    born(host)
    host.do(LitterScored(1, (0.9, 0.1, 0.8, *[0.0] * 6)))
    assert host.play.due == ("idle", 60.0)
    host.fire()
    assert host.one(ParentsChosen).chosen == (0, 2)
    host.do(LitterScored(1, (0.0,) * 9))  # late
    born(host)
    host.do(LitterScored(2, (0.5,)))  # of another number
    assert host.state.litters[2].scores == ()


def test_without_a_critic_scores_say_nothing():
    host = shown()
    host.fire()
    assert host.play.over


def test_an_engine_that_makes_nothing_ends_it():
    host = opened()
    born(host, 0)
    assert host.one(GameEnded).ending is Ending.BROKEN
    waiting = opened()
    assert waiting.play.due == ("engine", ENGINE_SECONDS)
    waiting.fire()
    assert waiting.one(GameEnded).ending is Ending.BROKEN


def test_an_answer_that_nobody_asked_for_changes_nothing():
    host = shown()
    before = host.state
    host.do(LitterBorn(0, ("x",) * 9))
    host.do(LitterBorn(5, ("x",) * 9, ((0,),) * 9))
    assert host.state == before


def test_a_pause_stops_votes_and_the_clock():
    host = shown()
    host.do(Like("ann", 0, 1))
    host.do(Pause("ann"))
    for event in (Like("ann", 0, 2), BreedOn("ann"), Settle("ann")):
        host.do(event)
        assert refused(host) is Reason.PAUSED
    host.now += 500
    host.do(Resume("ann"))
    assert host.play.due == ("vote", 530.0)


def test_a_table_that_everybody_leaves_ends_with_what_there_is():
    host = shown()
    host.do(Like("ann", 0, 1))
    host.do(Leave("ann"))
    host.wait(29)
    assert not host.play.over
    host.wait(1)
    born(host)
    host.wait(60)
    assert host.state.table.stage is Stage.OVER
    assert host.state.table.ending is Ending.DESERTED
    assert host.state.winner == (0, 1)


def test_the_host_ends_it_and_the_log_tells_it_again():
    host = shown()
    host.do(Like("ben", 0, 1))
    host.do(End("ann"))
    assert host.one(GameEnded).ending is Ending.STOPPED
    assert host.state.winner == (0, 1)
    assert host.replayed()[0] == host.play
