"""A round, from an entry to the podium."""

from playwright.sync_api import expect

from tests.page.conftest import SEEN_WITHIN, Demo


def act_as(demo: Demo, name: str) -> None:
    """See the channel as somebody else."""
    with demo.page.expect_response(lambda answer: answer.request.method == "POST"):
        demo.page.locator("#viewer-picker").select_option(label=name)
    demo.follow()


def end_round(demo: Demo, press: str) -> None:
    """End what goes on in the round, as Grace, who may manage the server."""
    act_as(demo, "Grace")
    demo.input.click()
    demo.page.keyboard.type("/round", delay=10)
    demo.page.locator(".command-popup [role=option]").filter(has_text="/round end").click()
    demo.send()
    button = demo.page.get_by_role("button", name=press)
    expect(button).to_be_visible(timeout=SEEN_WITHIN)
    button.click()
    expect(button).to_have_count(0, timeout=SEEN_WITHIN)
    act_as(demo, "Ada")


def test_a_round_is_entered_voted_in_and_won(demo: Demo) -> None:
    reply = demo.imagine("a thunderstorm over a lake")
    expect(reply).to_contain_text("In the round “Weather”", timeout=SEEN_WITHIN)
    end_round(demo, "Begin voting")
    call = demo.reply("Every member has one vote")
    call.get_by_role("button", name="Vote").click()
    ballot = demo.reply("Picture 1 of 1")
    demo.picture_is_drawn(ballot)
    ballot.get_by_role("button", name="Vote for it").click()
    expect(demo.reply("your vote is for this one")).to_be_visible(timeout=SEEN_WITHIN)
    demo.photograph("ballot", demo.reply("your vote is for this one"))
    end_round(demo, "Count the votes")
    result = demo.reply("The winners")
    expect(result).to_contain_text("one vote")
    demo.picture_is_drawn(result)
    demo.photograph("podium", result)
