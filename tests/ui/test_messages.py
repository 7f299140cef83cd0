"""The reply to a request: what it says and offers in each state."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest

from bot.engine import Parcel, WhyLink
from bot.images import How
from bot.store import Details, Failure, RequestState, Task, TaskState
from bot.ui.messages import reply_to
from tests.ui.replies import CATALOG, DONE, NOW, PICTURE, REQUEST, SENT, TASK, details, failed, parcel

UNTIL = f"<t:{int(PICTURE.expires_at.timestamp())}:d>"


def lines(shown: Details, *parcels: Parcel) -> list[str]:
    return reply_to(shown, CATALOG, parcels).content.split("\n")


def buttons(shown: Details) -> list[tuple[str, str]]:
    view = reply_to(shown, CATALOG).view
    assert view.timeout is None
    return [(button["label"], button["custom_id"]) for row in view.to_components() for button in row["components"]]


class TestStates:
    @pytest.mark.parametrize("state", [TaskState.QUEUED, TaskState.SUBMITTING, TaskState.PENDING])
    async def test_pending(self, state: TaskState) -> None:
        shown = details(RequestState.ACKNOWLEDGED, replace(TASK, state=state))
        since = f"<t:{int(NOW.timestamp())}:R>"
        assert lines(shown) == [f"⏳ **pending** · Imagen 4 · started {since} · `abc123`", "> a red fox"]
        assert buttons(shown) == [("Cancel", "easel:cancel:abc123")]

    @pytest.mark.parametrize(
        ("place", "said"), [(1, "next in line"), (2, "1 request before it"), (3, "2 requests before it")]
    )
    async def test_queued(self, place: int, said: str) -> None:
        since = f"<t:{int(NOW.timestamp())}:R>"
        first, _ = lines(replace(details(), place=place))
        assert first == f"⏳ **queued** · Imagen 4 · {said} · asked for {since} · `abc123`"

    async def test_what_waited_in_the_queue_started_when_its_first_task_was_sent(self) -> None:
        first, second, waits = (
            replace(TASK, number=number, submitted_at=sent, state=state)
            for number, sent, state in (
                (1, NOW + timedelta(seconds=90), TaskState.PENDING),
                (2, NOW + timedelta(seconds=60), TaskState.PENDING),
                (3, None, TaskState.QUEUED),
            )
        )
        since = f"<t:{int(NOW.timestamp()) + 60}:R>"
        shown = details(RequestState.ACKNOWLEDGED, first, second, waits, pictures_asked=3)
        assert f" · started {since} · " in lines(shown)[0]

    async def test_before_the_run_it_says_what_it_will_cost_and_what_is_left_then(self) -> None:
        priced, other = (
            replace(TASK, quote=Decimal(quote), number=number) for number, quote in ((1, "0.08"), (2, "0.1"))
        )
        first, _ = lines(replace(details(RequestState.ACKNOWLEDGED, priced, other, pictures_asked=2), left=0))
        assert first.endswith(" · about $0.18 · 0 left today · `abc123`")
        assert "about" not in lines(details(RequestState.ACKNOWLEDGED, priced, replace(TASK, number=2)))[0]
        assert "about" not in lines(details(RequestState.COMPLETED, replace(priced, **DONE)))[0]

    async def test_what_takes_long_offers_to_notify(self) -> None:
        shown = replace(details(), notifiable=True)
        assert buttons(shown) == [("Cancel", "easel:cancel:abc123"), ("Notify me", "easel:notify:abc123")]

    async def test_it_is_pending_before_discord_has_answered(self) -> None:
        shown = replace(details(), request=replace(REQUEST, state=RequestState.ACCEPTED))
        assert lines(shown)[0].startswith("⏳ **pending**")

    async def test_processing(self) -> None:
        shown = details(RequestState.ACKNOWLEDGED, replace(TASK, state=TaskState.PROCESSING))
        assert lines(shown)[0].startswith("🎨 **processing** · Imagen 4 · started <t:")
        assert buttons(shown) == [("Cancel", "easel:cancel:abc123")]

    async def test_completed(self) -> None:
        shown = details(RequestState.COMPLETED, replace(TASK, **DONE, cost=Decimal("0.08")))
        assert lines(shown) == ["✅ **completed** · Imagen 4 · 21 s · $0.08 · `abc123`", "> a red fox"]
        labels = ("Reroll", "Edit", "Remix", "More", "Delete")
        assert buttons(shown) == [(label, f"easel:{label.lower()}:abc123") for label in labels]

    async def test_completed_without_knowing_what_it_cost(self) -> None:
        assert lines(details(RequestState.COMPLETED, replace(TASK, **DONE)))[0].endswith("Imagen 4 · 21 s · `abc123`")

    @pytest.mark.parametrize(
        ("seconds", "said"),
        [(0.0, "1 s"), (0.4, "1 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (61, "1 min 1 s"), (839, "13 min 59 s")],
    )
    async def test_how_long_it_took(self, seconds: float, said: str) -> None:
        task = replace(TASK, **{**DONE, "finished_at": NOW + timedelta(seconds=seconds)})
        assert lines(details(RequestState.COMPLETED, task))[0] == f"✅ **completed** · Imagen 4 · {said} · `abc123`"

    async def test_what_was_chosen(self) -> None:
        options = {"aspect_ratio": "16:9", "negative_prompt": "fog", "seed": 1234567}
        assert " · Imagen 4 · 16:9 · seed 1234567 · started" in lines(details(options=options))[0]
        shown = details(model="gpt-image-2", options={"resolution": "4k", "aspect_ratio": "3:2"})
        assert " · GPT Image 2 · 3:2 · 4k · started" in lines(shown)[0]

    async def test_a_model_that_is_no_longer_offered(self) -> None:
        assert " · imagen-3 · started" in lines(details(model="imagen-3"))[0]

    async def test_failed(self) -> None:
        shown = failed(Failure("task-failed", {"said": "yes", "message": "too dark"}))
        assert lines(shown) == [
            "⚠️ **failed** · Imagen 4 · `abc123`",
            "The model did not make it: “too dark” Change the prompt and try again.",
            "It does not count against your allowance.",
            "> a red fox",
        ]
        assert buttons(shown) == [("Try again", "easel:reroll:abc123"), ("Delete", "easel:delete:abc123")]

    @pytest.mark.parametrize(
        ("failure", "said"),
        [
            (Failure("task-failed", {"said": "no", "message": ""}), "gave no reason. Change the prompt"),
            (Failure("task-expired", {"minutes": 14}), "It took longer than 14 minutes"),
            (Failure("task-unknown", {}), "It was not asked for a second time."),
            (Failure("task-model-gone", {"model": "imagen-3"}), "The model imagen-3 is no longer offered"),
            (Failure("unexpected", {"reference": "0a1b"}), "this reference: 0a1b"),
            (Failure("images-too-many-bytes", {"limit": 20}), "larger than 20 MB"),
            (Failure("runapi-insufficient-credits", {}), "out of credit"),
        ],
    )
    async def test_why_it_failed(self, failure: Failure, said: str) -> None:
        shown = lines(failed(failure))
        assert said in shown[1]
        assert shown[2] == "It does not count against your allowance."

    async def test_failed_for_no_known_reason(self) -> None:
        assert lines(failed(None))[1:] == ["It does not count against your allowance.", "> a red fox"]

    @pytest.mark.parametrize(
        ("changed", "said"),
        [({}, "before anything was sent"), (SENT, "the model cannot be stopped: it may still finish the picture")],
    )
    async def test_cancelled(self, changed: dict[str, Any], said: str) -> None:
        shown = details(RequestState.CANCELLED, replace(TASK, state=TaskState.CANCELLED, **changed))
        first, why, prompt = lines(shown)
        assert first == "🚫 **cancelled** · Imagen 4 · `abc123`"
        assert said in why
        assert why.endswith("It does not count against your allowance.")
        assert prompt == "> a red fox"
        assert buttons(shown) == [("Try again", "easel:reroll:abc123"), ("Delete", "easel:delete:abc123")]

    @pytest.mark.parametrize(
        ("how", "said"),
        [
            ("reencoded", "Shown in a smaller file than the original, which is too large for Discord: [original]"),
            ("downscaled", "Shown smaller than the original, which is too large for Discord: [original]"),
            ("too-large", "The picture is too large for Discord: [open it]"),
            ("too-many", "The message can hold no more pictures: [open it]"),
        ],
    )
    async def test_a_picture_that_is_not_the_original_is_said_with_a_link_to_it(
        self, how: How | WhyLink, said: str
    ) -> None:
        shown = lines(details(RequestState.COMPLETED, replace(TASK, **DONE)), parcel(how))
        assert shown[1] == f"{said}({PICTURE.url}), kept until {UNTIL}."

    @pytest.mark.parametrize("how", ["reencoded", "downscaled", *get_args(WhyLink)])
    async def test_of_a_spoiler_the_link_is_hidden(self, how: How | WhyLink) -> None:
        for spoiler, bars in ((True, "||"), (False, "")):
            shown = lines(details(RequestState.COMPLETED, replace(TASK, **DONE), spoiler=spoiler), parcel(how))
            [found] = re.findall(rf"([|]*)\[[a-z ]+\]\({re.escape(PICTURE.url)}\)([|]*)", shown[1])
            assert found == (bars, bars)

    @pytest.mark.parametrize("why", ["unreached", "missing", "unreadable", "unkept"])
    async def test_a_picture_that_could_not_be_had_counts_and_that_is_said_with_its_address(self, why: WhyLink) -> None:
        shown = lines(details(RequestState.COMPLETED, replace(TASK, **DONE)), parcel(why))
        assert re.search("so it counts,|, and counts,", shown[1])
        assert f"]({PICTURE.url})" in shown[1]
        assert f"until {UNTIL}" in shown[1]
        assert ("Reroll makes another, which counts as well." in shown[1]) is (why != "unkept")

    async def test_of_the_original_nothing_is_said(self) -> None:
        assert len(lines(details(RequestState.COMPLETED, replace(TASK, **DONE)), parcel("original"))) == 2


def several(state: RequestState, *tasks: Task, made: tuple[int, ...] = (), **changed: Any) -> Details:
    """Return a request for one picture of each task, of which those with the numbers `made` are there."""
    numbered = [replace(task, id=number, number=number) for number, task in enumerate(tasks, 1)]
    pictures = tuple(replace(PICTURE, id=number, task_id=number, number=number) for number in made)
    return replace(details(state, *numbered, pictures_asked=len(tasks), **changed), pictures=pictures)


class TestSeveralTasks:
    COMPLETED = replace(TASK, **DONE, cost=Decimal("0.08"))
    DARK = replace(TASK, state=TaskState.FAILED, failure=Failure("task-failed", {"said": "yes", "message": "too dark"}))
    LOST = replace(TASK, state=TaskState.UNKNOWN, failure=Failure("task-unknown", {}))
    PROCESSING = replace(TASK, state=TaskState.PROCESSING, **SENT)
    CANCELLED = replace(TASK, state=TaskState.CANCELLED)

    async def test_before_one_is_done_their_number_is_said(self) -> None:
        first, _ = lines(several(RequestState.ACKNOWLEDGED, TASK, TASK, self.PROCESSING))
        assert first.startswith("🎨 **processing** · Imagen 4 · 3 pictures · started ")

    @pytest.mark.parametrize(
        ("second", "said"), [(COMPLETED, "2 of 4 done"), (DARK, "1 of 4 done, 1 failed"), (TASK, "1 of 4 done")]
    )
    async def test_then_how_many_are_done(self, second: Task, said: str) -> None:
        made = (1, 2) if second.state is TaskState.COMPLETED else (1,)
        shown = several(RequestState.ACKNOWLEDGED, self.COMPLETED, second, TASK, TASK, made=made)
        assert lines(shown)[0].startswith(f"🎨 **processing** · Imagen 4 · {said} · started ")

    async def test_those_that_are_missing_are_said_with_the_reason_each_reason_once(self) -> None:
        shown = several(RequestState.COMPLETED, self.DARK, self.COMPLETED, self.LOST, self.DARK, made=(2,))
        assert lines(shown)[:-1] == [
            "✅ **completed** · Imagen 4 · 1 of 4 pictures · 21 s · $0.08 · `abc123`",
            "1 of 4 were made; the others do not count against your allowance.",
            "Pictures 1, 4: The model did not make it: “too dark” Change the prompt and try again.",
            "Picture 3: The image service gave no clear answer, so nobody can say whether the picture was made. It was "
            "not asked for a second time. Try again.",
        ]

    async def test_when_none_was_made_each_reason_is_said(self) -> None:
        shown = several(RequestState.FAILED, self.DARK, self.LOST, self.DARK)
        first, *said = lines(shown)
        assert first == "⚠️ **failed** · Imagen 4 · 3 pictures · `abc123`"
        assert [line.partition(":")[0] for line in said[:2]] == ["Pictures 1, 3", "Picture 2"]
        assert said[2:] == ["It does not count against your allowance.", "> a red fox"]

    @pytest.mark.parametrize(("sent", "said"), [({}, "before they were sent."), (SENT, "the model cannot be stopped.")])
    async def test_those_that_were_cancelled_are_said(self, sent: dict[str, Any], said: str) -> None:
        cancelled = replace(self.CANCELLED, **sent)
        shown = lines(several(RequestState.COMPLETED, cancelled, self.COMPLETED, cancelled, made=(2,)))
        assert shown[2].startswith("Pictures 1, 3: cancelled")
        assert said in shown[2]

    async def test_those_that_came_late_are_said(self) -> None:
        late = replace(self.COMPLETED, failure=Failure("task-expired", {"minutes": 14}))
        shown = lines(several(RequestState.COMPLETED, late, self.COMPLETED, late, made=(1, 2, 3)))
        assert shown[0].startswith("✅ **completed** · Imagen 4 · 3 pictures · ")
        assert shown[1].startswith("Pictures 1, 3 came after they had been given up, so they do not count")
        assert len(shown) == 3

    async def test_how_long_it_took_is_from_the_first_to_the_last(self) -> None:
        moments = {"submitted_at": NOW + timedelta(seconds=20), "finished_at": NOW + timedelta(seconds=50)}
        second = replace(self.COMPLETED, **moments)
        assert " · 50 s · " in lines(several(RequestState.COMPLETED, self.COMPLETED, second, made=(1, 2)))[0]

    async def test_their_seeds_are_said_in_order(self) -> None:
        shown = several(RequestState.ACKNOWLEDGED, TASK, TASK, TASK, options={"count": 3, "seed": 41})
        assert " · 3 pictures · seeds 41, 42, 43 · " in lines(shown)[0]
        gone = several(RequestState.ACKNOWLEDGED, TASK, TASK, options={"seed": 41}, model="imagen-3")
        assert " · seeds 41 · " in lines(gone)[0]

    async def test_the_longest_reasons_leave_room_for_everything_else(self) -> None:
        tasks = [
            replace(self.DARK, failure=Failure("task-failed", {"said": "yes", "message": f"{number}" + "*" * 299}))
            for number in range(6)
        ]
        shown = several(RequestState.COMPLETED, self.COMPLETED, *tasks, made=(1,), prompt="*" * 4000)
        content = reply_to(shown, CATALOG, [parcel("downscaled")]).content
        assert len(content) <= 2000
        assert content.count("The model did not make it") == 4
