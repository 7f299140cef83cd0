"""The form that edits a result, as somebody sees it who tries the demo."""

from playwright.sync_api import Locator, expect

from tests.page.conftest import SEEN_WITHIN, Demo


def choose(form: Locator, part: str, value: str) -> None:
    """Choose a value in one of the form's selects."""
    select = form.locator(f".modal-field[data-custom-id={part}]")
    select.get_by_role("combobox").click()
    select.page.locator(f".select-list:not([hidden]) [data-value='{value}']").click()


def test_a_result_is_edited_by_its_form_and_what_does_not_fit_is_adjusted(demo: Demo) -> None:
    made = demo.imagine("a lighthouse in a storm")
    expect(made).to_contain_text("completed", timeout=SEEN_WITHIN)
    demo.photograph("result", made)
    made.get_by_role("button", name="Edit").click()

    form = demo.page.locator("#modal-root")
    expect(form).to_contain_text("What to change", timeout=SEEN_WITHIN)
    form.locator("textarea").fill("make it a calm morning")
    choose(form, "model", "gpt-4o-image")
    choose(form, "aspect_ratio", "21:9")
    demo.photograph("form")
    form.get_by_role("button", name="Submit").click()

    told = demo.reply("does not take aspect_ratio 21:9")
    expect(told).to_contain_text("Only you can see this")
    demo.photograph("adjust", told)
    told.get_by_role("button", name="Adjust").click()
    expect(form.locator("textarea")).to_have_value("make it a calm morning", timeout=SEEN_WITHIN)
    choose(form, "aspect_ratio", "3:2")
    form.get_by_role("button", name="Submit").click()

    edited = demo.reply("make it a calm morning")
    expect(edited).to_contain_text("completed", timeout=SEEN_WITHIN)
    demo.picture_is_drawn(edited)
    demo.photograph("edited", edited)
