"""What a bot does by an interaction's token: the first response, the original message, follow-ups."""

from tests.wire.errors import refuse
from tests.wire.interactions import Reply
from tests.wire.message_routes import check_open, check_size, open_again, remove
from tests.wire.messages import Message, MessageFlag
from tests.wire.people import APPLICATION_ID, BOT, Json
from tests.wire.rest import Answer, Request, Rest
from tests.wire.world import World

__all__ = ["FIRST_RESPONSE_SECONDS", "TOKEN_SECONDS", "add_interaction_routes"]

FIRST_RESPONSE_SECONDS = 3.0
TOKEN_SECONDS = 15 * 60.0
USER_INSTALL_FOLLOWUPS = 5
"""Follow-ups per interaction where the application is installed with the person only."""

_MESSAGE, _DEFERRED, _DEFERRED_UPDATE, _UPDATE = 4, 5, 6, 7


def add_interaction_routes(rest: Rest, world: World) -> None:
    routes = _Routes(world)
    webhook = f"/webhooks/{APPLICATION_ID}/{{token}}"
    rest.route("POST", "/interactions/{interaction}/{token}/callback", routes.callback)
    rest.route("POST", webhook, routes.follow_up)
    rest.route("GET", f"{webhook}/messages/{{message}}", routes.get)
    rest.route("PATCH", f"{webhook}/messages/{{message}}", routes.edit)
    rest.route("DELETE", f"{webhook}/messages/{{message}}", routes.delete)


class _Routes:
    def __init__(self, world: World) -> None:
        self._world = world

    async def callback(self, request: Request) -> Answer:
        reply = self._reply(request)
        waited = self._world.clock() - reply.sent
        if reply.id != request.match["interaction"]:
            raise refuse(10062)
        if reply.callback is not None:
            raise refuse(40060)
        if waited > FIRST_RESPONSE_SECONDS:
            raise refuse(10062)
        # https://github.com/discord/discord-api-docs/issues/5517
        open_again(reply.channel, refusal=50083)
        check_size(request, self._world)
        kind: int = request.body["type"]
        data: Json = request.body.get("data") or {}
        if kind in (_MESSAGE, _DEFERRED):
            reply.original = self._respond(reply, data, request, deferred=kind == _DEFERRED)
        elif kind == _UPDATE and reply.source is not None:
            self._world.messages.write(reply.source, data, request.uploads)
            reply.source.edited = self._world.clock()
        if kind in (_DEFERRED_UPDATE, _UPDATE):
            reply.original = reply.source
        reply.callback = request.body
        reply.answered_after = waited
        if reply.original is not None:
            event = "MESSAGE_CREATE" if kind in (_MESSAGE, _DEFERRED) else "MESSAGE_UPDATE"
            if kind != _DEFERRED_UPDATE:
                await self._world.gateway.tell(event, reply.original)
        if request.query.get("with_response") not in ("1", "true", "True"):
            return 204, None
        return 200, _callback_resource(reply, kind)

    def _respond(self, reply: Reply, data: Json, request: Request, *, deferred: bool) -> Message:
        message = self._new(reply, data)
        if deferred:
            message.flags |= MessageFlag.LOADING
        else:
            self._world.messages.write(message, data, request.uploads)
        return self._world.messages.post(message)

    def _new(self, reply: Reply, data: Json) -> Message:
        message = self._world.messages.new(reply.channel, BOT)
        message.type = reply.message_type
        message.flags = data.get("flags") or 0
        if reply.forced_ephemeral:
            message.flags |= MessageFlag.EPHEMERAL
        message.interaction = reply.metadata()
        return message

    async def follow_up(self, request: Request) -> Answer:
        reply = self._acknowledged(request)
        check_size(request, self._world)
        if reply.original is not None and reply.original.loading and reply.original is not reply.source:
            # Documented: the first follow-up to a deferral becomes the original message.
            self._world.messages.write(reply.original, request.body, request.uploads)
            await self._world.gateway.tell("MESSAGE_UPDATE", reply.original)
            return 200, reply.original.payload()
        if reply.installed == "user" and len(reply.followups) >= USER_INSTALL_FOLLOWUPS:
            raise refuse(40094)
        message = self._new(reply, request.body)
        message.type = 0
        self._world.messages.write(message, request.body, request.uploads)
        reply.followups.append(self._world.messages.post(message))
        await self._world.gateway.tell("MESSAGE_CREATE", message)
        return 200, message.payload()

    async def get(self, request: Request) -> Answer:
        return 200, self._message(request).payload()

    async def edit(self, request: Request) -> Answer:
        message = self._message(request)
        check_open(message.channel)
        check_size(request, self._world)
        was_loading = message.loading
        self._world.messages.write(message, request.body, request.uploads)
        if not was_loading:
            message.edited = self._world.clock()
        await self._world.gateway.tell("MESSAGE_UPDATE", message)
        return 200, message.payload()

    async def delete(self, request: Request) -> Answer:
        await remove(self._world, self._message(request))
        return 204, None

    def _message(self, request: Request) -> Message:
        reply = self._acknowledged(request)
        wanted = request.match["message"]
        known = {message.id: message for message in reply.followups}
        if reply.original is not None:
            known |= {"@original": reply.original, reply.original.id: reply.original}
        if wanted not in known or known[wanted].deleted:
            raise refuse(10008)
        return known[wanted]

    def _acknowledged(self, request: Request) -> Reply:
        reply = self._reply(request)
        if reply.callback is None:
            raise refuse(10015)
        if self._world.clock() - reply.sent > TOKEN_SECONDS:
            raise refuse(50027)
        return reply

    def _reply(self, request: Request) -> Reply:
        token = request.match["token"]
        reply = next((entry for entry in self._world.replies if entry.token == token), None)
        if reply is None:
            raise refuse(10062 if "interaction" in request.match else 10015)
        return reply


def _callback_resource(reply: Reply, kind: int) -> Json:
    """The interaction callback resource. It carries a message for a message and an update only."""
    told: Json = {"id": reply.id, "type": reply.type}
    message = reply.original
    if message is None:
        return {"interaction": told}
    told |= {
        "response_message_id": message.id,
        "response_message_loading": message.loading,
        "response_message_ephemeral": message.ephemeral,
    }
    if kind in (_MESSAGE, _UPDATE):
        return {"interaction": told, "resource": {"type": kind, "message": message.payload()}}
    return {"interaction": told}
