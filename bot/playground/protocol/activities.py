"""Activities: instances that interactions launch, and the OAuth2 by which a page learns who it has.

An instance begins with the answer that launches it (callback type 12) and ends when the last person
has left. A person's client gives the page a code, once; the page's server exchanges it.
docs: activities/development-guides/multiplayer-experience, topics/oauth2
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field

from aiohttp import web

from bot.playground.model.entities import Channel, User
from bot.playground.model.errors import Json
from bot.playground.model.world import Event, World
from bot.playground.protocol import discord_json
from bot.playground.protocol.access import same_secret
from bot.playground.protocol.interaction import Interaction

TOKEN_LIFE = 604_800  # seconds; docs: topics/oauth2
MAX_FORM = 8192  # bytes


@dataclass(eq=False)
class Instance:
    """One Activity that runs in a channel. users: who takes part."""

    id: str
    channel: Channel
    users: list[User] = field(default_factory=list)


class Activities:
    """All instances, codes and access tokens. `client_secret` is the application's."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.client_secret = secrets.token_urlsafe(24)
        self.instances: dict[str, Instance] = {}
        self._codes: dict[str, User] = {}
        self._tokens: dict[str, User] = {}
        world.listeners.append(self._on_event)

    def _on_event(self, event: Event) -> None:
        asked = event.subject
        if event.kind != "interaction_answered" or not isinstance(asked, Interaction):
            return
        if asked.launched is not None:
            instance = Instance(asked.launched, asked.channel, [asked.user])
            self.instances[asked.launched] = instance
            self.world.emit("activity", instance)

    def join(self, instance: Instance, user: User) -> None:
        """Somebody else opens an Activity that runs already."""
        if user not in instance.users:
            instance.users.append(user)
            self.world.emit("activity", instance)

    def leave(self, instance: Instance, user: User) -> None:
        """Somebody closes it. With the last one, the instance is over."""
        if user not in instance.users:
            return
        instance.users.remove(user)
        if not instance.users:
            self.instances.pop(instance.id, None)
        self.world.emit("activity", instance)

    def leave_all(self, user: User) -> None:
        """Somebody's client is gone."""
        for instance in list(self.instances.values()):
            self.leave(instance, user)

    def authorize(self, user: User) -> str:
        """A code for the person's page, as the client's AUTHORIZE answers."""
        code = secrets.token_urlsafe(22)
        self._codes[code] = user
        return code

    def owner(self, token: str) -> User | None:
        """Whose access token this is."""
        return self._tokens.get(token)

    def authenticated(self, token: str) -> Json | None:
        """What the client answers AUTHENTICATE with; None for a token that nobody has.

        docs: developer-tools/embedded-app-sdk#authenticate
        """
        user = self.owner(token)
        if user is None:
            return None
        bot = self.world.bot
        person = {"id": str(user.id), "username": user.name, "discriminator": "0"}
        return {
            "access_token": token,
            "user": person | {"public_flags": 0},
            "scopes": ["identify"],
            "expires": "2030-01-01T00:00:00Z",
            "application": {"id": str(bot.id), "name": bot.name, "description": ""},
        }

    def instance_json(self, instance: Instance) -> Json:
        """docs: resources/application#activity-instance-object"""
        channel = instance.channel
        kind = "pc" if channel.is_private else "gc"
        location: Json = {"kind": kind, "channel_id": str(channel.id)}
        location["id"] = f"{kind}-{channel.id}"
        if not channel.is_private:
            location["id"] = f"{kind}-{channel.guild_id}-{channel.id}"
            location["guild_id"] = str(channel.guild_id)
        return {
            "application_id": str(self.world.bot.id),
            "instance_id": instance.id,
            "launch_id": instance.id.split("-")[1],
            "location": location,
            "users": [str(user.id) for user in instance.users],
        }

    # -- over HTTP, without a bot's login

    def takes(self, request: web.Request) -> bool:
        """Is this a request that a page's server makes without the bot's token?"""
        path = request.match_info["tail"]
        bearer = request.headers.get("Authorization", "").startswith("Bearer ")
        return path == "oauth2/token" or (path == "users/@me" and bearer)

    async def serve(self, request: web.Request) -> web.Response:
        if request.match_info["tail"] == "oauth2/token":
            return await self._exchange(request)
        user = self.owner(request.headers["Authorization"].removeprefix("Bearer "))
        if user is None:
            return _json(401, {"message": "401: Unauthorized", "code": 0})
        return _json(200, discord_json.self_json(user))

    async def _exchange(self, request: web.Request) -> web.Response:
        """docs: topics/oauth2#authorization-code-grant"""
        if request.content_type != "application/x-www-form-urlencoded":
            return _json(400, {"error": "invalid_request"})
        if (request.content_length or 0) > MAX_FORM:
            return _json(413, {"error": "invalid_request"})
        form = {key: str(value) for key, value in (await request.post()).items()}
        known = same_secret(form.get("client_secret", ""), self.client_secret)
        if not known or form.get("client_id") != str(self.world.bot.id):
            return _json(401, {"error": "invalid_client"})
        if form.get("grant_type") != "authorization_code":
            return _json(400, {"error": "unsupported_grant_type"})
        user = self._codes.pop(form.get("code", ""), None)
        if user is None:
            text = 'Invalid "code" in request.'
            return _json(400, {"error": "invalid_grant", "error_description": text})
        token = secrets.token_urlsafe(22)
        self._tokens[token] = user
        kind = {"token_type": "Bearer", "expires_in": TOKEN_LIFE, "scope": "identify"}
        return _json(200, {"access_token": token, **kind})


def _json(status: int, body: Json) -> web.Response:
    return web.Response(
        status=status, body=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
