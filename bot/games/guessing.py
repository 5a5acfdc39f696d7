"""Guesses by a form and by `/answer`, and what the guesser alone is told of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import ui

from bot.explain import explain
from bot.hostile import shown
from bot.texts import Texts
from games.core import Effects
from games.matching import GUESS_LENGTH
from games.race import Chatted, GuessAccepted, GuessClose, GuessShown


class GuessForm(ui.Modal):
    """A form with one line."""

    def __init__(
        self, texts: Texts, answer: Callable[[discord.Interaction[Any], str], Awaitable[None]]
    ) -> None:
        super().__init__(title=texts("pictionary.guess_title"), timeout=600)
        self._answer = answer
        self.guess: ui.TextInput[Any] = ui.TextInput(custom_id="guess", max_length=GUESS_LENGTH)
        self.add_item(ui.Label(text=texts("pictionary.guess_label"), component=self.guess))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        await self._answer(interaction, self.guess.value)

    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, /) -> None:
        await explain(interaction, error)


def verdict(texts: Texts, effects: Effects) -> str:
    """What a guess was, in words for the guesser alone; "" if nothing is to be said."""
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
