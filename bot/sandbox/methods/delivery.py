"""How the bot gets its updates. One rule: polling and a webhook exclude each other."""

import re
from urllib.parse import urlsplit

from bot.sandbox.errors import JSON, bad_request
from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.updates import Webhook
from bot.sandbox.world import World

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "host.docker.internal"})
_PORTS = frozenset({80, 88, 443, 8443})


async def get_updates(world: World, parameters: Parameters) -> list[JSON]:
    """https://core.telegram.org/bots/api#getupdates"""
    world.updates.set_allowed(parameters.parsed("allowed_updates", "allowed updates"))
    return await world.updates.get_updates(
        parameters.integer("offset"), parameters.integer("limit", 100), parameters.integer("timeout")
    )


def set_webhook(world: World, parameters: Parameters) -> bool:
    """https://core.telegram.org/bots/api#setwebhook; this machine's own addresses may be plain http, any port."""
    url = parameters.text("url")
    if url:
        _check_address(url)
    secret = parameters.text("secret_token")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    world.updates.set_allowed(parameters.parsed("allowed_updates", "allowed updates"))
    connections = max(1, min(parameters.integer("max_connections", 40), 100))
    _drop_if_asked(world, parameters)
    world.updates.set_webhook(Webhook(url, secret, connections, parameters.text("ip_address")))
    return True


def delete_webhook(world: World, parameters: Parameters) -> bool:
    """https://core.telegram.org/bots/api#deletewebhook"""
    _drop_if_asked(world, parameters)
    if world.updates.webhook.url:
        world.updates.set_webhook(Webhook())
    return True


def get_webhook_info(world: World, _parameters: Parameters) -> JSON:
    """https://core.telegram.org/bots/api#webhookinfo"""
    webhook = world.updates.webhook
    info: JSON = {
        "url": webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
    }
    if webhook.url:
        info |= {"max_connections": webhook.max_connections, "ip_address": webhook.ip_address or "127.0.0.1"}
    if webhook.last_error_date:
        info |= {"last_error_date": webhook.last_error_date, "last_error_message": webhook.last_error_message}
    return info | ({"allowed_updates": world.updates.allowed} if world.updates.allowed else {})


def _drop_if_asked(world: World, parameters: Parameters) -> None:
    if parameters.flag("drop_pending_updates"):
        world.updates.drop_all()


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise bad_request("bad webhook: invalid HTTP URL specified") from None
    if host in _LOOPBACK and parts.scheme in ("http", "https"):
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if (port or 443) not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
