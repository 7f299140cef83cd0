"""A round and the gallery, as they look on the demo's page: what it begins with, a vote, and the podium."""

from playwright.sync_api import Locator, expect

from tests.page.conftest import SEEN_WITHIN, Demo


def end(demo: Demo, press: str, then: Locator) -> Locator:
    """End what goes on in the round, as who may manage the server; return the message that then comes."""
    demo.pick_within("round end")
    demo.send()
    return demo.press(demo.page.get_by_role("button", name=press).last, then)


def test_the_channel_begins_with_a_podium_a_picture_in_the_gallery_and_a_round(demo: Demo) -> None:
    podium = demo.reply("The winners")
    expect(podium).to_contain_text("By the sea")
    demo.picture_is_drawn(podium)
    demo.photograph("podium", podium)
    posted = demo.messages.filter(has=demo.page.get_by_role("button", name="Withdraw", exact=True))
    shown = posted.filter(has_text="a lighthouse on a cliff").last
    shown.scroll_into_view_if_needed()
    expect(shown.get_by_role("button", name="☆ 3")).to_be_enabled(timeout=SEEN_WITHIN)
    demo.picture_is_drawn(shown)
    demo.photograph("exhibit", shown)
    announced = demo.reply("Pictures can enter until")
    expect(announced).to_contain_text("Weather")
    expect(announced).to_contain_text("2 pictures by 2 members")
    demo.photograph("announcement", announced)


def test_members_vote_and_the_winner_stands_on_the_podium(demo: Demo) -> None:
    demo.act_as("Grace")
    weather = demo.messages.filter(has_text="Weather")
    call = end(demo, "Begin voting", weather.filter(has_text="Every member has one vote").last)
    demo.photograph("voting", call)
    ballot = demo.press(call.get_by_role("button", name="Vote", exact=True), weather.filter(has_text="1 of 2").last)
    demo.picture_is_drawn(ballot)
    demo.photograph("ballot", ballot)
    voted = weather.filter(has_text="your vote is for this one").last
    demo.press(ballot.get_by_role("button", name="Vote for it"), voted)
    won = end(demo, "Count the votes", weather.filter(has_text="The winners").last)
    expect(won).to_contain_text("one vote", timeout=SEEN_WITHIN)
    demo.picture_is_drawn(won)
    demo.photograph("won", won)
