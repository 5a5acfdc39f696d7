"""Timers as data."""

from hypothesis import given
from hypothesis import strategies as st

from games.table.timers import PAUSE, Timers

seconds = st.floats(0.5, 1000)


def test_a_timer_of_the_same_name_takes_the_place_of_the_old() -> None:
    timers = Timers().set("turn", 0, 30).set("turn", 10, 30)
    assert timers.due == (("turn", 40),)


def test_the_earliest_is_next() -> None:
    assert Timers().set("b", 0, 5).set("a", 0, 9).next() == ("b", 5)
    assert Timers().next() is None


def test_clear_and_keep() -> None:
    timers = Timers().set("a", 0, 1).set("b", 0, 2).set("c", 0, 3)
    assert [name for name, _ in timers.clear("a", "b").due] == ["c"]
    assert [name for name, _ in timers.keep(["a"]).due] == ["a"]
    assert timers.has("a")
    assert not timers.clear("a").has("a")


def test_what_is_left_is_never_below_nothing() -> None:
    timers = Timers().set("a", 0, 5)
    assert timers.left("a", 3) == 2
    assert timers.left("a", 9) == 0
    assert timers.left("b", 0) is None


def test_a_timer_fires_when_due_and_not_before() -> None:
    timers = Timers().set("a", 0, 5)
    assert not timers.fired("a", 4.9)
    assert timers.fired("a", 5)
    assert not timers.fired("b", 5)


def test_while_held_only_the_pause_can_end() -> None:
    timers = Timers().set("a", 0, 5).hold(1, 60)
    assert not timers.fired("a", 100)
    assert timers.next() == (PAUSE, 61)
    assert not timers.fired(PAUSE, 60)
    assert timers.fired(PAUSE, 61)


def test_to_go_on_without_a_pause_is_nothing() -> None:
    timers = Timers().set("a", 0, 5)
    assert timers.go_on(3) == timers


@given(st.lists(st.tuples(seconds, seconds), max_size=5), seconds)
def test_pauses_add_nothing_to_what_is_left(
    pauses: list[tuple[float, float]], length: float
) -> None:
    now, played, timers = 0.0, 0.0, Timers().set("a", 0, length)
    for run, pause in pauses:
        now, played = now + run, played + run
        timers = timers.hold(now, 1e9)
        now += pause
        timers = timers.go_on(now)
    left = timers.left("a", now)
    assert left is not None
    assert abs(left - max(0.0, length - played)) < 1e-6
