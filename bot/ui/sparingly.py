"""Saying something only now and then."""

import time
from collections.abc import Callable
from datetime import timedelta


class Sparingly:
    """Lets something be said once in a while in each place.

    Args:
        every: the time that must be between two.
        clock: a clock that never goes back, in seconds.
    """

    def __init__(self, every: timedelta, clock: Callable[[], float] = time.monotonic) -> None:
        self._every = every.total_seconds()
        self._clock = clock
        self._said: dict[int, float] = {}

    def allows(self, place: int) -> bool:
        """Whether it may be said in a place now; if so, it counts as said."""
        now = self._clock()
        self._said = {each: at for each, at in self._said.items() if now - at < self._every}
        if place in self._said:
            return False
        self._said[place] = now
        return True
