"""What a bot does about threads by its own token: one of a message, one in a forum, and finding them again."""

from tests.wire.errors import form_error, refuse
from tests.wire.message_routes import check_size
from tests.wire.people import BOT, Channel, Json, Permission, Place, snowflake
from tests.wire.rest import Answer, Request, Rest
from tests.wire.world import World

__all__ = ["add_thread_routes"]


def add_thread_routes(rest: Rest, world: World) -> None:
    routes = _Routes(world)
    rest.route("POST", "/channels/{channel}/messages/{message}/threads", routes.of_message)
    rest.route("POST", "/channels/{channel}/threads", routes.in_forum)
    rest.route("GET", "/guilds/{guild}/threads/active", routes.active)
    rest.route("GET", "/channels/{channel}/threads/archived/public", routes.archived)
    rest.route("PATCH", "/channels/{channel}", routes.change)
    rest.route("DELETE", "/channels/{channel}", routes.delete)


class _Routes:
    def __init__(self, world: World) -> None:
        self._world = world

    async def of_message(self, request: Request) -> Answer:
        channel = self._world.channel(request.match["channel"], Permission.CREATE_PUBLIC_THREADS)
        message = self._world.messages.get(request.match["message"], channel)
        if message.id in self._world.channels:
            raise refuse(160004)
        return 201, (await self._open(channel, request.body["name"], message.id)).payload()

    async def in_forum(self, request: Request) -> Answer:
        forum = self._world.channel(request.match["channel"], Permission.SEND_MESSAGES)
        if forum.tags is None:
            raise form_error("type", "BASE_TYPE_REQUIRED", "This field is required")
        check_size(request, self._world)
        first = self._world.messages.new(forum, BOT)
        thread = Channel(Place.GUILD, request.body["name"], forum.guild_id, parent=forum, id=first.id)
        first.channel = thread
        self._world.messages.write(first, request.body["message"], request.uploads)
        await self._open(forum, request.body["name"], first.id, thread)
        thread.applied = [str(tag) for tag in request.body.get("applied_tags") or ()]
        self._world.messages.post(first)
        return 201, {**thread.payload(), "message": first.payload()}

    async def active(self, request: Request) -> Answer:
        threads = [each for each in self._world.channels.values() if each.parent is not None and not each.archived]
        return 200, {"threads": [each.payload() for each in threads], "members": [], "has_more": False}

    async def archived(self, request: Request) -> Answer:
        parent = self._world.channel(request.match["channel"], Permission.READ_MESSAGE_HISTORY)
        threads = [each for each in self._world.channels.values() if each.parent is parent and each.archived]
        return 200, {"threads": [each.payload() for each in threads], "members": [], "has_more": False}

    async def change(self, request: Request) -> Answer:
        channel = self._world.channel(request.match["channel"], Permission.MANAGE_CHANNELS)
        channel.tags = [_tagged(tag) for tag in request.body["available_tags"]]
        await self._world.gateway.dispatch("CHANNEL_UPDATE", channel.payload(), channel.guild_id)
        return 200, channel.payload()

    async def delete(self, request: Request) -> Answer:
        thread = self._world.channel(request.match["channel"], Permission.MANAGE_THREADS)
        shown = thread.payload()
        del self._world.channels[thread.id]
        gone = {key: shown[key] for key in ("id", "guild_id", "parent_id", "type")}
        await self._world.gateway.dispatch("THREAD_DELETE", gone, thread.guild_id)
        return 200, shown

    async def _open(self, parent: Channel, name: str, thread_id: str, opened: Channel | None = None) -> Channel:
        thread = opened or Channel(Place.GUILD, name, parent.guild_id, parent=parent, id=thread_id)
        self._world.channels[thread.id] = thread
        await self._world.gateway.dispatch("THREAD_CREATE", thread.payload(), thread.guild_id)
        return thread


def _tagged(tag: Json) -> Json:
    return {"emoji_id": None, "emoji_name": None, **tag, "id": str(tag.get("id") or snowflake())}
