"""Several pictures in one reply, as they look on the demo's page."""

import pytest
from playwright.sync_api import expect

from tests.page.conftest import SEEN_WITHIN, Demo


@pytest.mark.parametrize(
    ("prompt", "options"),
    [
        ("a paper boat on a lake at dawn", {"model": "gpt-4o-image", "aspect_ratio": "3:2", "count": "4"}),
        ("a paper lantern on a lake at night", {"count": "4"}),
    ],
    ids=["one task", "several tasks"],
)
def test_four_pictures_are_drawn_in_one_reply(demo: Demo, prompt: str, options: dict[str, str]) -> None:
    demo.pick("imagine")
    page = demo.page
    page.locator("input[data-option=prompt]").fill(prompt)
    for option, value in options.items():
        demo.option(option, value)
    demo.send()
    reply = demo.reply(prompt)
    expect(reply).to_contain_text("4 pictures", timeout=SEEN_WITHIN)
    expect(reply).to_contain_text("processing", timeout=SEEN_WITHIN)
    expect(reply).to_contain_text("completed", timeout=SEEN_WITHIN)
    pictures = reply.locator("img:not([class*=avatar])")
    expect(pictures).to_have_count(4, timeout=SEEN_WITHIN)
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        page.wait_for_function("picture => picture.naturalWidth > 0", arg=picture.element_handle())
