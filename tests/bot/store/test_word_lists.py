from __future__ import annotations

from bot.store import word_lists
from bot.store.database import Store
from games.words.lists import Fault, words

GUILD, ADA, GRACE = 5, 11, 12


async def test_words_come_back_oldest_first_with_alternatives(store: Store):
    added = await word_lists.add(store, GUILD, ADA, "zeppelin, bike = cycle\n# a comment\nRoboter")
    assert [word.text for word in added.taken] == ["zeppelin", "bike", "Roboter"]
    own = await word_lists.own(store, GUILD)
    assert [word.text for word in own] == ["zeppelin", "bike", "Roboter"]
    assert "cycle" in own[1].alternatives
    assert await word_lists.own(store, GUILD + 1) == ()


async def test_a_word_of_the_list_keeps_its_concept_in_the_language_of_the_game(store: Store):
    german = words("de")[0]
    await word_lists.add(store, GUILD, ADA, german.text, language="de")
    (own,) = await word_lists.own(store, GUILD, "de")
    assert own.concept == german.concept


async def test_faults_name_the_line_of_the_text(store: Store):
    await word_lists.add(store, GUILD, ADA, "one\ntwo\nthree")
    added = await word_lists.add(store, GUILD, GRACE, "four\nTwo\n***\nfuck\n" + "x" * 41)
    assert [word.text for word in added.taken] == ["four"]
    faults = [Fault.TWICE, Fault.NO_LETTERS, Fault.BLOCKED, Fault.TOO_LONG]
    assert [(each.line, each.fault) for each in added.rejected] == list(enumerate(faults, start=2))


async def test_words_that_a_server_blocks_are_refused_and_leave_the_games(store: Store):
    added = await word_lists.add(store, GUILD, ADA, "moth, cat", blocked=("moth",))
    assert [each.fault for each in added.rejected] == [Fault.BLOCKED]
    assert [word.text for word in await word_lists.own(store, GUILD, blocked=("cat",))] == []


async def test_a_list_is_bounded(store: Store):
    await word_lists.add(store, GUILD, ADA, "\n".join(f"thing{n}x" for n in range(499)))
    added = await word_lists.add(store, GUILD, ADA, "zebra, quagga")
    assert [word.text for word in added.taken] == ["zebra"]
    assert [each.fault for each in added.rejected] == [Fault.TOO_MANY]


async def test_replacing_drops_the_others_unless_nothing_is_taken(store: Store):
    await word_lists.add(store, GUILD, ADA, "one, two")
    await word_lists.add(store, GUILD, ADA, "!!!", replace=True)
    assert len(await word_lists.entries(store, GUILD)) == 2
    await word_lists.add(store, GUILD, ADA, "two, three", replace=True)
    assert [entry.word for entry in await word_lists.entries(store, GUILD)] == ["two", "three"]


async def test_what_is_exported_can_be_imported(store: Store):
    text = "bike = cycle = velo\n#hash, #also = this\nコタツ"
    await word_lists.add(store, GUILD, ADA, text)
    there = await word_lists.entries(store, GUILD)
    await word_lists.add(store, 6, ADA, "\n".join(entry.line for entry in there))
    again = await word_lists.entries(store, 6)
    assert [entry.line for entry in again] == [entry.line for entry in there]
    assert [entry.word for entry in again] == ["bike", "コタツ"]


async def test_a_word_is_removed_by_who_added_it(store: Store):
    await word_lists.add(store, GUILD, ADA, "zeppelin")
    assert not await word_lists.remove(store, GUILD, "zeppelin", person=GRACE)
    assert not await word_lists.remove(store, GUILD, "kite")
    assert await word_lists.remove(store, GUILD, "zeppelin", person=ADA)
    assert await word_lists.entries(store, GUILD) == []
