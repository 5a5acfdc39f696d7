"""The unmodified bot in simcord: login, every command, selects, forms, and what a menu calls."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.store import server_settings
from games import core
from games.table import table
from tests.bot.journeys.simcord_town import Town, buttons, picture, text
from tests.bot.journeys.simcord_town import town as town

pytestmark = pytest.mark.simcord


CALLS: dict[str, dict[str, Any]] = {
    "about": {},
    "album": {},
    "answer": {"word": "cat"},
    "breed": {"prompt": "a cat"},
    "collage": {"prompt": "a face", "pieces": 4},
    "draw": {"prompt": "a cat", "strokes": 4},
    "gallery": {},
    "game": {},
    "guess": {"image": picture()},
    "help": {},
    "leaderboard": {},
    "morph": {"from": "a cat", "to": "a dog", "frames": 3},
    "pictionary": {},
    "privacy": {},
    "queue": {},
    "settings": {},
    "sketch": {"image": picture()},
    "stats": {},
    "submit": {"image": picture()},
    "telephone": {"preset": "classic"},
    "words add": {"word": "lighthouse"},
    "words export": {},
    "words import": {"file": ("words.txt", b"lighthouse\nanchor\n")},
    "words remove": {"word": "lighthouse"},
    "words show": {},
}


async def test_every_command_is_answered(town: Town):
    assert set(town.ada.available_commands(town.channel)) == set(CALLS)
    for name, options in CALLS.items():
        if name in ("pictionary", "telephone"):  # one game in a channel
            await town.bot.open_games.in_channel(town.channel.id).presenter.runner.do(
                table.End(core.MODERATOR)
            )
            await town.until(lambda: not town.bot.open_games.runners)
        said = await town.call(town.ada, name, **options)
        assert said is not None, name


async def test_a_drawing_is_finished_and_drawn_again_and_guessed_from_its_menu(town: Town):
    drawn = await town.call(town.ada, "draw", prompt="a cat", strokes=4)

    def over() -> Any:
        message = town.showing(town.grace, "cat")
        return (
            message
            if message and any("again" in id_ for id_ in buttons(message).values())
            else None
        )

    message = await town.until(over)
    assert message.id == drawn.id
    before = town.ids(town.ada)
    await town.does(town.ada.context_menu(town.channel, "Guess this drawing", message))
    assert await town.until(
        lambda: (found := town.newest(town.ada, before)) and re.search("[▰▱]", text(found))
    )


async def test_every_button_below_a_drawing_does_something(town: Town):
    await town.call(town.ada, "draw", prompt="a cat", strokes=4)
    message = await town.until(lambda: town.with_button(town.ada, "Again"))
    labels = buttons(message)
    assert len(labels) > 6
    for label, custom_id in labels.items():
        if label == "Delete":
            continue
        pressed = await town.does(town.ada.click(message, custom_id=custom_id))
        await town.until(lambda pressed=pressed: pressed.acknowledged)
        await town.until(lambda: not town.with_button(town.ada, "Stop"))
    assert len([one for one in town.seen(town.grace) if "a cat" in text(one)]) >= len(labels) - 2
    await town.does(town.ada.click(message, custom_id=labels["Delete"]))
    await town.until(lambda: message.id not in town.ids(town.ada))


async def test_settings_take_a_select_and_a_form(town: Town):
    panel = await town.call(town.ada, "settings")
    await town.does(town.ada.select(panel, ["neon"], custom_id="panel:settings:style"))
    form = await town.does(town.ada.click(panel, custom_id="panel:settings:numbers"))
    assert form.modal is not None
    await town.does(town.ada.submit_modal(form, {"strokes": "6"}))
    kept = await server_settings.of(town.bot.store, town.guild.id)
    assert (kept.style, kept.strokes) == ("neon", 6)
