"""The ladder: a result comes by the first way that works, with as much of it as Discord takes."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from bot.delivery._calls import Calls, Gone, NotThisWay, TooLarge, Unfit
from bot.delivery._letters import Letter
from bot.delivery._new_messages import send_directly, send_in_channel
from bot.delivery._replies import ReplyMessage, reply_messages
from bot.engine import Delivered, Intend, TooMuch, Undeliverable
from bot.reply_address import is_public
from bot.store import Request


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to bring a letter; `edits`: to the message that is there."""

    bring: Callable[[Letter], Awaitable[Delivered]]
    edits: bool = False


async def deliver(calls: Calls, request: Request, letters: Callable[[], Iterable[Letter]], intend: Intend) -> Delivered:
    """Bring a letter by the first way that works; one that Discord finds unfit makes room for the next letter.

    Args:
        letters: makes what to bring, best first, anew for each way.
        intend: as in `bot.engine.Courier`.

    Raises:
        Undeliverable, Uncertain, TooMuch, TryLater: as `bot.engine.Courier.deliver` does.
    """
    reasons: list[str] = []
    gone = False
    for way in _ways(calls, request, intend):
        if gone and way.edits:
            continue
        for letter in letters():
            try:
                return await way.bring(letter)
            except NotThisWay as reason:
                if isinstance(reason, TooLarge) and letter.has_files:
                    raise TooMuch(str(reason)) from reason
                reasons.append(str(reason))
                gone = gone or isinstance(reason, Gone)
                if not isinstance(reason, Unfit):
                    break
    raise Undeliverable("; ".join(reasons))


def _ways(calls: Calls, request: Request, intend: Intend) -> Sequence[_Way]:
    """Return the ways that exist for a request; once a new message is intended, no edit is among them."""
    nonce = request.delivery_nonce
    ways: list[_Way] = []
    if nonce is None:
        messages = reply_messages(calls.client, request)
        ways += [_Way(partial(_edit, calls, message), edits=True) for message in messages]
    if is_public(request) and not request.sent_directly:
        ways.append(_Way(partial(send_in_channel, calls, intend=intend)))
    return [*ways, _Way(partial(send_directly, calls, intend=intend))]


async def _edit(calls: Calls, message: ReplyMessage, letter: Letter) -> Delivered:
    files = letter.files()
    async with calls.within(calls.deadlines.upload(letter.size)):
        await message.edit(content=letter.reply.content, view=letter.reply.view, attachments=files)
    return letter.delivered(letter.request.channel_id, letter.request.message_id)
