"""Points discord.py at a playground; nothing else of it is touched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import discord.gateway
import discord.http
import yarl


@contextmanager
def point_discord_at(url: str) -> Iterator[None]:
    """Within this context discord.py talks to the playground at `url`, such as
    http://127.0.0.1:8010, instead of Discord."""
    base = discord.http.Route.BASE
    files: Any = discord.Asset  # whose address is a constant for type checkers
    cdn = files.BASE
    gateway = discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    address = yarl.URL(url)
    files.BASE = str(address).rstrip("/")
    discord.http.Route.BASE = f"{str(address).rstrip('/')}/api/v10"
    socket = address.with_scheme("wss" if address.scheme == "https" else "ws").with_path("/gateway")
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = socket
    try:
        yield
    finally:
        discord.http.Route.BASE, files.BASE = base, cdn
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = gateway
