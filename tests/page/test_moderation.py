"""Rules, limits and reports, as they look on the demo's page."""

import pytest
from playwright.sync_api import expect

from tests.page.conftest import TRIES, Demo


def send(demo: Demo, command: str, **options: str) -> None:
    """Type a command with its options and send it."""
    demo.pick_within(command)
    for name, value in options.items():
        demo.page.locator(f"input[data-option={name}]").fill(value)
    demo.send()


@pytest.fixture(name="grace", scope="module")
def _grace(demo: Demo) -> Demo:
    """The page as grace sees it, who may manage the demo's server."""
    demo.act_as("Grace")
    return demo


def test_rules_are_listed_and_tested(grace: Demo) -> None:
    send(grace, "rules add", phrase="coon")
    grace.reply("coon")
    send(grace, "rules list")
    grace.reply("Rules for prompts")
    send(grace, "rules test", prompt="a Maine Coon cat, a c\u200boon")
    tested = grace.reply("A test of the rules")
    expect(tested).to_contain_text("The prompt would be refused.")
    grace.photograph("rules", tested)


def test_limits_are_shown(grace: Demo) -> None:
    send(grace, "limits show")
    grace.photograph("limits", grace.reply("Limits of this server"))


def log_here(demo: Demo) -> None:
    """Have reports come to the only channel there is."""
    send(demo, "settings panel")
    panel = demo.reply("Easel in this server")
    demo.press(panel.get_by_role("button", name="Pictures", exact=True), panel.filter(has_text="Log channel"))
    saved = panel.filter(has_text="Log channel not set")
    for _ in range(TRIES):
        panel.get_by_role("combobox").last.click()
        demo.page.get_by_role("option", name="art").click()
        demo.press(panel.get_by_role("button", name="Log", exact=True), panel.filter(has_text="The newest changes"))
        if saved.is_visible():
            return
        # A choice that comes while the page is busy is dropped.
        demo.press(panel.get_by_role("button", name="Pictures", exact=True), panel.filter(has_text="Log channel"))
    raise AssertionError("the log channel is not saved")


def test_a_report_puts_a_card_there(grace: Demo) -> None:
    log_here(grace)
    grace.act_as("Linus")
    shown = grace.messages.filter(has=grace.page.get_by_role("button", name="More")).first
    shown.scroll_into_view_if_needed()
    report = grace.page.get_by_role("button", name="Report", exact=True).last
    grace.press(shown.get_by_role("button", name="More", exact=True), report)
    form = grace.press(report, grace.page.get_by_role("dialog"))
    form.get_by_role("textbox").fill("That is somebody's face.")
    form.get_by_role("button", name="Submit").click()
    grace.reply("Your report goes to the moderators")
    grace.act_as("Grace")
    card = grace.reply("Reported")
    expect(card).to_contain_text("That is somebody's face.")
    expect(card.get_by_role("button", name="Block author")).to_be_visible()
    grace.photograph("card", card)
