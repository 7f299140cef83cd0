"""How long the engine keeps at what does not come to its end."""

from dataclasses import dataclass
from datetime import timedelta

EDIT_EVERY = timedelta(seconds=5)
"""How often one post is edited, at most: Discord takes about five edits in five seconds in a channel."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the engine keeps at it.

    Attributes:
        resubmit: while a create whose answer was lost is asked again with the same key.
        submit: while a create that surely made nothing is tried again.
        deadline: from submission until a task that does not end is given up.
        vanished: looks at a task that RunAPI says it does not know, before that is believed.
        round: between two looks at who waits: a reply's place in the queue is edited once in it at most.
        notify_after: from acknowledgement until somebody is offered to be notified.
        edit: between two edits of one post.
        missed: from a start, or a new session with Discord, until it is asked what was deleted meanwhile.
        late: from submission until a task that was given up is not asked after any more.
    """

    resubmit: timedelta = timedelta(hours=1)
    submit: timedelta = timedelta(minutes=2)
    deadline: timedelta = timedelta(minutes=14)
    vanished: int = 4
    round: timedelta = timedelta(seconds=10)
    notify_after: timedelta = timedelta(seconds=60)
    edit: timedelta = EDIT_EVERY
    missed: timedelta = timedelta(minutes=1)
    late: timedelta = timedelta(hours=1)
