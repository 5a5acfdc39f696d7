"""Trouble on request: what Discord does to bots on a bad day."""

from __future__ import annotations

import asyncio
import fnmatch
from dataclasses import dataclass

from bot.playground.gateway import Gateway
from bot.playground.model.entities import Channel, Message
from bot.playground.model.errors import ApiError
from bot.playground.model.permission import NONE, Permission
from bot.playground.model.world import World
from bot.playground.protocol.limits import RateLimited


@dataclass(slots=True)
class _Plan:
    pattern: str
    times: int
    status: int = 0
    retry_after: float = 0.0
    everywhere: bool = False
    delay: float = 0.0
    code: int = 0
    done: bool = False  # what was asked, before it is refused


class Faults:
    """Plans for coming requests and things done at once.

    Requests are chosen by a pattern of method and route, with `*` for anything, such as
    `"PATCH */messages/*"`; each plan is used up after `times` requests.
    """

    def __init__(self, world: World, gateway: Gateway) -> None:
        self.world = world
        self.gateway = gateway
        self._plans: list[_Plan] = []

    # -- requests

    def rate_limit(
        self, pattern: str, *, times: int = 1, retry_after: float = 0.2, everywhere: bool = False
    ) -> None:
        """Answer 429, with `everywhere` as the global limit."""
        self._plans.append(_Plan(pattern, times, 429, retry_after, everywhere))

    def fail(self, pattern: str, *, times: int = 1, status: int = 500, code: int = 0) -> None:
        """Refuse, with Discord's `code`. discord.py tries 500, 502 and 504 again by itself."""
        self._plans.append(_Plan(pattern, times, status, code=code))

    def lose(self, pattern: str, *, times: int = 1, status: int = 500) -> None:
        """Do what is asked, and answer as if it had failed."""
        self._plans.append(_Plan(pattern, times, status, done=True))

    def delay(self, pattern: str, seconds: float, *, times: int = 1) -> None:
        """Let the answer wait."""
        self._plans.append(_Plan(pattern, times, delay=seconds))

    async def strike(self, method: str, route: str, *, done: bool = False) -> None:
        """Let the plans for this request happen; `done`: those for when it was done. Raises what
        they say."""
        name = f"{method} {route}"
        for plan in list(self._plans):
            if plan.done != done or not fnmatch.fnmatchcase(name, plan.pattern):
                continue
            plan.times -= 1
            if plan.times <= 0:
                self._plans.remove(plan)
            if plan.delay:
                await asyncio.sleep(plan.delay)
            elif plan.status == 429:
                raise RateLimited(plan.retry_after, {}, everywhere=plan.everywhere)
            else:
                raise ApiError(plan.status, plan.code, f"{plan.status}: trouble on request")

    # -- the gateway

    def drop_gateway(self) -> None:
        """Cut the connection; the session can be resumed."""
        self.gateway.drop()

    def take_gateway(self) -> None:
        """Cut the connection, and take no other until it is given back."""
        self.gateway.refusing = True
        self.gateway.drop()

    def give_gateway_back(self) -> None:
        self.gateway.refusing = False

    def ask_reconnect(self) -> None:
        """Tell the bot to connect anew (op 7)."""
        self.gateway.ask_reconnect()

    def invalidate_session(self) -> None:
        """Tell the bot that its session is over (op 9)."""
        self.gateway.invalidate()

    # -- the channel

    def take_permission(self, channel: Channel, *lost: Permission) -> None:
        """Take permissions from the bot in one channel; what was taken there before stays so."""
        before = channel.overwrites.get(self.world.bot.id)
        deny = before.deny if before else NONE
        for permission in lost:
            deny |= permission
        self.world.overwrite(channel, self.world.bot.id, deny=deny)

    def give_back_permissions(self, channel: Channel) -> None:
        """Undo `take_permission`."""
        channel.overwrites.pop(self.world.bot.id, None)
        self.world.emit("channel_update", channel)

    def remove_bot(self) -> None:
        """Throw the bot out of the server."""
        del self.world.members[self.world.bot.id]
        self.world.emit("bot_removed", self.world)

    def delete_message(self, message: Message) -> None:
        """Delete a message under the bot's hands, as a moderator would."""
        self.world.delete(message)
