from __future__ import annotations

import pytest

from bot.playground.model.uploads import UploadedFile
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store import server_settings, word_lists
from bot.store.database import Store
from tests.bot.commands.test_guess import answer
from tests.bot.conftest import StartBot


async def told(person: TestUser, command: str, **options: object) -> str:
    """What the person alone is told in the end."""
    message = await answer(person, await person.slash(f"words {command}", **options))
    assert message.ephemeral_to == person.user.id
    return message.text


async def test_words_are_added_shown_and_removed(ada: TestUser, start: StartBot):
    await start()
    assert "has no words yet" in await told(ada, "show")
    assert await told(ada, "add", word="zeppelin, bike=cycle") == "2 words added."
    shown = await told(ada, "show")
    assert "**2 words" in shown
    assert "zeppelin, bike = cycle" in shown
    assert await told(ada, "remove", word="Zeppelin") == "Removed: zeppelin"
    assert "not in this server's list" in await told(ada, "remove", word="zeppelin")


async def test_what_is_refused_is_told_by_line_and_never_repeated(ada: TestUser, start: StartBot):
    await start()
    said = await told(ada, "add", word="kite, fuck, kites")
    assert "One word added" in said
    assert "not welcome" in said
    assert "already in the list" in said
    assert "fuck" not in said


async def test_removal_suggests_what_one_may_remove(
    playground: Playground, ada: TestUser, start: StartBot
):
    await start()
    grace, mod = TestUser(playground, "Grace"), TestUser(playground, "Mod", moderator=True)
    await ada.slash("words add", word="kite, stork, tuba")
    await grace.slash("words add", word="skirt")
    assert [c["name"] for c in await ada.complete("words remove", "word", "K")] == ["kite", "stork"]
    assert [c["name"] for c in await grace.complete("words remove", "word", "")] == ["skirt"]
    assert len(await mod.complete("words remove", "word", "")) == 4
    assert "Somebody else added" in await told(grace, "remove", word="tuba")
    assert "Removed" in await told(mod, "remove", word="tuba")


async def test_a_file_is_imported_and_comes_back_by_export(ada: TestUser, start: StartBot):
    await start()
    file = UploadedFile("list.txt", "\ufeffkite\r\n\r\n# mine\r\nüber = oben\r\n".encode())
    assert await told(ada, "import", file=file) == "2 words added."
    exported = await ada.slash("words export")
    assert exported.message is not None
    (out,) = exported.message.attachments
    assert out.data.decode() == "kite\nüber = oben\n"


HOSTILE = {
    "picture": (b"\x89PNG\r\n\x1a\n\0\0\xff\xff", "can't read that as text"),
    "nothing": (b"# nothing\n\n", "no words in that"),
    "huge": (b"word\n" * 20_000, "64 KiB at most"),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_files_that_are_no_lists_are_refused(ada: TestUser, start: StartBot, name: str):
    await start()
    data, reason = HOSTILE[name]
    said = await told(ada, "import", file=UploadedFile("list.txt", data))
    assert reason in said


async def test_only_moderators_drop_the_list_by_importing(
    playground: Playground, ada: TestUser, start: StartBot, store: Store
):
    await start()
    mod = TestUser(playground, "Mod", moderator=True)
    await ada.slash("words add", word="kite")
    file = UploadedFile("list.txt", b"tuba")
    said = await told(ada, "import", file=file, replace=True)
    assert "Only moderators" in said
    assert await told(mod, "import", file=file, replace=True) == "One word added."
    guild = playground.world.guild_id
    assert [entry.word for entry in await word_lists.entries(store, guild)] == ["tuba"]


async def test_who_may_not_start_games_may_not_touch_the_words(
    playground: Playground, ada: TestUser, start: StartBot, store: Store
):
    await start()
    guild, role = playground.world.guild_id, playground.world.moderators.id
    await server_settings.change(store, guild, starters="role", role=role)
    said = await told(ada, "add", word="kite")
    assert f"<@&{role}>" in said
    playground.world.members[ada.user.id].roles.append(role)
    assert await told(ada, "add", word="kite") == "One word added."
