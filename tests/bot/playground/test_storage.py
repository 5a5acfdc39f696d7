from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from bot.playground import storage
from bot.playground.model.entities import Message, MessageFlag
from bot.playground.model.permission import Permission
from bot.playground.model.uploads import UploadedFile
from bot.playground.protocol.discord_json import attachment_json
from bot.playground.server import Playground
from bot.playground.test_user import TestUser

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


def inside(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def from_bot(playground: Playground, text: str, *, to: int | None = None) -> Message:
    """A message of the bot's, with a button and a picture."""
    world = playground.world
    channel = world.channel_named("games")
    picture = playground.uploads.add(channel.id, UploadedFile("a.png", PNG))
    button = {"type": 2, "custom_id": "game:7:join", "label": "Join", "style": 1}
    message = Message(
        world.new_id(),
        channel.id,
        world.bot,
        text,
        components=[{"type": 1, "components": [button]}],
        attachments=[picture],
        interaction={"id": "5", "user": {"id": "9"}},
        ephemeral_to=to,
    )
    return world.post(message)


async def test_a_world_comes_back_as_it_was(tmp_path: Path):
    async with Playground(folder=tmp_path) as first:
        ada, grace = TestUser(first, "Ada", moderator=True), TestUser(first, "Grace")
        seat = first.people.sit("Hopper", None)
        ada.go("games")
        said = ada.say("what is this?", UploadedFile("scan.png", PNG))
        shown, secret = from_bot(first, "a lobby"), from_bot(first, "psst", to=ada.user.id)
        grace.react(shown, "👍")
        gone = ada.say("not that")
        first.world.delete(gone)
        games = first.world.channel_named("games")
        thread = first.world.add_thread(games, "later", ada.user, message=said, private=False)
        first.world.overwrite(games, first.world.bot.id, deny=Permission.ATTACH_FILES)
        direct = ada.direct
        address = attachment_json(first.uploads, shown.attachments[0])["url"]
        last, port = first.world.new_id(), first.port

    async with Playground(folder=tmp_path, port=port) as again:
        world = again.world
        assert world.bot.id == first.world.bot.id
        assert world.guild_id == first.world.guild_id
        assert list(world.channels) == list(first.world.channels)
        assert world.channels[games.id].overwrites == games.overwrites
        assert world.channels[thread.id].thread_members == thread.thread_members
        assert world.direct_channel(ada.user.id).id == direct.id
        back = world.messages[games.id]
        assert list(back) == [said.id, shown.id, secret.id]
        assert back[shown.id].components == shown.components
        assert back[shown.id].interaction == shown.interaction
        assert back[shown.id].reactions == {"👍": [grace.user.id]}
        assert back[shown.id].author is world.bot
        assert back[secret.id].ephemeral_to == ada.user.id
        assert back[said.id].flags & MessageFlag.HAS_THREAD
        assert world.new_id() > last
        assert world.moderators.id in world.members[ada.user.id].roles
        # Whoever was there comes back by what their tab knows, and nobody twice.
        assert again.people.sit("somebody", seat.secret).user.name == "Hopper"
        with pytest.raises(ValueError, match="called Ada already"):
            TestUser(again, "Ada")
        async with aiohttp.ClientSession() as session, session.get(address) as answer:
            assert await answer.read() == PNG


async def test_only_the_owner_reads_it(tmp_path: Path):
    async with Playground(folder=tmp_path) as playground:
        TestUser(playground, "Ada").say("hello")
        assert playground.storage is not None
        await playground.storage.close()
        kept = inside(tmp_path)
    assert kept
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}


@pytest.mark.parametrize("what", [b"", b"no database", "another format", "no json"])
async def test_a_broken_file_is_put_aside_in_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, what: bytes | str
):
    path = tmp_path / "playground.db"
    if isinstance(what, bytes):
        path.write_bytes(what)
    else:
        async with Playground(folder=tmp_path) as playground:
            TestUser(playground, "Ada").say("hello")
        wrong = {
            "another format": "pragma user_version = 99",
            "no json": "update state set data = '{\"users\": {}}'",
        }
        with closing(sqlite3.connect(path)) as db, db:
            db.execute(wrong[what])
    before = path.read_bytes()
    with caplog.at_level(logging.WARNING):
        async with Playground(folder=tmp_path) as playground:
            TestUser(playground, "Ada").say("a fresh start")
    (line,) = [record.getMessage() for record in caplog.records]
    assert "begins anew" in line
    assert "\n" not in line
    (aside,) = [one for one in inside(tmp_path) if one.suffix == ".broken"]
    assert aside.name in line
    assert aside.read_bytes() == before
    async with Playground(folder=tmp_path) as playground:
        with pytest.raises(ValueError, match="called Ada already"):
            TestUser(playground, "Ada")


async def test_what_was_deleted_is_gone_and_files_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(storage, "MOST_BYTES", 3 * len(PNG))
    async with Playground(folder=tmp_path) as playground:
        ada = TestUser(playground, "Ada")
        messages = [ada.say(str(n), UploadedFile("a.png", PNG)) for n in range(6)]
        thread = playground.world.add_thread(
            ada.here, "soon gone", ada.user, message=None, private=False
        )
        ada.go(thread)
        ada.say("in it")
        playground.world.delete(messages[5])
        playground.world.remove_channel(thread)
        messages[4].attachments.clear()
        playground.world.changed(messages[4])
    with closing(sqlite3.connect(tmp_path / "playground.db")) as db:
        ids = [row[0] for row in db.execute("select id from messages order by id")]
        files = [row[0] for row in db.execute("select message from files order by id")]
    assert ids == [message.id for message in messages[:5]]
    assert files == [message.id for message in messages[1:4]]
    async with Playground(folder=tmp_path) as playground:
        back = playground.world.messages[messages[0].channel_id]
        assert [len(one.attachments) for one in back.values()] == [1, 1, 1, 1, 0]


async def test_without_a_folder_nothing_is_kept(tmp_path: Path):
    async with Playground() as playground:
        TestUser(playground, "Ada").say("hello")
    assert inside(tmp_path) == []


async def test_commands_come_back_with_their_ids(tmp_path: Path):
    """Discord knows a bot's commands while the bot is away."""
    async with Playground(folder=tmp_path) as first:
        draw = first.commands.upsert(None, {"name": "draw", "description": "Draw what you say"})
    async with Playground(folder=tmp_path) as second:
        assert second.commands.all_in(None) == [draw]
        ada = TestUser(second, "Ada")
        assert ada.call("draw").command == draw
