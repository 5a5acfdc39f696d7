from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.serve.scheduler import QueueFull, Scheduler, Ticket


def ticket(id_: str, client: str = "a", **fields: float) -> Ticket:
    defaults: dict[str, float] = {"load": 1.0, "cost": 1.0, "since": 0.0}
    return Ticket(id_, client, **{**defaults, **fields})  # type: ignore[arg-type]


def queue(*tickets: Ticket, room: float = 1.0) -> Scheduler:
    scheduler = Scheduler(places=200)
    scheduler.room = room
    for one in tickets:
        scheduler.submit(one)
    return scheduler


def one_by_one(scheduler: Scheduler, now: float = 0.0) -> list[str]:
    """The ids in the order they are painted when each is finished before the next begins."""
    order = []
    while scheduler.waiting:
        for begun in scheduler.admit(now):
            order.append(begun.id)
            scheduler.leave(begun.id, now)
    return order


def test_one_client_is_served_in_order_of_arrival() -> None:
    assert one_by_one(queue(*(ticket(str(i)) for i in range(5)))) == list("01234")


def test_a_single_request_does_not_wait_behind_fifty_of_another_client() -> None:
    scheduler = queue(*(ticket(f"a{i}") for i in range(50)))
    (begun,) = scheduler.admit(0.0)
    scheduler.submit(ticket("b", "b"))
    assert scheduler.positions(0.0)["b"] == 1
    scheduler.leave(begun.id, 1.0)
    assert [t.id for t in scheduler.admit(1.0)] == ["b"]


def test_clients_take_turns_by_weight() -> None:
    heavy = [ticket(f"a{i}", "a", weight=3) for i in range(60)]
    light = [ticket(f"b{i}", "b", weight=1) for i in range(60)]
    served = Counter(id_[0] for id_ in one_by_one(queue(*heavy, *light))[:40])
    assert served == {"a": 30, "b": 10}


def test_a_client_with_costly_drawings_gets_fewer_of_them() -> None:
    long = [ticket(f"a{i}", "a", cost=4.0) for i in range(40)]
    short = [ticket(f"b{i}", "b", cost=1.0) for i in range(40)]
    served = Counter(id_[0] for id_ in one_by_one(queue(*long, *short))[:25])
    assert served["b"] == 4 * served["a"]


def test_being_idle_saves_no_turns_up() -> None:
    scheduler = queue(*(ticket(f"a{i}", "a") for i in range(30)))
    for _ in range(20):
        scheduler.leave(scheduler.admit(0.0)[0].id, 0.0)
    for i in range(10):
        scheduler.submit(ticket(f"b{i}", "b"))
    assert Counter(id_[0] for id_ in one_by_one(scheduler)[:10]) == {"a": 5, "b": 5}


def test_a_game_goes_before_a_free_drawing() -> None:
    scheduler = queue(ticket("free"), ticket("game", "b", game=True))
    assert one_by_one(scheduler) == ["game", "free"]


def test_a_free_drawing_that_has_waited_long_counts_as_a_game() -> None:
    scheduler = queue(ticket("free"), ticket("game", "b", game=True, since=59.0))
    assert one_by_one(scheduler, now=60.0) == ["free", "game"]


def test_only_as_much_begins_as_there_is_room() -> None:
    scheduler = queue(*(ticket(str(i)) for i in range(5)), room=3.5)
    assert len(scheduler.admit(0.0)) == 3


def test_a_drawing_larger_than_the_room_begins_alone() -> None:
    scheduler = queue(ticket("big", load=9.0), ticket("small"), room=2.0)
    assert [t.id for t in scheduler.admit(0.0)] == ["big"]


def test_a_small_drawing_does_not_overtake_a_large_one() -> None:
    scheduler = queue(ticket("first"), ticket("big", load=2.0), ticket("small"), room=2.0)
    assert [t.id for t in scheduler.admit(0.0)] == ["first"]


def test_a_full_queue_refuses_and_says_when_to_come_back() -> None:
    scheduler = Scheduler(places=2)
    scheduler.submit(ticket("1", "a"))
    scheduler.submit(ticket("2", "b"))
    with pytest.raises(QueueFull, match="2 drawings") as refusal:
        scheduler.submit(ticket("3", "c"))
    assert 1 <= refusal.value.retry_after <= 60


def test_one_client_cannot_fill_the_queue() -> None:
    scheduler = Scheduler(places=4)
    scheduler.submit(ticket("1", "a"))
    scheduler.submit(ticket("2", "a"))
    with pytest.raises(QueueFull, match="of this client"):
        scheduler.submit(ticket("3", "a"))
    scheduler.submit(ticket("4", "b"))
    assert set(scheduler.waiting) == {"1", "2", "4"}


def test_the_wait_is_learned_from_how_long_drawings_take() -> None:
    scheduler = queue(*(ticket(str(i)) for i in range(30)))
    for turn in range(30):
        (begun,) = scheduler.admit(turn * 10.0)
        scheduler.leave(begun.id, turn * 10.0 + 10.0)
    assert scheduler.retry_after == 10


def test_deadlines_pass_for_waiting_and_running_drawings() -> None:
    scheduler = queue(ticket("r", deadline=5.0), ticket("w", deadline=6.0), ticket("x"))
    scheduler.admit(0.0)
    assert [t.id for t in scheduler.expired(4.9)] == []
    assert {t.id for t in scheduler.expired(6.0)} == {"r", "w"}


def test_what_leaves_the_queue_makes_the_others_move_up() -> None:
    scheduler = queue(*(ticket(str(i)) for i in range(3)))
    scheduler.leave("0", 0.0)
    assert scheduler.positions(0.0) == {"1": 1, "2": 2}


tickets = st.lists(
    st.builds(
        ticket,
        id_=st.uuids().map(str),
        client=st.sampled_from("abcd"),
        load=st.floats(0.1, 8.0),
        cost=st.floats(0.1, 5000.0),
        since=st.floats(0.0, 100.0),
        game=st.booleans(),
        weight=st.integers(1, 100),
    ),
    max_size=40,
    unique_by=lambda t: t.id,
)


@given(tickets, st.floats(0.1, 20.0))
def test_everything_is_painted_once_and_never_too_much_at_once(
    wanted: list[Ticket], room: float
) -> None:
    scheduler = queue(*wanted, room=room)
    painted, now = [], 0.0
    while scheduler.waiting or scheduler.running:
        now += 1.0
        places = scheduler.positions(now)
        begun = scheduler.admit(now)
        assert [places[t.id] for t in begun] == list(range(1, len(begun) + 1))
        load = sum(t.load for t in scheduler.running.values())
        assert load <= room + 1e-9 or len(scheduler.running) == 1
        assert scheduler.running
        painted += [t.id for t in begun]
        scheduler.leave(next(iter(scheduler.running)), now)
    assert sorted(painted) == sorted(t.id for t in wanted)


@given(tickets)
def test_positions_count_from_one_without_gaps(wanted: list[Ticket]) -> None:
    places = queue(*wanted).positions(50.0)
    assert sorted(places.values()) == list(range(1, len(wanted) + 1))
