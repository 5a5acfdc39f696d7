"""docs: interactions/application-commands#endpoints"""

from __future__ import annotations

from bot.playground.model import errors
from bot.playground.model.errors import ApiError, Json
from bot.playground.rest import Call, RouteTable

table = RouteTable()

GLOBAL = "/applications/{application_id}/commands"
GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


def _scope(call: Call) -> int | None:
    """The guild of the path, None for global commands."""
    world = call.api.world
    if call.id("application_id") != world.bot.id:
        raise ApiError(404, 10002, "Unknown Application")
    if "guild_id" not in call.params:
        return None
    if call.id("guild_id") != world.guild_id:
        raise errors.missing_access()
    return world.guild_id


@table.add("GET", GLOBAL)
@table.add("GET", GUILD)
def list_commands(call: Call) -> list[Json]:
    return call.api.commands.all_in(_scope(call))


@table.add("PUT", GLOBAL)
@table.add("PUT", GUILD)
def overwrite(call: Call) -> list[Json]:
    if not isinstance(call.body, list):
        raise ApiError(400, 50035, "Invalid Form Body")
    return call.api.commands.overwrite(_scope(call), call.body)


@table.add("POST", GLOBAL)
@table.add("POST", GUILD)
def upsert(call: Call) -> Json:
    return call.api.commands.upsert(_scope(call), call.fields)


@table.add("GET", GLOBAL + "/{command_id}")
@table.add("GET", GUILD + "/{command_id}")
def get_command(call: Call) -> Json:
    return call.api.commands.get(_scope(call), call.id("command_id"))


@table.add("PATCH", GLOBAL + "/{command_id}")
@table.add("PATCH", GUILD + "/{command_id}")
def edit_command(call: Call) -> Json:
    scope = _scope(call)
    before = call.api.commands.get(scope, call.id("command_id"))
    return call.api.commands.upsert(scope, before | call.fields)


@table.add("DELETE", GLOBAL + "/{command_id}")
@table.add("DELETE", GUILD + "/{command_id}")
def delete_command(call: Call) -> None:
    call.api.commands.remove(_scope(call), call.id("command_id"))
