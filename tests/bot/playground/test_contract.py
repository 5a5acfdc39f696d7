from __future__ import annotations

from typing import Any

import pytest

from bot.playground import routes
from bot.playground.protocol import discord_json
from bot.playground.protocol.contract import VARIABLE, Contract
from bot.playground.protocol.known_keys import stray_keys
from bot.playground.rest import Call
from bot.playground.test_user import TestUser


def small_document() -> dict[str, Any]:
    """An OpenAPI document of one operation, made like Discord's."""
    user = {"$ref": "#/components/schemas/SnowflakeType"}
    body = {
        "type": "object",
        "properties": {"recipient_id": user, "name": {"type": "string", "maxLength": 5}},
        "required": ["recipient_id"],
    }
    limit = {"type": "integer", "minimum": 1, "maximum": 100}
    operation = {
        "parameters": [{"name": "limit", "in": "query", "schema": limit}],
        "requestBody": {
            "content": {"application/json": {"schema": body}, "multipart/form-data": {}},
            "required": True,
        },
    }
    return {
        "components": {"schemas": {"SnowflakeType": {"type": "string", "pattern": "^[0-9]+$"}}},
        "paths": {"/users/{user_id}/channels": {"post": operation, "get": {}}},
    }


def problems(body: Any, query: dict[str, str] | None = None, method: str = "POST") -> list[str]:
    call = Call(None, {}, query or {}, body)  # type: ignore[arg-type]
    return list(Contract(small_document()).check(method, "/users/{id}/channels", call))


@pytest.mark.parametrize("recipient", ["12", 12])
def test_ids_may_be_integers(recipient: object):
    assert problems({"recipient_id": recipient}) == []


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (None, "requires"),
        ({}, "recipient_id"),
        ({"recipient_id": "x"}, "recipient_id"),
        ({"recipient_id": "1", "name": 7}, "name"),
        ({"recipient_id": "1", "name": "too long"}, "name"),
        ([], "object"),
    ],
)
def test_a_body_that_does_not_fit_is_named(body: Any, word: str):
    [problem] = problems(body)
    assert word in problem


@pytest.mark.parametrize(("limit", "good"), [("5", True), ("0", False), ("many", False)])
def test_query_parameters_are_checked(limit: str, good: bool):
    assert (problems({"recipient_id": "1"}, {"limit": limit}) == []) is good


def test_unknown_query_parameters_and_operations_are_named():
    assert "nope" in problems({"recipient_id": "1"}, {"nope": "1"})[0]
    assert "operation" in problems({}, method="DELETE")[0]
    assert "none" in problems({}, method="GET")[0]


def test_every_route_here_is_an_operation_of_discords():
    contract = Contract.from_environment()
    if contract is None:
        pytest.skip(f"{VARIABLE} is not set")
    unknown = [
        f"{route.method} {route.path}"
        for route in routes.ALL
        if not contract.has(route.method, route.path)
    ]
    assert unknown == []


def test_stray_keys_are_found_wherever_they_are():
    body = {
        "contents": "x",
        "embeds": [{"titel": "x", "footer": {"txt": "x"}}],
        "components": [{"type": 1, "components": [{"type": 2, "colour": 1}]}],
    }
    assert set(stray_keys("/channels/{channel_id}/messages", body)) == {
        "contents",
        "embeds/0/titel",
        "embeds/0/footer/txt",
        "components/0/components/0/colour",
    }


def test_bodies_as_discord_has_them_have_no_stray_keys():
    commands = [{"name": "x", "options": [{"name": "y", "choices": [{"name": "z", "value": 1}]}]}]
    assert list(stray_keys("/applications/{application_id}/commands", commands)) == []
    answer = {"type": 4, "data": {"content": "x", "flags": 64}}
    assert list(stray_keys("/interactions/{i}/{t}/callback", answer)) == []


async def test_answers_are_checked_too(ada: TestUser):
    """Against Discord's document, where it is at hand."""
    rest = ada.playground.rest
    if rest.contract is None:
        pytest.skip(f"{VARIABLE} is not set")
    good = discord_json.self_json(ada.user)
    assert list(rest.contract.check_answer("GET", "/users/@me", 200, good)) == []
    (problem,) = rest.contract.check_answer("GET", "/users/@me", 200, good | {"flags": "many"})
    assert "flags" in problem
    (problem,) = rest.contract.check_answer("GET", "/users/@me", 204, None)
    assert "no answer 204" in problem
