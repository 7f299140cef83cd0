"""The buttons under a result, as they look on the demo's page."""

from playwright.sync_api import Locator, expect

from tests.page.conftest import SEEN_WITHIN, Demo


def finished(demo: Demo, prompt: str) -> Locator:
    """Make a picture, and return its reply."""
    reply = demo.imagine(prompt)
    expect(reply).to_contain_text("completed", timeout=SEEN_WITHIN)
    demo.picture_is_drawn(reply)
    return reply


def test_remix_opens_a_panel_in_which_a_result_is_changed_and_made_again(demo: Demo) -> None:
    reply = finished(demo, "a kite over the dunes")
    demo.photograph("result", reply)
    reply.get_by_role("button", name="Remix").click()
    panel = demo.reply("What you choose here is kept for a day")
    expect(panel).to_contain_text("Remix of")
    expect(panel).to_contain_text("Only you can see this")
    expect(panel).to_contain_text("a kite over the dunes")
    demo.photograph("remix", panel)
    panel.get_by_role("button", name="Prompt…").click()
    modal = demo.page.get_by_role("dialog")
    typed = modal.locator("textarea").first
    expect(typed).to_have_value("a kite over the dunes", timeout=SEEN_WITHIN)
    demo.photograph("remix-prompt")
    typed.fill("a kite over the sea")
    modal.get_by_role("button", name="Submit").click()
    expect(panel).to_contain_text("a kite over the sea", timeout=SEEN_WITHIN)
    panel.get_by_role("button", name="Run").click()
    expect(panel).to_contain_text("Begun as", timeout=SEEN_WITHIN)
    expect(demo.reply("a kite over the sea")).to_contain_text("completed", timeout=SEEN_WITHIN)
    demo.photograph("remix-ran", panel)


def test_more_shows_the_whole_request_and_the_original(demo: Demo) -> None:
    reply = finished(demo, "a lantern in a snowy wood")
    reply.get_by_role("button", name="More").click()
    shown = demo.reply("The original is attached.")
    expect(shown).to_contain_text("model: imagen-4")
    demo.picture_is_drawn(shown)
    demo.photograph("more", shown)
