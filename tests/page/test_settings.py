"""The settings panel, as it looks on the demo's page."""

import pytest
from playwright.sync_api import Locator

from tests.page.conftest import Demo

PAGES = {
    "Where and who": "Roles left out",
    "Models": "Largest resolution",
    "Pictures": "Private by default",
    "Limits": "Cool-down",
    "Blocked": "Nobody is blocked.",
    "Log": "The newest changes",
}


@pytest.fixture(name="panel", scope="module")
def _panel(demo: Demo) -> Locator:
    """Open the panel as grace, who may manage the demo's server."""
    demo.act_as("Grace")
    demo.pick_within("settings panel")
    demo.send()
    return demo.reply("Easel in this server")


@pytest.mark.parametrize("label", PAGES)
def test_a_page_of_the_panel_is_shown(demo: Demo, panel: Locator, label: str) -> None:
    demo.press(panel.get_by_role("button", name=label, exact=True), panel.filter(has_text=PAGES[label]))
    demo.photograph(f"settings-{label.split(maxsplit=1)[0].lower()}", panel)
