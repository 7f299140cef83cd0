"""The states of a task, under all the names that RunAPI's clients know."""

import logging

from bot.runapi._models import State
from bot.runapi._text import Clean

# The synonyms that RunAPI's MCP and Java clients read.
_STATES = {
    "pending": State.PENDING,
    "processing": State.PROCESSING,
    **dict.fromkeys(("completed", "complete", "succeeded", "success", "finished"), State.COMPLETED),
    **dict.fromkeys(("failed", "error", "canceled", "cancelled", "timeout"), State.FAILED),
    **dict.fromkeys(("generate_failed", "create_task_failed"), State.FAILED),
}
_MOST_REMEMBERED = 100

_log = logging.getLogger(__name__)


class StateReader:
    """Reads states; an unknown one means that the task still runs, and is logged once."""

    def __init__(self, clean: Clean) -> None:
        self._clean = clean
        self._unknown: set[str] = set()

    def read(self, word: str) -> State:
        """Return the state that `word` stands for."""
        name = word.strip().lower()
        if name in _STATES:
            return _STATES[name]
        shown = self._clean(name) or ""
        if shown not in self._unknown and len(self._unknown) < _MOST_REMEMBERED:
            self._unknown.add(shown)
            _log.warning("RunAPI knows a state that we do not, taken as processing: %r", shown)
        return State.PROCESSING
