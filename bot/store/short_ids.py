"""Short ids: what people see and type, and all that a button carries."""

import re
import secrets

SHORT_ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no letter that is taken for a digit."""

SHORT_ID_LENGTH = 6

_MISTAKEN = str.maketrans("oil", "011")


def new_short_id() -> str:
    """Return a short id at random; one in a thousand million is taken by chance."""
    return "".join(SHORT_ID_ALPHABET[byte % len(SHORT_ID_ALPHABET)] for byte in secrets.token_bytes(SHORT_ID_LENGTH))


def understood(typed: str) -> str:
    """Return the short id that somebody means: in capitals, with # before it, or with a letter for a digit like it."""
    return "".join(re.findall(r"[0-9a-z]", typed.lower())).translate(_MISTAKEN)
