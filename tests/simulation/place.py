"""Discord in this process: the playground's world and rules, without its sockets."""

from __future__ import annotations

import random
from typing import Any

from bot.playground import routes
from bot.playground.faults import Faults
from bot.playground.gateway import Gateway
from bot.playground.model.clock import Clock
from bot.playground.model.uploads import Uploads
from bot.playground.model.world import World
from bot.playground.protocol.activities import Activities
from bot.playground.protocol.commands import Commands
from bot.playground.protocol.interactions import Desk
from bot.playground.protocol.limits import Limits
from bot.playground.rest import Api, Rest
from tests.simulation.chance import unix
from tests.simulation.loop import VirtualLoop
from tests.simulation.network import CDN, Network
from tests.simulation.trace import Trace


class VirtualClock(Clock):
    """The playground's clock, on virtual time."""

    def now(self) -> float:
        return unix()


class Place:
    """A server with the bot and people, and everything that Discord is to them."""

    token = "simulated"

    def __init__(self, world_loop: VirtualLoop, chance: random.Random, trace: Trace) -> None:
        self.world_loop = world_loop
        self.world = World(VirtualClock())
        self.uploads = Uploads(self.world, CDN)
        self.commands = Commands(self.world)
        activities = Activities(self.world)
        self.desk = Desk(self.world, self.uploads)
        self.desk.activities = lambda: self.commands.has_entry_point
        self.gateway = Gateway(self.world, self.desk, self.token)
        self.faults = Faults(self.world, self.gateway)
        limits = Limits(self.world.clock)
        api = Api(
            self.world,
            self.uploads,
            self.desk,
            self.commands,
            activities,
            self.gateway,
            limits,
        )
        self.rest = Rest(api, routes.ALL, self.token, self.faults, None)
        self.network = Network(self.rest, self.uploads, world_loop, chance, trace)
        bot: Any = self.world.members[self.world.bot.id]
        bot.roles.append(self.world.moderators.id)  # so that guesses may be read from the chat
