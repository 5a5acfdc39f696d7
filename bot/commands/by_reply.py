"""A drawing again, but changed, by a reply to it: "with a hat", "in blue, more strokes"."""

from __future__ import annotations

import re

import discord

from bot.client import Penguess
from bot.commands import again_but
from bot.drawing.asking import ByReply
from bot.kit import error_reply
from bot.kit.token_bucket import TokenBucket
from bot.kit.untrusted import clean
from bot.store import server_settings
from bot.store.database import UNFINISHED
from bot.texts import Texts
from engine.paint.options import GRADIENT

_REFUSALS, _EVERY = 3, 20.0  # so many at once, then one in so many seconds; all read them
_KNOWN = 1000  # people of whom it is known how many they were given


class Replies:
    """Hears the replies to drawings that have the button "Again, but …"; other messages, and what
    has no letter in it, are left alone."""

    def __init__(self, client: Penguess) -> None:
        self._client = client
        self._refusals: dict[int, TokenBucket] = {}

    async def hear(self, message: discord.Message) -> None:
        """Somebody wrote to the bot."""
        reference = message.reference
        if message.type is not discord.MessageType.reply or reference is None:
            return
        wish = self._without_mention(message.content)
        if reference.message_id is None or not any(char.isalnum() for char in wish):
            return
        client = self._client
        stored = await client.drawings.of_message(reference.message_id)
        if stored is None or stored.drawing is None or stored.state in UNFINISHED:
            return
        if stored.request.painter != GRADIENT:
            return
        asking = ByReply(client, message, stored.language)
        try:
            await again_but.draw(client, asking, stored, clean(wish, again_but.LONGEST))
        except Exception as error:  # noqa: BLE001 - the person is told, and the log
            server = await server_settings.of(client.store, asking.guild_id)
            await self._refuse(message, asking.texts(server), error)

    def _without_mention(self, text: str) -> str:
        return re.sub(rf"<@!?{self._client.application_id}>", " ", text)

    async def _refuse(self, message: discord.Message, texts: Texts, error: Exception) -> None:
        """Tell a person why not, unless they were told so again and again."""
        person = message.author.id
        if person not in self._refusals and len(self._refusals) >= _KNOWN:
            self._refusals.clear()
        bucket = self._refusals.setdefault(person, TokenBucket(1 / _EVERY, _REFUSALS))
        text = error_reply.reason(texts, error)
        if bucket.spare():
            await error_reply.tell_by_reply(message, text)
