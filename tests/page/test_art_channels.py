"""An art channel, as it looks on the demo's page."""

from playwright.sync_api import expect

from tests.page.conftest import SEEN_WITHIN, Demo


def test_the_channel_begins_with_its_how_to(demo: Demo) -> None:
    demo.picture_is_drawn(demo.messages.last)
    demo.page.locator("#channel-timeline").hover()
    demo.page.mouse.wheel(0, -100_000)
    how_to = demo.reply("How to make art here")
    expect(how_to).to_contain_text("Imagen 4")
    expect(how_to).to_contain_text("25 pictures a day")
    expect(demo.page.locator("#channel-timeline")).to_contain_text("pinned a message", timeout=SEEN_WITHIN)
    demo.photograph("how-to", how_to)
