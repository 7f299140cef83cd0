"""The gateway: sockets, sessions that can be resumed, and who is told what."""

import contextlib
import itertools
import json
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.wire.changes import Changes
from tests.wire.compression import compressor_for
from tests.wire.messages import Message
from tests.wire.people import APPLICATION_ID, BOT, GUILD_ID, Json

__all__ = ["RESUME_HOST", "Connection", "Gateway", "Session", "reset"]

RESUME_HOST = "gateway-us-east1-b.discord.gg"

_DISPATCH, _HEARTBEAT, _IDENTIFY, _RESUME, _INVALID_SESSION, _HELLO, _HEARTBEAT_ACK = 0, 1, 2, 6, 9, 10, 11
_AUTHENTICATION_FAILED, _DISALLOWED_INTENTS = 4004, 4014
_GUILDS, _GUILD_MESSAGES, _DIRECT_MESSAGES, _MESSAGE_CONTENT = 1 << 0, 1 << 9, 1 << 12, 1 << 15
_PRIVILEGED_ALWAYS_OFF = 1 << 1 | 1 << 8
_numbers = itertools.count(1)


def reset(transport: Any) -> None:
    """Break a connection as a crashed peer does: with a TCP reset."""
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


@dataclass(eq=False)
class Session:
    """What an IDENTIFY began; it outlives its socket, and remembers its events for a RESUME."""

    intents: int
    shard: tuple[int, int]
    events: list[Json] = field(default_factory=list[Json])
    connection: "Connection | None" = None
    resumes: int = 0
    id: str = field(default_factory=lambda: f"session-{next(_numbers)}")

    def covers(self, guild_id: str | None) -> bool:
        """A server's events go to its shard; everything outside of servers goes to the first."""
        number, count = self.shard
        return (int(guild_id or 0) >> 22) % count == number

    async def dispatch(self, event: str, data: Json) -> None:
        told = {"op": _DISPATCH, "t": event, "s": len(self.events) + 1, "d": data}
        self.events.append(told)
        if self.connection is not None:
            await self.connection.send(told)


class Connection:
    """One socket, in the compression that the client asked for."""

    def __init__(self, request: web.Request, ws: web.WebSocketResponse) -> None:
        self.query = dict(request.query)
        self.host = request.host
        self.heartbeats = 0
        self._request = request
        self._ws = ws
        self._compressor = compressor_for(request.query.get("compress"))

    async def send(self, payload: Json) -> None:
        if self._ws.closed:
            return
        text = json.dumps(payload)
        # A client that just went away gets what it missed when it resumes.
        with contextlib.suppress(ConnectionError):
            if self._compressor is None:
                await self._ws.send_str(text)
            else:
                await self._ws.send_bytes(self._compressor.compress(text.encode()))

    async def close(self, code: int) -> None:
        await self._ws.close(code=code)

    def reset(self) -> None:
        reset(self._request.transport)


class Gateway:
    """All sockets and sessions of the bot.

    `guild` makes the GUILD_CREATE payload; `heartbeat_interval` is in milliseconds. Privileged intents are
    refused (4014) unless `message_content` allows that one.
    """

    def __init__(self, token: str, guild: Callable[[], Json], changes: Changes, heartbeat_interval: int) -> None:
        self.message_content = False
        self.refusing = False
        """Whether new sockets are turned away."""
        self.stalling = False
        """Whether new sockets are kept waiting."""
        self.silent = False
        """Whether an IDENTIFY gets no answer."""
        self.kept_waiting = 0
        self.sessions: dict[str, Session] = {}
        self.connections: list[Connection] = []
        self.token = token
        self._guild = guild
        self._changes = changes
        self._interval = heartbeat_interval

    async def accept(self, request: web.Request) -> web.StreamResponse:
        if self.stalling:
            self.kept_waiting += 1
            await self._changes.notify()
            await self._changes.until(lambda: not self.stalling, 60)
            return web.Response(status=503)
        if self.refusing:
            return web.Response(status=503)
        ws = web.WebSocketResponse(max_msg_size=0, compress=False)
        await ws.prepare(request)
        connection = Connection(request, ws)
        self.connections.append(connection)
        await connection.send({"op": _HELLO, "d": {"heartbeat_interval": self._interval}})
        async for message in ws:
            if message.type is WSMsgType.TEXT:
                await self._receive(connection, json.loads(message.data))
                await self._changes.notify()
        for session in self.sessions.values():
            if session.connection is connection:
                session.connection = None
        self.connections.remove(connection)
        await self._changes.notify()
        return ws

    async def _receive(self, connection: Connection, message: Json) -> None:
        match message["op"]:
            case 1:
                connection.heartbeats += 1
                await connection.send({"op": _HEARTBEAT_ACK})
            case 2:
                await self._identify(connection, message["d"])
            case 6:
                await self._resume(connection, message["d"])
            case _:
                pass

    async def _identify(self, connection: Connection, data: Json) -> None:
        allowed = _MESSAGE_CONTENT if self.message_content else 0
        if data["token"] != self.token:
            return await connection.close(_AUTHENTICATION_FAILED)
        if data["intents"] & (_PRIVILEGED_ALWAYS_OFF | _MESSAGE_CONTENT) & ~allowed:
            return await connection.close(_DISALLOWED_INTENTS)
        if self.silent:
            return None
        number, count = data.get("shard", (0, 1))
        session = Session(data["intents"], (number, count), connection=connection)
        self.sessions[session.id] = session
        here = session.covers(GUILD_ID)
        ready = {
            "v": 10,
            "user": {**BOT.payload(), "verified": True, "mfa_enabled": False, "email": None},
            "guilds": [{"id": GUILD_ID, "unavailable": True}] if here else [],
            "session_id": session.id,
            "resume_gateway_url": f"wss://{RESUME_HOST}",
            "shard": [number, count],
            "application": {"id": APPLICATION_ID, "flags": 0},
        }
        await session.dispatch("READY", ready)
        if here and session.intents & _GUILDS:
            await session.dispatch("GUILD_CREATE", self._guild())
        return None

    async def _resume(self, connection: Connection, data: Json) -> None:
        session = self.sessions.get(data["session_id"])
        if session is None or data["token"] != self.token:
            return await connection.send({"op": _INVALID_SESSION, "d": False})
        session.connection = connection
        session.resumes += 1
        for event in session.events[data["seq"] :]:
            await connection.send(event)
        return await session.dispatch("RESUMED", {})

    async def dispatch(self, event: str, data: Json, guild_id: str | None = None) -> None:
        """Tell the sessions whose shard this belongs to, also those that have to resume first."""
        for session in [*self.sessions.values()]:
            if session.covers(guild_id):
                await session.dispatch(event, data)
        await self._changes.notify()

    async def tell(self, event: str, message: Message) -> None:
        """A message event, for sessions that may see it; ephemeral messages are told to nobody."""
        channel = message.channel
        if message.ephemeral or not channel.reachable:
            return
        wanted = _GUILD_MESSAGES if channel.guild_id else _DIRECT_MESSAGES
        for session in [*self.sessions.values()]:
            if session.covers(channel.guild_id) and session.intents & wanted:
                await session.dispatch(event, _seen_by(session, message))

    async def drop(self, *, code: int | None = 4000) -> None:
        """Close every socket with `code`, or with a TCP reset where it is None. Sessions can be resumed."""
        for connection in [*self.connections]:
            if code is None:
                connection.reset()
            else:
                await connection.close(code)

    def forget(self) -> None:
        """Lose all sessions: what comes to resume must identify again."""
        self.sessions.clear()


def _seen_by(session: Session, message: Message) -> Json:
    payload = message.payload()
    if message.channel.guild_id:
        member = message.author.member()
        del member["user"]
        payload.update(guild_id=message.channel.guild_id, member=member)
        payload.update(_hidden_from(session, message))
        # Discord decides of each anew: to mention the bot in a reply does not show it what is replied to.
        if message.reference is not None and payload.get("referenced_message"):
            payload["referenced_message"].update(_hidden_from(session, message.reference))
    return payload


def _hidden_from(session: Session, message: Message) -> Json:
    """What a message in a server shows in place of what only the Message Content intent lets a bot read."""
    own = message.author is BOT or BOT in message.mentions
    if own or session.intents & _MESSAGE_CONTENT:
        return {}
    return {"content": "", "embeds": [], "attachments": [], "components": []}
