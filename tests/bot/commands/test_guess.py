from __future__ import annotations

import io

import psutil
import pytest
from PIL import Image, ImageDraw

from bot.kit import layout
from bot.playground.model.entities import Message
from bot.playground.model.uploads import UploadedFile
from bot.playground.protocol.interaction import Interaction
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store import server_settings
from bot.store.database import Store
from tests.bot.conftest import SOON, StartBot, over, picture
from tests.bot.pictures.test_incoming import png_header


def circle() -> bytes:
    image = Image.new("RGB", (300, 200), "white")
    ImageDraw.Draw(image).ellipse((100, 50, 200, 150), outline="black", width=6)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def gif_bomb() -> bytes:
    """Thousands of frames, each as large as may be, in few bytes."""
    frame = Image.new("P", (4000, 4000))
    out = io.BytesIO()
    frame.save(out, "GIF", save_all=True, append_images=[frame.copy() for _ in range(3)])
    head, _, tail = out.getvalue().partition(b"\x21\xf9")
    body = tail.rstrip(b"\x3b")
    return head + (b"\x21\xf9" + body) * 20 + b"\x3b"


async def answer(person: TestUser, interaction: Interaction) -> Message:
    """What the bot had to say in the end: to all, or to the person alone."""

    def found() -> Message | None:
        said = [interaction.message, *interaction.followups]
        there = [m for m in said if m is not None and not m.deleted and not m.is_loading]
        there = [m for m in there if m.text != "…"]  # which goes once the person has been told
        return there[-1] if there else None

    message = await person.wait_for(found, SOON)
    assert message is not None
    return message


async def test_a_picture_is_guessed_with_five_bars(ada: TestUser, start: StartBot):
    await start()
    file = UploadedFile("circle.png", circle())
    said = await answer(ada, await ada.slash("guess", image=file))
    assert said.ephemeral_to is None
    bars = [line for line in said.text.splitlines() if "▰" in line or "▱" in line]
    assert len(bars) == 5
    assert all("%" in line for line in bars)
    assert Image.open(io.BytesIO(picture(said)[1])).size == (300, 200)


async def test_what_a_server_blocks_is_not_guessed(
    playground: Playground, ada: TestUser, start: StartBot, store: Store
):
    await start()
    file = UploadedFile("circle.png", circle())
    said = await answer(ada, await ada.slash("guess", image=file))
    words = [line.split("% ")[1] for line in said.text.splitlines() if "% " in line]
    await server_settings.change(store, playground.world.guild_id, blocked=tuple(words[:2]))
    said = await answer(ada, await ada.slash("guess", image=file))
    again = [line.split("% ")[1] for line in said.text.splitlines() if "% " in line]
    assert len(again) == 5
    assert again[:3] == words[2:]


async def test_an_uploaded_drawing_is_guessed_from_its_menu(
    playground: Playground, ada: TestUser, start: StartBot
):
    await start()
    grace = TestUser(playground, "Grace")
    message = grace.say("what is this?", UploadedFile("circle.png", circle()))
    said = await answer(ada, await ada.use("Guess this drawing", message))
    assert "▱" in said.text or "▰" in said.text


async def test_a_picture_that_only_components_show_is_guessed_from_its_menu(
    ada: TestUser, start: StartBot
):
    bot = await start()
    shown = layout.framed([layout.picture("circle.png", "?")], 0, (("circle.png", circle()),))
    place = bot.get_partial_messageable(ada.here.id)
    sent = await place.send(view=shown.view, files=shown.attachments())
    assert sent.attachments == []
    message = ada.world.message(ada.here.id, sent.id)
    said = await answer(ada, await ada.use("Guess this drawing", message))
    assert "▱" in said.text or "▰" in said.text


async def test_a_drawing_of_the_bot_s_is_guessed_from_its_menu(ada: TestUser, start: StartBot):
    await start(steps=2)
    drawn = await ada.slash("draw", prompt="a cat", strokes=4)
    assert drawn.message is not None
    await over(ada, drawn.message)
    said = await answer(ada, await ada.use("Guess this drawing", drawn.message))
    assert len([line for line in said.text.splitlines() if "%" in line]) == 5


async def test_a_message_without_a_picture_is_refused(ada: TestUser, start: StartBot):
    await start()
    said = await answer(ada, await ada.use("Guess this drawing", ada.say("no picture")))
    assert said.ephemeral_to == ada.user.id
    assert "no picture" in said.text


HOSTILE = {
    "huge.png": (png_header(20_000, 20_000), "megapixels"),
    "text.png": (b"I am text and nothing else", "can't open that as a picture"),
    "script.svg": (
        b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
        "can't open that as a picture",
    ),
    "broken.png": (circle()[:200], "incomplete"),
    "large.png": (circle() + b"\0" * (9 << 20), "MiB"),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_files_are_refused_with_a_reason_and_without_a_trace(
    ada: TestUser, start: StartBot, name: str
):
    await start()
    data, reason = HOSTILE[name]
    said = await answer(ada, await ada.slash("guess", image=UploadedFile(name, data)))
    assert said.ephemeral_to == ada.user.id
    assert reason in said.text
    await ada.wait_for(lambda: ada.sees() == [said], SOON)


async def test_memory_stays_flat_under_hostile_files(ada: TestUser, start: StartBot):
    await start()
    files = [UploadedFile(name, data) for name, (data, _) in HOSTILE.items() if len(data) < 1 << 20]
    files.append(UploadedFile("bomb.gif", gif_bomb()))

    async def round_of_all() -> int:
        for file in files:
            await answer(ada, await ada.slash("guess", image=file))
        everything = psutil.Process()
        return everything.memory_info().rss + sum(
            child.memory_info().rss for child in everything.children(recursive=True)
        )

    before = await round_of_all()
    for _ in range(3):
        after = await round_of_all()
    assert after - before < 60 << 20
