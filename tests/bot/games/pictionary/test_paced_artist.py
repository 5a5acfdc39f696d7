from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.games.pictionary.paced_artist import ALL_BY, due
from bot.games.table.sketches import Sketches, first, part, whole
from bot.pictures.renderer import Renderer
from bot.playground.test_user import TestUser
from bot.store.database import Store
from engine.canvas.drawing import Drawing, polyline
from tests.bot.conftest import SOON, StartBot, picture
from tests.bot.games.conftest import Hurry, showing, the_game, until

WHOLE = 60.0


def strokes(*lengths: float) -> Drawing:
    lines = (polyline([(9, 9 * i), (9 + length, 9 * i)], 2) for i, length in enumerate(lengths))
    return Drawing(200, 100, tuple(stroke for line in lines for stroke in line))


@given(st.integers(1, 64), st.floats(0, 300), st.floats(30, 300))
def test_the_first_stroke_comes_at_once_and_the_last_in_time(
    count: int, elapsed: float, whole: float
):
    seen = due(count, elapsed, whole)
    assert 1 <= seen <= count
    assert due(count, 0.0, whole) == 1
    assert due(count, ALL_BY * whole, whole) == count
    assert seen <= due(count, elapsed + 1, whole) <= count
    # Somebody has the word, so that less time is left.
    assert seen <= due(count, elapsed, whole / 2)


def test_strokes_come_evenly():
    seen = [due(11, WHOLE * share / 100, WHOLE) for share in range(0, 80, 15)]
    assert seen == [1, 3, 5, 7, 9, 11]


def test_a_part_of_a_drawing_keeps_what_lies_on_what():
    drawing = strokes(10, 20, 30)
    assert first(drawing, (2, 0, 1), 2).strokes == (drawing.strokes[0], drawing.strokes[2])


async def test_a_part_is_of_the_strokes_that_come_first(store: Store, renderer: Renderer):
    await store.add_game("pictionary", guild=2, channel=3)
    sketches = Sketches(store, renderer, 1)
    drawing = strokes(9, 30, 18)
    told = await sketches.add_state(1, drawing, 1.0, (2, 0, 1))
    untold = await sketches.add_state(2, drawing, 1.0)
    fresh = Sketches(store, renderer, 1)  # nothing is in its memory
    for reference, order in ((told, (2, 0, 1)), (untold, (1, 2, 0))):
        for count in (1, 2, 3):
            shown = await fresh.sketch(part(reference, count))
            assert shown == first(drawing, order, count)
        assert whole(part(reference, 2)) == whole(reference) == reference
        assert await fresh.sketch(reference) == drawing
    assert await fresh.sketch("999.1") is None


async def test_the_bot_s_strokes_come_over_the_whole_turn_and_after_a_restart(
    people: list[TestUser], start: StartBot, clock: Hurry, store: Store
):
    bot = await start(clock=clock, steps=4)
    ada, *_ = people
    opened = await ada.slash(
        "pictionary", mode="bot-draws", rounds=1, time=300, strokes=24, hints=0
    )
    assert opened.message is not None
    await ada.press(opened.message, "Start")
    turn = await until(lambda: showing(ada, "Round 1 of 1"))

    def seen() -> int:
        return the_game(bot).play.state.turn.strokes

    def most(passed: float) -> int:
        """Strokes that may be seen by now: no test may depend on the machine's speed."""
        state, now = the_game(bot).play.state, the_game(bot).now
        elapsed = state.table.timers.clock(now) - state.turn.started
        assert elapsed >= passed
        return due(drawn, elapsed, 300.0)

    await until(lambda: turn.attachments, SOON)
    ((row, data),) = await store.do(
        lambda db: db.execute("select id, strokes from sketches where share = 1").fetchall()
    )
    drawn = len(Drawing.from_json(data).strokes)
    assert 1 <= seen() <= most(0)
    clock.skip(100)
    await until(lambda: seen() >= due(drawn, 100, 300), SOON)
    before = seen()
    assert before <= most(100)
    await bot.close()

    bot = await start(clock=clock, steps=4)
    assert seen() == before
    clock.skip(60)
    await until(lambda: seen() >= due(drawn, 155, 300), SOON)
    assert seen() <= most(155)
    rows = await store.do(lambda db: db.execute("select count(*) from sketches").fetchall())
    clock.skip(70)
    await until(lambda: seen() == drawn, SOON)
    assert the_game(bot).play.state.turn.drawing == part(str(row), drawn)
    assert rows == await store.do(lambda db: db.execute("select count(*) from sketches").fetchall())
    clock.skip(80)
    await until(lambda: "It was" in turn.text, SOON)
    await until(lambda: turn.attachments and picture(turn)[0] == "drawing.gif", SOON)
