"""Operations get through a network that loses messages and a bot that is killed: each once."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pad.live_sheet import MAX_MARKS, LiveSheet
from bot.pad.operations import OPERATION, Add, Clear, Operation
from bot.pad.paper import Refusal
from bot.pad.sheet_store import Kept, Mark
from tests.bot.pad.conftest import sheet
from tests.bot.pad.test_paper import operations

SHEET = sheet(ink=4.0, strokes=4)
CLIENTS = ("aaaaaaaa", "bbbbbbbb")


@dataclass
class Sender:
    """A tab's outbox: what is not acknowledged is sent again, in order."""

    client: str
    first: int = 1
    waiting: list[Operation] = field(default_factory=list)

    def acknowledged(self, last: int) -> None:
        known = max(0, last - self.first + 1)
        del self.waiting[:known]
        self.first += known


def kept(marks: list[Mark]) -> Kept:
    """What a database gives back: through JSON."""
    again = [
        Mark(
            mark.sheet,
            mark.n,
            mark.client,
            mark.number,
            mark.operation and OPERATION.validate_json(mark.operation.model_dump_json()),
        )
        for mark in marks
    ]
    return Kept(SHEET, paused=False, closed=False, marks=again)


@given(st.lists(st.tuples(st.sampled_from(CLIENTS), operations), max_size=25), st.integers())
@settings(max_examples=150, deadline=None)
def test_losses_repeats_and_crashes_change_nothing(done: list[tuple[str, Operation]], seed: int):
    chance = random.Random(seed)
    live, stored = LiveSheet(SHEET), list[Mark]()
    senders = {client: Sender(client) for client in CLIENTS}
    order: list[tuple[str, Operation]] = []  # in which the sheet came to know them

    def deliver(sender: Sender, loss: float) -> None:
        """Send all or a part of what waits; the message or its answer may get lost."""
        nonlocal live
        skipped = chance.randrange(2) if loss else 0
        batch = sender.waiting[skipped : skipped + chance.randint(1, 5)]
        if not batch or chance.random() < loss:
            return
        before = live.last.get(sender.client, 0)
        taken = live.take(sender.client, sender.first + skipped, batch)
        stored.extend(taken.marks)
        after = live.last.get(sender.client, 0)
        order.extend(
            (sender.client, operation)
            for number, operation in enumerate(batch, sender.first + skipped)
            if before < number <= after
        )
        if chance.random() < loss:  # killed before it could answer
            live = LiveSheet.restored(kept(stored))
        elif chance.random() >= loss:
            sender.acknowledged(after)

    for client, operation in done:
        senders[client].waiting.append(operation)
        deliver(senders[client], loss=0.4)
    while any(sender.waiting for sender in senders.values()):
        for sender in senders.values():
            deliver(sender, loss=0.0)

    for client in CLIENTS:
        sent = [operation for who, operation in done if who == client]
        assert [operation for who, operation in order if who == client] == sent
    undisturbed = LiveSheet(SHEET)
    for client, operation in order:
        undisturbed.take(client, undisturbed.last.get(client, 0) + 1, [operation])
    assert live.paper.drawing() == undisturbed.paper.drawing()
    assert LiveSheet.restored(kept(stored)).paper.drawing() == live.paper.drawing()
    assert [mark.n for mark in stored] == list(range(len(stored)))


def dot(name: str) -> Add:
    return Add(stroke=name, ink=0, pen=0, points=(5, 5))


def test_a_gap_is_not_jumped():
    live = LiveSheet(SHEET)
    taken = live.take("aaaaaaaa", 2, [dot("aaaaaaaa-2")])
    assert (taken.marks, taken.refused, live.last) == ([], [], {})
    assert not live.paper.lines


def test_what_is_refused_is_told_and_its_number_is_used_up():
    live = LiveSheet(sheet(strokes=1))
    taken = live.take("aaaaaaaa", 1, [dot("aaaaaaaa-1"), dot("aaaaaaaa-2"), Clear()])
    assert taken.refused == [(2, Refusal.STROKES)]
    assert [mark.operation is None for mark in taken.marks] == [False, True, False]
    assert live.last == {"aaaaaaaa": 3}


def test_a_sheet_takes_so_many_operations_and_no_more():
    live = LiveSheet(SHEET, count=MAX_MARKS)
    taken = live.take("aaaaaaaa", 1, [dot("aaaaaaaa-1")])
    assert taken.refused == [(1, Refusal.WORN)]
    assert taken.marks == []


def test_a_snapshot_has_all_that_a_page_needs():
    live = LiveSheet(sheet(ends_at=1010.0, seconds=90.0))
    live.take("aaaaaaaa", 1, [dot("aaaaaaaa-1")])
    shown = json.loads(live.snapshot(1000.0, ("aaaaaaaa", "bbbbbbbb")))
    assert shown["title"] == "a cat"
    assert (shown["left"], shown["seconds"]) == (10.0, 90.0)
    assert shown["last"] == {"aaaaaaaa": 1, "bbbbbbbb": 0}
    (line,) = shown["lines"]
    assert line == {
        "stroke": "aaaaaaaa-1",
        "ink": 0,
        "pen": 0,
        "hidden": False,
        "points": [5, 5],
        "presses": [],
        "spans": None,
    }


def test_a_closed_sheet_has_no_clock():
    live = LiveSheet(sheet(ends_at=1010.0, seconds=90.0), closed=True)
    assert json.loads(live.terms(1000.0))["left"] is None
