"""What servers cost in which nothing happens."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from typing import Any

from bot.playground.model.entities import Role
from bot.playground.model.errors import Json
from bot.playground.model.permission import NONE
from bot.playground.model.world import World
from bot.playground.protocol import discord_json
from bot.playground.server import Playground

_SETTLES_WITHIN = 15.0  # seconds from the login until all servers are known


async def servers(counts: Sequence[int], channels: int, roles: int, seconds: float) -> int:
    """Join so many servers that are quiet, and print what the bot's process takes for them."""
    import psutil

    for count in counts:
        with tempfile.TemporaryDirectory(prefix="penguess-bench-") as folder:
            async with Playground() as playground:
                playground.gateway.other_guilds = [
                    _quiet_guild(playground, channels, roles) for _ in range(count)
                ]
                environment = os.environ | {
                    "DISCORD_TOKEN": playground.token,
                    "PENGUESS_PLAYGROUND_URL": playground.url,
                    "PENGUESS_ENGINE_URL": f"unix:{folder}/none",
                    "PENGUESS_DATA": folder,
                    "PENGUESS_WEB_PORT": "0",
                    "PENGUESS_LOG": "error",
                }
                command = [sys.executable, "-m", "bot"]
                process = await asyncio.create_subprocess_exec(*command, env=environment)
                try:
                    await playground.gateway.identified.wait()
                    await asyncio.sleep(_SETTLES_WITHIN)
                    looked = psutil.Process(process.pid)
                    joined = sum(looked.cpu_times()[:2])
                    await asyncio.sleep(seconds)
                    busy = (sum(looked.cpu_times()[:2]) - joined) / seconds
                    mib = looked.memory_info().rss / 2**20
                finally:
                    process.terminate()
                    await process.wait()
        print(
            f"{count:5} quiet servers of {channels} channels and {roles} roles: {mib:.0f} MiB, "
            f"{joined:.1f} s of a core to start and join, then {busy:.2%} of one",
            flush=True,
        )
    return 0


def _quiet_guild(playground: Playground, channels: int, roles: int) -> Json:
    """A guild as GUILD_CREATE has it; the bot, which has no intent for members, sees itself."""
    world = World(playground.clock, channels=tuple(f"channel-{i}" for i in range(channels)))
    for number in range(roles):
        role = Role(playground.world.new_id(), f"role-{number}", NONE, position=number)
        world.roles[role.id] = role
    guild = discord_json.guild_create_json(world)
    # Ids are made of the time, so those of two guilds may be alike: each gets others.
    fresh = {str(world.bot.id): str(playground.world.bot.id)}

    def renumber(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: v if k == "permissions" else renumber(v) for k, v in value.items()}
        if isinstance(value, list):
            return [renumber(inner) for inner in value]
        if isinstance(value, str) and len(value) > 15 and value.isdecimal():
            return fresh.setdefault(value, str(playground.world.new_id()))
        return value

    return renumber(guild)
