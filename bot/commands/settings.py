"""`/settings`: a panel of selects and forms, for who manages the server. Nobody else sees it."""

from __future__ import annotations

import re
from typing import Any

import discord
from discord import ButtonStyle, SelectOption, app_commands, ui

from bot.client import Penguess
from bot.config import Config
from bot.drawing import inks
from bot.drawing.styles import STYLES
from bot.games.daily import daily_words, weekly_recap
from bot.kit import controls, forms, layout, permissions
from bot.kit.controls import Control
from bot.kit.errors import UserError
from bot.kit.feature import Feature
from bot.kit.forms import Filled
from bot.kit.live_message import MessageView
from bot.store import examples, server_settings
from bot.store.server_settings import (
    FEWEST,
    LONGEST_KEPT,
    MAX_BLOCKED,
    MAX_CHANNELS,
    MOST,
    ServerSettings,
)
from bot.texts import Texts, languages, named
from games.words.lists import WORD_LENGTH

AREA = "settings"
STARTERS = ("everyone", "role", "moderators")
# What somebody of every language finds in a list.
LANGUAGE_NAMES = {"en": "English", "de": "Deutsch", "es": "Español", "ja": "日本語"}
NUMBERS = ("strokes", "per_person", "per_server", "retention_days")
# Channels with a chat, or with threads; Discord refuses default values that were deleted.
# docs: https://docs.discord.com/developers/resources/channel#channel-object-channel-types
_WITH_CHAT = (
    *(discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.voice),
    *(discord.ChannelType.stage_voice, discord.ChannelType.forum),
)
_AUTOMATIC = "auto"
_NO_STYLE = "none"
_MOST_TYPED = 4000  # characters that a form's input takes


@app_commands.command(name=named("settings.name"), description=named("settings.description"))
@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.default_permissions(manage_guild=True)
async def settings_(interaction: discord.Interaction[Penguess]) -> None:
    guild = _managed(interaction)
    server = await server_settings.of(interaction.client.store, guild)
    await interaction.response.send_message(view=panel(interaction, server).view, ephemeral=True)


async def use(interaction: discord.Interaction[Penguess], custom_id: str) -> None:
    """A select or button of the panel was used. Raises UserError."""
    what = controls.what(custom_id)
    guild = _managed(interaction)
    values = controls.chosen(interaction)
    match what:
        case "channels":
            await _change(interaction, channels=tuple(map(int, values)))
        case "starters":
            await _change(interaction, starters=values[0])
        case "role":
            await _change(interaction, starters="role", role=int(values[0]))
        case "style":
            await _change(interaction, style="" if values[0] == _NO_STYLE else values[0])
        case "ink":
            await _change(interaction, ink=None if values[0] == inks.OWN else values[0])
        case "language":
            await _change(interaction, language="" if values[0] == _AUTOMATIC else values[0])
        case "chat":
            await _change(interaction, chat=values[0] == "yes")
        case "pings":
            await _change(interaction, pings=values[0] == "yes")
        case "learns":
            await _change(interaction, learns=values[0] == "yes")
        case "numbers":
            server = await server_settings.of(interaction.client.store, guild)
            await _show_numbers(interaction, server)
        case "daily":
            await _change(interaction, daily=_place(interaction, values))
        case "recap":
            await _change(interaction, recap=_place(interaction, values))
        case "blocked":
            server = await server_settings.of(interaction.client.store, guild)
            await _show_blocked(interaction, server)
        case "reset":
            await interaction.client.store.save_settings(guild, {})
            await _change(interaction)


async def fill(interaction: discord.Interaction[Penguess], form: Filled) -> None:
    """A form of the panel was sent off. Raises UserError."""
    take = {"numbers": _take_numbers, "blocked": _take_blocked}
    what = controls.what(form.custom_id)
    if what not in take:
        raise UserError("forms.unknown")
    _managed(interaction)
    await take[what](interaction, form)


def _managed(interaction: discord.Interaction[Any]) -> int:
    """The server's id. Raises UserError for people who do not manage it."""
    if interaction.guild_id is None:
        raise UserError("refused.servers_only")
    granted = interaction.permissions
    if not (granted.manage_guild or granted.administrator):
        raise UserError("refused.managers_only")
    return interaction.guild_id


async def _change(interaction: discord.Interaction[Penguess], **changes: object) -> None:
    """Store what was chosen, and show the panel as it is now."""
    client = interaction.client
    guild = _managed(interaction)
    server = await server_settings.change(client.store, guild, **changes)
    if not server.learns:
        await examples.forget(client.store, guild)
    await interaction.response.edit_message(view=panel(interaction, server).view)
    await daily_words.of(client).changed(guild)
    await weekly_recap.of(client).changed(guild)


def _place(interaction: discord.Interaction[Penguess], values: list[str]) -> int | None:
    """The channel that was chosen to post in, None for none. Raises UserError where the bot may
    not."""
    if not values:
        return None
    channel = int(values[0])
    place = interaction.guild.get_channel(channel) if interaction.guild else None
    if lacks := permissions.missing_in(place):
        names = permissions.listed(Texts.of(interaction, private=True), lacks)
        raise UserError("permissions.missing", permissions=names, channel=channel)
    return channel


# -- how it looks


def panel(interaction: discord.Interaction[Penguess], server: ServerSettings) -> MessageView:
    """The settings as they are, and the means to change them."""
    texts, config = Texts.of(interaction, private=True), interaction.client.config
    starters: list[ui.Item[ui.LayoutView]] = [controls.row(_starters(texts, server))]
    if server.starters == "role":
        starters.append(controls.row(_role(texts, server, interaction.guild)))
    return layout.framed(
        [
            ui.TextDisplay(texts("settings.title")),
            controls.row(_channels(texts, server, interaction.guild)),
            *starters,
            controls.row(_chat(texts, server, config)),
            *_chat_lacks(interaction, texts, server),
            controls.row(_pings(texts, server)),
            controls.row(_learns(texts, server)),
            controls.row(_style(texts, server)),
            controls.row(_ink(texts, server)),
            controls.row(_language(texts, server)),
            controls.row(
                _posting("daily", texts("settings.daily"), server.daily, interaction.guild)
            ),
            controls.row(
                _posting("recap", texts("settings.recap"), server.recap, interaction.guild)
            ),
            ui.Separator(),
            ui.TextDisplay(_figures(texts, server, config)),
            controls.row(
                controls.button(AREA, "numbers", texts("settings.numbers"), emoji="🔢"),
                controls.button(AREA, "blocked", texts("settings.blocked"), emoji="🚫"),
                controls.button(
                    AREA, "reset", texts("settings.reset"), emoji="↩️", style=ButtonStyle.danger
                ),
            ),
        ],
        layout.BUSY,
        (),
    )


def _figures(texts: Texts, server: ServerSettings, config: Config) -> str:
    days = server.retention_days or config.keep_days
    per_person, per_server = server.most_in_flight(config)
    lines = (
        texts("settings.strokes", n=server.strokes),
        texts("settings.per_person", n=per_person),
        texts("settings.per_server", n=per_server),
        texts("settings.retention_days", n=days),
        texts("settings.blocked_words", n=len(server.blocked)),
        texts("settings.daily_in", channel=server.daily) if server.daily else "",
        texts("settings.recap_in", channel=server.recap) if server.recap else "",
    )
    return "\n".join(filter(None, lines))


def _channels(texts: Texts, server: ServerSettings, guild: discord.Guild | None) -> Control:
    there = [id_ for id_ in server.channels if guild is None or guild.get_channel(id_) is not None]
    return Control(
        ui.ChannelSelect(
            custom_id=controls.custom_id(AREA, "channels"),
            placeholder=texts("settings.channels"),
            channel_types=list(_WITH_CHAT),
            min_values=0,
            max_values=MAX_CHANNELS,
            default_values=[
                discord.SelectDefaultValue(id=id_, type=discord.SelectDefaultValueType.channel)
                for id_ in there
            ],
        )
    )


def _posting(what: str, label: str, chosen: int | None, guild: discord.Guild | None) -> Control:
    """Where the bot posts something by itself; nowhere until somebody chooses."""
    there = chosen is not None and (guild is None or guild.get_channel(chosen) is not None)
    value = discord.SelectDefaultValueType.channel
    return Control(
        ui.ChannelSelect(
            custom_id=controls.custom_id(AREA, what),
            placeholder=label,
            channel_types=[discord.ChannelType.text, discord.ChannelType.news],
            min_values=0,
            max_values=1,
            default_values=[discord.SelectDefaultValue(id=chosen, type=value)]
            if there and chosen is not None
            else [],
        )
    )


def _role(texts: Texts, server: ServerSettings, guild: discord.Guild | None) -> Control:
    value = discord.SelectDefaultValueType.role
    chosen = [
        discord.SelectDefaultValue(id=id_, type=value)
        for id_ in (server.role,)
        if id_ and (guild is None or guild.get_role(id_) is not None)
    ]
    return Control(
        ui.RoleSelect(
            custom_id=controls.custom_id(AREA, "role"),
            placeholder=texts("settings.role"),
            default_values=chosen,
        )
    )


def _starters(texts: Texts, server: ServerSettings) -> Control:
    labels = {key: texts(f"settings.starters_{key}") for key in STARTERS}
    return _select("starters", labels, server.starters)


def _chat(texts: Texts, server: ServerSettings, config: Config) -> Control:
    labels = {"yes": texts("settings.chat_yes"), "no": texts("settings.chat_no")}
    if not config.chat:
        labels = {"no": texts("settings.chat_never")}
    return _select("chat", labels, "yes" if server.chat and config.chat else "no")


def _pings(texts: Texts, server: ServerSettings) -> Control:
    labels = {"yes": texts("settings.pings_yes"), "no": texts("settings.pings_no")}
    return _select("pings", labels, "yes" if server.pings else "no")


def _learns(texts: Texts, server: ServerSettings) -> Control:
    labels = {"yes": texts("settings.learns_yes"), "no": texts("settings.learns_no")}
    return _select("learns", labels, "yes" if server.learns else "no")


def _chat_lacks(
    interaction: discord.Interaction[Penguess], texts: Texts, server: ServerSettings
) -> list[ui.Item[ui.LayoutView]]:
    """Why guesses are not read from the chat of this channel, if it is for a permission."""
    client = interaction.client
    wanted = client.config.chat and server.chat
    if not wanted or interaction.app_permissions.manage_messages:
        return []
    text = texts(
        "settings.chat_lacks",
        permission=permissions.listed(texts, (permissions.TAKING_AWAY,)),
        channel=interaction.channel_id or 0,
        url=permissions.invitation(client.application_id or 0, chat=True),
    )
    return [ui.TextDisplay(text)]


def _style(texts: Texts, server: ServerSettings) -> Control:
    labels = {_NO_STYLE: texts("settings.no_style")}
    labels |= {key: texts("settings.style", style=texts(f"styles.{key}")) for key in sorted(STYLES)}
    return _select("style", labels, server.style or _NO_STYLE)


def _ink(texts: Texts, server: ServerSettings) -> Control:
    labels = {inks.OWN: texts("settings.own_ink")}
    labels |= {ink: texts("settings.ink", ink=inks.name(texts, ink)) for ink in inks.NAMES}
    return _select("ink", labels, server.ink or inks.OWN)


def _language(texts: Texts, server: ServerSettings) -> Control:
    labels = {_AUTOMATIC: texts("settings.language_auto")}
    for language in languages():
        name = LANGUAGE_NAMES.get(language, language)
        labels[language] = texts("settings.language", language=name)
    return _select("language", labels, server.language or _AUTOMATIC)


def _select(what: str, labels: dict[str, str], chosen: str) -> Control:
    options = [
        SelectOption(label=label[:100], value=value, default=value == chosen)
        for value, label in labels.items()
    ]
    return Control(ui.Select(custom_id=controls.custom_id(AREA, what), options=options))


# -- the forms


def _bounds(config: Config) -> dict[str, tuple[int, int]]:
    return {
        "strokes": (FEWEST, MOST),
        "per_person": (1, config.per_person),
        "per_server": (1, config.per_server),
        "retention_days": (1, LONGEST_KEPT),
    }


async def _show_numbers(interaction: discord.Interaction[Penguess], server: ServerSettings) -> None:
    texts = Texts.of(interaction, private=True)
    labels: list[ui.Label[Any]] = []
    for key, (low, high) in _bounds(interaction.client.config).items():
        value = getattr(server, key)
        field: ui.TextInput[Any] = ui.TextInput(
            custom_id=key,
            default="" if value is None else str(value),
            placeholder=texts("settings.placeholder", low=low, high=high),
            required=False,
            max_length=6,
        )
        labels.append(ui.Label(text=texts(f"settings.field_{key}"), component=field))
    id_ = controls.custom_id(AREA, "numbers")
    await forms.show(interaction, id_, texts("settings.numbers_title"), *labels)


async def _take_numbers(interaction: discord.Interaction[Penguess], form: Filled) -> None:
    changes: dict[str, object] = {}
    for key, (low, high) in _bounds(interaction.client.config).items():
        if key not in form.texts:  # a form of an older bot lacks what came later
            continue
        text = form.texts[key].strip()
        default = ServerSettings.model_fields[key].default
        if text and not (text.isdecimal() and low <= int(text) <= high):
            name = Texts.of(interaction, private=True)(f"settings.field_{key}")
            raise UserError("refused.number", name=name, low=low, high=high)
        changes[key] = int(text) if text else default
    await _change(interaction, **changes)


async def _show_blocked(interaction: discord.Interaction[Penguess], server: ServerSettings) -> None:
    texts = Texts.of(interaction, private=True)
    field: ui.TextInput[Any] = ui.TextInput(
        custom_id="blocked",
        style=discord.TextStyle.paragraph,
        default="\n".join(server.blocked)[:_MOST_TYPED],
        required=False,
        max_length=_MOST_TYPED,
    )
    label: ui.Label[Any] = ui.Label(
        text=texts("settings.blocked_label"),
        description=texts("settings.blocked_description"),
        component=field,
    )
    id_ = controls.custom_id(AREA, "blocked")
    await forms.show(interaction, id_, texts("settings.blocked_title"), label)


async def _take_blocked(interaction: discord.Interaction[Penguess], form: Filled) -> None:
    typed = form.texts.get("blocked", "")
    words = [" ".join(word.split()) for word in re.split(r"[,;、\n]", typed)]
    words = list(dict.fromkeys(word for word in words if any(map(str.isalnum, word))))
    if len(words) > MAX_BLOCKED or any(len(word) > WORD_LENGTH for word in words):
        raise UserError("refused.blocked_list", most=MAX_BLOCKED, length=WORD_LENGTH)
    await _change(interaction, blocked=tuple(words))


FEATURE = Feature(
    commands=(settings_,),
    presses={f"panel:{AREA}": use},
    forms={f"panel:{AREA}": fill},
)
