"""The form for a guess, and what its guesser is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ButtonStyle, ui

from bot.games.table.buttons import GameButton, custom_id, rows
from bot.games.table.game_runner import GameRunner
from bot.kit import forms, layout
from bot.kit.forms import Filled
from bot.kit.live_message import MessageView
from bot.kit.untrusted import shown
from bot.texts import Texts
from games.core import Effects
from games.drawing.guess_race import Chatted, GuessAccepted, GuessClose, GuessShown
from games.words.matching import GUESS_LENGTH

_TRIES = 5  # wrong guesses of one's own that are shown


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


def tries(runner: GameRunner, texts: Texts, effects: Effects, before: Sequence[str]) -> MessageView:
    """What became of a guess by form or command, for the guesser, with a button for the next one.

    One page serves for all guesses of a turn. before: wrong ones that it shows already.
    """
    wrong = next((one.text for one in effects if isinstance(one, GuessShown)), None)
    said = verdict(texts, effects)
    if any(isinstance(one, GuessAccepted | Chatted) for one in effects):
        return layout.notice(said)
    if wrong is not None:
        listed = [*before[-_TRIES + 1 :], wrong]
        said = texts("pictionary.wrong", text="*, *".join(shown(one) for one in listed))
    again = GameButton(
        runner.id,
        "guess",
        label=texts("pictionary.guess_again"),
        emoji="💡",
        style=ButtonStyle.primary,
    )
    return layout.panel(said, rows([again]))


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
