"""Tells Discord which commands there are, if they have changed since it was told last.

Whatever Discord makes of them, the bot starts: people then go on with the commands that Discord
knew before. The Entry Point command, which Discord itself makes once Activities are switched on for
the application, is sent along as it is, as a list without it is refused (50240).
docs: https://docs.discord.com/developers/interactions/application-commands#entry-point-commands
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from typing import Any

import discord
from discord import app_commands

from bot.kit.live_message import TROUBLE
from bot.store.database import Store

log = logging.getLogger(__name__)

PATIENCE = 30.0  # seconds that the start of the bot waits; Discord may have it wait for hours
ENTRY_POINT = 4  # docs: …#application-command-object-application-command-types
_NOTE = "commands"
_SENT = (  # what a list of commands may hold of one that Discord gave out
    *("id", "type", "name", "name_localizations", "description", "description_localizations"),
    *("handler", "integration_types", "contexts", "default_member_permissions", "nsfw"),
)


async def sync(tree: app_commands.CommandTree[Any], store: Store) -> asyncio.Task[None]:
    """Wait until Discord knows the commands, for PATIENCE at most. What is left to do goes on in
    the task that is returned; it never raises."""
    task = asyncio.create_task(_sync(tree, store))
    await asyncio.wait({task}, timeout=PATIENCE)
    if not task.done():
        log.warning("Discord takes its time with the commands; the bot starts meanwhile")
    return task


async def _sync(tree: app_commands.CommandTree[Any], store: Store) -> None:
    try:
        await _tell(tree, store)
    except (*TROUBLE, discord.DiscordException) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        log.error(
            "Discord does not take the commands, so the bot goes on with those it knew; it is told "
            "again at the next start",
            extra={"reason": reason},
        )


async def _tell(tree: app_commands.CommandTree[Any], store: Store) -> None:
    application, http = tree.client.application_id, tree.client.http
    if application is None:
        raise app_commands.MissingApplicationID
    payload: list[Any] = []
    for command in tree.get_commands():
        if tree.translator is None:
            payload.append(command.to_dict(tree))
        else:
            payload.append(await command.get_translated_payload(tree, tree.translator))
    written = json.dumps([application, payload], sort_keys=True, ensure_ascii=False)
    told = hashlib.sha256(written.encode()).hexdigest()
    known: list[Any] = list(await http.get_global_commands(application))
    missing = {_name(one) for one in payload} - {_name(one) for one in known}
    if not missing and await store.note(_NOTE) == told:
        return
    kept = [one for one in known if one["type"] == ENTRY_POINT]
    payload += [{key: one[key] for key in _SENT if one.get(key) is not None} for one in kept]
    await http.bulk_upsert_global_commands(application, payload)
    await store.put_note(_NOTE, told)
    log.info("Discord knows the commands", extra={"commands": len(payload)})


def _name(command: Any) -> tuple[int, str]:
    return command.get("type", discord.AppCommandType.chat_input.value), command["name"]
