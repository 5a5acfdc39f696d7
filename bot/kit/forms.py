"""Forms that survive a restart: like buttons and selects, they say in their id what they do.

discord.py remembers the forms it has sent and drops the answers to any other, so it would never
answer a form that was open while the bot was away. It isn't told of ours: `Penguess.on_interaction`
answers every form, whichever bot opened it.
docs: https://docs.discord.com/developers/interactions/receiving-and-responding
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import discord
from discord import ui


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that was sent off. custom_id: of the form; texts: what was typed, by the ids of the
    fields; files: what was uploaded."""

    custom_id: str
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    files: tuple[discord.Attachment, ...] = ()

    @property
    def typed(self) -> str:
        """All that was typed, one field a line."""
        return "\n".join(text for text in self.texts.values() if text.strip())


async def show(
    interaction: discord.Interaction[Any], custom_id: str, title: str, *labels: ui.Label[Any]
) -> None:
    """Answer with a form; it comes back under the same id."""
    form = ui.Modal(title=title, custom_id=custom_id)
    for label in labels:
        form.add_item(label)
    form.stop()  # so that discord.py does not wait for it too
    await interaction.response.send_modal(form)


def read(interaction: discord.Interaction[Any]) -> Filled:
    """What somebody entered in a form.

    docs: interactions/receiving-and-responding#interaction-object-modal-submit-data-structure
    """
    data: Any = interaction.data
    uploaded: Mapping[str, Any] = data.get("resolved", {}).get("attachments", {})
    texts: dict[str, str] = {}
    files: list[discord.Attachment] = []
    for part in _fields(data["components"]):
        if "value" in part:
            texts[part["custom_id"]] = str(part["value"] or "")
        for id_ in part.get("values", ()):
            if id_ in uploaded:
                # There is no other way to an attachment that discord.py has not made itself.
                state = interaction._state
                files.append(discord.Attachment(data=uploaded[id_], state=state))
    return Filled(data["custom_id"], texts, tuple(files))


def _fields(parts: list[Any]) -> Iterator[Mapping[str, Any]]:
    for part in parts:
        inner = part.get("components", [])
        if "component" in part:
            inner = [part["component"], *inner]
        if inner:
            yield from _fields(inner)
        elif "custom_id" in part:
            yield part
