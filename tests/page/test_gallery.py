"""A gallery's pages and an artist, as they look on the demo's page."""

from playwright.sync_api import Locator, expect

from tests.page.conftest import SEEN_WITHIN, Demo


def sheet_is_drawn(demo: Demo, shown: Locator) -> None:
    sheet = shown.locator("img.gallery-image")
    expect(sheet).to_be_visible(timeout=SEEN_WITHIN)
    demo.page.wait_for_function("picture => picture.naturalWidth > 0", arg=sheet.element_handle())


def test_a_gallery_shows_its_contact_sheet_and_opens_one(demo: Demo) -> None:
    demo.pick_within("gallery")
    demo.send()
    shown = demo.reply("The gallery")
    expect(shown).to_contain_text("a city in the rain, neon", timeout=SEEN_WITHIN)
    sheet_is_drawn(demo, shown)
    demo.photograph("gallery", shown)
    shown.get_by_role("button", name="Top of the week").click()
    top = demo.reply("Top of the week")
    expect(top).to_contain_text("a lighthouse on a cliff", timeout=SEEN_WITHIN)
    demo.choose(top, "2 · a city in the rain, neon")
    opened = demo.reply("go to it in the gallery")
    demo.picture_is_drawn(opened)


def test_an_artist_is_shown_with_their_best_pictures(demo: Demo) -> None:
    demo.act_as("Linus")
    demo.pick_within("artist")
    demo.send()
    shown = demo.reply("Others can see this too")
    expect(shown).to_contain_text("2 stars", timeout=SEEN_WITHIN)
    sheet_is_drawn(demo, shown)
    demo.photograph("artist", shown)
