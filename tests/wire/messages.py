"""Messages: what Discord makes of what a bot or a person posts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.wire import components
from tests.wire.attachments import Attachment, ContentDelivery, Upload
from tests.wire.errors import form_error, refuse
from tests.wire.people import APPLICATION_ID, Channel, Clock, Json, User, snowflake, timestamp

__all__ = ["Message", "MessageFlag", "Messages"]

CONTENT_LIMIT = 2000
"""Characters of a message of a bot."""
NONCE_SECONDS = 120
"""How long an enforced nonce is remembered; Discord's documentation says "a few minutes"."""


class MessageFlag:
    """Bits of a message's flags."""

    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    COMPONENTS_V2 = 1 << 15


@dataclass(eq=False)
class Message:
    """A message as Discord keeps it; `payload` is what it answers."""

    channel: Channel
    author: User
    created: float
    delivery: ContentDelivery
    type: int = 0
    content: str = ""
    embeds: list[Json] = field(default_factory=list[Json])
    raw_components: list[Json] = field(default_factory=list[Json])
    attachments: list[Attachment] = field(default_factory=list[Attachment])
    flags: int = 0
    edited: float | None = None
    nonce: str | None = None
    reference: "Message | None" = None
    mentions: list[User] = field(default_factory=list[User])
    interaction: Json | None = None
    """The metadata of the interaction that this message answers."""
    deleted: bool = False
    id: str = field(default_factory=snowflake)

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & MessageFlag.EPHEMERAL)

    @property
    def loading(self) -> bool:
        return bool(self.flags & MessageFlag.LOADING)

    @property
    def components(self) -> list[Json]:
        return components.render(self.raw_components, self._media)

    @property
    def custom_ids(self) -> list[str]:
        """The custom ids of what can be pressed or chosen on the message."""
        return [entry["custom_id"] for entry in components.walk(self.raw_components) if "custom_id" in entry]

    def payload(self) -> Json:
        """The message with fresh links. With components V2, Discord lists no attachments
        (https://github.com/discord/discord-api-docs/issues/8277)."""
        listed = [] if self.flags & MessageFlag.COMPONENTS_V2 else self.attachments
        return {
            "id": self.id,
            "type": self.type,
            "channel_id": self.channel.id,
            "author": self.author.payload(),
            "content": self.content,
            "embeds": self.embeds,
            "components": self.components,
            "attachments": [self.delivery.payload(attachment) for attachment in listed],
            "flags": self.flags,
            "timestamp": timestamp(self.created),
            "edited_timestamp": None if self.edited is None else timestamp(self.edited),
            "mentions": [person.payload() for person in self.mentions],
            "mention_roles": [],
            "mention_everyone": False,
            "pinned": False,
            "tts": False,
            **({"nonce": self.nonce} if self.nonce is not None else {}),
            **self._origin(),
        }

    def _origin(self) -> Json:
        if self.interaction is not None:
            via = {"application_id": APPLICATION_ID, "webhook_id": APPLICATION_ID}
            return {**via, "interaction_metadata": self.interaction}
        if self.reference is None:
            return {}
        place = {"channel_id": self.reference.channel.id, "message_id": self.reference.id}
        if self.reference.channel.guild_id:
            place["guild_id"] = self.reference.channel.guild_id
        original = None if self.reference.deleted else self.reference.payload()
        if original is not None:
            original.pop("referenced_message", None)
        return {"message_reference": {"type": 0, **place}, "referenced_message": original}

    def _media(self, address: str) -> Json:
        if not address.startswith("attachment://"):
            return {"id": snowflake(), "url": address, "proxy_url": address}
        name = address.removeprefix("attachment://")
        attachment = next((entry for entry in self.attachments if entry.filename == name), None)
        if attachment is None:
            raise form_error("components", "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", name)
        shown = self.delivery.payload(attachment)
        kept = {key: shown[key] for key in ("url", "proxy_url", "width", "height", "content_type") if key in shown}
        return {**kept, "id": snowflake(), "attachment_id": attachment.id}


class Messages:
    """All messages of all channels, in the order of their posting."""

    def __init__(self, clock: Clock, delivery: ContentDelivery) -> None:
        self._clock = clock
        self._delivery = delivery
        self._all: dict[str, Message] = {}

    def __iter__(self) -> Iterator[Message]:
        return iter([message for message in self._all.values() if not message.deleted])

    def get(self, message_id: str, channel: Channel | None = None) -> Message:
        """Raises 10008 for a message that is not there, or not in `channel` for the bot to see."""
        message = self._all.get(message_id)
        if message is None or message.deleted:
            raise refuse(10008)
        if channel is not None and (message.channel is not channel or message.ephemeral):
            raise refuse(10008)
        return message

    def history(self, channel: Channel) -> list[Message]:
        """What is readable in a channel, the newest first."""
        return [m for m in self if m.channel is channel and not m.ephemeral][::-1]

    def with_nonce(self, channel: Channel, nonce: str) -> Message | None:
        """The message that the bot posted with this nonce a short while ago."""
        oldest = self._clock() - NONCE_SECONDS
        return next((m for m in self.history(channel) if m.nonce == nonce and m.created >= oldest), None)

    def new(self, channel: Channel, author: User) -> Message:
        """A message that is not posted yet: complete it, `write` to it, then `post` it."""
        return Message(channel, author, self._clock(), self._delivery)

    def post(self, message: Message) -> Message:
        self._all[message.id] = message
        return message

    def write(self, message: Message, body: Json, uploads: dict[int, Upload]) -> None:
        """Change what `body` names, as a post or an edit does. Raises `ApiError`, leaving the message as it was."""
        old = dict(message.__dict__)
        try:
            self._write(message, body, uploads)
        except Exception:
            # Whatever was wrong with the body, Discord changes all of a message or nothing.
            message.__dict__.update(old)
            raise

    def _write(self, message: Message, body: Json, uploads: dict[int, Upload]) -> None:
        if "content" in body:
            message.content = body["content"] or ""
        if "embeds" in body:
            message.embeds = [{"type": "rich", **embed} for embed in body["embeds"] or ()]
        if "components" in body:
            message.raw_components = body["components"] or []
        # Only this bit can be set later; whether a message is ephemeral never changes.
        message.flags |= (body.get("flags") or 0) & MessageFlag.COMPONENTS_V2
        if "attachments" in body or uploads:
            message.attachments = [*self._attached(message, body.get("attachments"), uploads)]
        _check(message)
        message.flags &= ~MessageFlag.LOADING

    def _attached(
        self, message: Message, wanted: list[Json] | None, uploads: dict[int, Upload]
    ) -> Iterable[Attachment]:
        """What `wanted` keeps of the old attachments, and the uploads; all of both where it is not given."""
        old = {attachment.id: attachment for attachment in message.attachments}
        if wanted is None:
            yield from old.values()
            wanted = [{"id": index} for index in uploads]
        for entry in wanted:
            if str(entry["id"]) in old:
                yield old[str(entry["id"])]
                continue
            if int(entry["id"]) not in uploads:
                raise form_error("attachments", "MESSAGE_ATTACHMENT_NOT_FOUND", f"no upload {entry['id']}")
            upload = uploads[int(entry["id"])]._replace(**_renamed(entry))
            new = Attachment.of(
                upload,
                channel_id=message.channel.id,
                ephemeral=message.ephemeral,
                description=entry.get("description"),
            )
            yield self._delivery.keep(new)


def _renamed(entry: Json) -> dict[str, str]:
    return {"filename": entry["filename"]} if entry.get("filename") else {}


def _check(message: Message) -> None:
    if message.flags & MessageFlag.COMPONENTS_V2:
        if message.content or message.embeds:
            code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
            raise form_error("content" if message.content else "embeds", code, "not with components V2")
    elif len(message.content) > CONTENT_LIMIT:
        raise form_error("content", "BASE_TYPE_MAX_LENGTH", f"Must be {CONTENT_LIMIT} or fewer in length.")
    if not (message.content or message.embeds or message.raw_components or message.attachments):
        raise refuse(50006)
    _ = message.components
