from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bot.games.table.names import Names, tidy
from bot.playground.test_user import TestUser
from tests.bot.conftest import StartBot


@given(st.text())
def test_a_name_is_one_line_of_visible_characters(name: str):
    kept = tidy(name)
    assert 0 < len(kept) <= 32
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in kept)
    assert tidy(kept) == kept


async def test_somebody_who_was_not_seen_is_asked_for(people: list[TestUser], start: StartBot):
    bot = await start()
    names = Names(bot)
    ada = people[0]
    guild = bot.guilds[0].id
    assert await names.of(guild, ada.user.id) == "Ada"
    assert await names.of(None, ada.user.id) == "Ada"
    assert await names.of(guild, 12345) == "…2345"
