"""The state that the gateway, the HTTP API and the people of one simulated Discord share."""

from dataclasses import dataclass, field
from math import inf

from tests.wire.attachments import ContentDelivery
from tests.wire.changes import Changes
from tests.wire.errors import refuse
from tests.wire.gateway import Gateway
from tests.wire.interactions import Reply
from tests.wire.messages import Messages
from tests.wire.people import (
    BOT,
    FOREIGN_GUILD_ID,
    GUILD_ID,
    NOTHING,
    Channel,
    Clock,
    Json,
    Permission,
    Place,
    User,
    guild,
)

__all__ = ["FILE_LIMIT", "World"]

FILE_LIMIT = 10 * 1024 * 1024
"""The largest upload in bytes, where nobody paid for more."""


@dataclass(eq=False)
class World:
    """Everything there is: people, channels, messages, commands, interactions."""

    token: str
    heartbeat_interval: int
    clock: Clock = field(default_factory=Clock)
    changes: Changes = field(default_factory=Changes)
    file_limit: int = FILE_LIMIT
    total_limit: float = inf
    """The largest sum of the uploads of a request, which Discord keeps to itself."""
    denied: Permission = NOTHING
    """What the bot may not do anywhere in its server."""
    commands: dict[str, Json] = field(default_factory=dict[str, Json])
    """The synced commands by name."""
    replies: list[Reply] = field(default_factory=list[Reply])

    def __post_init__(self) -> None:
        self.ada = User("ada")
        self.general = Channel(Place.GUILD, "general", GUILD_ID)
        self.foreign = Channel(Place.GUILD, "elsewhere", FOREIGN_GUILD_ID, reachable=False)
        self.group = Channel(Place.GROUP_DM, "friends", recipients=[self.ada], reachable=False)
        self.people: dict[str, User] = {user.id: user for user in (self.ada, BOT)}
        self.channels = {channel.id: channel for channel in (self.general, self.foreign, self.group)}
        self.delivery = ContentDelivery(self.clock)
        self.messages = Messages(self.clock, self.delivery)
        self.gateway = Gateway(self.token, lambda: guild(self.ada, self.general), self.changes, self.heartbeat_interval)

    def person(self, name: str) -> User:
        """A new person."""
        user = User(name)
        self.people[user.id] = user
        return user

    def direct(self, user: User) -> Channel:
        """The direct message channel between the bot and this person, opened when there is none."""
        for channel in self.channels.values():
            if channel.place is Place.DM and channel.recipients == [user]:
                return channel
        opened = Channel(Place.DM, recipients=[user])
        self.channels[opened.id] = opened
        return opened

    def forum(self) -> Channel:
        """A new forum in the bot's server, of which the gateway has not told yet."""
        opened = Channel(Place.GUILD, "wall", GUILD_ID, tags=[])
        self.channels[opened.id] = opened
        return opened

    def thread(self, parent: Channel) -> Channel:
        """A new public thread, of which the gateway has not told yet."""
        opened = Channel(Place.GUILD, "a thread", parent.guild_id, parent=parent, reachable=parent.reachable)
        self.channels[opened.id] = opened
        return opened

    def channel(self, channel_id: str, needed: Permission = Permission.VIEW_CHANNEL) -> Channel:
        """A channel that the bot uses by its own token. Raises 10003, 50001 or 50013."""
        channel = self.channels.get(channel_id)
        if channel is None:
            raise refuse(10003)
        if not channel.reachable or channel.denied & Permission.VIEW_CHANNEL:
            raise refuse(50001)
        if channel.denied & needed:
            raise refuse(50013)
        return channel
