"""The page in a real browser: what someone does on their first evening with the bot."""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING, Any

import discord
import pytest
from PIL import Image

from bot.playground.server import Playground
from tests.bot.chromium import PATIENCE
from tests.bot.playground.conftest import SampleBot, StartBot

if TYPE_CHECKING:
    from playwright.async_api import Browser, FilePayload, Page


async def come_in(browser: Browser, playground: Playground, name: str, **context: Any) -> Page:
    """A new window in which someone has picked a name; errors of its scripts fail the test."""
    window = await browser.new_context(**context)
    page = await window.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: pytest.fail(f"a script of the page failed: {error}"))
    await page.goto(playground.page)
    await page.get_by_label("What shall we call you?").fill(name)
    await page.get_by_role("button", name="Come in").click()
    await page.get_by_role("heading", name="# drawing-room").wait_for()
    return page


def picture(step: int, kind: str) -> discord.File:
    shades = [Image.new("L", (32, 32), 40 * step + 10 * k) for k in range(3)]
    data = io.BytesIO()
    shades[0].save(data, kind, save_all=kind == "GIF", append_images=shades[1:])
    data.seek(0)
    return discord.File(data, f"drawing-{step}.{kind.lower()}")


class Again(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Again", custom_id="again")
    async def again(self, interaction: discord.Interaction, _: discord.ui.Button[Again]) -> None:
        await interaction.response.send_message("once more", ephemeral=True)


class DrawingBot(SampleBot):
    """Answers /draw with three previews, then a GIF with a button; `go_on` paces it."""

    def __init__(self, go_on: asyncio.Semaphore) -> None:
        super().__init__()
        self.add_view(Again())

        @self.tree.command(description="Draw what you say")
        async def draw(
            interaction: discord.Interaction,
            prompt: str,
            strokes: discord.app_commands.Range[int, 4, 256] = 32,
        ) -> None:
            await interaction.response.defer()
            for step in range(1, 4):
                await go_on.acquire()
                await interaction.edit_original_response(
                    content=f"{prompt}, {step} of {strokes}", attachments=[picture(step, "PNG")]
                )
            await go_on.acquire()
            await interaction.edit_original_response(
                content=f"{prompt}, done", attachments=[picture(4, "GIF")], view=Again()
            )


async def test_someone_draws_a_cat_and_the_buttons_outlive_the_bot(
    playground: Playground, start: StartBot, browser: Browser
):
    go_on = asyncio.Semaphore(0)
    bot = await start(DrawingBot(go_on))
    page = await come_in(browser, playground, "Ada", viewport={"width": 1280, "height": 800})

    await page.get_by_label("Message", exact=True).click()
    await page.keyboard.type("/draw a cat")
    await page.keyboard.press("Enter")
    await page.get_by_text("Penguess is thinking").wait_for()
    seen: set[str | None] = set()
    for step in range(1, 4):
        go_on.release()
        await page.get_by_text(f"a cat, {step} of 32").wait_for()
        shown = page.locator(f'.picture img[src*="drawing-{step}.png"]')
        await shown.wait_for()
        seen.add(await shown.get_attribute("src"))
    assert len(seen) == 3
    go_on.release()
    final = page.locator('.picture img[src*="drawing-4.gif"]')
    await final.wait_for()
    assert await final.evaluate("image => image.naturalWidth") == 32
    assert await page.locator(".message").count() == 1

    await page.get_by_role("button", name="Again", exact=True).click()
    await page.get_by_text("Only you can see this").wait_for()
    await page.get_by_role("button", name="Dismiss").click()
    await page.get_by_text("once more").wait_for(state="detached")

    await bot.close()
    await page.get_by_text("Penguess is away").wait_for()
    await start(DrawingBot(go_on))
    await page.get_by_role("button", name="Again", exact=True).click()
    await page.get_by_text("once more").wait_for()


async def test_what_people_write_is_never_markup_and_a_phone_is_wide_enough(
    playground: Playground, browser: Browser
):
    hostile = '<img src=x onerror="document.title=1"> [a](javascript:alert(1)) ' + "w" * 300
    name = "<b>Eve</b>"
    page = await come_in(browser, playground, name, viewport={"width": 390, "height": 844})
    await page.get_by_label("Message", exact=True).fill(hostile)
    await page.keyboard.press("Enter")
    message = page.locator(".message")
    await message.wait_for()
    assert hostile in await message.locator(".text").inner_text()
    assert await message.locator(".body a, .body img, .name b").count() == 0
    assert name in await message.locator("header").inner_text()
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390


async def test_a_day_stands_above_the_highlight_of_a_message(
    playground: Playground, browser: Browser
):
    page = await come_in(browser, playground, "Ada")
    me = await page.evaluate("import('/page/state.js').then(({ state }) => state.me)")
    await page.get_by_label("Message", exact=True).fill(f"Hello <@{me}>")
    await page.keyboard.press("Enter")
    message = page.locator(".message.pinged.new-day")
    await message.wait_for()
    paper, highlight, day = await message.evaluate(
        """(it) => {
          const top = (one) => one.getBoundingClientRect().top;
          const day = parseFloat(getComputedStyle(it, "::before").height);
          return [top(it) - top(it.parentElement), top(it.querySelector("article")) - top(it), day];
        }"""
    )
    assert day > 0
    assert paper >= day  # there is room for it above the message
    assert highlight < day  # and none inside


async def test_a_reload_keeps_the_person_and_another_tab_is_another(
    playground: Playground, browser: Browser
):
    page = await come_in(browser, playground, "Ada")
    await page.reload()
    await page.get_by_role("heading", name="# drawing-room").wait_for()
    assert "Ada" in await page.locator("#me").inner_text()
    other = await come_in(browser, playground, "Grace")
    await other.get_by_label("Message", exact=True).fill("hello Ada")
    await other.keyboard.press("Enter")
    await page.get_by_text("hello Ada").wait_for()
    assert {user.name for user in playground.world.users.values()} == {"Penguess", "Ada", "Grace"}


class GamesBot(SampleBot):
    """Answers /play with what it was given."""

    def __init__(self) -> None:
        super().__init__()

        @self.tree.command(description="Help")
        async def help(interaction: discord.Interaction) -> None:  # noqa: A001 - its name
            await interaction.response.send_message("helped")

        @self.tree.command(description="Play")
        @discord.app_commands.choices(
            mode=[
                discord.app_commands.Choice(name="you draw", value="people-draw"),
                discord.app_commands.Choice(name="I draw", value="bot-draws"),
            ]
        )
        async def play(
            interaction: discord.Interaction, mode: str = "any", quick: bool = False, word: str = ""
        ) -> None:
            await interaction.response.send_message(f"{mode}, {quick}, {word or 'no word'}")


async def test_a_command_without_options_is_sent_with_the_button(
    playground: Playground, start: StartBot, browser: Browser
):
    await start(GamesBot())
    page = await come_in(browser, playground, "Ada", viewport={"width": 390, "height": 844})
    await page.get_by_label("Message", exact=True).fill("/help")
    await page.get_by_role("button", name="Send").click()
    await page.get_by_text("helped").wait_for()


async def test_a_long_command_leaves_the_line_as_low_as_it_was(
    playground: Playground, start: StartBot, browser: Browser
):
    await start(GamesBot())
    page = await come_in(browser, playground, "Ada", viewport={"width": 390, "height": 844})
    say = page.get_by_label("Message", exact=True)
    low = await say.evaluate("it => it.offsetHeight")
    await say.fill("/play word:" + "a very long word " * 12)
    await page.get_by_role("button", name="Send").click()
    await page.get_by_text("any, False, a very").wait_for()
    assert await say.evaluate("it => it.offsetHeight") == low


async def test_options_are_typed_as_in_discord_and_nothing_that_is_typed_is_lost(
    playground: Playground, start: StartBot, browser: Browser
):
    await start(GamesBot())
    page = await come_in(browser, playground, "Ada")
    say = page.get_by_label("Message", exact=True)
    await say.click()
    await page.keyboard.type("/play quick:")
    await page.keyboard.type("Yes")
    await page.keyboard.press("Enter")
    # A select opens with Enter in some browsers; the button is there for all.
    await page.get_by_role("button", name="Send").click()
    await page.get_by_text("any, True, no word").wait_for()

    for pasted, answer in {
        "/play mode:people-draw quick:true": "people-draw, True, no word",
        "/play mode:I draw word:a red cat": "bot-draws, False, a red cat",
    }.items():
        await say.fill(pasted)
        await page.get_by_role("button", name="Send").click()
        await page.get_by_text(answer).wait_for()

    await say.click()
    await page.keyboard.type("/play colour red")
    await page.keyboard.press("Enter")
    assert "colour" in await page.get_by_label("Name of an option").input_value()
    assert await page.get_by_label("Name of an option").evaluate("it => it.validationMessage")
    assert await page.locator(".message").count() == 3

    await page.keyboard.press("Escape")
    await say.fill("/plya quick:true")
    await page.keyboard.press("Enter")
    await page.get_by_text("There is no command /plya").wait_for()
    assert await say.input_value() == "/plya quick:true"


class FramingBot(SampleBot):
    """Answers /frame with the names of what it was given, and with a large square."""

    def __init__(self) -> None:
        super().__init__()

        @self.tree.command(description="Frame a picture")
        async def frame(
            interaction: discord.Interaction,
            title: str,
            image: discord.Attachment | None = None,
        ) -> None:
            square = io.BytesIO()
            Image.new("RGB", (800, 800), "navy").save(square, "PNG")
            square.seek(0)
            await interaction.response.send_message(
                f"{title}: {image and image.filename}", file=discord.File(square, "square.png")
            )


async def test_a_picture_goes_into_the_command_however_it_is_given(
    playground: Playground, start: StartBot, browser: Browser
):
    await start(FramingBot())
    page = await come_in(browser, playground, "Ada")
    say = page.get_by_label("Message", exact=True)
    image = page.locator("#option-image")
    file: FilePayload = {"name": "cat.png", "mimeType": "image/png", "buffer": b"a cat"}

    await say.fill("/frame title:one image:")
    await page.get_by_role("button", name="Send").click()
    assert "Choose a file" in await image.evaluate("it => it.validationMessage")
    await image.set_input_files(file)
    await page.get_by_role("button", name="Send").click()
    await page.get_by_text("one: cat.png").wait_for()
    shown = await page.locator("a.picture").last.bounding_box()
    assert shown
    assert shown["width"] == pytest.approx(shown["height"], abs=1)  # without a frame of nothing

    await page.get_by_label("Attach files").set_input_files(file)
    await page.get_by_text("cat.png").last.wait_for()
    await say.fill("/frame two")
    await page.get_by_role("button", name="Send").click()
    await page.get_by_text("two: cat.png").wait_for()
    assert await page.locator(".pending-file").count() == 0

    await say.fill("/frame three")
    await page.get_by_label("title", exact=True).evaluate(
        """it => {
          const given = new DataTransfer();
          given.items.add(new File(["a cat"], "dropped.png", { type: "image/png" }));
          it.dispatchEvent(new DragEvent("drop", { dataTransfer: given, bubbles: true }));
        }"""
    )
    await page.get_by_role("button", name="Send").click()
    await page.get_by_text("three: dropped.png").wait_for()


async def test_a_command_is_found_by_the_name_that_others_call_it_by(
    playground: Playground, start: StartBot, browser: Browser
):
    bot = GamesBot()

    class Names(discord.app_commands.Translator):
        async def translate(
            self, string: discord.app_commands.locale_str, locale: discord.Locale, context: Any
        ) -> str | None:
            return "hilfe" if (str(string), locale.value) == ("help", "de") else None

    async def told() -> None:
        await bot.tree.set_translator(Names())
        await bot.tree.sync()

    bot.setup_hook = told
    await start(bot)
    page = await come_in(browser, playground, "Ada", locale="de-DE")
    await page.get_by_label("Message", exact=True).click()
    await page.keyboard.type("/help")
    await page.get_by_text("/hilfe").wait_for()
    await page.keyboard.type(" ")
    await page.keyboard.press("Enter")
    await page.get_by_text("helped").wait_for()


def contrast(image: Image.Image) -> float:
    """Of the lightest and the darkest of what is to be seen.

    docs: https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio
    """

    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    pixels = image.convert("RGB").tobytes()
    channels = [[linear(value / 255) for value in pixels[k::3]] for k in range(3)]
    lights = [
        0.2126 * red + 0.7152 * green + 0.0722 * blue
        for red, green, blue in zip(*channels, strict=True)
    ]
    return (max(lights) + 0.05) / (min(lights) + 0.05)


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_every_emoji_on_a_button_can_be_seen(
    playground: Playground, start: StartBot, browser: Browser, colours: str
):
    bot = await start(SampleBot())
    page = await come_in(browser, playground, "Ada", color_scheme=colours)
    view = discord.ui.View(timeout=None)
    for style in (discord.ButtonStyle.secondary, discord.ButtonStyle.primary):
        for emoji in "➕➖":
            button = discord.ui.Button[discord.ui.View](style=style, emoji=emoji, label="strokes")
            view.add_item(button)
    await bot.guilds[0].text_channels[0].send("these", view=view)
    await page.get_by_role("button", name="strokes").last.wait_for()
    for emoji in await page.locator("#log .ink .emoji").all():
        shown = Image.open(io.BytesIO(await emoji.screenshot()))
        assert contrast(shown) > 4.5
