"""What a person asks of the bot, the ways in which it can be answered, and what came of it.

docs: interactions/receiving-and-responding
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import IntEnum

from bot.playground.model import errors
from bot.playground.model.clock import Timer
from bot.playground.model.entities import Channel, Message, User
from bot.playground.model.errors import Json


class Context(IntEnum):
    """docs: …#interaction-object-interaction-context-types"""

    GUILD = 0
    BOT_DIRECT = 1
    PRIVATE = 2


# docs: resources/application#application-object-application-integration-types
GUILD_INSTALL, USER_INSTALL = 0, 1


def context_of(channel: Channel) -> Context:
    if channel.is_private:
        return Context.BOT_DIRECT if channel.is_direct else Context.PRIVATE
    return Context.GUILD


class Asked(IntEnum):
    """docs: interactions/receiving-and-responding#interaction-object-interaction-type"""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Answer(IntEnum):
    """docs: …#interaction-response-object-interaction-callback-type"""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9
    LAUNCH_ACTIVITY = 12


@dataclass(eq=False)
class Interaction:
    """One thing a person asked of the bot, and what came of it."""

    id: int
    token: str
    kind: Asked
    user: User
    channel: Channel
    data: Json
    asked_at: float
    source: Message | None = None  # the message whose component was used
    command: Json | None = None
    parent: Interaction | None = None  # of a modal: what opened it
    answer: Answer | None = None
    message: Message | None = None  # the original response
    modal: Json | None = None
    choices: list[Json] | None = None
    launched: str | None = None  # the id of the Activity's instance that was launched
    deferred: bool = False  # a first follow-up still takes the loading message's place
    followups: list[Message] = field(default_factory=list)
    refused: list[errors.ApiError] = field(default_factory=list)  # answers that broke a rule
    failed: bool = False
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    timer: Timer | None = None

    @property
    def name(self) -> str:
        """What was called, as people see it."""
        if self.command is not None:
            return str(self.command["name"])
        return str(self.data.get("custom_id", ""))
