"""The gateway: HELLO, IDENTIFY, READY, events in order, heartbeats, RESUME with replay.

docs: events/gateway, events/gateway-events
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import zlib
from collections import deque
from enum import IntEnum
from typing import Any

from aiohttp import WSMsgType, web

from bot.playground.dispatch import Intent, translate
from bot.playground.model.errors import Json
from bot.playground.model.world import Event, World
from bot.playground.protocol import discord_json
from bot.playground.protocol.access import same_secret
from bot.playground.protocol.interactions import Desk

log = logging.getLogger(__name__)

HEARTBEAT_INTERVAL = 41_250  # ms
RESUMABLE_FOR = 180.0  # seconds a session outlives its connection
MAX_REPLAY = 10_000  # events kept for a RESUME
MAX_PAYLOAD = 4096  # bytes from the bot; docs: events/gateway#sending-events
CHUNK = 1000  # members in one answer; docs: events/gateway-events#guild-members-chunk


class Op(IntEnum):
    """docs: topics/opcodes-and-status-codes#gateway-gateway-opcodes"""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE_STATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class Close(IntEnum):
    """docs: topics/opcodes-and-status-codes#gateway-gateway-close-event-codes"""

    UNKNOWN_ERROR = 4000
    UNKNOWN_OPCODE = 4001
    DECODE_ERROR = 4002
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    ALREADY_AUTHENTICATED = 4005
    INVALID_SEQ = 4007
    SESSION_TIMED_OUT = 4009
    INVALID_SHARD = 4010
    DISALLOWED_INTENTS = 4014


class Session:
    """What one IDENTIFY began: it numbers events and can move to another connection."""

    def __init__(self, intents: int, shard: tuple[int, int]) -> None:
        self.id = secrets.token_hex(16)
        self.intents = intents
        self.shard = shard
        self.seq = 0
        self.sent: deque[Json] = deque(maxlen=MAX_REPLAY)
        self.connection: Connection | None = None
        self.left_at: float | None = None

    def dispatch(self, name: str, data: Json) -> None:
        """Number an event, keep it for a replay, and send it if the bot is connected."""
        self.seq += 1
        event = {"op": Op.DISPATCH, "s": self.seq, "t": name, "d": data}
        self.sent.append(event)
        if self.connection is not None:
            self.connection.queue.put_nowait(event)

    def wants(self, guild: bool, shard_key: int) -> bool:
        """Events of the guild go to its shard, others to 0. docs: events/gateway#sharding"""
        number, count = self.shard
        return number == ((shard_key >> 22) % count if guild else 0)


class Connection:
    """One WebSocket; everything to the bot goes through `queue`, so order is kept."""

    def __init__(self, socket: web.WebSocketResponse, compress: str | None) -> None:
        self.socket = socket
        self.session: Session | None = None
        self.queue: asyncio.Queue[Json | Close | int] = asyncio.Queue()
        self.ended_here = False  # closed by this side, so the bot may resume whatever it echoes
        self._deflate = zlib.compressobj() if compress == "zlib-stream" else None

    async def write(self) -> None:
        """Send what is queued until told to close."""
        while True:
            item = await self.queue.get()
            if isinstance(item, int):
                self.ended_here = True
                await self.socket.close(code=int(item))
                return
            text = json.dumps(item, separators=(",", ":"))
            try:
                await self._send(text)
            except ConnectionError:
                return

    async def _send(self, text: str) -> None:
        if self._deflate is None:
            await self.socket.send_str(text)
            return
        # docs: events/gateway#transport-compression
        data = self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        await self.socket.send_bytes(data)


class Gateway:
    """All sessions and connections of the bot. `origin` is the address READY gives for RESUME."""

    def __init__(self, world: World, desk: Desk, token: str, *, shards: int = 1) -> None:
        self.world = world
        self.desk = desk
        self.token = token
        self.shards = shards
        self.resume_url = ""
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        self.other_guilds: list[Json] = []  # where nothing ever happens; as GUILD_CREATE has them
        self.identified = asyncio.Event()
        self.refusing = False  # new connections
        world.listeners.append(self._on_event)

    @property
    def connected(self) -> bool:
        """Is the bot here and logged in?"""
        return any(connection.session is not None for connection in self.connections)

    # -- connections

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if self.refusing:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse(max_msg_size=MAX_PAYLOAD * 4)
        await socket.prepare(request)
        compress = request.query.get("compress")
        connection = Connection(socket, compress)
        if request.query.get("encoding", "json") != "json" or compress not in (None, "zlib-stream"):
            log.error("the gateway speaks json and zlib-stream, not %s", request.query_string)
            await socket.close(code=Close.DECODE_ERROR)
            return socket
        self.connections.add(connection)
        writer = asyncio.create_task(connection.write())
        connection.queue.put_nowait(
            {"op": Op.HELLO, "d": {"heartbeat_interval": HEARTBEAT_INTERVAL}, "s": None, "t": None}
        )
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._receive(connection, message.data)
                else:
                    connection.queue.put_nowait(Close.DECODE_ERROR)
        finally:
            self._left(
                connection, clean=socket.close_code in (1000, 1001) and not connection.ended_here
            )
            writer.cancel()
        return socket

    def _left(self, connection: Connection, *, clean: bool) -> None:
        """Forget a connection; a clean close ends its session too.

        docs: events/gateway#disconnecting
        """
        self.connections.discard(connection)
        session = connection.session
        if session is not None and session.connection is connection:
            session.connection = None
            session.left_at = self.world.clock.now()
            if clean:
                self.sessions.pop(session.id, None)
        self.world.emit("bot_presence", self.world.bot, detail=self.connected)

    def _receive(self, connection: Connection, text: str) -> None:
        try:
            payload = json.loads(text)
            op, data = Op(payload["op"]), payload.get("d")
        except (ValueError, KeyError, TypeError):
            connection.queue.put_nowait(Close.DECODE_ERROR)
            return
        if op is Op.HEARTBEAT:
            connection.queue.put_nowait({"op": Op.HEARTBEAT_ACK, "d": None, "s": None, "t": None})
        elif op is Op.IDENTIFY:
            self._identify(connection, data)
        elif op is Op.RESUME:
            self._resume(connection, data)
        elif connection.session is None:
            connection.queue.put_nowait(Close.NOT_AUTHENTICATED)
        elif op is Op.REQUEST_MEMBERS:
            self._send_members(connection.session, data)
        elif op not in (Op.PRESENCE, Op.VOICE_STATE):
            connection.queue.put_nowait(Close.UNKNOWN_OPCODE)

    def _identify(self, connection: Connection, data: Json) -> None:
        """docs: events/gateway-events#identify"""
        if connection.session is not None:
            connection.queue.put_nowait(Close.ALREADY_AUTHENTICATED)
            return
        if not same_secret(data.get("token"), self.token):
            connection.queue.put_nowait(Close.AUTHENTICATION_FAILED)
            return
        number, count = data.get("shard") or (0, 1)
        if not 0 <= number < count:
            connection.queue.put_nowait(Close.INVALID_SHARD)
            return
        intents = int(data.get("intents", 0))
        if intents & Intent.MESSAGE_CONTENT and not self.world.shows_content:
            connection.queue.put_nowait(Close.DISALLOWED_INTENTS)
            return
        session = Session(intents, (number, count))
        session.connection, connection.session = connection, session
        self.sessions[session.id] = session
        member = self.world.bot.id in self.world.members
        here = member and session.wants(True, self.world.guild_id)
        others = [g for g in self.other_guilds if session.wants(True, int(g["id"]))]
        joined = [*([str(self.world.guild_id)] if here else []), *(g["id"] for g in others)]
        session.dispatch(
            "READY",
            {
                "v": 10,
                "user": discord_json.user_json(self.world.bot),
                "guilds": [{"id": id_, "unavailable": True} for id_ in joined],
                "session_id": session.id,
                "resume_gateway_url": self.resume_url,
                "shard": [number, count],
                "application": {
                    "id": str(self.world.bot.id),
                    "flags": discord_json.application_json(self.world)["flags"],
                },
            },
        )
        if here:
            session.dispatch("GUILD_CREATE", discord_json.guild_create_json(self.world))
        for guild in others:
            session.dispatch("GUILD_CREATE", guild)
        self.identified.set()
        self.world.emit("bot_presence", self.world.bot, detail=True)

    def _resume(self, connection: Connection, data: Json) -> None:
        """Send what was missed. docs: events/gateway#resuming"""
        if not same_secret(data.get("token"), self.token):
            connection.queue.put_nowait(Close.AUTHENTICATION_FAILED)
            return
        session = self.sessions.get(str(data.get("session_id")))
        now = self.world.clock.now()
        expired = session and session.left_at and now > session.left_at + RESUMABLE_FOR
        seq = data.get("seq")
        oldest = session.sent[0]["s"] if session and session.sent else 1
        if session is None or expired or not isinstance(seq, int) or seq + 1 < oldest:
            connection.queue.put_nowait(
                {"op": Op.INVALID_SESSION, "d": False, "s": None, "t": None}
            )
            return
        if seq > session.seq:
            connection.queue.put_nowait(Close.INVALID_SEQ)
            return
        if session.connection is not None:
            session.connection.queue.put_nowait(Close.UNKNOWN_ERROR)
            session.connection.session = None
        connection.session = session
        session.left_at = None
        for event in session.sent:
            if event["s"] > seq:
                connection.queue.put_nowait(event)
        session.connection = connection
        session.dispatch("RESUMED", {})
        self.world.emit("bot_presence", self.world.bot, detail=True)

    def _send_members(self, session: Session, data: Json) -> None:
        """docs: events/gateway-events#request-guild-members"""
        members = list(self.world.members.values())
        if data.get("user_ids"):
            wanted = data["user_ids"]
            wanted = {str(user) for user in (wanted if isinstance(wanted, list) else [wanted])}
            members = [member for member in members if str(member.user.id) in wanted]
        elif data.get("query"):
            start = str(data["query"]).casefold()
            members = [m for m in members if m.user.name.casefold().startswith(start)]
        if data.get("limit"):
            members = members[: int(data["limit"])]
        pieces = [members[i : i + CHUNK] for i in range(0, len(members), CHUNK)] or [[]]
        for index, piece in enumerate(pieces):
            chunk: Json = {
                "guild_id": str(self.world.guild_id),
                "members": [discord_json.member_json(member) for member in piece],
                "chunk_index": index,
                "chunk_count": len(pieces),
            }
            if data.get("nonce"):
                chunk["nonce"] = data["nonce"]
            session.dispatch("GUILD_MEMBERS_CHUNK", chunk)

    # -- events

    def _on_event(self, event: Event) -> None:
        for session in list(self.sessions.values()):
            if session.left_at and self.world.clock.now() > session.left_at + RESUMABLE_FOR:
                del self.sessions[session.id]
                continue
            for name, data, guild in translate(self.world, self.desk, event, session.intents):
                if session.wants(guild, self.world.guild_id):
                    session.dispatch(name, data)

    # -- what a test or a fault may do to the bot

    def drop(self, code: int = Close.UNKNOWN_ERROR) -> None:
        """Close every connection; the bot may resume."""
        self._to_all(int(code))

    def ask_reconnect(self) -> None:
        """Op 7. docs: events/gateway-events#reconnect"""
        self._to_all({"op": Op.RECONNECT, "d": None, "s": None, "t": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Op 9. docs: events/gateway-events#invalid-session"""
        if not resumable:
            self.sessions.clear()
        self._to_all({"op": Op.INVALID_SESSION, "d": resumable, "s": None, "t": None})

    def _to_all(self, item: Any) -> None:
        for connection in self.connections:
            connection.queue.put_nowait(item)
