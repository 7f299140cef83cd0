"""What a bot asks of its servers by its own token: which they are, what they have, what it may do there."""

from tests.wire.errors import refuse
from tests.wire.people import BOT, EVERYTHING, GUILD_ID, Json, Place, guild
from tests.wire.rest import Answer, Request, Rest
from tests.wire.world import World

__all__ = ["add_guild_routes"]


def add_guild_routes(rest: Rest, world: World) -> None:
    routes = _Routes(world)
    rest.route("GET", "/users/@me/guilds", routes.mine)
    rest.route("GET", "/guilds/{guild}", routes.guild)
    rest.route("GET", "/guilds/{guild}/members/{member}", routes.member)
    rest.route("GET", "/guilds/{guild}/channels", routes.channels)


class _Routes:
    def __init__(self, world: World) -> None:
        self._world = world

    async def mine(self, _request: Request) -> Answer:
        known = {
            key: value for key, value in self._guild().items() if key in ("id", "name", "icon", "banner", "features")
        }
        return 200, [{**known, "owner": False, "permissions": str(int(EVERYTHING & ~self._world.denied))}]

    async def guild(self, request: Request) -> Answer:
        self._check(request)
        return 200, {**self._guild(), **_ONLY_BY_HTTP}

    async def member(self, request: Request) -> Answer:
        self._check(request)
        if request.match["member"] != BOT.id:
            raise refuse(10007)
        return 200, BOT.member()

    async def channels(self, request: Request) -> Answer:
        self._check(request)
        channels = self._world.channels.values()
        return 200, [each.payload() for each in channels if each.place is Place.GUILD and each.guild_id == GUILD_ID]

    def _check(self, request: Request) -> None:
        if request.match["guild"] != GUILD_ID:
            raise refuse(10004)

    def _guild(self) -> Json:
        shown = guild(self._world.ada, self._world.general)
        [everyone] = shown["roles"]
        everyone["permissions"] = str(int(EVERYTHING & ~self._world.denied))
        by_gateway = (
            "channels members threads presences voice_states stage_instances guild_scheduled_events soundboard_sounds "
            "member_count joined_at large unavailable"
        )
        return {key: value for key, value in shown.items() if key not in by_gateway.split()}


_ONLY_BY_HTTP: Json = {
    "home_header": None,
    "splash": None,
    "discovery_splash": None,
    "region": "deprecated",
    "widget_enabled": False,
    "widget_channel_id": None,
    "max_presences": None,
    "max_members": 500_000,
    "max_stage_video_channel_users": 50,
    "max_video_channel_users": 25,
    "premium_subscription_count": 0,
    "safety_alerts_channel_id": None,
    "public_updates_channel_id": None,
    "nsfw": False,
    "incidents_data": None,
}
