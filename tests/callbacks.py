"""Callbacks as RunAPI signs them."""

import base64
import hashlib
import hmac
import socket
import uuid

from pydantic import SecretStr


def sign(secret: SecretStr, body: bytes, timestamp: float, *, callback_id: str | None = None) -> dict[str, str]:
    """The headers of a callback; by default one of its own id."""
    callback_id, moment = callback_id or str(uuid.uuid4()), str(int(timestamp))
    key = base64.b64decode(secret.get_secret_value())
    signature = hmac.new(key, b".".join((callback_id.encode(), moment.encode(), body)), hashlib.sha256).digest()
    return {
        "X-Callback-Id": callback_id,
        "X-Callback-Timestamp": moment,
        "X-Callback-Signature": base64.b64encode(signature).decode(),
    }


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
