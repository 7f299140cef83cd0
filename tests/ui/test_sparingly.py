"""Saying something only now and then."""

from datetime import timedelta

from bot.ui.sparingly import Sparingly


def test_it_is_said_once_in_a_while_in_each_place() -> None:
    now = 100.0
    sparingly = Sparingly(timedelta(minutes=1), lambda: now)
    assert [sparingly.allows(1), sparingly.allows(1), sparingly.allows(2)] == [True, False, True]
    now += 59.9
    assert not sparingly.allows(1)
    now += 0.1
    assert [sparingly.allows(1), sparingly.allows(1)] == [True, False]
