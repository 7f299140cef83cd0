"""Which addresses of the network a stranger's link may lead to."""

import ipaddress

# RFC 6052: an IPv6 network without IPv4 reaches IPv4 hosts through these addresses.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet.

    False for private, shared, loopback, link-local, multicast, reserved and unspecified addresses, also when
    an IPv6 address wraps such an IPv4 address (mapped, 6to4, NAT64).
    """
    ip = _unwrapped(ipaddress.ip_address(address))
    site_local = isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or site_local)


def _unwrapped(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip
