"""The demo's page in a headless Chromium."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")

SEEN_WITHIN = 60_000
"""Milliseconds within which something must show on the page, also on a machine that is busy with others."""

expect.set_options(timeout=SEEN_WITHIN)

TRIES = 10
"""Clicks on something before what it should do counts as missing."""


class Demo:
    """What a person does on the page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.input = page.locator("#channel-composer-input")
        self.messages = page.locator("#channel-message-list [data-message-id]")

    def act_as(self, name: str) -> None:
        """Be somebody else."""
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            self.page.locator("#viewer-picker").select_option(label=name)
        self.follow()

    def pick(self, command: str) -> None:
        """Type a command's name and take it from the picker."""
        self.input.click()
        self.page.keyboard.type(f"/{command}", delay=10)
        option = self.page.locator(".command-popup [role=option]").filter(has_text=f"/{command}").first
        expect(option).to_be_visible(timeout=SEEN_WITHIN)
        self.page.keyboard.press("Enter")

    def pick_within(self, command: str) -> None:
        """Take a subcommand from the picker, typed once more where the page was drawn anew in between."""
        option = self.page.locator(".command-popup [role=option]").filter(has_text=f"/{command}").first
        for _ in range(TRIES):
            self.input.fill("")
            self.input.click()
            self.page.keyboard.type(f"/{command.split(maxsplit=1)[0]}", delay=10)
            try:
                return option.click(timeout=SEEN_WITHIN / TRIES)
            except TimeoutError:
                continue
        raise AssertionError(f"/{command} is not offered")

    def send(self) -> None:
        """Send the command, and wait until it was taken, or refused: what the bot refuses stays in the composer."""
        typing = self.page.get_by_role("button", name="Exit command mode")
        refused = self.page.get_by_text("The bot action failed").first
        self.page.locator("#send-message").click()
        for _ in range(SEEN_WITHIN // 50):
            if not typing.is_visible() or refused.is_visible():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError("the command is not taken")

    def option(self, name: str, value: str) -> None:
        """Add an option to the command and take a value that is offered."""
        self.page.locator(".command-chip").click()
        self.page.locator(f".command-suggestion[data-value={name}]").click()
        self.page.locator(f"input[data-option={name}]").fill(value)
        expect(self.page.locator(f".command-suggestion[data-value='{value}']")).to_be_visible(timeout=SEEN_WITHIN)
        self.page.keyboard.press("Enter")

    def imagine(self, prompt: str) -> Locator:
        """Send `/imagine` and return its reply."""
        self.pick("imagine")
        self.page.locator("input[data-option=prompt]").fill(prompt)
        self.send()
        return self.reply(prompt)

    def reply(self, said: str) -> Locator:
        """Return the newest message that says something, in view."""
        message = self.messages.filter(has_text=said).last
        expect(message).to_be_visible(timeout=SEEN_WITHIN)
        message.scroll_into_view_if_needed()
        return message

    def choose(self, message: Locator, option: str) -> None:
        """Open a message's select and take an option, once more where the page was drawn anew in between."""
        wanted = self.page.get_by_role("option", name=option)
        for _ in range(TRIES):
            message.get_by_role("combobox").click()
            try:
                return wanted.click(timeout=SEEN_WITHIN / TRIES)
            except TimeoutError:
                continue
        raise AssertionError(f"{option!r} is not offered")

    def press(self, button: Locator, then: Locator) -> Locator:
        """Press a button and return what then shows; press once more where the page was drawn anew in between."""
        for _ in range(TRIES):
            with suppress(TimeoutError):
                button.click(timeout=SEEN_WITHIN / TRIES)
            with suppress(AssertionError):
                expect(then).to_be_visible(timeout=SEEN_WITHIN / TRIES)
                then.scroll_into_view_if_needed()
                return then
        raise AssertionError("the button does nothing")

    def follow(self) -> None:
        """Scroll to the end, as one does, so that the page follows what comes."""
        self.page.locator("#channel-timeline").hover()
        self.page.mouse.wheel(0, 10_000)

    def picture_is_drawn(self, message: Locator) -> None:
        """Wait until the message's picture has loaded, also where the page is drawn anew meanwhile."""
        picture = message.locator("img:not([class*=avatar])").first
        for _ in range(TRIES):
            expect(picture).to_be_visible(timeout=SEEN_WITHIN)
            with suppress(TimeoutError):
                drawn, wait = picture.element_handle(), SEEN_WITHIN / TRIES
                self.page.wait_for_function("picture => picture.naturalWidth > 0", arg=drawn, timeout=wait)
                return
        raise AssertionError("the picture does not load")

    def photograph(self, name: str, message: Locator | None = None) -> None:
        """Keep a screenshot where the environment variable SCREENSHOTS names a folder."""
        folder = os.environ.get("SCREENSHOTS")
        if folder:
            if message is not None:
                message.evaluate("message => message.scrollIntoView({block: 'end'})")
            self.page.mouse.move(0, 0)
            stage = self.page.locator("#preview-stage")
            stage.screenshot(path=Path(folder, f"{name}.jpg"), type="jpeg", quality=80)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Start the demo as its user does, and yield the page's address."""
    command = [sys.executable, "-m", "bot", "demo", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        found = next(filter(None, (re.search(r"http://\S+", line) for line in lines)), None)
        try:
            assert found is not None, "the demo ended without an address"
            yield found[0]
        finally:
            process.terminate()
            process.communicate(timeout=20)
    assert process.returncode == 0


@pytest.fixture(scope="module")
def demo(address: str) -> Iterator[Demo]:
    """Open the page in a headless Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed here (apt-get install chromium, or set CHROMIUM to its path)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1100, "height": 860})
        page.set_default_timeout(SEEN_WITHIN)
        page.goto(address)
        expect(page.locator("#channel-message-list [data-message-id]").first).to_be_visible(timeout=SEEN_WITHIN)
        demo = Demo(page)
        demo.follow()
        yield demo
        browser.close()
