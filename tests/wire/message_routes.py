"""What a bot does by its own token: login, commands, channels and messages."""

from tests.wire.errors import form_error, refuse
from tests.wire.messages import Message
from tests.wire.people import APPLICATION_ID, BOT, Channel, Json, Permission, Place, application, snowflake
from tests.wire.rest import Answer, Request, Rest
from tests.wire.world import World

__all__ = ["add_message_routes", "check_open", "check_size", "open_again", "remove"]


def add_message_routes(rest: Rest, world: World) -> None:
    routes = _Routes(world)
    rest.route("GET", "/users/@me", routes.me)
    rest.route("GET", "/applications/@me", routes.application)
    rest.route("GET", "/oauth2/applications/@me", routes.application)
    rest.route("GET", "/gateway/bot", routes.gateway)
    rest.route("GET", f"/applications/{APPLICATION_ID}/commands", routes.commands)
    rest.route("PUT", f"/applications/{APPLICATION_ID}/commands", routes.sync)
    rest.route("POST", "/users/@me/channels", routes.open_direct)
    rest.route("GET", "/channels/{channel}", routes.channel)
    rest.route("GET", "/channels/{channel}/messages", routes.history)
    rest.route("POST", "/channels/{channel}/messages", routes.post)
    rest.route("POST", "/channels/{channel}/typing", routes.typing)
    rest.route("GET", "/channels/{channel}/messages/{message}", routes.get)
    rest.route("PATCH", "/channels/{channel}/messages/{message}", routes.edit)
    rest.route("DELETE", "/channels/{channel}/messages/{message}", routes.delete)


def check_size(request: Request, world: World) -> None:
    """Refuse what is too large (40005): one file over the limit, or all together."""
    sizes = [len(upload.data) for upload in request.uploads.values()]
    if any(size > world.file_limit for size in sizes) or sum(sizes) > world.total_limit:
        raise refuse(40005)


def check_open(channel: Channel) -> None:
    """Refuse what cannot be done in an archived thread (50083)."""
    if channel.archived:
        raise refuse(50083)


def open_again(channel: Channel, *, refusal: int) -> None:
    """Take a thread out of the archive, as a new message does; `refusal` is what a locked one answers."""
    if channel.archived and channel.locked:
        raise refuse(refusal)
    channel.archived = False


class _Routes:
    def __init__(self, world: World) -> None:
        self._world = world

    async def me(self, _request: Request) -> Answer:
        private = {"mfa_enabled": False, "locale": "en-US", "premium_type": 0, "email": None, "verified": True}
        return 200, {**BOT.payload(), **private}

    async def application(self, _request: Request) -> Answer:
        world = self._world
        return 200, application(world.ada, message_content=world.gateway.message_content)

    async def gateway(self, _request: Request) -> Answer:
        limit = {"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1}
        return 200, {"url": "wss://gateway.discord.gg", "shards": 1, "session_start_limit": limit}

    async def commands(self, _request: Request) -> Answer:
        return 200, [*self._world.commands.values()]

    async def sync(self, request: Request) -> Answer:
        self._world.commands = {command["name"]: _synced(command) for command in request.body}
        return await self.commands(request)

    async def open_direct(self, request: Request) -> Answer:
        user = self._world.people.get(str(request.body["recipient_id"]))
        if user is None or user is BOT:
            raise refuse(10013)
        return 200, self._world.direct(user).payload()

    async def channel(self, request: Request) -> Answer:
        return 200, self._world.channel(request.match["channel"]).payload()

    async def typing(self, request: Request) -> Answer:
        self._world.channel(request.match["channel"], Permission.SEND_MESSAGES)
        return 204, None

    async def history(self, request: Request) -> Answer:
        channel = self._world.channel(request.match["channel"])
        # Documented: without this permission there is no error, there are no messages.
        if channel.denied & Permission.READ_MESSAGE_HISTORY:
            return 200, []
        before = int(request.query.get("before", 1 << 63))
        after = int(request.query.get("after", 0))
        found = [m for m in self._world.messages.history(channel) if after < int(m.id) < before]
        limit = int(request.query.get("limit", 50))
        return 200, [message.payload() for message in (found[-limit:] if after else found[:limit])]

    async def post(self, request: Request) -> Answer:
        channel = self._world.channel(request.match["channel"])
        send = Permission.SEND_MESSAGES if channel.parent is None else Permission.SEND_MESSAGES_IN_THREADS
        if channel.denied & (send | (Permission.ATTACH_FILES if request.uploads else Permission(0))):
            raise refuse(50013)
        if channel.place is Place.DM and not channel.recipients[0].takes_direct_messages:
            raise refuse(50007)
        check_size(request, self._world)
        nonce = request.body.get("nonce")
        messages = self._world.messages
        if nonce and request.body.get("enforce_nonce") and (earlier := messages.with_nonce(channel, nonce)):
            return 200, earlier.payload()
        open_again(channel, refusal=160005)
        message = messages.new(channel, BOT)
        message.nonce = nonce
        message.flags = request.body.get("flags") or 0
        if request.body.get("message_reference"):
            self._refer(message, request.body["message_reference"])
        messages.write(message, request.body, request.uploads)
        messages.post(message)
        await self._world.gateway.tell("MESSAGE_CREATE", message)
        return 200, message.payload()

    def _refer(self, message: Message, reference: Json) -> None:
        if message.channel.denied & Permission.READ_MESSAGE_HISTORY:
            raise refuse(160002)
        found = {m.id: m for m in self._world.messages.history(message.channel)}.get(str(reference["message_id"]))
        if found is not None:
            message.type = 19
            message.reference = found
        elif reference.get("fail_if_not_exists", True):
            raise form_error("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")

    async def get(self, request: Request) -> Answer:
        return 200, self._message(request, Permission.READ_MESSAGE_HISTORY).payload()

    async def edit(self, request: Request) -> Answer:
        message = self._message(request)
        if message.author is not BOT:
            raise refuse(50005)
        check_open(message.channel)
        check_size(request, self._world)
        self._world.messages.write(message, request.body, request.uploads)
        message.edited = self._world.clock()
        await self._world.gateway.tell("MESSAGE_UPDATE", message)
        return 200, message.payload()

    async def delete(self, request: Request) -> Answer:
        message = self._message(request)
        if message.author is not BOT and message.channel.denied & Permission.MANAGE_MESSAGES:
            raise refuse(50013)
        await remove(self._world, message)
        return 204, None

    def _message(self, request: Request, needed: Permission = Permission.VIEW_CHANNEL) -> Message:
        channel = self._world.channel(request.match["channel"], needed)
        return self._world.messages.get(request.match["message"], channel)


async def remove(world: World, message: Message) -> None:
    """Delete a message and tell the gateway."""
    message.deleted = True
    channel: Channel = message.channel
    if not message.ephemeral and channel.reachable:
        place = {"guild_id": channel.guild_id} if channel.guild_id else {}
        gone = {"id": message.id, "channel_id": channel.id, **place}
        await world.gateway.dispatch("MESSAGE_DELETE", gone, channel.guild_id)


def _synced(command: Json) -> Json:
    given = {key: value for key, value in command.items() if value is not None}
    permissions = given.get("default_member_permissions")
    return {
        "dm_permission": True,
        "nsfw": False,
        "contexts": None,
        "integration_types": [0],
        "type": 1,
        "description": "",
        "options": [],
        **given,
        "default_member_permissions": None if permissions is None else str(permissions),
        "id": snowflake(),
        "application_id": APPLICATION_ID,
        "version": snowflake(),
    }
