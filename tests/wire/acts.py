"""What people do: commands, buttons, selects, modals, messages."""

from typing import Any

from tests.wire import components, interactions
from tests.wire.attachments import Attachment, Upload
from tests.wire.interactions import Reply, command_options
from tests.wire.messages import Message
from tests.wire.people import BOT, Channel, Installed, Json, Place, User
from tests.wire.world import World

__all__ = ["Acts"]

_CHAT_INPUT, _MESSAGE_COMMAND = 1, 3
_CHAT_INPUT_REPLY, _CONTEXT_MENU_REPLY, _REPLY = 20, 23, 19


class Acts:
    """People's side of one simulated Discord.

    `user` is ``ada`` unless given. Every interaction is sent as soon as the method is called, and what comes
    of it is in the `Reply`. A command that was never synced, and an option, a component or a field that is
    not there, raises `LookupError`.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.interaction_age = 0.0
        """Seconds that interactions spend on their way to the bot."""

    async def slash(
        self,
        command: str,
        *,
        user: User | None = None,
        where: Place | Channel = Place.GUILD,
        installed: Installed = "guild",
        forced_ephemeral: bool = False,
        **options: Any,
    ) -> Reply:
        """Run a slash command, ``"group name"`` for a subcommand; files are `Upload` (bytes, name, type).

        `installed="user"` in a server means one that the bot is not in. `forced_ephemeral` is what happens to
        people without the permission to use external applications: every answer is seen by them alone.
        """
        reply = self._begin(interactions.COMMAND, user, self._channel(where, user, installed), installed)
        reply.forced_ephemeral = forced_ephemeral
        reply.message_type = _CHAT_INPUT_REPLY
        return await self._send(reply, self._command(reply, command, options))

    async def autocomplete(self, command: str, focused: str, *, user: User | None = None, **options: Any) -> Reply:
        """Type in the option `focused`; the options are what is typed so far. See `Reply.choices`."""
        reply = self._begin(interactions.SUGGEST, user, self.world.general, "guild")
        return await self._send(reply, self._command(reply, command, options, focused))

    async def context_menu(self, command: str, target: Message, *, user: User | None = None) -> Reply:
        """Run a message command (Apps > ...) on `target`."""
        reply = self._begin(interactions.COMMAND, user, target.channel, _installed(target))
        reply.message_type = _CONTEXT_MENU_REPLY
        known = self.world.commands[command]
        data = {
            "id": known["id"],
            "name": command,
            "type": _MESSAGE_COMMAND,
            "target_id": target.id,
            "resolved": {"messages": {target.id: target.payload()}},
        }
        return await self._send(reply, data)

    async def click(
        self, message: Message, custom_id: str, *, user: User | None = None, forced_ephemeral: bool = False
    ) -> Reply:
        """Press a button."""
        return await self._use(message, custom_id, user, {}, forced_ephemeral=forced_ephemeral)

    async def select(self, message: Message, custom_id: str, *values: str, user: User | None = None) -> Reply:
        """Choose values of a select menu."""
        return await self._use(message, custom_id, user, {"values": [*values]})

    async def submit(self, opened: Reply, values: dict[str, Any] | None = None) -> Reply:
        """Send the modal that `opened` was answered with: `values` by custom_id, the rest as pre-filled."""
        modal = opened.modal
        reply = self._begin(interactions.MODAL, opened.user, opened.channel, opened.installed)
        reply.parent = opened
        reply.source = opened.source
        reply.forced_ephemeral = opened.forced_ephemeral
        filled = components.submitted(modal, values or {})
        return await self._send(reply, {"custom_id": modal["custom_id"], "components": filled})

    async def say(
        self,
        content: str,
        *files: Upload,
        user: User | None = None,
        where: Place = Place.GUILD,
        reply_to: Message | None = None,
        ping: bool = False,
    ) -> Message:
        """Post a message. It mentions the bot when it contains ``<@id>`` of the bot.

        A reply with `ping` mentions the author of what it replies to, without that standing in the text.
        """
        channel = self._channel(where, user, "guild") if reply_to is None else reply_to.channel
        message = self.world.messages.new(channel, user or self.world.ada)
        if reply_to is not None:
            message.type = _REPLY
            message.reference = reply_to
        message.mentions = [BOT] if f"<@{BOT.id}>" in content else []
        if ping and reply_to is not None and reply_to.author not in message.mentions:
            message.mentions.append(reply_to.author)
        self.world.messages.write(message, {"content": content}, dict(enumerate(files)))
        self.world.messages.post(message)
        await self.world.gateway.tell("MESSAGE_CREATE", message)
        return message

    async def _use(
        self, message: Message, custom_id: str, user: User | None, data: Json, *, forced_ephemeral: bool = False
    ) -> Reply:
        component = components.find(message.raw_components, custom_id)
        assert not component.get("disabled"), f"{custom_id} is disabled"
        reply = self._begin(interactions.COMPONENT, user, message.channel, _installed(message))
        reply.source = message
        reply.forced_ephemeral = forced_ephemeral
        return await self._send(reply, {"component_type": component["type"], "custom_id": custom_id, **data})

    def _begin(self, kind: int, user: User | None, channel: Channel, installed: Installed) -> Reply:
        world = self.world
        reply = Reply(kind, user or world.ada, channel, installed, world.clock() - self.interaction_age, world.changes)
        world.replies.append(reply)
        return reply

    async def _send(self, reply: Reply, data: Json) -> Reply:
        told = interactions.payload(reply, data, file_limit=self.world.file_limit)
        await self.world.gateway.dispatch("INTERACTION_CREATE", told, reply.channel.guild_id)
        return reply

    def _channel(self, where: Place | Channel, user: User | None, installed: Installed) -> Channel:
        user = user or self.world.ada
        match where:
            case Channel():
                return where
            case Place.GUILD:
                return self.world.foreign if installed == "user" else self.world.general
            case Place.DM:
                return self.world.direct(user)
            case Place.GROUP_DM:
                assert installed == "user", "only user-installed applications reach a group direct message"
                return self.world.group

    def _command(self, reply: Reply, command: str, options: Json, focused: str | None = None) -> Json:
        name, *path = command.split()
        known = self.world.commands[name]
        files: dict[str, Json] = {}
        values = {option: self._value(value, reply, files) for option, value in options.items()}
        data = {"id": known["id"], "name": name, "type": _CHAT_INPUT}
        data["options"] = command_options(known, path, values, focused)
        return {**data, "resolved": {"attachments": files}} if files else data

    def _value(self, value: Any, reply: Reply, files: dict[str, Json]) -> Any:
        """An option's value as it travels; a file's bytes are uploaded first."""
        if not isinstance(value, tuple):
            return value
        upload = Upload._make(value)  # pyright: ignore[reportUnknownArgumentType]
        attachment = self.world.delivery.keep(Attachment.of(upload, channel_id=reply.channel.id, ephemeral=True))
        files[attachment.id] = self.world.delivery.payload(attachment)
        return attachment.id


def _installed(message: Message) -> Installed:
    """How the application is installed where this message of its stands."""
    if message.interaction is None:
        return "guild" if message.channel.reachable else "user"
    owners = message.interaction["authorizing_integration_owners"]
    if len(owners) > 1:
        return "both"
    return "guild" if "0" in owners else "user"
