"""The form for a guess, and what its guesser is told."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.games.table.buttons import custom_id
from bot.kit import forms
from bot.kit.forms import Filled
from bot.kit.untrusted import shown
from bot.texts import Texts
from games.core import Effects
from games.drawing.guess_race import Chatted, GuessAccepted, GuessClose, GuessShown
from games.words.matching import GUESS_LENGTH


async def show_form(interaction: discord.Interaction[Any], game: int, turn: int) -> None:
    """Answer with a form for a guess at what is drawn in a turn."""
    texts = Texts.of(interaction, private=True)
    guess: ui.TextInput[Any] = ui.TextInput(custom_id="guess", max_length=GUESS_LENGTH)
    label: ui.Label[Any] = ui.Label(text=texts("pictionary.guess_label"), component=guess)
    title = texts("pictionary.guess_title")
    await forms.show(interaction, custom_id(game, "guess", str(turn)), title, label)


def guess_in(form: Filled) -> str:
    """What was guessed in a form."""
    return form.texts.get("guess", "")


def verdict(texts: Texts, effects: Effects) -> str:
    """Tells the guesser what became of a guess; "" for nothing to tell."""
    for effect in effects:
        match effect:
            case GuessAccepted():
                return texts(
                    "pictionary.right", points=effect.points, seconds=round(effect.seconds)
                )
            case GuessClose():
                return texts("pictionary.close", text=shown(effect.text))
            case Chatted():
                return texts("pictionary.hush")
            case GuessShown():
                return texts("pictionary.wrong", text=shown(effect.text))
    return ""
