"""The playground on disk, so that a restart finds everybody and everything where it was.

An SQLite file holds each message and each file as a row of its own, and all that is small in one
more. What changes is written within WRITE_AFTER seconds, by a thread, and once more at the end. It
holds what people wrote and the secrets of their tabs, so that only its owner may read it.

The file is bounded as the world is in memory (`MAX_MESSAGES` of a channel), and of the pictures and
other files the newest MOST_BYTES are kept. One that cannot be read is put aside, and the playground
begins anew.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.playground.model.entities import Attachment, Channel, Member, Message, Role, User
from bot.playground.model.uploads import Uploads
from bot.playground.model.world import Event, World
from bot.playground.protocol.commands import Commands
from bot.playground.users.page_socket import PageSocket

log = logging.getLogger(__name__)

FORMAT = 1
WRITE_AFTER = 0.25  # seconds
MOST_BYTES = 128 << 20  # of files

_SCHEMA = f"""
pragma auto_vacuum = full;
pragma journal_mode = wal;
pragma synchronous = normal;
begin;
create table if not exists state (name text primary key, data text not null);
create table if not exists messages (
    id integer primary key, channel integer not null, data text not null
);
create table if not exists files (
    id integer primary key, message integer not null, size integer not null, data blob not null
);
create index if not exists files_of on files (message);
pragma user_version = {FORMAT};
commit;
"""

_MESSAGE: TypeAdapter[Message] = TypeAdapter(Message)
_FILE: TypeAdapter[Attachment] = TypeAdapter(Attachment)
_MEMBER: TypeAdapter[Member] = TypeAdapter(Member)
_CHANNELS: TypeAdapter[dict[int, Channel]] = TypeAdapter(dict[int, Channel])
_ROLES: TypeAdapter[dict[int, Role]] = TypeAdapter(dict[int, Role])
_USERS: TypeAdapter[dict[int, User]] = TypeAdapter(dict[int, User])


class Unreadable(Exception):
    """The file is none of ours, or damaged; the message says what is wrong."""


@dataclass
class _Changes:
    """What has to be written: rows of messages with their files, and messages that are gone."""

    state: str
    messages: list[tuple[int, int, str]] = field(default_factory=list[tuple[int, int, str]])
    files: list[tuple[int, int, int, bytes]] = field(
        default_factory=list[tuple[int, int, int, bytes]]
    )
    oldest: dict[int, int] = field(default_factory=dict[int, int])  # of channels; 0: no channel
    gone: list[int] = field(default_factory=list[int])


class Storage:
    """Keeps a world in a file. `key`: what visitors need, if anything; it is kept too."""

    def __init__(
        self, path: Path, world: World, uploads: Uploads, commands: Commands, people: PageSocket
    ) -> None:
        self.path = path
        self._world = world
        self._uploads = uploads
        self._commands = commands
        self._people = people
        self._written = ""
        self._changed: dict[int, Message] = {}
        self._channels: set[int] = set()
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    # -- its life

    def open(self) -> None:
        """Read what there is, and follow the world from now on.

        A file that cannot be read is renamed, and the log says so in one line. Raises OSError
        where the folder cannot be used.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.exists():
            try:
                self._read()
            except (Unreadable, sqlite3.Error) as error:
                aside = self._put_aside()
                log.warning("the playground begins anew: %s; it is kept as %s", error, aside)
        self._create()
        self._world.listeners.append(self._on_event)
        self._task = asyncio.create_task(self._keep_writing(), name="playground storage")

    async def close(self) -> None:
        """Write what has changed, and stop."""
        if self._task is None:
            return
        self._world.listeners.remove(self._on_event)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None
        self._try(self._write, self._changes())

    def _create(self) -> None:
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        self.path.chmod(0o600)  # SQLite gives its other files the mode of this one
        with closing(sqlite3.connect(self.path)) as db:
            db.executescript(_SCHEMA)

    def _put_aside(self) -> Path:
        aside = self.path.with_name(f"{self.path.stem}-{time.time_ns()}.broken")
        self.path.rename(aside)
        for tail in ("-wal", "-shm"):
            self.path.with_name(self.path.name + tail).unlink(missing_ok=True)
        return aside

    # -- reading

    def _read(self) -> None:
        """Raises Unreadable or sqlite3.Error, and has changed nothing then."""
        with closing(sqlite3.connect(self.path)) as db:
            (version,) = db.execute("pragma user_version").fetchone()
            if version != FORMAT:
                raise Unreadable(f"{self.path.name} is of format {version}, not {FORMAT}")
            state = dict(db.execute("select name, data from state").fetchall())
            rows = db.execute("select id, channel, data from messages order by id").fetchall()
            files = dict(db.execute("select id, data from files order by id").fetchall())
        if "world" not in state:
            return  # nothing had been written yet
        try:
            self._restore(json.loads(state["world"]), rows, files)
        except (ValueError, KeyError, TypeError, ValidationError) as error:
            what = str(error).splitlines()[0]
            raise Unreadable(f"{self.path.name} does not hold a playground ({what})") from error

    def _restore(
        self, state: Any, rows: Iterable[tuple[int, int, str]], files: dict[int, bytes]
    ) -> None:
        world = self._world
        users = _USERS.validate_python(state["users"])
        channels = _CHANNELS.validate_python(state["channels"])
        roles = _ROLES.validate_python(state["roles"])
        members: dict[int, Member] = {}
        for key, data in state["members"].items():
            user = users[int(key)]
            members[user.id] = _MEMBER.validate_python(data | {"user": user})
            members[user.id].user = user  # the very same
        messages: dict[int, dict[int, Message]] = {channel: {} for channel in channels}
        kept: list[Attachment] = []
        for id_, channel, data in rows:
            raw = json.loads(data)
            author = users[raw["author"]]
            attachments = [
                _FILE.validate_python(one | {"data": files.get(one["id"], b"")})
                for one in raw["attachments"]
            ]
            message = _MESSAGE.validate_python(
                raw | {"author": {"id": 0, "name": ""}, "attachments": []}
            )
            message.author, message.attachments = author, attachments
            messages[channel][id_] = message
            kept += [one for one in attachments if one.data]
        ids = {name: int(state[name]) for name in ("bot", "guild", "elsewhere", "moderators")}
        seats = [(users[int(key)], str(secret)) for key, secret in state["seats"].items()]
        key, last = base64.b64decode(state["key"]), int(state["last_id"])
        world.restore(
            users=users,
            members=members,
            roles=roles,
            channels=channels,
            messages=messages,
            bot=users[ids["bot"]],
            guild_id=ids["guild"],
            elsewhere_id=ids["elsewhere"],
            moderators=roles[ids["moderators"]],
            locale=state["locale"],
            blocked_words=set(state["blocked_words"]),
            last_id=last,
        )
        self._uploads.restore(key, kept)
        self._commands.restore(state.get("commands", []))  # older files have none
        self._people.restore(seats, state["join_key"])

    # -- writing

    def _on_event(self, event: Event) -> None:
        if isinstance(event.subject, Message):
            self._changed[event.subject.id] = event.subject
            self._channels.add(event.subject.channel_id)
        self._news.set()

    async def _keep_writing(self) -> None:
        while True:
            await self._news.wait()
            await asyncio.sleep(WRITE_AFTER)
            self._news.clear()
            changes = self._changes()
            await asyncio.to_thread(self._try, self._write, changes)

    def _try(self, write: Callable[[_Changes], None], changes: _Changes) -> None:
        try:
            write(changes)
        except (sqlite3.Error, OSError) as error:
            log.warning("the playground could not be kept: %s", error)

    def _changes(self) -> _Changes:
        found = _Changes(self._state())
        changed, self._changed = self._changed, {}
        touched, self._channels = self._channels, set()
        for id_, message in changed.items():
            if message.deleted or message.channel_id not in self._world.messages:
                found.gone.append(id_)
                continue
            files = message.attachments
            data = _MESSAGE.dump_python(message, mode="json", exclude={"author", "attachments"})
            data["author"] = message.author.id
            data["attachments"] = [
                _FILE.dump_python(one, mode="json", exclude={"data"}) for one in files
            ]
            found.messages.append((id_, message.channel_id, json.dumps(data)))
            found.files += [(one.id, id_, len(one.data), one.data) for one in files]
        for channel in touched:
            there = self._world.messages.get(channel)
            found.oldest[channel] = next(iter(there), 0) if there is not None else 0
        return found

    def _state(self) -> str:
        world = self._world
        state = {
            "users": _USERS.dump_python(world.users, mode="json"),
            "channels": _CHANNELS.dump_python(world.channels, mode="json"),
            "roles": _ROLES.dump_python(world.roles, mode="json"),
            "members": {
                key: _MEMBER.dump_python(one, mode="json", exclude={"user"})
                for key, one in world.members.items()
            },
            "bot": world.bot.id,
            "guild": world.guild_id,
            "elsewhere": world.elsewhere_id,
            "moderators": world.moderators.id,
            "locale": world.community_locale,
            "blocked_words": sorted(world.blocked_words),
            "last_id": world.last_id,
            "key": base64.b64encode(self._uploads.key).decode(),
            "seats": {key: one.secret for key, one in self._people.seats.items()},
            "join_key": self._people.join_key,
            "commands": self._commands.all_in(None),
        }
        return json.dumps(state)

    def _write(self, changes: _Changes) -> None:
        with closing(sqlite3.connect(self.path)) as db, db:
            if changes.state != self._written:
                db.execute("replace into state values ('world', ?)", [changes.state])
            db.executemany("replace into messages values (?, ?, ?)", changes.messages)
            for id_, _, _ in changes.messages:
                kept = [file for file, message, _, _ in changes.files if message == id_]
                marks = ", ".join("?" * len(kept))
                db.execute(
                    f"delete from files where message = ? and id not in ({marks})",  # noqa: S608
                    [id_, *kept],
                )
            db.executemany("insert or ignore into files values (?, ?, ?, ?)", changes.files)
            gone = [(id_,) for id_ in changes.gone]
            db.executemany("delete from messages where id = ?", gone)
            for channel, oldest in changes.oldest.items():
                where = "channel = ? and id < ?" if oldest else "channel = ?"
                values = [channel, oldest] if oldest else [channel]
                db.execute(f"delete from messages where {where}", values)  # noqa: S608
            db.execute("delete from files where message not in (select id from messages)")
            db.execute(
                "delete from files where id in (select id from (select id, sum(size) over "
                "(order by id desc) as so_far from files) where so_far > ?)",
                [MOST_BYTES],
            )
        self._written = changes.state
