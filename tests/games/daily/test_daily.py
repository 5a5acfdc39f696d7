from __future__ import annotations

import random
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games.core import ENGINE, Event
from games.daily.daily import (
    DAILY,
    DAY,
    RESERVE,
    SHORTEST,
    Begin,
    BotDrew,
    Counted,
    DayEnded,
    Drew,
    OwnDrawingRequested,
    Phase,
    Stop,
    Withdraw,
    WordGiven,
    choose,
    next_midnight,
    suitable,
)
from games.table.table import Reason, Refused, TimerFired
from games.words.lists import Word
from tests.games.driving import Driver

CAT = Word("cat", "Katze")
ADA, BEN, CLEO = "ada", "ben", "cleo"


def begun(now: float = 1000.0) -> Driver:
    day = Driver(DAILY)
    day.now = now
    day.do(Begin(3, CAT, now + 100.0))
    return day


def test_a_day_has_a_word_and_the_bot_draws_it_too() -> None:
    day = begun()
    assert day.one(WordGiven).word == CAT
    assert day.one(OwnDrawingRequested).to is ENGINE
    assert [type(one) for one in day.play.owed] == [OwnDrawingRequested]
    day.do(BotDrew("9"))
    assert day.play.owed == ()


def test_one_drawing_each_and_all_of_them_at_midnight() -> None:
    day = begun()
    day.do(Drew(BEN, "1"))
    assert day.one(Counted).count == 1
    day.do(Drew(ADA, "2", before=4))
    assert day.one(Counted).count == 2
    assert day.do(Drew(BEN, "3")) == ()
    day.do(BotDrew("9"))
    day.fire()
    ended = day.one(DayEnded)
    assert [asdict(one) for one in ended.entries] == [
        {"player": BEN, "drawing": "3", "days": 1},
        {"player": ADA, "drawing": "2", "days": 5},
    ]
    assert ended.own == "9"
    assert day.play.over
    day.do(Drew(ADA, "4"))
    assert day.one(Refused).reason is Reason.TOO_LATE
    assert not any(day.do(TimerFired("midnight")))


def test_midnight_does_not_come_early() -> None:
    day = begun()
    assert day.do(TimerFired("midnight")) == ()
    assert day.state.phase is Phase.DRAWING


def test_who_takes_a_drawing_back_is_not_in_the_album() -> None:
    day = begun()
    day.do(Drew(ADA, "1"))
    day.do(Drew(BEN, "2"))
    day.do(Withdraw(ADA))
    assert day.one(Counted).count == 1
    day.fire()
    assert [one.player for one in day.one(DayEnded).entries] == [BEN]


def test_a_day_that_is_stopped_shows_nothing() -> None:
    day = begun()
    day.do(Drew(ADA, "1"))
    day.do(Stop())
    assert day.play.over
    assert day.state.entries == ()
    assert day.play.due is None


players = st.sampled_from([ADA, BEN, CLEO])
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(Begin, st.just(3), st.just(CAT), st.floats(0, 50)),
    st.builds(Drew, players, st.sampled_from(["s1", "s2"]), st.integers(-3, 9)),
    st.builds(BotDrew, st.just("s9")),
    st.builds(Withdraw, players),
    st.builds(Stop),
    st.builds(TimerFired, st.just("midnight")),
)


@settings(deadline=None)
@given(st.lists(st.tuples(events, st.floats(0, 20)), max_size=25))
def test_nobody_sees_a_drawing_before_the_day_is_over(
    log: list[tuple[Event, float]],
) -> None:
    day = Driver(DAILY)
    albums = 0
    for event, later in log:
        day.now += later
        before = day.state
        for effect in day.do(event):
            if isinstance(effect, DayEnded):
                albums += 1
                assert day.now >= before.ends
                assert effect.entries == before.entries
            elif not isinstance(effect, Refused):
                told = str({k: v for k, v in asdict(effect).items() if k != "to"})
                assert not any(hidden in told for hidden in ("s1", "s2", "s9", ADA, BEN, CLEO))
        names = [one.player for one in day.state.entries]
        assert len(names) == len(set(names))
        assert all(one.days >= 1 for one in day.state.entries)
    assert albums <= 1
    assert day.replayed()[0] == day.play


@given(st.floats(0, 4e9))
def test_a_day_ends_at_a_midnight_and_is_long_enough(now: float) -> None:
    ends = next_midnight(now)
    assert ends % DAY == 0
    assert SHORTEST <= ends - now < DAY + SHORTEST


@pytest.mark.parametrize("language", ["en", "de", "es", "ja"])
def test_no_word_comes_back_for_long(language: str) -> None:
    rng = random.Random(1)
    able = suitable(language)
    gap = len(able) - RESERVE
    assert gap > 200
    used: list[str] = []
    for _ in range(2 * len(able)):
        word = choose(language, used, (), rng)
        assert word is not None
        assert word.concept not in used[-gap:]
        used.append(word.concept)
    assert len(set(used)) > gap


def test_blocked_words_are_not_given() -> None:
    refused = [word.text for word in suitable("en")[::2]][:60]
    for seed in range(20):
        word = choose("en", (), refused, random.Random(seed))
        assert word is not None
        assert word.text not in refused
    left = [word.concept for word in suitable("en")][:-RESERVE]
    last = [word.text for word in suitable("en")[-RESERVE:]]
    assert choose("en", left, last, random.Random(1)) is None
