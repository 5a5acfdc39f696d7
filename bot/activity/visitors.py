"""Who somebody in an Activity is, and where: Discord is asked, the page is not believed.

The page brings a code that Discord gave it, and the id of the instance that it runs in. The code is
exchanged for an access token, the token tells who the person is, and the instance, asked with the
bot's own rights, in which channel it is and who takes part. The token goes back to the page, whose
SDK needs it; here it is kept no longer than that.

docs: https://docs.discord.com/developers/topics/oauth2#authorization-code-grant-access-token-exchange
and https://docs.discord.com/developers/activities/development-guides/multiplayer-experience
"""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
from discord.http import Route
from pydantic import SecretStr

from bot.client import Penguess

log = logging.getLogger(__name__)

_WITHIN = aiohttp.ClientTimeout(total=10.0, connect=5.0)
_LONGEST = 64 * 1024  # bytes of an answer
_AT_ONCE = 8  # people who are being looked up
_TRIES, _APART = 4, 0.5  # seconds: an instance may be younger than what Discord tells of it


class NotLetIn(Exception):
    """This person is not let in. status: of HTTP. why: a text's key."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person in an instance, which is in a channel. token: for the page's SDK."""

    person: int
    channel: int
    token: str


class Visitors:
    """Asks Discord. secret: of the application; client: its OAuth2 id, None for the bot's id."""

    def __init__(self, bot: Penguess, secret: SecretStr, client: int | None) -> None:
        self._bot = bot
        self._secret = secret
        self._client = client
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._session: aiohttp.ClientSession | None = None

    @property
    def client(self) -> int | None:
        """The OAuth2 client id; None while it is not known, before the bot has logged in."""
        return self._client or self._bot.application_id

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def let_in(self, code: str, instance: str) -> Visitor:
        """Who brings this code, and where. Raises NotLetIn."""
        if self._places.locked():
            raise NotLetIn(429, "activity.busy")
        async with self._places:
            try:
                token = await self._exchange(code)
                person = await self._person(token)
                channel = await self._channel(instance, person)
            except (aiohttp.ClientError, TimeoutError, discord.HTTPException) as error:
                log.warning("Discord was not reached", extra={"reason": type(error).__name__})
                raise NotLetIn(502, "activity.away") from None
        return Visitor(person, channel, token)

    async def _exchange(self, code: str) -> str:
        fields = {
            "client_id": str(self.client),
            "client_secret": self._secret.get_secret_value(),
            "grant_type": "authorization_code",
            "code": code,
        }
        status, body = await self._ask("POST", "/oauth2/token", data=fields)
        token = body.get("access_token")
        if status == 401 or body.get("error") == "invalid_client":
            log.error("DISCORD_CLIENT_SECRET: Discord does not know this secret")
            raise NotLetIn(502, "activity.away")
        if status != 200 or not isinstance(token, str):
            raise NotLetIn(403, "activity.refused")
        return token

    async def _person(self, token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        status, body = await self._ask("GET", "/users/@me", headers=headers)
        if status != 200 or not str(body.get("id", "")).isdecimal():
            raise NotLetIn(403, "activity.refused")
        return int(body["id"])

    async def _ask(self, method: str, path: str, **request: Any) -> tuple[int, dict[str, Any]]:
        """Discord's answer: status, and the JSON object; {} for anything else."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=_WITHIN)
        address = Route.BASE + path
        async with self._session.request(
            method, address, allow_redirects=False, **request
        ) as answer:
            if answer.status == 429 or answer.status >= 500:
                raise NotLetIn(502, "activity.away")
            data = b""
            async for piece in answer.content.iter_chunked(_LONGEST):
                data += piece
                if len(data) > _LONGEST:
                    raise NotLetIn(502, "activity.away")
        try:
            body = json.loads(data)
        except ValueError:
            body = None
        return answer.status, body if isinstance(body, dict) else {}

    async def _channel(self, instance: str, person: int) -> int:
        """Where the instance is in which this person takes part."""
        route = Route(
            "GET",
            "/applications/{application_id}/activity-instances/{instance_id}",
            application_id=self._bot.application_id,
            instance_id=instance,
        )
        for left in reversed(range(_TRIES)):
            try:
                found = await self._bot.http.request(route)
            except discord.NotFound:
                found = {}
            if str(person) in found.get("users", ()):
                return int(found["location"]["channel_id"])
            if left:
                await asyncio.sleep(_APART)
        raise NotLetIn(403, "activity.not_here")
