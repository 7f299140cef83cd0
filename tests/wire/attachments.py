"""Uploaded files and the content delivery network that serves them, with links that expire."""

import hashlib
import io
import mimetypes
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from aiohttp import web
from PIL import Image, UnidentifiedImageError

from tests.wire.people import APPLICATION_ID, Clock, Json, snowflake

__all__ = ["LINK_SECONDS", "Attachment", "ContentDelivery", "Upload"]

HOST = "cdn.discordapp.com"
LINK_SECONDS = 24 * 3600
"""How long a link works, by the ``ex`` in Discord's own links."""


class Upload(NamedTuple):
    """A file that somebody sends."""

    data: bytes
    filename: str
    content_type: str


@dataclass(eq=False)
class Attachment:
    """A file on a message, or of a command's option."""

    data: bytes
    filename: str
    content_type: str | None
    folder: str
    description: str | None = None
    ephemeral: bool = False
    id: str = field(default_factory=snowflake)

    @classmethod
    def of(cls, upload: Upload, *, channel_id: str, ephemeral: bool, description: str | None = None) -> "Attachment":
        """Discord takes the type from the name: bots upload everything as ``application/octet-stream``."""
        filename = re.sub(r"[^\w.-]", "_", upload.filename)
        guessed, _ = mimetypes.guess_type(filename)
        folder = f"ephemeral-attachments/{APPLICATION_ID}" if ephemeral else f"attachments/{channel_id}"
        return cls(upload.data, filename, guessed, folder, description, ephemeral)

    @property
    def path(self) -> str:
        return f"/{self.folder}/{self.id}/{self.filename}"

    def size(self) -> tuple[int, int] | None:
        """Width and height in pixels, None for what is no picture."""
        try:
            with Image.open(io.BytesIO(self.data)) as picture:
                return picture.size
        except UnidentifiedImageError:
            return None


class ContentDelivery:
    """Keeps every file ever uploaded and serves it under signed links."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._files: dict[str, Attachment] = {}
        self.failures = 0
        """How many of the next downloads are answered with 503."""

    def keep(self, attachment: Attachment) -> Attachment:
        self._files[attachment.path] = attachment
        return attachment

    def link(self, attachment: Attachment) -> str:
        """A link that works for `LINK_SECONDS` from now."""
        now = int(self._clock())
        until = f"{now + LINK_SECONDS:x}"
        signature = _signature(attachment.path, until)
        return f"https://{HOST}{attachment.path}?ex={until}&is={now:x}&hm={signature}&"

    def payload(self, attachment: Attachment) -> Json:
        link = self.link(attachment)
        size = attachment.size()
        return {
            "id": attachment.id,
            "filename": attachment.filename,
            "size": len(attachment.data),
            "url": link,
            "proxy_url": link.replace(HOST, "media.discordapp.net"),
            **({"content_type": attachment.content_type} if attachment.content_type else {}),
            **({"width": size[0], "height": size[1]} if size else {}),
            **({"description": attachment.description} if attachment.description else {}),
            **({"ephemeral": True} if attachment.ephemeral else {}),
        }

    async def serve(self, request: web.Request) -> web.Response:
        if self.failures:
            self.failures -= 1
            return web.Response(status=503)
        attachment = self._files.get(request.path)
        until = request.query.get("ex", "0")
        signed = request.query.get("hm") == _signature(request.path, until)
        if attachment is None or not signed or int(until, 16) < self._clock():
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=attachment.data, content_type=attachment.content_type or "application/octet-stream")


def _signature(path: str, until: str) -> str:
    return hashlib.sha256(f"{path} {until}".encode()).hexdigest()
