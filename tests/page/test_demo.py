"""What somebody sees who tries the demo."""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect

from tests.page.conftest import SEEN_WITHIN, Demo


def test_the_channel_has_something_to_press(demo: Demo) -> None:
    failed = demo.reply("[fail]")
    expect(failed).to_contain_text("failed")
    expect(failed).to_contain_text("rejected by the safety system")
    expect(failed).to_contain_text("does not count against your allowance")
    expect(failed.get_by_role("button", name="Try again")).to_be_enabled()


def test_the_picker_shows_the_commands(demo: Demo) -> None:
    pictures = demo.messages.filter(has_text="a lighthouse on a cliff")
    demo.picture_is_drawn(pictures.first)
    demo.picture_is_drawn(pictures.last)
    demo.input.click()
    demo.page.keyboard.type("/")
    picker = demo.page.locator(".command-popup")
    for command in ("/imagine", "/edit", "/show", "/history", "/again", "/usage", "/models", "/help"):
        expect(picker).to_contain_text(command, timeout=SEEN_WITHIN)
    demo.photograph("picker")
    demo.page.keyboard.press("Backspace")


def test_imagine_is_seen_going_from_pending_to_completed(demo: Demo) -> None:
    reply = demo.imagine("a red fox asleep in the snow, oil painting")
    expect(reply).to_contain_text("pending", timeout=SEEN_WITHIN)
    expect(reply).to_contain_text("processing", timeout=SEEN_WITHIN)
    demo.photograph("processing", reply)
    expect(reply).to_contain_text("completed", timeout=SEEN_WITHIN)
    demo.picture_is_drawn(reply)
    demo.photograph("completed", reply)


def test_edit_takes_an_uploaded_picture(demo: Demo, tmp_path: Path) -> None:
    demo.pick("edit")
    demo.page.locator("input[data-option=prompt]").fill("make it a stained glass window")
    demo.page.locator("input[type=file][data-option=image]").set_input_files(
        files=[{"name": "hills.png", "mimeType": "image/png", "buffer": _hills()}]
    )
    demo.send()
    reply = demo.reply("make it a stained glass window")
    expect(reply).to_contain_text("completed", timeout=SEEN_WITHIN)
    demo.picture_is_drawn(reply)


def test_a_reroll_is_a_new_reply(demo: Demo) -> None:
    before = demo.imagine("a teapot on the moon")
    expect(before).to_contain_text("completed", timeout=SEEN_WITHIN)
    replies = demo.messages.filter(has_text="a teapot on the moon")
    count = replies.count()
    before.get_by_role("button", name="Reroll").click()
    expect(replies).to_have_count(count + 1, timeout=SEEN_WITHIN)
    expect(replies.last).to_contain_text("completed", timeout=SEEN_WITHIN)
    demo.picture_is_drawn(replies.last)


def test_usage_counts_what_was_made(demo: Demo) -> None:
    demo.pick("usage")
    demo.send()
    usage = demo.reply("Your pictures")
    expect(usage).to_contain_text("of 25 left today")
    expect(usage).to_contain_text("GPT Image 2")
    demo.picture_is_drawn(usage)
    demo.photograph("usage", usage)


def test_models_shows_what_they_cost(demo: Demo) -> None:
    demo.pick("models")
    demo.send()
    models = demo.reply("RunAPI's prices for one request")
    expect(models).to_contain_text("GPT Image 2")
    expect(models).to_contain_text("$0.06 · 2k $0.10 · 4k $0.16")
    demo.photograph("models", models)


def test_help_explains_the_commands(demo: Demo) -> None:
    demo.pick("help")
    demo.send()
    shown = demo.reply("Easel makes and edits pictures")
    expect(shown).to_contain_text("pictures a day for everyone")


def test_a_mistake_is_answered_privately(demo: Demo) -> None:
    demo.pick("imagine")
    demo.page.locator("input[data-option=prompt]").fill("🦊🦊🦊")
    # What the bot refuses stays in the composer, so nothing there says that it was taken.
    demo.page.locator("#send-message").click()
    told = demo.reply("There is no word in that prompt")
    expect(told).to_contain_text("Only you can see this")


def _hills() -> bytes:
    picture = Image.new("RGB", (640, 480), (150, 180, 225))
    picture.paste((40, 110, 70), (0, 320, 640, 480))
    picture.paste((240, 200, 80), (440, 60, 540, 160))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
