"""docs: interactions/receiving-and-responding#endpoints"""

from __future__ import annotations

from bot.playground.model.entities import Message
from bot.playground.model.errors import Json
from bot.playground.protocol import discord_json, interaction_json
from bot.playground.protocol.interaction import Interaction
from bot.playground.protocol.limits import Limit
from bot.playground.rest import Call, RouteTable

table = RouteTable()

FOLLOW_UPS = "/webhooks/{webhook_id}/{webhook_token}"
ORIGINAL = FOLLOW_UPS + "/messages/@original"
MESSAGE = FOLLOW_UPS + "/messages/{message_id}"


def _json(call: Call, message: Message) -> Json:
    return discord_json.message_json(
        call.api.world, call.api.uploads, message, viewer=call.api.world.bot.id
    )


def _interaction(call: Call) -> Interaction:
    return call.api.desk.by_token(call.id("webhook_id"), call.params["webhook_token"])


def _which(call: Call) -> str:
    return call.params.get("message_id", "@original")


@table.add("POST", "/interactions/{interaction_id}/{interaction_token}/callback", by_token=True)
def answer(call: Call) -> Json | None:
    interaction = call.api.desk.answer(
        call.id("interaction_id"), call.params["interaction_token"], call.fields, call.files
    )
    if call.query.get("with_response", "").lower() in ("1", "true"):
        return interaction_json.callback(call.api.world, call.api.uploads, interaction)
    return None


@table.add("POST", FOLLOW_UPS, Limit(5, 2.0), by_token=True)
def follow_up(call: Call) -> Json:
    message = call.api.desk.follow_up(_interaction(call), call.fields, call.files)
    return _json(call, message)


@table.add("GET", ORIGINAL, by_token=True)
@table.add("GET", MESSAGE, by_token=True)
def get_response(call: Call) -> Json:
    return _json(call, call.api.desk.response(_interaction(call), _which(call)))


@table.add("PATCH", ORIGINAL, Limit(5, 2.0), by_token=True)
@table.add("PATCH", MESSAGE, Limit(5, 2.0), by_token=True)
def edit_response(call: Call) -> Json:
    interaction = _interaction(call)
    message = call.api.desk.edit_response(interaction, _which(call), call.fields, call.files)
    return _json(call, message)


@table.add("DELETE", ORIGINAL, Limit(5, 2.0), by_token=True)
@table.add("DELETE", MESSAGE, Limit(5, 2.0), by_token=True)
def delete_response(call: Call) -> None:
    call.api.world.delete(call.api.desk.response(_interaction(call), _which(call)))
