"""Shorthands for calls that most tests make alike."""

from bot.runapi import Created, RunAPI

PATH = "/v1/text_to_image"


async def create(runapi: RunAPI, path: str = PATH, body: bytes = b'{"prompt": "a mug"}') -> Created:
    """Create a task as a user of Imagen 4 would."""
    return await runapi.create(path, body, idempotency_key="key-1", service="imagen_4", action="text_to_image")
