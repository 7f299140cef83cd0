"""`/report usage`, as it looks on the demo's page."""

from playwright.sync_api import expect

from tests.page.conftest import Demo


def test_a_report_has_a_chart_and_a_file(demo: Demo) -> None:
    demo.act_as("Grace")
    demo.pick_within("report usage")
    demo.send()
    shown = demo.reply("What was made in this server")
    demo.picture_is_drawn(shown)
    expect(shown).to_contain_text("gave a picture")
    expect(shown).to_contain_text("usage-by-day")
    demo.photograph("report", shown)
