"""Who is painted next: admission, fair shares, priorities, deadlines, places in the queue.

Policy alone, without clock, thread or network: the time is an argument, so every rule can be
tested. Clients take turns by virtual time, as in start-time fair queueing (Goyal, Vin, Cheng
1996): a turn moves its client back by what the drawing costs over the client's weight, so a
caller with fifty requests gets no more of the painter than a caller with one.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass

PLACES = 128  # in the queue; one client may fill half of them
PATIENCE = 60.0  # seconds after which a free drawing is served like a game's

_LONGEST_WAIT = 60


@dataclass(frozen=True, slots=True)
class Ticket:
    """One drawing in the queue.

    load: what it takes of the painter's room. cost: what it takes of its client's turn, such as
    load times steps. since, deadline: seconds on the caller's clock.
    """

    id: str
    client: str
    load: float
    cost: float
    since: float
    deadline: float = math.inf
    game: bool = False
    weight: int = 1


class QueueFull(Exception):
    """No place is left. retry_after: seconds after which one is likely to be."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Scheduler:
    """The queue, and what is being painted. `room` is how much load may be painted at once."""

    def __init__(self, places: int = PLACES, patience: float = PATIENCE) -> None:
        self.places = places
        self.patience = patience
        self.room = 1.0
        self.waiting: dict[str, Ticket] = {}  # in order of arrival
        self.running: dict[str, Ticket] = {}
        self._begun: dict[str, float] = {}
        self._turns: dict[str, float] = {}  # the virtual time of each client's next turn
        self._now = 0.0  # virtual
        self._pace = 1.0  # seconds from one drawing finished to the next

    def submit(self, ticket: Ticket) -> None:
        """Give a drawing a place in the queue. Raises QueueFull."""
        if len(self.waiting) >= self.places:
            raise QueueFull(f"{self.places} drawings wait already", self.retry_after)
        mine = sum(other.client == ticket.client for other in self.waiting.values())
        if mine >= max(1, self.places // 2):
            raise QueueFull(f"{mine} drawings of this client wait already", self.retry_after)
        self.waiting[ticket.id] = ticket

    def admit(self, now: float) -> list[Ticket]:
        """The drawings to begin now. One that is larger than all the room begins alone."""
        admitted = []
        used = sum(ticket.load for ticket in self.running.values())
        for ticket, turn in self._order(now):
            if self.running and used + ticket.load > self.room:
                break  # smaller ones do not overtake, or a large one would wait for ever
            used += ticket.load
            del self.waiting[ticket.id]
            self.running[ticket.id] = ticket
            self._begun[ticket.id] = now
            self._now = max(self._now, turn)
            self._turns[ticket.client] = turn + ticket.cost / ticket.weight
            admitted.append(ticket)
        self._forget()
        return admitted

    def leave(self, id_: str, now: float) -> None:
        """A drawing is over, or no longer wanted, wherever it was."""
        self.waiting.pop(id_, None)
        if self.running.pop(id_, None) is not None:
            took = (now - self._begun.pop(id_)) / (len(self.running) + 1)
            self._pace += 0.2 * (took - self._pace)

    def expired(self, now: float) -> list[Ticket]:
        """What has reached its deadline, waiting or running; each leaves by `leave`."""
        everyone = (*self.waiting.values(), *self.running.values())
        return [ticket for ticket in everyone if ticket.deadline <= now]

    def positions(self, now: float) -> dict[str, int]:
        """Each waiting drawing's place, 1 for the next, if nobody else came."""
        return {ticket.id: i for i, (ticket, _) in enumerate(self._order(now), start=1)}

    @property
    def demand(self) -> float:
        """The load of everything that waits or runs."""
        return sum(ticket.load for ticket in (*self.waiting.values(), *self.running.values()))

    @property
    def retry_after(self) -> int:
        """Whole seconds until a place is likely to be free."""
        return min(_LONGEST_WAIT, max(1, math.ceil(self._pace)))

    def _order(self, now: float) -> list[tuple[Ticket, float]]:
        """The waiting ones in the order they would begin, each with its virtual start."""
        turns, virtual, order = dict(self._turns), self._now, []
        classes: tuple[dict[str, deque[Ticket]], ...] = (defaultdict(deque), defaultdict(deque))
        for ticket in self.waiting.values():
            urgent = ticket.game or now - ticket.since >= self.patience
            classes[0 if urgent else 1][ticket.client].append(ticket)
        for queues in classes:
            while queues:
                starts = {client: max(turns.get(client, 0.0), virtual) for client in queues}
                client = min(queues, key=lambda who: (starts[who], queues[who][0].since))
                ticket, virtual = queues[client].popleft(), starts[client]
                turns[client] = virtual + ticket.cost / ticket.weight
                order.append((ticket, virtual))
                if not queues[client]:
                    del queues[client]
        return order

    def _forget(self) -> None:
        """A client whose turn has come round owes nothing: a newcomer is treated alike."""
        self._turns = {who: turn for who, turn in self._turns.items() if turn > self._now}
