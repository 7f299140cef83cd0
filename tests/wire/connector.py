"""The way from a real discord.py client to the simulated Discord, through discord.py's public seam."""

import socket
import ssl

import trustme
from aiohttp.abc import AbstractResolver, ResolveResult

__all__ = ["HOSTS", "Resolver", "TestAuthority"]

HOSTS = (
    "discord.com",
    "gateway.discord.gg",
    "gateway-us-east1-b.discord.gg",
    "cdn.discordapp.com",
    "media.discordapp.net",
)


class TestAuthority:
    """A certificate authority of this run: the server's certificate for Discord's names, and who trusts it."""

    __test__ = False

    def __init__(self) -> None:
        self._authority = trustme.CA()
        self.certificate: bytes = self._authority.cert_pem.bytes()
        """The authority's own certificate (PEM), for clients in other processes."""

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with self._authority.issue_cert(*HOSTS).private_key_and_cert_chain_pem.tempfile() as path:
            context.load_cert_chain(path)
        return context

    def client_context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cadata=self.certificate.decode())


class Resolver(AbstractResolver):
    """Sends Discord's names to a loopback port; no other name exists."""

    def __init__(self, port: int) -> None:
        self.asked: set[str] = set()
        self._port = port

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,
    ) -> list[ResolveResult]:
        self.asked.add(host)
        if host not in HOSTS:
            raise OSError(f"no such host in the simulated Discord: {host}")
        return [
            ResolveResult(hostname=host, host="127.0.0.1", port=self._port, family=socket.AF_INET, proto=0, flags=0)
        ]

    async def close(self) -> None:
        """Nothing is held."""
