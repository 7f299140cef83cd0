"""What the README promises under "What happens when…": each row of its table is held by tests, which are named here."""

import ast
import re
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from bot.app import GRACE
from bot.engine import Patience

ROOT = Path(__file__).parent.parent
HEADING = "## What happens when…"

HELD: dict[str, tuple[str, ...]] = {
    "the bot crashes or is restarted": (
        "cogs/test_resume.py::test_one_that_was_accepted_and_answered_goes_on",
        "cogs/test_resume.py::test_one_that_was_queued_begins",
        "cogs/test_resume.py::test_one_whose_create_was_not_answered_is_asked_again_with_the_same_bytes_and_key",
        "cogs/test_resume.py::test_one_that_runapi_has_is_followed_to_its_end",
        "cogs/test_resume.py::test_one_that_was_made_and_not_delivered_is_delivered",
        "cogs/test_resume.py::test_one_that_was_delivered_without_a_note_of_it_stays_one_message",
        "cogs/test_resume.py::test_nothing_is_said_again_about_what_is_over",
        "chaos/test_chaos.py::test_each_acknowledged_request_ends_once_in_its_persons_sight",
        "chaos/test_chaos.py::test_runapi_makes_each_request_at_most_once_and_only_what_was_acknowledged",
        "chaos/test_chaos.py::test_allowances_add_up_and_nothing_is_left_open",
        "chaos/test_between_steps.py::test_a_death_between_any_two_steps_breaks_no_promise",
    ),
    "it goes down before it answered you": (
        "cogs/test_resume.py::test_one_that_was_accepted_and_never_answered_lapses",
        "wire/test_easel_first_response.py::test_a_first_response_that_comes_late_lapses",
        "wire/test_easel_first_response.py::"
        "test_a_first_response_that_broke_off_is_asked_after_and_lapses_if_it_is_not_there",
    ),
    "the operator stops it": (
        "cogs/test_resume.py::test_a_stopping_bot_takes_nothing_more",
        "wire/test_process.py::test_a_stop_finishes_what_can_be_finished",
        "wire/test_process.py::test_what_a_stop_leaves_the_next_start_finishes",
        "wire/test_process.py::test_while_it_stops_it_says_so_and_a_second_signal_ends_it_at_once",
    ),
    "RunAPI's account is out of credit": (
        "cogs/test_upstream.py::test_the_person_is_told_that_it_is_not_their_fault_and_nothing_is_counted",
        "cogs/test_upstream.py::test_what_is_known_is_said_at_once_and_nothing_is_taken_for_it",
        "cogs/test_upstream.py::test_what_was_taken_before_waits_for_credit_and_says_so",
        "cogs/test_upstream.py::test_the_operator_is_told_when_it_begins_and_when_it_is_over",
        "cogs/test_upstream.py::test_credit_is_seen_by_itself_and_the_next_is_made",
    ),
    "the account is below `BALANCE_FLOOR`": (
        "cogs/test_balance.py::test_below_the_floor_nothing_new_is_taken_and_what_was_taken_goes_on",
        "cogs/test_balance.py::test_the_operator_is_told_when_it_begins_and_when_it_is_over",
        "cogs/test_balance.py::test_a_restart_forgets_nothing",
    ),
    "RunAPI cannot be reached, or takes nothing now": (
        "cogs/test_upstream.py::test_a_runapi_that_is_down_is_tried_with_one_task_and_the_others_wait",
        "cogs/test_faults.py::test_a_runapi_that_is_down_is_said_to_be_down",
        "faults/test_patience.py::test_what_was_not_taken_is_tried_for_two_minutes",
        "faults/test_giving_up.py::test_a_create_that_is_never_answered",
    ),
    "RunAPI's answer is lost on the way": (
        "faults/test_lost_answers.py::test_a_lost_answer_is_asked_for_again",
        "faults/test_restart.py::test_a_lost_answer_is_asked_for_again_after_a_restart",
        "faults/test_restart.py::test_an_answer_that_was_lost_long_ago_is_not_asked_for_again",
        "faults/test_patience.py::test_a_lost_answer_is_asked_for_for_an_hour",
        "cogs/test_faults.py::test_an_answer_that_stays_lost_is_not_asked_for_again",
    ),
    "RunAPI fails or refuses": (
        "cogs/test_faults.py::test_what_runapi_does_not_accept_is_told_in_its_words",
        "cogs/test_faults.py::test_a_failed_task_is_told_in_the_models_words",
        "faults/test_refusals.py::test_a_refusal_is_told_and_costs_nothing",
        "faults/test_status.py::test_a_task_that_fails",
    ),
    "a picture takes longer than 14 minutes": (
        "faults/test_giving_up.py::test_a_task_that_never_ends",
        "faults/test_giving_up.py::test_a_status_that_is_never_answered",
        "faults/test_patience.py::test_a_task_that_does_not_end_is_given_up_after_14_minutes",
        "cogs/test_late.py::test_it_is_delivered_and_said_to_be_late",
        "cogs/test_late.py::test_it_is_not_counted_and_what_it_cost_is_recorded",
        "cogs/test_late.py::test_it_is_not_looked_for_after_the_hour",
    ),
    "one of several pictures fails": (
        "cogs/test_several_tasks.py::TestEachForItself::test_one_that_fails_does_not_lose_the_others",
        "cogs/test_several_tasks.py::TestEachForItself::test_those_of_a_task_that_makes_two_are_named",
    ),
    "you press Cancel": (
        "cogs/test_several_tasks.py::TestCancel::test_what_was_made_before_is_delivered_and_counts",
        "cogs/test_buttons.py::test_its_author_can_cancel_a_request_that_runs",
        "cogs/test_buttons.py::test_its_author_can_cancel_a_request_that_waits_for_its_turn",
        "cogs/test_faults.py::test_a_request_that_hangs_can_be_cancelled",
        "cogs/test_resume.py::test_one_that_was_cancelled_says_so_after_all",
    ),
    "Discord cannot be reached when the picture is ready": (
        "cogs/test_delivery.py::test_trouble_at_discord_is_waited_out",
        "cogs/test_resume.py::test_one_that_was_made_and_not_delivered_is_delivered",
        "cogs/test_picture_store.py::test_only_what_is_delivered_or_lost_is_swept",
        "wire/test_easel_faults.py::test_an_edit_is_repeated_until_discord_takes_it",
        "wire/test_easel_faults.py::test_an_edit_whose_connection_broke_is_repeated",
        "wire/test_easel_faults.py::test_every_call_by_the_bots_token_is_repeated_until_discord_takes_it",
        "wire/test_easel_faults.py::test_a_status_that_discord_takes_late_does_not_undo_the_picture",
    ),
    "nobody can be reached at all: the reply is gone, and you take no direct messages": (
        "cogs/test_show.py::test_what_was_made_and_reached_nobody_is_picked_up",
        "cogs/test_show.py::test_an_own_request_is_shown_again_whose_message_is_gone_unnoticed",
        "cogs/test_history.py::test_one_of_them_can_be_opened_after_a_restart",
    ),
    "you want a picture back after the originals are gone (a week)": (
        "cogs/test_show.py::test_when_nobody_keeps_the_original_the_small_picture_is_shown",
    ),
    "the result is deleted in Discord, by you or a moderator": (
        "cogs/test_removals.py::test_what_a_moderator_deletes_is_gone_with_its_thumbnail_and_show_says_so",
        "wire/test_easel_removals.py::test_what_discord_tells_to_be_deleted_is_gone",
    ),
    "a picture gets many stars at once, or the bot is stopped while it posts one to the gallery": (
        "cogs/test_gallery.py::test_many_stars_at_once_make_one_post_and_few_edits",
        "cogs/test_posts.py::test_a_stop_between_sending_and_recording_makes_no_second_post",
        "wire/test_easel_posts.py::test_a_post_whose_sending_was_cut_off_is_there_once",
        "wire/test_easel_gallery.py::test_a_hundred_stars_within_a_second_and_a_stop_in_between_make_one_post",
    ),
    "the gallery is gone, or the bot may not post there": (
        "cogs/test_gallery.py::test_a_gallery_that_is_gone_loses_nothing",
        "cogs/test_posts.py::test_a_channel_that_forbids_it_is_told_once_and_goes_on_when_mended",
    ),
    "the result is deleted while the bot is down": (
        "cogs/test_removals.py::TestWhileNobodyIsTold::test_a_message_is_asked_after_at_the_next_start",
        "cogs/test_removals.py::TestWhileNobodyIsTold::test_with_a_channel_that_went_all_of_it_is_noticed",
        "cogs/test_removals.py::TestWhileNobodyIsTold::test_a_server_that_the_bot_was_removed_from_is_noticed",
    ),
    "a report cannot be shown to the moderators, or the bot is killed around it": (
        "cogs/test_report_picture.py::test_a_card_whose_channel_is_gone_comes_into_the_next_one_and_managers_are_told",
        "cogs/test_report_picture.py::test_a_card_that_the_bot_may_not_post_comes_when_it_may",
        "cogs/test_report_picture.py::test_a_report_that_was_taken_before_the_bot_stopped_is_shown_after_its_start",
        "cogs/test_report_picture.py::test_a_card_that_was_sent_before_the_bot_was_killed_is_not_sent_twice",
    ),
    "the reply was deleted before the picture came, or can no longer be edited": (
        "cogs/test_delivery.py::test_a_deleted_reply_is_replaced_by_a_message_that_names_its_owner",
        "cogs/test_delivery.py::test_a_private_reply_that_is_out_of_reach_becomes_a_direct_message",
        "wire/test_easel_ladder.py::test_each_reply_comes_by_the_first_way_that_works",
        "wire/test_easel_places.py::test_after_the_token_it_comes_as_a_direct_message_and_never_in_public",
        "wire/test_easel_places.py::test_a_reply_that_was_deleted_comes_anew_and_names_only_its_owner",
    ),
    "the thread you asked in is archived meanwhile": (
        "wire/test_easel_threads.py::test_in_an_archived_thread_it_comes_anew_which_opens_that_again",
        "wire/test_easel_threads.py::test_from_a_locked_thread_it_comes_as_a_direct_message",
    ),
    "you ask in a thread that is archived and locked": (
        "wire/test_easel_threads.py::test_who_asks_in_a_locked_thread_is_told_directly_and_nothing_counts",
    ),
    "it cannot be known whether such a message arrived": (
        "wire/test_easel_doubt.py::test_a_new_message_whose_connection_broke_is_sent_once",
        "wire/test_easel_doubt.py::test_after_its_nonce_it_is_looked_for_before_it_is_sent_again",
        "wire/test_easel_doubt.py::test_where_it_cannot_be_looked_for_it_is_not_sent_again",
        "wire/test_easel_doubt.py::test_one_in_doubt_that_cannot_be_looked_for_is_not_sent_again_elsewhere",
        "cogs/test_delivery.py::test_a_message_that_was_sent_just_before_a_crash_is_found_and_not_sent_again",
    ),
    "a server's settings do not allow it": (
        "cogs/test_settings_policy.py::test_only_where_the_server_wants_it",
        "cogs/test_settings_policy.py::test_only_whom_the_server_wants",
        "cogs/test_settings_policy.py::test_a_button_is_bound_as_a_command_is",
        "cogs/test_settings_policy.py::test_only_allowed_models_are_taken_suggested_and_listed",
        "engine/test_policy.py::test_what_is_left_out_goes_before_what_is_chosen",
    ),
    "a round was to move on while the bot was down": (
        "cogs/test_round_course.py::"
        "test_a_round_that_ended_while_the_bot_was_down_goes_on_at_its_start_and_says_it_is_late",
        "cogs/test_round_course.py::test_a_round_that_was_to_begin_while_the_bot_was_down_has_its_whole_time",
        "cogs/test_round_course.py::test_a_restart_in_between_says_nothing_twice",
    ),
    "the bot may not post what belongs to an art channel": (
        "cogs/test_art_threads.py::test_without_the_permission_managers_are_told_once_and_it_goes_on_when_mended",
        "cogs/test_art_forums.py::test_a_forum_that_is_gone_is_told_once_and_loses_nothing",
        "wire/test_easel_art_channels.py::test_without_the_permission_a_result_comes_all_the_same",
    ),
    "many commands arrive together": (
        "cogs/test_usage.py::test_twenty_commands_at_once_give_no_more_than_the_limit",
        "cogs/test_usage.py::test_one_after_the_other_gives_exactly_the_limit",
        "wire/test_easel_reply.py::test_commands_that_arrive_together_get_what_is_left_and_not_one_more",
        "chaos/test_chaos.py::test_allowances_add_up_and_nothing_is_left_open",
        "wire/test_easel_limits.py::test_200_commands_at_once_at_a_limit_of_5_give_5",
        "wire/test_easel_limits.py::test_200_commands_at_once_at_a_budget_for_5_give_5",
    ),
    "a budget is used up": (
        "cogs/test_budgets.py::test_a_members_request_that_a_servers_budget_does_not_cover_is_refused",
        "cogs/test_budgets.py::test_the_operators_budget_holds_in_all_servers_together",
        "engine/test_budgets.py::test_a_refusal_names_the_budget_and_when_it_begins_anew_and_takes_nothing",
    ),
}
"""The tests, as file::name under tests/, by what stands under "when"."""

TIMES: dict[str, tuple[timedelta, timedelta]] = {
    "two minutes at most": (timedelta(minutes=2), Patience().submit),
    "for up to an hour": (timedelta(hours=1), Patience().resubmit),
    "longer than 14 minutes": (timedelta(minutes=14), Patience().deadline),
    "within the hour": (timedelta(hours=1), Patience().late),
    "in 10 seconds": (timedelta(seconds=10), GRACE),
}
"""What the table says of times, what that is, and what the bot keeps to."""


def promises() -> dict[str, str]:
    """Return what people see, by when."""
    _, _, section = (ROOT / "README.md").read_text(encoding="utf-8").partition(HEADING)
    section, _, _ = section.partition("\n## ")
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", section, re.MULTILINE)
    assert rows[0] == ("when", "what you see")
    assert len(dict(rows[1:])) == len(rows) - 1
    return dict(rows[1:])


@cache
def names_in(file: str) -> frozenset[str]:
    """Return the names of a file's tests, those of a class as Class::name."""
    body = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8")).body
    classes = [node for node in body if isinstance(node, ast.ClassDef)]
    within = [f"{each.name}::{name}" for each in classes for name in _names(each.body)]
    return frozenset([*_names(body), *within])


def _names(body: list[ast.stmt]) -> list[str]:
    functions = (node for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return [node.name for node in functions if node.name.startswith("test_")]


def test_every_promise_is_held_by_tests() -> None:
    assert list(promises()) == list(HELD)
    assert all(HELD.values())


@pytest.mark.parametrize("when", HELD)
def test_the_tests_that_hold_a_promise_exist(when: str) -> None:
    for named in HELD[when]:
        file, _, name = named.partition("::")
        assert name in names_in(file), named


@pytest.mark.parametrize("said", TIMES)
def test_a_time_is_the_one_that_is_kept(said: str) -> None:
    assert said in " ".join([*promises(), *promises().values()])
    meant, kept = TIMES[said]
    assert kept == meant
