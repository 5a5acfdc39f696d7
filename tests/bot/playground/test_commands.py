from __future__ import annotations

from typing import Any

import pytest

from bot.playground.model.errors import ApiError
from bot.playground.model.world import World
from bot.playground.protocol.commands import APP_HANDLER, ENTRY_POINT, Commands


@pytest.fixture
def commands() -> Commands:
    return Commands(World())


def command(**more: Any) -> dict[str, Any]:
    return {"name": "draw", "description": "Draw what you say", "type": 1, **more}


def option(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "description": "x", "type": 3, **more}


def test_a_command_keeps_its_id_when_all_are_registered_again(commands: Commands):
    [first] = commands.overwrite(None, [command()])
    [again, other] = commands.overwrite(None, [command(description="y"), command(name="guess")])
    assert again["id"] == first["id"] != other["id"]
    assert again["description"] == "y"
    commands.overwrite(None, [])
    assert commands.usable() == []


def test_a_guilds_commands_stand_beside_the_global_ones(commands: Commands):
    commands.overwrite(None, [command()])
    commands.overwrite(commands.world.guild_id, [command(name="here")])
    assert [item["name"] for item in commands.usable()] == ["here", "draw"]


@pytest.mark.parametrize(
    "wrong",
    [
        command(name="Draw"),
        command(name="draw a"),
        command(name=""),
        command(name="x" * 33),
        command(description=""),
        command(description="x" * 101),
        command(name_localizations={"de": "ZEICHNE"}),
        command(description_localizations={"de": "x" * 101}),
        command(options=[option(f"o{n}") for n in range(26)]),
        command(options=[option("a"), option("a")]),
        command(options=[option("a"), option("b", required=True)]),
        command(options=[option("a", choices=[{"name": str(n), "value": "x"} for n in range(26)])]),
        command(options=[option("a", choices=[{"name": "x", "value": "x" * 101}])]),
        command(options=[option("a", autocomplete=True, choices=[{"name": "x", "value": "x"}])]),
        command(options=[option("a", type=12)]),
        command(options=[option("a"), option("b", name_localizations={"de": "a"})]),
        command(options=[option(n, name_localizations={"de": "x"}) for n in ("a", "b")]),
        command(handler=APP_HANDLER),
        {"name": "launch", "description": "x", "type": ENTRY_POINT, "handler": 3},
        command(type=3),
        {"name": "Guess", "type": 3, "options": [option("a")]},
        "draw",
    ],
)
def test_a_broken_command_is_refused_and_nothing_changes(commands: Commands, wrong: Any):
    commands.overwrite(None, [command(name="kept")])
    with pytest.raises(ApiError) as caught:
        commands.overwrite(None, [wrong])
    assert caught.value.code == 50035
    assert [item["name"] for item in commands.usable()] == ["kept"]


def test_two_of_one_name_are_refused_unless_of_two_kinds(commands: Commands):
    with pytest.raises(ApiError):
        commands.overwrite(None, [command(), command()])
    menu = {"name": "draw", "type": 3}
    assert len(commands.overwrite(None, [command(), menu])) == 2


def test_a_hundred_commands_are_the_most(commands: Commands):
    many = [command(name=f"c{n}") for n in range(101)]
    assert len(commands.overwrite(None, many[:100])) == 100
    with pytest.raises(ApiError) as caught:
        commands.overwrite(None, many)
    assert caught.value.code == 30032


def test_names_and_texts_have_eight_thousand_characters_together(commands: Commands):
    choices = [{"name": "n" * 90, "value": f"{n:090}"} for n in range(25)]
    two = command(options=[option(f"o{n}", choices=choices) for n in range(2)])
    with pytest.raises(ApiError) as caught:
        commands.overwrite(None, [two])
    assert "TOO_LARGE" in str(caught.value.errors)


def test_an_unknown_command_is_unknown(commands: Commands):
    with pytest.raises(ApiError) as caught:
        commands.get(None, 1)
    assert caught.value.code == 10063


def test_options_may_share_a_name_in_two_languages(commands: Commands):
    names = [{"de": "x", "es": "y"}, {"de": "y", "es": "x"}]
    options = [option(f"o{n}", name_localizations=one) for n, one in enumerate(names)]
    assert commands.overwrite(None, [command(options=options)])


def test_an_entry_point_is_not_removed_by_leaving_it_out(commands: Commands):
    """docs: interactions/application-commands#entry-point-commands"""
    commands.overwrite(None, [command()])
    made = commands.enable_activities()
    assert commands.has_entry_point
    with pytest.raises(ApiError) as caught:
        commands.overwrite(None, [command()])
    assert caught.value.code == 50240
    sent = {key: made[key] for key in ("id", "type", "name", "description")}
    kept = commands.overwrite(None, [command(), sent | {"handler": APP_HANDLER}])[-1]
    assert (kept["id"], kept["handler"]) == (made["id"], APP_HANDLER)
    with pytest.raises(ApiError) as caught:
        commands.overwrite(None, [kept, {"name": "two", "type": ENTRY_POINT}])
    assert caught.value.code == 30032
    commands.remove(None, int(kept["id"]))
    assert not commands.has_entry_point
