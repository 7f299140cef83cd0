"""Bringing replies to people on Discord: the Courier of the engine.

`_courier` is the whole of it in one look. Below it, each in its file: the first answer to an interaction or to a
message, the ladder that a result comes down, copies of results, notices, posts, and attachments; below those the
message that is a request's reply, new messages, and the channels that they are sent to; at the bottom one call to
Discord, bounded, with what its failure means.
"""

from bot.delivery._calls import Deadlines
from bot.delivery._courier import DiscordCourier
from bot.delivery._first_answers import MaybeAnswered, NotAnswered
from bot.delivery._forum_posts import ForumPost
from bot.delivery._nonces import NONCE_LIFE
from bot.delivery._own_threads import OwnThread
from bot.delivery._posts import DiscordPoster

__all__ = [
    "NONCE_LIFE",
    "Deadlines",
    "DiscordCourier",
    "DiscordPoster",
    "ForumPost",
    "MaybeAnswered",
    "NotAnswered",
    "OwnThread",
]
