from __future__ import annotations

import pytest
from pydantic import ValidationError

from bot import config
from bot.kit.errors import UserError
from bot.store import server_settings
from bot.store.database import Store
from bot.store.server_settings import ServerSettings
from bot.texts import Texts

GUILD = 5


async def test_changes_are_kept_beside_each_other(store: Store):
    await server_settings.change(store, GUILD, strokes=12)
    await server_settings.change(store, GUILD, style="neon")
    assert await server_settings.of(store, GUILD) == ServerSettings(strokes=12, style="neon")
    assert await store.settings(GUILD) == {"strokes": 12, "style": "neon"}


async def test_direct_messages_and_unknown_servers_have_the_defaults(store: Store):
    assert (
        await server_settings.of(store, None)
        == await server_settings.of(store, GUILD)
        == ServerSettings()
    )


@pytest.mark.parametrize(
    "change",
    [
        {"strokes": 3},
        {"blocked": ("x" * 41,)},
        {"blocked": ("",)},
        {"starters": "nobody"},
        {"language": "tlh"},
        {"channels": tuple(range(26))},
    ],
)
async def test_what_is_out_of_bounds_is_not_stored(store: Store, change: dict[str, object]):
    with pytest.raises(ValidationError):
        await server_settings.change(store, GUILD, **change)
    assert await store.settings(GUILD) == {}


async def test_a_damaged_value_is_the_default_and_the_others_stay(store: Store):
    data = {"strokes": 100_000, "style": "neon", "channels": "all", "unheard_of": 1}
    await store.save_settings(GUILD, data)
    assert await server_settings.of(store, GUILD) == ServerSettings(style="neon")


def test_a_thread_counts_as_its_channel():
    server = ServerSettings(channels=(7,))
    assert server.allows(7)
    assert server.allows(8, parent=7)
    assert not server.allows(8)
    assert ServerSettings().allows(8)


def test_a_server_can_lower_the_operator_s_limits_only():
    limits = config.load(per_person=3, per_server=24)
    assert ServerSettings().most_in_flight(limits) == (3, 24)
    assert ServerSettings(per_person=2, per_server=100).most_in_flight(limits) == (2, 24)


def test_the_server_s_own_words_are_refused_besides_those_that_ship():
    server = ServerSettings(blocked=("moth",))
    english = Texts("en")
    server.require_clean(english, "a cat", "")
    for text in ("MOTHS", "fuck"):
        with pytest.raises(UserError) as caught:
            server.require_clean(english, "a cat", text)
        assert caught.value.key == "refused.blocked"


def test_words_are_refused_that_are_bad_in_english_or_in_the_server_s_language():
    server = ServerSettings()
    server.require_clean(Texts("en"), "una polla", "una verga")  # a hen, a spar
    for language, text in (("es", "una polla"), ("es", "fuck"), ("ja", "ちんこ"), ("de", "Hure")):
        with pytest.raises(UserError):
            server.require_clean(Texts(language), text)
