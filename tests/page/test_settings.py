"""The settings panel, as it looks on the demo's page."""

import pytest
from playwright.sync_api import Locator, expect

from tests.page.conftest import SEEN_WITHIN, Demo

PAGES = {
    "Where and who": "Roles left out",
    "Models": "Largest resolution",
    "Pictures": "Private by default",
    "Limits": "Cool-down",
    "Log": "The newest changes",
}


@pytest.fixture(name="panel", scope="module")
def _panel(demo: Demo) -> Locator:
    """Open the panel as grace, who may manage the demo's server."""
    with demo.page.expect_response(lambda answer: answer.request.method == "POST"):
        demo.page.locator("#viewer-picker").select_option(label="Grace")
    demo.input.click()
    demo.page.keyboard.type("/settings", delay=10)
    demo.page.locator(".command-popup [role=option]").filter(has_text="/settings panel").click()
    demo.send()
    return demo.reply("Easel in this server")


@pytest.mark.parametrize("label", PAGES)
def test_a_page_of_the_panel_is_shown(demo: Demo, panel: Locator, label: str) -> None:
    panel.get_by_role("button", name=label, exact=True).click()
    expect(panel).to_contain_text(PAGES[label], timeout=SEEN_WITHIN)
    demo.photograph(f"settings-{label.split(maxsplit=1)[0].lower()}", panel)
