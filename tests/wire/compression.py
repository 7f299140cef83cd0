"""The gateway's transport compression: one stream for a whole connection, flushed after every message."""

import sys
import zlib
from typing import Protocol

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    import zstandard

__all__ = ["Compressor", "compressor_for"]


class Compressor(Protocol):
    def compress(self, message: bytes) -> bytes:
        """The next part of the stream; it can be read up to the end of `message`."""
        ...


class _Zlib:
    def __init__(self) -> None:
        self._stream = zlib.compressobj()

    def compress(self, message: bytes) -> bytes:
        return self._stream.compress(message) + self._stream.flush(zlib.Z_SYNC_FLUSH)


class _Zstd:
    if sys.version_info >= (3, 14):

        def __init__(self) -> None:
            self._stream = zstd.ZstdCompressor()

        def compress(self, message: bytes) -> bytes:
            return self._stream.compress(message, self._stream.FLUSH_BLOCK)
    else:

        def __init__(self) -> None:
            self._stream = zstandard.ZstdCompressor().compressobj()

        def compress(self, message: bytes) -> bytes:
            return self._stream.compress(message) + self._stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)


def compressor_for(query: str | None) -> Compressor | None:
    """The compression that a client asks for in the gateway address (``?compress=``), None for plain text."""
    match query:
        case "zlib-stream":
            return _Zlib()
        case "zstd-stream":
            return _Zstd()
        case _:
            return None
