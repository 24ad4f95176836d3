"""Configuration, under the names that the operator sets in a provider's deployment."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Self
from urllib.parse import urlsplit


class SettingsError(Exception):
    """What is wrong with the environment, one line per variable."""


@dataclass(frozen=True)
class Settings:
    """How this process runs."""

    provider_name: str | None
    """PROVIDERNAME, `namespace/name` of the Provider resource; events carry it."""
    root_storage: str
    """PIPELINEROOTSTORAGE, where pipelines keep their artifacts."""
    webhook: str | None
    """OPERATORWEBHOOK, the exact URL that run completion events go to."""
    host: str
    """SERVER_HOST, an address; else every one if the operator made this deployment, else loopback."""
    port: int
    """SERVER_PORT; 0 takes a free port."""
    metrics_port: int
    """METRICS_PORT; 0 takes a free port."""
    database: str
    """PARAMETERS_DATABASE, the parameter `database` of the Provider resource; else in memory."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        """Reads the variables. Empty ones count as absent.

        Raises SettingsError with everything that is wrong, not only the first.
        """
        problems: list[str] = []

        def port(name: str, default: int) -> int:
            text = env.get(name) or str(default)
            if not (text.isascii() and text.isdigit() and int(text) <= 65535):
                problems.append(f"{name}: not a port: {text!r} (hint: 0 to 65535)")
                return default
            return int(text)

        def host(default: str) -> str:
            text = env.get("SERVER_HOST") or default
            address = "127.0.0.1" if text == "localhost" else text.removeprefix("[").removesuffix("]")
            try:
                ip_address(address)
            except ValueError:
                problems.append(
                    f"SERVER_HOST: not an IP address: {text!r} (hint: :: for all, 127.0.0.1 for this machine)"
                )
            return every_address() if address == "::" else address

        name = env.get("PROVIDERNAME") or None
        if name and (name.count("/") != 1 or not all(name.split("/"))):
            problems.append(f"PROVIDERNAME: not a name: {name!r} (hint: write namespace/name)")
        webhook = env.get("OPERATORWEBHOOK") or None
        if webhook and urlsplit(webhook).scheme not in ("http", "https"):
            problems.append(f"OPERATORWEBHOOK: not an http URL: {webhook!r} (hint: http://host/events)")
        settings = cls(
            provider_name=name,
            root_storage=env.get("PIPELINEROOTSTORAGE") or "memory://",
            webhook=webhook,
            host=host("::" if name else "127.0.0.1"),
            port=port("SERVER_PORT", 8080),
            metrics_port=port("METRICS_PORT", 8081),
            database=env.get("PARAMETERS_DATABASE") or ":memory:",
        )
        if problems:
            raise SettingsError("\n".join(problems))
        return settings


def every_address() -> str:
    """Every address of both families, or of IPv4 where the machine has no other."""
    return "::" if socket.has_dualstack_ipv6() else "0.0.0.0"
