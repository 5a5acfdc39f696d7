"""Answers to interactions whose arrival at Discord the bot does not hear of.

An answer that got through may be answered by a 5xx, or by a connection that breaks. discord.py
sends it again after the first and gives up after the second (on Linux); either way it takes for
a failure what people see in the channel. Here what is safe to send again is sent again, and an
interaction that has been acknowledged by an earlier try counts as answered.
docs: https://docs.discord.com/developers/interactions/receiving-and-responding
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import aiohttp
import discord
from discord.http import Route
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

log = logging.getLogger(__name__)

ACKNOWLEDGED = 40060  # docs: topics/opcodes-and-status-codes#json
_PAUSES = (0.1, 0.4, 1.0)  # seconds, as an answer has 3 s in all
_NEW_MESSAGES = (4, 5)  # types of answer; docs: …#interaction-response-object
_LOADING, _EPHEMERAL = 1 << 7, 1 << 6  # docs: resources/message#message-object-message-flags


def make_sure(application: int) -> None:
    """Let this task and those that it starts make sure of their answers. application: the id."""
    async_context.set(_Answers(application))


class _Answers(AsyncWebhookAdapter):
    def __init__(self, application: int) -> None:
        super().__init__()
        self._application = application

    async def request(self, route: Route, session: aiohttp.ClientSession, **options: Any) -> Any:
        answers = route.path.endswith("/callback")
        broken = False
        for pause in (*_PAUSES, None):
            try:
                return await super().request(route, session, **options)
            except discord.HTTPException as error:
                if answers and error.code == ACKNOWLEDGED:
                    log.info("an answer had got through")
                    return await self._answered(route, session, options)
                if route.method == "DELETE" and broken and error.status == 404:
                    return None  # it was there before the connection broke
                raise
            except (aiohttp.ClientError, OSError):
                # A message that follows an answer would be there twice.
                if pause is None or (route.method == "POST" and not answers):
                    raise
                broken = True
                await asyncio.sleep(pause)
                for file in options.get("files") or ():
                    file.reset(seek=True)
        return None

    async def _answered(
        self, route: Route, session: aiohttp.ClientSession, options: dict[str, Any]
    ) -> Any:
        """What Discord would have said of an answer that it took.

        docs: …#interaction-callback-interaction-callback-object
        """
        id_, token, kind = route.webhook_id, route.webhook_token or "", _kind(options)
        interaction: dict[str, Any] = {"id": str(id_), "type": 0}
        resource: dict[str, Any] = {"type": kind}
        if kind in _NEW_MESSAGES:
            message: Any = await self.get_original_interaction_response(
                self._application, token, session=session
            )
            resource["message"] = message
            interaction |= {
                "response_message_id": message["id"],
                "response_message_loading": bool(message["flags"] & _LOADING),
                "response_message_ephemeral": bool(message["flags"] & _EPHEMERAL),
            }
        return {"interaction": interaction, "resource": resource}


def _kind(options: dict[str, Any]) -> int:
    """The type of an answer, from its body."""
    payload = options.get("payload")
    if payload is None:
        parts = options.get("multipart") or ()
        payload = next(json.loads(p["value"]) for p in parts if p["name"] == "payload_json")
    return int(payload["type"])
