"""Who sends a request. One rule: a header is believed of the proxies that the settings name, of no other."""

import re
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp import web

from core.errors import InvalidInput

_FOR = re.compile(r'(?:^|[;,\s])for=(?:"([^"]*)"|([^;,\s]*))', re.IGNORECASE)
NEIGHBOURS = 64  # bits of an IPv6 address that one house has: whoever has one has them all


class Proxies:
    """The proxies that are believed."""

    def __init__(self, named: str = "") -> None:
        """`named`: addresses and networks with commas between; InvalidInput names SALESBELL_TRUSTED_PROXIES."""
        self._networks = [_read_network(one) for one in named.replace(",", " ").split()]

    def __contains__(self, address: object) -> bool:
        """Whether that is the address of one of them."""
        if not self._networks:
            return False
        try:
            parsed = ip_address(str(address))
        except ValueError:
            return False
        return any(parsed in network for network in self._networks)

    def find_client(self, request: web.Request) -> str:
        """The address of whoever sent a request: the last that is not a proxy of ours, IPv6 by its house."""
        peer = request.remote or ""
        if not self._networks:
            return name_house(peer)
        for address in (peer, *reversed(_list_forwarded(request))):
            client = address
            if address not in self:
                break
        return name_house(client)


def name_house(address: str) -> str:
    """An address as limits count it: of IPv6 the network of a house."""
    if ":" not in address:
        return address
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((int(parsed), NEIGHBOURS), strict=False))


def _read_network(word: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(word, strict=False)
    except ValueError:
        raise InvalidInput(
            f"“{word}” is not an address or a network.",
            field="SALESBELL_TRUSTED_PROXIES",
            hint="SALESBELL_TRUSTED_PROXIES=127.0.0.1,10.0.0.0/8",
        ) from None


def _list_forwarded(request: web.Request) -> list[str]:
    """The addresses a request went through by its headers, the client's first: RFC 7239's, else X-Forwarded-For."""
    told = request.headers.getall("Forwarded", [])
    if told:
        return [_read_node(quoted or plain) for line in told for quoted, plain in _FOR.findall(line)]
    lines: Iterable[str] = request.headers.getall("X-Forwarded-For", [])
    return [_read_node(word.strip()) for line in lines for word in line.split(",")]


def _read_node(word: str) -> str:
    """An address without its port: [2001:db8::1]:4711, 192.0.2.1:4711."""
    if word.startswith("["):
        return word[1:].partition("]")[0]
    return word.partition(":")[0] if word.count(":") == 1 else word
