"""`/album` shows an album again, `/gallery` those of this server; each is a web page, too."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import discord
from aiohttp import web
from discord import app_commands, ui

from bot.client import Penguess
from bot.games.albums import album, album_view
from bot.games.albums.album import GALLERY, Album, AlbumStore
from bot.games.albums.album_view import AlbumCards, AlbumItem
from bot.kit import layout, permissions
from bot.kit.errors import UserError
from bot.kit.feature import Feature
from bot.kit.live_message import MessageView
from bot.store import server_settings
from bot.store.promises import think
from bot.store.server_settings import is_moderator
from bot.texts import Texts, named

_LARGEST_ZIP = 10 << 20  # bytes, what may be attached anywhere

# The page is self-contained: it loads nothing, and tells nobody which link was followed.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "private, no-cache",
}


@app_commands.command(name=named("album.name"), description=named("album.description"))
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
@app_commands.rename(number=named("option.number"))
@app_commands.describe(number=named("album.number"))
async def album_(
    interaction: discord.Interaction[Penguess],
    number: app_commands.Range[int, 1, 10**15] | None = None,
) -> None:
    server = await server_settings.of(interaction.client.store, interaction.guild_id)
    server.require_channel(interaction)
    kept = await _find(interaction, number)
    await think(interaction)
    card = await _cards(interaction).card(server.texts(interaction), kept)
    await interaction.edit_original_response(view=card.view, attachments=card.attachments())


@app_commands.command(name=named("gallery.name"), description=named("gallery.description"))
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
async def gallery(interaction: discord.Interaction[Penguess]) -> None:
    server = await server_settings.of(interaction.client.store, interaction.guild_id)
    server.require_channel(interaction)
    # For who asks alone: others may not read in all channels that they may read in.
    await think(interaction, ephemeral=True)
    listed = await _gallery(interaction, Texts.of(interaction, private=True), 0)
    await interaction.edit_original_response(view=listed.view)


def _cards(interaction: discord.Interaction[Any]) -> AlbumCards:
    services = interaction.client.open_games.services
    return AlbumCards(services.renderer, services.names, services.pad.address)


async def _readable(interaction: discord.Interaction[Any]) -> list[int]:
    """The channels with albums that this person may read: this one, and those of its server."""
    here = interaction.channel_id or 0
    if interaction.guild_id is None:
        return [here]
    shelf = AlbumStore(interaction.client.store)
    channels = await shelf.channels(interaction.guild_id)
    may = await asyncio.gather(*(permissions.may_read(interaction, one) for one in channels))
    return [channel for channel, readable in zip(channels, may, strict=True) if readable]


async def _find(interaction: discord.Interaction[Any], number: int | None) -> Album:
    """An album that this person may read, by its number, or the newest. Raises UserError."""
    shelf = AlbumStore(interaction.client.store)
    guild = interaction.guild_id
    if number is None:
        kept = next(iter(await shelf.newest(guild, await _readable(interaction))), None)
    else:
        kept = await shelf.by_id(number, guild)
        if kept is not None and not await permissions.may_read(interaction, kept.channel):
            kept = None
    if kept is None:
        raise UserError("album.none" if number is None else "album.unknown")
    return kept


async def _gallery(interaction: discord.Interaction[Any], texts: Texts, skip: int) -> MessageView:
    shelf = AlbumStore(interaction.client.store)
    channels = await _readable(interaction)
    found = await shelf.newest(interaction.guild_id, channels, skip)
    listed, more = found[:GALLERY], len(found) > GALLERY
    if not listed:
        raise UserError("album.none")
    lines = [texts("album.gallery"), *(album_view.in_one_line(texts, one) for one in listed)]
    options = [(str(one.id), texts("album.option", n=one.id, phrase=one.about)) for one in listed]
    items: list[ui.Item[Any]] = [album_view.select(0, "open", options, texts("album.which"))]
    row: ui.ActionRow[Any] = ui.ActionRow()
    if skip:
        row.add_item(album_view.button(0, "list", max(0, skip - GALLERY), texts("album.newer")))
    if more:
        row.add_item(album_view.button(0, "list", skip + GALLERY, texts("album.older")))
    if row.children:
        items.append(row)
    return layout.framed([*layout.texts(lines), *items], layout.DONE, ())


async def press(interaction: discord.Interaction[Penguess], custom_id: str) -> None:
    """A button or select of an album was used. Raises UserError."""
    _, album_id, what, number = custom_id.split(":")
    id_, argument = int(album_id), int(number)
    server = await server_settings.of(interaction.client.store, interaction.guild_id)
    texts = server.texts(interaction)
    match what:
        case "list":
            await _turn_page(interaction, argument)
        case "open":
            kept = await _find(interaction, _chosen(interaction))
            await think(interaction)
            card = await _cards(interaction).card(texts, kept)
            await interaction.edit_original_response(view=card.view, attachments=card.attachments())
        case "book" | "gif" | "strip" | "turn":
            kept = await _find(interaction, id_)
            await interaction.response.defer()
            book, page = _chosen(interaction) if what == "book" else argument, None
            if what == "turn":
                book, page = album_view.page_of(argument)
            elif what == "strip":  # its name in messages of before
                page = 0
            card = await _cards(interaction).card(texts, kept, book, page=page)
            await interaction.edit_original_response(view=card.view, attachments=card.attachments())
        case "chart":
            kept = await _find(interaction, id_)
            await think(interaction, ephemeral=True)
            mine = Texts.of(interaction, private=True)
            chart = await _cards(interaction).chart(mine, kept, argument)
            if chart is None:
                raise UserError("games.reason.not_now")
            await interaction.followup.send(
                view=chart.view, files=chart.attachments(), ephemeral=True
            )
        case "zip":
            await _send_zip(interaction, await _find(interaction, id_))
        case "delete":
            kept = await _find(interaction, id_)
            if interaction.user.id != kept.host and not is_moderator(interaction):
                raise UserError("refused.not_yours")
            await AlbumStore(interaction.client.store).delete(kept.id)
            gone = layout.notice(texts("album.deleted", n=kept.id))
            await interaction.response.edit_message(view=gone.view, attachments=[])
        case _:
            raise UserError("games.reason.not_now")


async def _turn_page(interaction: discord.Interaction[Penguess], skip: int) -> None:
    """Another page of the gallery, in its message if that is for this person alone."""
    message = interaction.message
    if message is not None and message.flags.ephemeral:
        await interaction.response.defer()
    else:
        await think(interaction, ephemeral=True)
    listed = await _gallery(interaction, Texts.of(interaction, private=True), skip)
    await interaction.edit_original_response(view=listed.view)


def _chosen(interaction: discord.Interaction[Any]) -> int:
    data: Any = interaction.data or {}
    values = [str(value) for value in data.get("values", ())]
    if not values or not values[0].isdecimal() or len(values[0]) > 15:
        raise UserError("games.reason.out_of_bounds")
    return int(values[0])


async def _send_zip(interaction: discord.Interaction[Penguess], kept: Album) -> None:
    """Everything in an album, for who asked. Raises UserError."""
    await think(interaction, ephemeral=True)
    texts = Texts.of(interaction, private=True)
    services = interaction.client.open_games.services
    books = await album.shown(kept, services.names, texts)
    data = await services.renderer.archive(books)
    if len(data) > _LARGEST_ZIP:
        raise UserError("album.too_large")
    file = discord.File(io.BytesIO(data), f"album-{kept.id}.zip")
    await interaction.followup.send(texts("album.zipped"), file=file, ephemeral=True)


def join(bot: Penguess, app: web.Application) -> None:
    """Let the bot's web server serve albums to whoever knows their addresses."""

    async def serve(request: web.Request) -> web.Response:
        kept = await AlbumStore(bot.store).by_secret(request.match_info["secret"])
        if kept is None:
            raise web.HTTPNotFound
        server = await server_settings.of(bot.store, kept.guild)
        guild = bot.get_guild(kept.guild) if kept.guild is not None else None
        texts = Texts(server.language_for(guild))
        books = await album.shown(kept, bot.open_games.services.names, texts)
        text = await bot.renderer.album_page(books, texts("album.made_by"))
        return web.Response(text=text, content_type="text/html", headers=_HEADERS)

    app.router.add_get(r"/album/{secret:[A-Za-z0-9_-]{24}}", serve)


FEATURE = Feature(
    commands=(album_, gallery),
    items=(AlbumItem,),
    presses={"album": press},
    routes=join,
)
