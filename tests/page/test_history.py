"""Somebody's history, as it looks on the demo's page."""

import re

from playwright.sync_api import expect

from tests.page.conftest import SEEN_WITHIN, Demo


def test_a_history_shows_its_contact_sheet_and_opens_one(demo: Demo) -> None:
    for prompt in ("a fox in the snow", "a harbour at night", "a poster [fail]", "a bowl of lemons"):
        reply = demo.imagine(prompt)
        expect(reply).to_contain_text(re.compile("completed|failed"), timeout=SEEN_WITHIN)
    demo.pick("history")
    demo.send()
    shown = demo.reply("Your pictures")
    expect(shown).to_contain_text("a bowl of lemons", timeout=SEEN_WITHIN)
    sheet = shown.locator("img.gallery-image")
    demo.page.wait_for_function("picture => picture.naturalWidth > 276", arg=sheet.element_handle())
    demo.photograph("history", shown)
    demo.choose(shown, "3 · a harbour at night")
    copy = demo.reply("go to the reply")
    expect(copy).to_contain_text("a harbour at night")
    demo.picture_is_drawn(copy)
    demo.photograph("show", copy)
